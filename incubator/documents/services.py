"""Acts on papers: take an upload in, keep what we printed, hand a file out."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import quote

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse

from incubator.accounts.actors import Actor
from incubator.documents.models import Document
from incubator.documents.uploads import check_upload, clean_name
from incubator.journal.services import record


@transaction.atomic
def attach_upload(upload: UploadedFile, *, kind: str, by: Actor, title: str = "", **fields: Any) -> Document:
    """Take a file that a person uploaded. The content decides what it is, not its name.

    Raises BadUpload (a sentence for the field) for anything but a sound PDF, JPEG or PNG within the limits."""
    checked = check_upload(upload)
    name = clean_name(upload.name or "")
    return _store(checked.body, kind=kind, title=title or name, by=by, original_name=name,
                  content_type=checked.content_type, pages=checked.pages, **fields)


@transaction.atomic
def keep_paper(body: bytes, *, title: str, name: str, by: Actor, kind: str = "paper", **fields: Any) -> Document:
    """Keep a PDF that we printed ourselves."""
    return _store(body, kind=kind, title=title, by=by, original_name=name, content_type="application/pdf", **fields)


def _store(body: bytes, *, title: str, by: Actor, **fields: Any) -> Document:
    document = Document(title=title[:200], size=len(body), sha256=sha256(body).hexdigest(), added_by=by.user, **fields)
    document.organisation = by.organisation
    document.file.save("file", ContentFile(body), save=False)
    document.save()
    record("attach", document, by=by, sha256=document.sha256, kind=document.kind)
    return document


def serve_file(document: Document, *, by: Actor, inline: bool = False) -> FileResponse:
    """Hand a file to a person whose right to it the caller has checked, and write that down.

    Images and PDFs may be shown inside our own page (`inline`); the response can run nothing either way."""
    record("download", document, by=by)
    response = FileResponse(document.file.open("rb"), content_type=document.content_type)
    disposition = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(document.original_name)}"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "private, no-store"
    return response
