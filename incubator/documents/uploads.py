"""What may come in (walls.md 9): the content decides, not the name; images are made anew; PDFs that act are refused."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from incubator.core.errors import BusinessError

MAX_BYTES = 20 * 1024 * 1024
MAX_PAGES = 200
MAX_PIXELS = 40_000_000
SUFFIXES = {"application/pdf": ("pdf",), "image/jpeg": ("jpg", "jpeg"), "image/png": ("png",)}
DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


class BadUpload(BusinessError):
    """The file cannot be taken in."""

    status = 400


@dataclass(frozen=True)
class Checked:
    """A file that may be stored: its bytes as they will be kept, its kind by content, its pages."""

    body: bytes
    content_type: str
    pages: int | None


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
    return check_pdf(body) if kind == "application/pdf" else check_image(body, kind)


def sniff(body: bytes) -> str | None:
    """The kind by the first bytes."""
    if body.startswith(b"%PDF-"):
        return "application/pdf"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/png" if body.startswith(b"\x89PNG\r\n\x1a\n") else None


def check_pdf(body: bytes) -> Checked:
    """Open the PDF without expanding its streams; refuse encryption, actions and embedded files."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(body)) as pdf:
            pages, encrypted, acting = len(pdf.pages), pdf.is_encrypted, acts(pdf)
    except pikepdf.PasswordError:
        raise BadUpload(_("This PDF is locked with a password. Save it without a password and upload it again."))
    except (pikepdf.PdfError, ValueError, RuntimeError):
        raise BadUpload(_("This PDF is damaged and cannot be read. Save or scan it again."))
    if encrypted:
        raise BadUpload(_("This PDF is locked with a password. Save it without a password and upload it again."))
    if acting:
        raise BadUpload(_("This PDF contains scripts, actions or embedded files. Print it to a new PDF and upload that."))
    if not 0 < pages <= MAX_PAGES:
        raise BadUpload(
            _("This PDF has %(pages)d pages; between 1 and %(most)d are taken. Split it.")
            % {"pages": pages, "most": MAX_PAGES}
        )
    return Checked(body, "application/pdf", pages)


def acts(pdf: Any) -> bool:
    """Whether opening or reading this PDF would do something: actions, scripts, embedded files."""
    root, names = pdf.Root, pdf.Root.get("/Names", {})
    return (
        any(key in root for key in ("/AA", "/AF"))
        or any(key in names for key in ("/JavaScript", "/EmbeddedFiles"))
        or ("/OpenAction" in root and not is_view(root.OpenAction))
        or any("/AA" in page.obj for page in pdf.pages)
    )


def is_view(opening: object) -> bool:
    """An opening destination (page and zoom), not an action."""
    import pikepdf

    return isinstance(opening, pikepdf.Array)


def check_image(body: bytes, kind: str) -> Checked:
    """Make the picture anew: turned upright, without place, device or anything behind its end."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=["JPEG", "PNG"]) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise BadUpload(_("This picture is too large (more than 40 megapixels). Save it smaller."))
                upright = ImageOps.exif_transpose(picture)
                upright = upright.convert("RGB" if kind == "image/jpeg" or upright.mode not in {"RGBA", "LA"} else "RGBA")
                out = io.BytesIO()
                upright.save(out, "JPEG" if kind == "image/jpeg" else "PNG", quality=90)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise BadUpload(_("This picture is damaged and cannot be read. Take or scan it again."))
    return Checked(out.getvalue(), kind, 1)
