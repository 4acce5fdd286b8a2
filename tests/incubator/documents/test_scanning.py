"""The scanner hook: what it finds is refused, and so is everything while it gives no clear answer."""

from __future__ import annotations

import socket
import struct
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from incubator.documents.scanning import Clamd, NoScan
from incubator.documents.uploads import BadUpload, OwnPrint, check_upload
from tests.factories.hostile import a_picture

UNCHECKED = "This file cannot be checked for viruses at the moment, so it was not taken. Try again in a few minutes."


class FakeScanner:
    """A class as a deployment could name it."""

    def threat_in(self, body: bytes) -> str:
        if b"broken" in body:
            raise ZeroDivisionError
        return "Eicar-Test" if b"virus" in body else ""


@pytest.fixture
def clamd(tmp_path):
    """clamd(answer): a socket that speaks its protocol, and what it was sent."""
    threads = []

    def of(answer: bytes, *, port: bool = False):
        server = socket.socket(socket.AF_INET if port else socket.AF_UNIX)
        server.bind(("127.0.0.1", 0) if port else str(tmp_path / "clamd"))
        server.listen(1)
        heard: list[bytes] = []

        def serve():
            link, _whose = server.accept()
            with link, link.makefile("rb") as lines:
                assert lines.read(10) == b"zINSTREAM\0"
                while size := struct.unpack("!L", lines.read(4))[0]:
                    heard.append(lines.read(size))
                link.sendall(answer)
            server.close()

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        where = f"127.0.0.1:{server.getsockname()[1]}" if port else str(tmp_path / "clamd")
        return where, heard

    yield of
    for thread in threads:
        thread.join(5)


@pytest.mark.parametrize("port", [False, True])
def test_clamd_reads_the_whole_file_and_answers(clamd, port):
    body = bytes(range(256)) * 1000
    where, heard = clamd(b"stream: OK\0", port=port)
    assert Clamd(where).threat_in(body) == ""
    assert b"".join(heard) == body


def test_what_clamd_finds_has_its_name(clamd):
    where, _heard = clamd(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")
    assert Clamd(where).threat_in(b"x") == "Win.Test.EICAR_HDB-1"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK but not really\0", b"\xff\0"])
def test_any_other_answer_is_no_answer(clamd, answer):
    where, _heard = clamd(answer)
    with pytest.raises(NoScan):
        Clamd(where).threat_in(b"x")


@pytest.mark.parametrize("address", ["/nowhere/clamd", "127.0.0.1:1", "10.0.0.1:3310", "clamd.example.com:3310", "localhost:3310", "0.0.0.0:3310", ":3310", "127.0.0.1:x", ""])
def test_only_a_living_socket_of_this_machine_is_asked(address, settings):
    settings.CLAMD_ADDRESS = address
    with pytest.raises(NoScan):
        Clamd().threat_in(b"x")


def upload(tail: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", a_picture() + tail)


def test_an_upload_is_scanned_before_it_is_taken(settings):
    settings.UPLOAD_SCANNER = f"{__name__}.FakeScanner"
    assert check_upload(upload()).content_type == "image/jpeg"
    with pytest.raises(BadUpload, match="Eicar-Test"):
        check_upload(upload(b"virus"))


@pytest.mark.parametrize("scanner", [f"{__name__}.FakeScanner", "no.such.Scanner", "incubator.documents.scanning.Clamd"])
def test_an_upload_that_nobody_could_look_at_is_not_taken(settings, scanner):
    settings.UPLOAD_SCANNER, settings.CLAMD_ADDRESS = scanner, "/nowhere/clamd"
    with pytest.raises(BadUpload) as refused:
        check_upload(upload(b"broken"))
    assert refused.value.message == _(UNCHECKED)


def test_without_a_scanner_nothing_is_asked(settings):
    """Control: the same bytes are taken when the setting is empty."""
    settings.UPLOAD_SCANNER = ""
    assert check_upload(upload(b"virus")).content_type == "image/jpeg"


def test_what_the_product_printed_itself_is_not_scanned(settings):
    settings.UPLOAD_SCANNER = "no.such.Scanner"
    assert check_upload(OwnPrint("a.jpg", a_picture())).content_type == "image/jpeg"
