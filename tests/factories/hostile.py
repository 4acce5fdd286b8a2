"""Files that somebody sends to do harm, each with the answer that is expected of the intake."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from PIL import Image

from tests.factories.documents import pdf_bytes

MARK = b"WHERE-I-LIVE"


def a_pdf(change: Callable[[Any], None] = lambda pdf: None, pages: int = 1, **options: Any) -> bytes:
    with pikepdf.new() as pdf:
        for _page in range(pages):
            pdf.add_blank_page()
        change(pdf)
        body = io.BytesIO()
        pdf.save(body, **options)
    return body.getvalue()


def script(pdf: Any) -> Any:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def opening_script(pdf: Any) -> None:
    pdf.Root.OpenAction = script(pdf)


def page_action(pdf: Any) -> None:
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=script(pdf))


def named_script(pdf: Any) -> None:
    pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=[pikepdf.String("x"), script(pdf)]))


def launching_link(pdf: Any) -> None:
    act = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act)
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(link)])


def embedded_file(pdf: Any) -> None:
    pdf.attachments["evil.exe"] = b"MZ"


def a_picture(kind: str = "JPEG", **options: Any) -> bytes:
    body = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(body, kind, **options)
    return body.getvalue()


def with_place() -> bytes:
    """A photograph that says where it was taken, with a text behind its end."""
    exif = Image.Exif()
    exif[0x010E] = MARK.decode()
    exif.get_ifd(0x8825)[2] = (43.0, 53.0, 0.0)
    return a_picture(exif=exif) + MARK


def bomb() -> bytes:
    """A PNG of a few kilobytes that wants 30,000 × 30,000 pixels."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 4_000_000)), (b"IEND", b""))
    parts = (struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def archive() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as made:
        made.writestr("evil.html", "<script>alert(1)</script>")
    return body.getvalue()


def page_tree_of_itself() -> bytes:
    """A page tree that names itself as its child."""
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[2 0 R 2 0 R]>>endobj\n"
    return head + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def deep_array() -> bytes:
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/X " + b"[" * 200_000 + b"]" * 200_000 + b">>endobj\n"
    return head + b"2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def refused() -> dict[str, tuple[str, bytes]]:
    """Name and bytes of files that must not come in."""
    locked = pikepdf.Encryption(owner="a", user="b")
    return {
        "0 bytes": ("empty.pdf", b""),
        "over 20 MB": ("large.pdf", pdf_bytes() + b"\n" * (21 * 1024 * 1024)),
        "PDF named png": ("scan.png", pdf_bytes()),
        "HTML named pdf": ("page.pdf", b"<!doctype html><script>alert(1)</script>"),
        "SVG": ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        "archive": ("papers.zip", archive()),
        "archive behind a PDF": ("both.pdf", pdf_bytes() + archive()),
        "script before a PDF": ("both.pdf", b"<script>alert(1)</script>" + pdf_bytes()),
        "locked PDF": ("locked.pdf", a_pdf(encryption=locked)),
        "PDF locked for its owner": ("locked.pdf", a_pdf(encryption=pikepdf.Encryption(owner="a", user=""))),
        "script on opening": ("script.pdf", a_pdf(opening_script)),
        "script by name": ("script.pdf", a_pdf(named_script)),
        "action of a page": ("script.pdf", a_pdf(page_action)),
        "link that starts a program": ("link.pdf", a_pdf(launching_link)),
        "embedded file": ("carrier.pdf", a_pdf(embedded_file)),
        "10,000 pages": ("thick.pdf", a_pdf(pages=10_000)),
        "page tree of itself": ("tree.pdf", page_tree_of_itself()),
        "deep array": ("deep.pdf", deep_array()),
        "900 megapixels": ("bomb.png", bomb()),
        "cut JPEG": ("cut.jpg", a_picture()[:700]),
    }


def inert() -> dict[str, tuple[str, bytes]]:
    """Name and bytes of files that come in, but not as they were."""
    return {
        "place and tail": ("photo.jpg", with_place()),
        "archive behind a picture": ("both.png", a_picture("PNG") + archive()),
        "path as name": ("../../../etc/passwd.pdf", pdf_bytes()),
        "NUL and controls": ("a\0b\r\nc\x1b.pdf", pdf_bytes()),
        "turned name": ("\u202efdp.exe.pdf", pdf_bytes()),
        "300 characters": ("长" * 300 + ".pdf", pdf_bytes()),
    }
