"""Files that do harm are refused, or come in as something that cannot (walls.md 9)."""

from __future__ import annotations

import re
import tracemalloc
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from incubator.core.scoping import organisation_context
from incubator.documents import upload_child, uploads
from incubator.documents.child import ChildError
from incubator.documents.models import Document
from incubator.documents.services import attach_upload
from incubator.documents.uploads import BadUpload
from tests.factories import hostile
from tests.factories.documents import a_document, an_upload, pdf_bytes
from tests.walls.report import tell

SENTENCE = re.compile(r"[一-鿿A-Za-z].{8,}[.。]$")
STRANGE = re.compile("[\x00-\x1f\x7f/\\\\\u202a-\u202e\u2066-\u2069]")


def send(actor, name, body):
    upload = SimpleUploadedFile("x", body)
    upload._name = name  # as a hostile client may send it, before Django's own cleaning
    return attach_upload(upload, kind="lease", by=actor("officer"))


def test_uploads(inside, actor, client, client_of):
    tracemalloc.start()
    kept = [label for label, (name, body) in hostile.refused().items() if comes_in(actor, name, body)]
    assert not kept
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    stored = [send(actor, name, body) for name, body in hostile.inert().values()]
    peak = (tracemalloc.get_traced_memory()[1] - before) / 1024**2
    tracemalloc.stop()
    acting = [document for document in stored if not is_inert(document)]
    assert not acting
    assert peak < 50, peak
    answered = direct_answers(stored, client, client_of("owner"))
    count = len(hostile.refused()) + len(stored)
    tell("uploads", f"{count} hostile files: refused or inert {count}; peak memory below + 50 MB; direct paths answered {answered}")
    assert answered == 0


def comes_in(actor, name, body) -> bool:
    before = Document.objects.count()
    try:
        send(actor, name, body)
    except BadUpload as refusal:
        assert SENTENCE.search(str(refusal.message)), refusal.message
        return Document.objects.count() != before
    return True


def is_inert(document) -> bool:
    body, name = document.read(), document.original_name
    return (
        hostile.MARK not in body
        and b"evil" not in body
        and b"Exif" not in body
        and not STRANGE.search(name)
        and ".." not in name
        and 1 <= len(name) <= 120
        and bool(re.fullmatch(rf"{document.organisation_id}/[0-9a-f]{{32}}", document.file.name))
    )


def direct_answers(stored, *browsers) -> int:
    """How many addresses that name a stored file on disk answer with anything but a refusal."""
    roots = ("/media/", "/static/", "/documents/", "/private/", "/files/", "/media/../private/", "/static/../../private/", "/")
    paths = [root + document.file.name for root in roots for document in stored]
    return sum(browser.get(path).status_code == 200 for browser in browsers for path in paths)


def test_private_files_lie_outside_everything_that_is_served():
    for folder in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
        assert not Path(settings.PRIVATE_ROOT).is_relative_to(folder)
        assert not Path(folder).is_relative_to(settings.PRIVATE_ROOT)


def test_the_child_has_limits_and_no_secrets(monkeypatch, tmp_path):
    from incubator.documents import child

    (tmp_path / "greedy.py").write_text(
        "import os, sys\nfrom incubator.documents.child import limit_myself\n"
        "assert not [key for key in os.environ if 'DATABASE' in key or 'FUHUA' in key or 'SECRET' in key]\n"
        "limit_myself(1)\n"
        "if sys.argv[1] == 'memory':\n    bytearray(4 * 1024**3)\n"
        "while True:\n    pass\n"
    )
    monkeypatch.setenv("FUHUA_SECRET_KEY", "x")
    monkeypatch.setattr(child, "PASSED_ON", (*child.PASSED_ON, "PYTHONPATH"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ChildError, match="MemoryError"):
        child.run_child("greedy", b"", "memory")
    with pytest.raises(ChildError, match="signal"):
        child.run_child("greedy", b"", "time")


def test_a_file_that_the_child_cannot_bear_is_a_sentence(monkeypatch, inside, actor):
    def stopped(*args):
        raise ChildError("signal 24")

    monkeypatch.setattr(uploads, "run_child", stopped)
    with pytest.raises(BadUpload):
        attach_upload(an_upload(body=pdf_bytes()), kind="lease", by=actor("officer"))
    assert not Document.objects.exists()


def test_an_honest_pdf_with_a_link_comes_in():
    import pikepdf

    def link(pdf):
        act = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://www.gov.cn/"))
        pdf.pages[0].obj.Annots = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act)])
        pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])

    assert upload_child.read_pdf(hostile.a_pdf(link)) == 1


def test_another_organisation_has_no_address_for_it(organisation, other_organisation, actor, other_people, client):
    with organisation_context(organisation):
        paper = a_document(actor("officer"))
    client.force_login(other_people["owner"])
    for slug in (organisation.slug, other_organisation.slug):
        assert client.get(f"/office/{slug}/startups/papers/{paper.pk}/").status_code == 404
