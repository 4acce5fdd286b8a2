"""Acts on papers: take an upload in, keep what we printed, hand a file out."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.documents.models import Document, DocumentKind
from incubator.documents.uploads import BadUpload, check_upload, clean_name
from incubator.journal.services import record

SPACE_LOCK = 1_145_390_931  # the first key of the advisory lock; the second is the organisation
SHOWN_INLINE = frozenset({"application/pdf", "image/jpeg", "image/png"})
FILE_CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@transaction.atomic
def attach_upload(upload: UploadedFile, *, kind: str, by: Actor, title: str = "", **fields: Any) -> Document:
    """Take a file that a person uploaded. The content decides what it is, not its name.

    Raises BadUpload (a sentence for the field) for anything but a sound PDF, JPEG or PNG within the limits, and
    when the organisation's space is used up."""
    checked = check_upload(upload)
    reserve_space(len(checked.body), by=by)
    name = clean_name(upload.name or "")
    return _store(checked.body, kind=kind, title=title or name, by=by, original_name=name,
                  content_type=checked.content_type, pages=checked.pages, **fields)


def reserve_space(size: int, *, by: Actor) -> None:
    """Refuse an upload beyond the organisation's space. Uploads of one organisation pass here one after another,
    each until its transaction ends, so that two cannot both take the last free place. Our own papers are counted
    too, but never refused: a claim must be printed."""
    wait_turn(by)
    used = Document.objects.space_used()
    if used + size > settings.DOCUMENT_QUOTA_MB * 1024 * 1024:
        raise BadUpload(
            _("Your organisation has used %(used)d of %(most)d MB for papers, so this file no longer fits. "
              "Ask whoever runs this site for more space.")
            % {"used": used // 1024 // 1024, "most": settings.DOCUMENT_QUOTA_MB}
        )


def wait_turn(by: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SPACE_LOCK, by.organisation.pk])


@transaction.atomic
def keep_paper(body: bytes, *, title: str, name: str, by: Actor, kind: str = "paper", **fields: Any) -> Document:
    """Keep a PDF that we printed ourselves."""
    return _store(body, kind=kind, title=title, by=by, original_name=name, content_type="application/pdf", **fields)


@transaction.atomic
def keep_table(body: bytes, *, name: str, by: Actor, kind: str = DocumentKind.TABLE) -> Document:
    """Keep a table that a person brought and that was read already. It is only ever handed out as a download.

    Raises BadUpload when the organisation's space is used up."""
    reserve_space(len(body), by=by)
    shown = clean_name(name)
    return _store(body, kind=kind, title=shown, by=by, original_name=shown, content_type="application/octet-stream")


def _store(body: bytes, *, title: str, by: Actor, **fields: Any) -> Document:
    document = Document(title=title[:200], size=len(body), sha256=sha256(body).hexdigest(), added_by=by.user, **fields)
    document.organisation = by.organisation
    document.file.save("file", ContentFile(body), save=False)
    document.save()
    record("attach", document, by=by, sha256=document.sha256, kind=document.kind)
    return document


def drop_with_file(row: Any) -> None:
    """Delete a row that has a private file; the file goes once nothing can undo that."""
    name, storage = row.file.name, row.file.storage
    row.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def serve_file(document: Document, *, by: Actor, inline: bool = False) -> HttpResponseBase:
    """Hand a file to a person whose right to it the caller has checked, and write down who had it, which and how.

    Images and PDFs may be shown inside our own page (`inline`); the response can run nothing either way.
    Behind a server that knows X-Accel-Redirect (`PRIVATE_ACCEL`), that server sends the bytes."""
    record("download", document, by=by, sha256=document.sha256, inline=inline)
    return hand_out(document.file, document.content_type, document.original_name, inline=inline)


def hand_out(file: Any, content_type: str, called: str, *, inline: bool = False) -> HttpResponseBase:
    """The bytes of a private file with the headers that every one of them carries. The caller has checked the right
    to it and written down who has it."""
    response = _bytes_of(file, content_type)
    disposition = "inline" if inline and content_type in SHOWN_INLINE else "attachment"
    name = quote(clean_name(called), safe="")
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{name}"
    response["Content-Security-Policy"] = FILE_CSP
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _bytes_of(file: Any, content_type: str) -> HttpResponseBase:
    """The bytes from here, or the name of the file for the server in front, which has the folder too."""
    if settings.PRIVATE_ACCEL:
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = settings.PRIVATE_ACCEL + quote(str(file.name))
        return response
    return FileResponse(file.open("rb"), content_type=content_type)
