"""Paper: one of our templates plus plain data becomes a tagged PDF/A-3a, the same bytes for the same data.

Closed on purpose: no file, no network and no font of the machine is read while a page is laid out. WeasyPrint is
heavy and belongs to the paper queue, so it is imported where it is used and never at the start of the site.
"""

from __future__ import annotations

import base64
import json
import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from incubator.core.canonical import canonical
from incubator.core.errors import BusinessError

from . import glyphs
from .child import ChildError, run_child

if TYPE_CHECKING:
    from collections.abc import Iterator

    from weasyprint.text.fonts import FontConfiguration

PRINT_CSS = Path(__file__).parent / "templates" / "documents" / "pdf" / "print.css"
LONGEST_TABLE = 520  # 500 lines and their head, total and foot rows
LONGEST_CELL = 500  # characters; more would not fit one page, and rows are never split
LARGEST_IMAGE = 8_000_000  # characters of a data address
IMAGES = ("data:image/png;base64,", "data:image/jpeg;base64,")
FALLBACK_FACES = "\n".join(
    f"@font-face {{ font-family: 'Fuhua Fallback {kind}'; src: url('asset:fallback-{kind.lower()}.otf'); }}"
    for kind in ("Sans", "Serif")
)


class PaperError(BusinessError):
    """The paper cannot be printed as it stands. The sentence says which text is in the way."""


class MissingGlyph(PaperError):
    """No font of ours draws a character. `char` and `text` name it and the text it stands in."""

    def __init__(self, char: str, text: str) -> None:
        self.char, self.text = char, text
        super().__init__(
            _(
                "The character %(char)s (U+%(code)s) in “%(text)s” is in none of our fonts. "
                "Write it another way, or ask for it to be added to the fonts."
            )
            % {"char": char if char.isprintable() else "�", "code": f"{ord(char):04X}", "text": text[:60]}
        )


@dataclass(frozen=True)
class Job:
    """Everything the printing needs: no template, no setting, no database."""

    html: str
    created: str
    fallback: bool = False
    attachments: dict[str, bytes] = field(default_factory=dict)

    def dump(self) -> bytes:
        files = {name: base64.b64encode(body).decode() for name, body in self.attachments.items()}
        return json.dumps([self.html, self.created, self.fallback, files]).encode()

    @classmethod
    def load(cls, raw: bytes) -> Job:
        html, created, fallback, files = json.loads(raw)
        return cls(html, created, fallback, {name: base64.b64decode(body) for name, body in files.items()})


def render_pdf(
    template: str,
    context: dict[str, Any],
    *,
    title: str,
    author: str,
    created: datetime,
    attachments: dict[str, bytes] | None = None,
    watermark: str = "",
) -> bytes:
    """Print `template` with `context` as a tagged PDF/A-3a, here in this process (worker or command only).

    `created` becomes every date inside the file, so the same arguments give the same bytes. `attachments` are
    embedded with the relationship Data. `watermark` (for example 示例) lies under the text of every page.
    Raises: MissingGlyph, PaperError.
    """
    return print_job(compose(template, context, title, author, created, attachments or {}, watermark))


def render_in_child(
    template: str,
    context: dict[str, Any],
    *,
    title: str,
    author: str,
    created: datetime,
    attachments: dict[str, bytes] | None = None,
    watermark: str = "",
) -> bytes:
    """As `render_pdf`, but in a child process with 3 GiB and 60 seconds. Use this one for people's data.

    Raises: MissingGlyph, PaperError (also when the child runs out of memory or time).
    """
    job = compose(template, context, title, author, created, attachments or {}, watermark)
    try:
        pdf = run_child("incubator.documents.render_child", job.dump())
    except ChildError as error:
        if error.late:
            raise PaperError(_("Printing took longer than 60 seconds and was stopped. Split the paper.")) from None
        raise PaperError(_("The paper could not be printed: %(reason)s") % {"reason": error}) from None
    if not pdf.startswith(b"%PDF-"):
        raise PaperError(_("The paper could not be printed: %(reason)s") % {"reason": "?"})
    return pdf


