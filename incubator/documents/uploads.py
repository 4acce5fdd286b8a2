"""What may come in (walls.md 9): the content decides, not the name; images are made anew; PDFs that act are refused."""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.errors import BusinessError
from incubator.documents.child import ChildError, run_child
from incubator.documents.scanning import NoScan, threat_in
from incubator.documents.upload_child import answer_of

logger = logging.getLogger(__name__)
MAX_BYTES = 20 * 1024 * 1024
SUFFIXES = {"application/pdf": ("pdf",), "image/jpeg": ("jpg", "jpeg"), "image/png": ("png",)}
DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])

SENTENCES = {  # why the child refuses a file
    "locked": gettext_lazy("This PDF is locked with a password. Save it without a password and upload it again."),
    "damaged_pdf": gettext_lazy("This PDF is damaged and cannot be read. Save or scan it again."),
    "acting": gettext_lazy("This PDF contains scripts, actions or embedded files. Print it to a new PDF and upload that."),
    "tail": gettext_lazy("Another file hangs behind the end of this PDF. Print it to a new PDF and upload that."),
    "pages": gettext_lazy("Between 1 and 200 pages are taken in one PDF. Split it."),
    "large_picture": gettext_lazy("This picture is too large (more than 40 megapixels). Save it smaller."),
    "damaged_picture": gettext_lazy("This picture is damaged and cannot be read. Take or scan it again."),
}


class BadUpload(BusinessError):
    """The file cannot be taken in."""

    status = 400


@dataclass(frozen=True)
class Checked:
    """A file that may be stored: its bytes as they will be kept, its kind by content, its pages."""

    body: bytes
    content_type: str
    pages: int | None


class OwnPrint(SimpleUploadedFile):
    """A PDF that this product printed itself a moment ago (the demonstration's evidence). It is looked at like any
    other, but in this process: no stranger made its bytes. No request can produce one."""


def clean_name(name: str) -> str:
    """The name as display text: no path, no control or direction marks, at most 120 characters."""
    base = re.split(r"[\\/]", name.translate(DIRECTION_MARKS))[-1]
    base = "".join(char for char in base if unicodedata.category(char)[0] != "C").strip(". ")
    if len(base) > 120:
        stem, dot, suffix = base.rpartition(".")
        base = stem[: 119 - len(suffix)] + dot + suffix if dot and len(suffix) < 10 else base[:120]
    return base or "file"


def check_upload(upload: UploadedFile) -> Checked:
    """Look at an upload. Raises BadUpload with the sentence for its field."""
    if not upload.size:
        raise BadUpload(_("This file is empty. Choose the file again."))
    if upload.size > MAX_BYTES:
        raise BadUpload(
            _("This file has %(size).1f MB; at most 20 MB are taken. Scan it with a lower resolution or split it.")
            % {"size": upload.size / 1024 / 1024}
        )
    body = upload.read()
    kind = sniff(body)
    suffix = clean_name(upload.name or "").rpartition(".")[2].lower()
    if kind is None:
        raise BadUpload(_("This is not a PDF, JPEG or PNG file. Save the paper as one of these and upload it again."))
    if suffix not in SUFFIXES[kind]:
        raise BadUpload(
            _("The name ends in “.%(suffix)s” but the content is %(kind)s. Upload the original file.")
            % {"suffix": suffix, "kind": kind.partition("/")[2].upper()}
        )
    if isinstance(upload, OwnPrint):
        return look_inside(body, kind, apart=False)
    refuse_threats(body)
    return look_inside(body, kind)


def refuse_threats(body: bytes) -> None:
    """Ask the scanner, where there is one. Raises BadUpload for what it finds, and for what it could not look at."""
    try:
        threat = threat_in(body)
    except NoScan as error:
        logger.error("an upload of %d bytes was refused because it could not be scanned: %s", len(body), error)
        raise BadUpload(_("This file cannot be checked for viruses at the moment, so it was not taken. Try again in a few minutes.")) from None
    if threat:
        logger.warning("an upload of %d bytes was refused: the scanner found %s", len(body), threat)
        raise BadUpload(_("The virus scanner found something in this file (%(threat)s). It was not taken. Check the device it comes from.") % {"threat": threat[:80]})


def sniff(body: bytes) -> str | None:
    """The kind by the first bytes."""
    if body.startswith(b"%PDF-"):
        return "application/pdf"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/png" if body.startswith(b"\x89PNG\r\n\x1a\n") else None


def look_inside(body: bytes, kind: str, *, apart: bool = True) -> Checked:
    """Let a child process with limits open the file (`apart`). Raises BadUpload."""
    try:
        answer = run_child("incubator.documents.upload_child", body, kind) if apart else answer_of(body, kind)
    except ChildError as error:
        logger.warning("an upload of %d bytes (%s) was not read: %s", len(body), kind, error)
        raise BadUpload(_("This file takes too long or too much memory to read. Print or scan it again.")) from None
    line, _break, picture = answer.partition(b"\n")
    facts = json.loads(line)
    if "refused" in facts:
        raise BadUpload(str(SENTENCES[facts["refused"]]))
    return Checked(picture or body, kind, facts["pages"])
