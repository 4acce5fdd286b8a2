"""Can our fonts draw this text? Asked before a paper is printed, because a box in a name makes it worthless."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
BLANKS = frozenset("\n\r\t")
SILENT = frozenset({"style", "script"})


@cache
def drawn() -> frozenset[int]:
    """Code points of the Fuhua fonts. All four files hold the same ones (a test compares them)."""
    return _coverage(FONTS / "FuhuaSans-Regular.ttf")


@cache
def drawn_by_fallback() -> frozenset[int]:
    """Code points that both fallback fonts hold: GBK and more, regular weight only."""
    from pylopdf_fonts_zh_cn import sans_path, serif_path

    return _coverage(sans_path()) & _coverage(serif_path())


def _coverage(path: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@dataclass
class PageText(HTMLParser):
    """The visible texts of a page, its longest cell and the rows of its longest table."""

    texts: list[str] = field(default_factory=list)
    rows: int = 0
    longest_table: int = 0
    longest_cell: str = ""
    _silent: int = 0
    _cell: str | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        if tag == "table":
            self.rows = 0
        elif tag == "tr":
            self.rows += 1
            self.longest_table = max(self.longest_table, self.rows)
        elif tag in ("td", "th"):
            self._cell = ""

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT
        if tag in ("td", "th") and self._cell is not None:
            self.longest_cell = max(self.longest_cell, self._cell, key=len)
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self.texts.append(data)
        if self._cell is not None:
            self._cell += data.strip()


def read_page(html: str) -> PageText:
    """Walk the page once.

    Returns: its texts and measures, see `PageText`.
    """
    page = PageText()
    page.feed(html)
    page.close()
    return page


def undrawn(texts: list[str]) -> tuple[str, str] | None:
    """The first character that no font of ours draws, with the text it stands in; None when all can be drawn."""
    for text in texts:
        for char in text:
            if ord(char) not in drawn() and char not in BLANKS and ord(char) not in drawn_by_fallback():
                return char, text.strip()
    return None


def needs_fallback(texts: list[str]) -> bool:
    """Does any text hold a character outside the Fuhua fonts?"""
    return any(ord(char) not in drawn() and char not in BLANKS for text in texts for char in text)
