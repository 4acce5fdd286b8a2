"""Papers for tests: the bytes of a PDF and a picture, uploads, and stored documents."""

from __future__ import annotations

import functools
import io
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from incubator.documents.models import Document, DocumentKind
from incubator.documents.services import attach_upload
from incubator.documents.uploads import OwnPrint

numbers = itertools.count(1)


@functools.cache
def pdf_bytes() -> bytes:
    """A sound PDF of one empty page."""
    import pikepdf

    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        body = io.BytesIO()
        pdf.save(body)
    return body.getvalue()


def an_upload(name: str = "lease.pdf", body: bytes | None = None) -> SimpleUploadedFile:
    """A file as a browser sends it; without a body a sound PDF of our own, which no child process needs to open."""
    if body is None:
        return OwnPrint(name, pdf_bytes(), "application/pdf")
    return SimpleUploadedFile(name, body, "application/pdf")


def a_document(by: Any, kind: str = DocumentKind.LEASE, **fields: Any) -> Document:
    """A stored PDF. Call it inside an organisation's context; `by` is an Actor."""
    return attach_upload(an_upload(f"paper-{next(numbers)}.pdf"), kind=kind, by=by, **fields)


def hostile_uploads() -> dict[str, SimpleUploadedFile]:
    """Files that must be refused, each for its own reason."""
    return {
        "empty": an_upload("empty.pdf", b""),
        "html named pdf": an_upload("page.pdf", b"<!doctype html><script>alert(1)</script>"),
        "30 MB": an_upload("large.pdf", pdf_bytes() + b"\n" * (30 * 1024 * 1024)),
        "pdf named png": an_upload("picture.png"),
        "cut off": an_upload("broken.pdf", b"%PDF-1.7\n" + b"x" * 50),
    }
