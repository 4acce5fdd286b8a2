"""Child process of `uploads.check_upload`: a file on standard input; out come one line of JSON and, for a picture,
the picture made anew. Knows neither Django nor the database: it reads what a stranger sent."""

from __future__ import annotations

import io
import json
import sys
import warnings
from typing import Any

from incubator.documents.child import limit_myself

MAX_PIXELS = 40_000_000
MAX_PAGES = 200
MAX_OBJECTS = 200_000
PROCESSOR_SECONDS = 20
DEPTH = 20  # of things inside things
TAIL = 1024  # bytes that may stand behind the end of a PDF
ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/RichMediaExecute"})
ACTING_KEYS = ("/JS", "/AA", "/EF", "/XFA")


class Refused(Exception):
    """One word that `uploads.SENTENCES` knows."""


def main() -> None:
    limit_myself(PROCESSOR_SECONDS)
    sys.stdout.buffer.write(answer_of(sys.stdin.buffer.read(), sys.argv[1]))


def answer_of(body: bytes, kind: str) -> bytes:
    """What this module says of a file: one line of JSON, then the picture."""
    try:
        facts, picture = ({"pages": read_pdf(body)}, b"") if kind == "application/pdf" else ({"pages": 1}, anew(body, kind))
    except Refused as refused:
        facts, picture = {"refused": str(refused)}, b""
    return json.dumps(facts).encode() + b"\n" + picture


def read_pdf(body: bytes) -> int:
    """The number of pages. No stream is expanded but those that hold objects."""
    import pikepdf

    if has_tail(body):
        raise Refused("tail")
    try:
        with pikepdf.open(io.BytesIO(body)) as pdf:
            if pdf.is_encrypted:
                raise Refused("locked")
            if len(pdf.objects) > MAX_OBJECTS or not 0 < len(pdf.pages) <= MAX_PAGES:
                raise Refused("pages")
            if acts(pdf):
                raise Refused("acting")
            return len(pdf.pages)
    except pikepdf.PasswordError:
        raise Refused("locked") from None
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, AttributeError, KeyError):
        raise Refused("damaged_pdf") from None


def has_tail(body: bytes) -> bool:
    """Whether another file hangs behind the end of the PDF."""
    tail = body[body.rfind(b"%%EOF") + 5 :].strip(b"\r\n\t \0") if b"%%EOF" in body else b""
    return len(tail) > TAIL or b"PK\x05\x06" in tail


def acts(pdf: Any) -> bool:
    """Whether opening, reading or printing this PDF would do something: actions, scripts, embedded files."""
    root, names = pdf.Root, pdf.Root.get("/Names", {})
    return (
        "/AF" in root
        or any(key in names for key in ("/JavaScript", "/EmbeddedFiles"))
        or ("/OpenAction" in root and not is_view(root.OpenAction))
        or any(is_acting(thing) for found in pdf.objects for thing in parts(found))
    )


def parts(found: Any, depth: int = 0) -> Any:
    """The dictionaries of an object, those that stand directly inside it too."""
    import pikepdf

    if isinstance(found, pikepdf.Array):
        inside = list(found)
    elif isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
        yield found
        inside = [value for _key, value in found.items()]
    else:
        return
    for inner in inside:
        if isinstance(inner, pikepdf.Object) and not inner.is_indirect and depth < DEPTH:
            yield from parts(inner, depth + 1)


def is_acting(thing: Any) -> bool:
    return (
        any(key in thing for key in ACTING_KEYS)
        or str(thing.get("/S", "")) in ACTIONS
        or str(thing.get("/Type", "")) == "/EmbeddedFile"
    )


def is_view(opening: object) -> bool:
    """An opening destination (page and zoom), not an action."""
    import pikepdf

    return isinstance(opening, pikepdf.Array)


def anew(body: bytes, kind: str) -> bytes:
    """The picture made anew: turned upright, without place, device or anything behind its end."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=["JPEG", "PNG"]) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise Refused("large_picture")
                upright = ImageOps.exif_transpose(picture)
                upright = upright.convert("RGB" if kind == "image/jpeg" or upright.mode not in {"RGBA", "LA"} else "RGBA")
                upright.info.clear()
                out = io.BytesIO()
                upright.save(out, "JPEG" if kind == "image/jpeg" else "PNG", quality=90)
                return out.getvalue()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused("large_picture") from None
    except (OSError, ValueError, SyntaxError, MemoryError, TypeError, KeyError):
        raise Refused("damaged_picture") from None


if __name__ == "__main__":
    main()
