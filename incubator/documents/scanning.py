"""A virus scanner that looks at each upload before it is kept, where a deployment has one (docs/operate/files.md)."""

from __future__ import annotations

import ipaddress
import logging
import socket
import struct
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)
PATIENCE = 20.0  # seconds for the connection and for each part of the answer
CHUNK = 1 << 16
LONGEST_ANSWER = 4096


class NoScan(RuntimeError):
    """The scanner gave no clear answer."""


class Scanner(Protocol):
    """What the setting UPLOAD_SCANNER names: a class whose instances look at the bytes of one file."""

    def threat_in(self, body: bytes) -> str:
        """The name of what was found, or nothing. Raises NoScan when it could not look."""


def threat_in(body: bytes) -> str:
    """What the scanner of this deployment finds in a file; nothing without a scanner.

    Raises:
        NoScan: it could not look, for whatever reason. Then the file is not kept."""
    if not settings.UPLOAD_SCANNER:
        return ""
    try:
        return str(import_string(settings.UPLOAD_SCANNER)().threat_in(body))
    except NoScan:
        raise
    except Exception as error:  # of a scanner that others wrote; a file that nobody looked at is not clean
        raise NoScan(f"{type(error).__name__}: {error}") from error


class Clamd:
    """clamd by its INSTREAM command, on a socket of this machine only: a file with personal data leaves it for nobody."""

    def __init__(self, address: str = "") -> None:
        self.address = address or settings.CLAMD_ADDRESS

    def threat_in(self, body: bytes) -> str:
        try:
            with self.connected() as link:
                link.sendall(b"zINSTREAM\0")
                for start in range(0, len(body), CHUNK):
                    part = body[start : start + CHUNK]
                    link.sendall(struct.pack("!L", len(part)) + part)
                link.sendall(struct.pack("!L", 0))
                answer = self.answer(link)
        except OSError as error:
            raise NoScan(f"clamd at {self.address}: {error}") from error
        if answer == "stream: OK":
            return ""
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise NoScan(f"clamd said: {answer[:200]}")

    def connected(self) -> socket.socket:
        """A path is a Unix socket; `127.0.0.1:3310` is a port of this machine, and no other address is taken."""
        if self.address.startswith("/"):
            link = socket.socket(socket.AF_UNIX)
            link.settimeout(PATIENCE)
            try:
                link.connect(self.address)
            except OSError:
                link.close()
                raise
            return link
        host, _colon, port = self.address.rpartition(":")
        try:
            on_this_machine = ipaddress.ip_address(host.strip("[]")).is_loopback and 0 < int(port) < 65536
        except ValueError:
            on_this_machine = False
        if not on_this_machine:
            raise NoScan(f"{self.address!r} is no socket of this machine")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)

    def answer(self, link: socket.socket) -> str:
        found = b""
        while not found.endswith(b"\0"):
            part = link.recv(LONGEST_ANSWER)
            if not part or len(found) > LONGEST_ANSWER:
                break
            found += part
        return found.rstrip(b"\0").decode("utf-8", "replace").strip()