def compose(
    template: str,
    context: dict[str, Any],
    title: str,
    author: str,
    created: datetime,
    attachments: dict[str, bytes],
    watermark: str,
) -> Job:
    """Fill the template and check what would not come out on paper.

    Raises: MissingGlyph for a character without a glyph, PaperError for a table or a cell that is too long.
    """
    stamp = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    paper = {"title": title, "author": author, "created": stamp, "watermark": watermark}
    html = render_to_string(template, {**context, "paper": paper})
    page = glyphs.read_page(html)
    if found := glyphs.undrawn(page.texts):
        raise MissingGlyph(*found)
    if page.longest_table > LONGEST_TABLE:
        raise PaperError(
            _("A table has %(rows)s rows; a paper holds at most 500. Split the paper.") % {"rows": page.longest_table}
        )
    if len(page.longest_cell) > LONGEST_CELL:
        raise PaperError(
            _("A cell holds %(count)s characters, at most %(limit)s fit: “%(text)s…”. Shorten it.")
            % {"count": len(page.longest_cell), "limit": LONGEST_CELL, "text": page.longest_cell[:30]}
        )
    return Job(html, stamp, glyphs.needs_fallback(page.texts), attachments)


def print_job(job: Job) -> bytes:
    """Lay out and write one job. The only place of the product that calls WeasyPrint."""
    os.environ["FONTCONFIG_FILE"] = str(glyphs.FONTS / "fonts.conf")  # read once, when WeasyPrint is imported
    from weasyprint import CSS, HTML, Attachment
    from weasyprint.urls import FatalURLFetchingError

    fetcher = closed_fetcher(assets(fallback=job.fallback))
    fonts = font_configuration(fallback=job.fallback)
    moment = datetime.fromisoformat(job.created)
    files = [
        Attachment(
            string=body, name=name, url_fetcher=fetcher, relationship="Data", created=moment, modified=moment,
            description=name,
        )
        for name, body in sorted(job.attachments.items())
    ]  # fmt: skip
    sheets = [CSS(string=FALLBACK_FACES, url_fetcher=fetcher, font_config=fonts)] if job.fallback else []
    try:
        with complaints() as heard:
            document = HTML(string=job.html, base_url=None, url_fetcher=fetcher)
            pdf = document.write_pdf(
                font_config=fonts, stylesheets=sheets, attachments=files, pdf_variant="pdf/a-3a", finisher=tidy
            )
    except FatalURLFetchingError as refused:  # a BaseException, so that nothing inside WeasyPrint swallows it
        raise PaperError(str(refused.__cause__ or refused)) from None
    if heard:
        raise PaperError(f"refused: {heard[0]}")
    return pdf


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Collect what WeasyPrint logs as an error and would leave out: a paper is printed whole or not at all."""
    heard: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: heard.append(record.getMessage())
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield heard
    finally:
        logger.removeHandler(handler)


def closed_fetcher(files: dict[str, tuple[bytes, str]]) -> Any:
    """A fetcher that knows our own assets and small PNG or JPEG data addresses, and refuses everything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class ClosedFetcher(URLFetcher):
        def __init__(self) -> None:
            super().__init__(allowed_protocols=["data", "asset"], allow_redirects=False, timeout=1, fail_on_errors=True)

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if url.startswith("asset:") and url[6:] in files:
                body, kind = files[url[6:]]
                return URLFetcherResponse(url, body, {"Content-Type": kind})
            if url.startswith(IMAGES) and len(url) < LARGEST_IMAGE:
                return super().fetch(url, headers)
            raise ValueError(f"refused: {url[:60]}")

    return ClosedFetcher()


def assets(*, fallback: bool) -> dict[str, tuple[bytes, str]]:
    """The files a page may name as asset:…: the style sheet, and the fallback fonts when the text needs them."""
    files = {"print.css": (PRINT_CSS.read_bytes(), "text/css")}
    if fallback:
        from pylopdf_fonts_zh_cn import sans_path, serif_path

        files["fallback-sans.otf"] = (sans_path().read_bytes(), "font/otf")
        files["fallback-serif.otf"] = (serif_path().read_bytes(), "font/otf")
    return files


@cache
def font_configuration(*, fallback: bool) -> FontConfiguration:
    """One set of fonts per process; papers that need the fallback have their own, so neither changes the other."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def tidy(document: Any, pdf: Any) -> None:
    """Name each attachment once (WeasyPrint lists it twice), and show the title in the window's bar (PDF/UA)."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    pdf.catalog.setdefault("ViewerPreferences", {})
    pdf.catalog["ViewerPreferences"] = type(pdf.catalog)({"DisplayDocTitle": "true"})


def canonical_json(data: Any) -> bytes:
    """The one spelling of `data` that is hashed and attached: UTF-8, keys sorted, no blanks."""
    return canonical(data).encode()


def qr_png_data_uri(text: str) -> str:
    """A QR code of `text` (error level M) as a PNG data address for an <img>."""
    import segno

    return segno.make(text, error="m", micro=False).png_data_uri(scale=8, border=2)
