"""Papers that look like scans: a page is a list of words and lines in millimetres, printed straight into a small PDF.

Hundreds of invoices and slips are needed. Laying each out as HTML would take half a minute; this takes a second. The
font is cut down for each pile of sheets, so that a file stays small: first to the characters of this package's own
texts, once, then from there to those of the pile.
"""

from __future__ import annotations

import io
import re
import string
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from math import cos, radians, sin
from pathlib import Path
from typing import Any

from incubator.documents.glyphs import FONTS

POINTS = 72 / 25.4
MARK = "示例 SAMPLE"
NUMERALS = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整人民币"
INK, FAINT, RED = (0.12, 0.12, 0.14), (0.45, 0.43, 0.4), (0.55, 0.2, 0.15)

type Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Words:
    """A line of text. `align` left, centre or right of `x`; `y` is its foot."""

    x: float
    y: float
    text: str
    size: float
    align: str
    colour: Colour
    slant: float = 0.0


@dataclass(frozen=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    colour: Colour


@dataclass
class Sheet:
    """One page, measured in millimetres from its top left corner."""

    title: str
    width: float = 210
    height: float = 297
    words: list[Words] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    def write(
        self, x: float, y: float, text: str, size: float = 10, *, align: str = "left", colour: Colour = INK
    ) -> None:
        """Put one line of text. Sizes are points."""
        self.words.append(Words(x, y, text, size, align, colour))

    def rule(self, x1: float, y1: float, x2: float, y2: float, *, width: float = 0.25, colour: Colour = INK) -> None:
        """Draw a line."""
        self.rules.append(Rule(x1, y1, x2, y2, width, colour))

    def frame(self, x: float, y: float, width: float, height: float, *, colour: Colour = INK) -> None:
        """Draw a box."""
        right, foot = x + width, y + height
        for line in ((x, y, right, y), (x, foot, right, foot), (x, y, x, foot), (right, y, right, foot)):
            self.rule(*line, colour=colour)

    def fields(self, x: float, y: float, rows: Sequence[tuple[str, str]], *, step: float = 9, gap: float = 34) -> float:
        """Write labels and values under each other; returns where the next row would stand."""
        for label, value in rows:
            self.write(x, y, label, 10, colour=FAINT)
            self.write(x + gap, y, value, 10.5)
            y += step
        return y

    def paragraph(
        self, x: float, y: float, text: str, *, columns: int = 38, size: float = 11, step: float = 8
    ) -> float:
        """Write a text in lines of about so many characters, the first one indented by two. Codes are not torn."""
        line, used = "　　", 2.0
        for part in re.findall(r"[!-~]+ ?|.", text):
            wide = sum(0.55 if char.isascii() else 1 for char in part)
            if used + wide > columns and part not in "，。；：、）”":
                self.write(x, y, line, size)
                line, used, y = "", 0.0, y + step
            line, used = line + part, used + wide
        self.write(x, y, line, size)
        return y + step

    def marked(self) -> list[Words]:
        """The words on the page, on top of the mark that says that the paper is a sample."""
        middle = Words(self.width / 2, self.height / 2, MARK, 54, "centre", (0.9, 0.88, 0.84), 28)
        note = Words(self.width - 8, self.height - 5, f"{MARK}　虚构单据，仅供演示", 7.5, "right", FAINT)
        return [middle, *self.words, note]


def letter(title: str, paragraphs: Sequence[str], *, number: str = "", signer: str = "", day: str = "") -> Sheet:
    """An A4 paper with a title, paragraphs and a place for the signature. No seal is drawn."""
    sheet = Sheet(title)
    sheet.write(105, 42, title, 20, align="centre")
    y = 54.0
    if number:
        sheet.write(105, y, number, 10.5, align="centre", colour=FAINT)
    y += 14
    for text in paragraphs:
        y = sheet.paragraph(28, y, text) + 1.5
    y = max(y + 16, 220)
    if signer:
        sheet.write(182, y, f"{signer}（盖章处）", 11, align="right")
        sheet.write(182, y + 10, day, 11, align="right")
    return sheet


@cache
def _known() -> set[str]:
    """The characters that this package's own texts use: nearly all that the story will print."""
    texts = (path.read_text() for path in Path(__file__).parent.glob("*.py"))
    return {char for text in texts for char in text if ord(char) > 0x7E} | set(string.printable[:95]) | set(NUMERALS)


@cache
def _own_cut() -> bytes:
    """Fuhua Sans with these characters only: a tenth of it, so that each further cut is quick."""
    return _cut((FONTS / "FuhuaSans-Regular.ttf").read_bytes(), _known())


def _cut(font: bytes, characters: set[str]) -> bytes:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    whole, body = TTFont(io.BytesIO(font), recalcTimestamp=False, lazy=True), io.BytesIO()
    cutter = Subsetter(Options(layout_features=[], notdef_outline=True))
    cutter.populate(unicodes=[ord(char) for char in characters])
    cutter.subset(whole)
    whole.save(body)
    return body.getvalue()


class Typeface:
    """Fuhua Sans cut down to the characters of a pile of sheets, ready to be put into PDF files."""

    def __init__(self, characters: set[str]) -> None:
        from fontTools.ttLib import TTFont

        whole = _own_cut() if characters <= _known() else (FONTS / "FuhuaSans-Regular.ttf").read_bytes()
        body = _cut(whole, characters)
        font = TTFont(io.BytesIO(body))
        self.length, self.body = len(body), zlib.compress(body)
        names = font.getBestCmap()
        self.glyphs = {char: font.getGlyphID(names[ord(char)]) for char in sorted(characters)}
        self.widths = {char: font["hmtx"][names[ord(char)]][0] for char in characters}

    def hexed(self, text: str) -> str:
        return "".join(f"{self.glyphs[char]:04X}" for char in text)

    def width(self, text: str, size: float) -> float:
        """The width of a text in points."""
        return sum(self.widths[char] for char in text) * size / 1000

    def unicode_map(self) -> bytes:
        """What lets a reader copy and search the text."""
        pairs = [f"<{glyph:04X}> <{char.encode('utf-16-be').hex()}>" for char, glyph in self.glyphs.items()]
        parts = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
        body = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Fuhua def /CMapType 2 def\n"
            f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{body}\nendcmap end end"
        ).encode()

    def put_into(self, pdf: Any) -> Any:
        """The font as an object of one PDF."""
        from pikepdf import Array, Dictionary, Name, Stream

        program = Stream(pdf, self.body, Filter=Name.FlateDecode, Length1=self.length)
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=Name("/FUHUAD+FuhuaSans"), Flags=4, FontBBox=Array([-50, -250, 1050, 950]),
            ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=733, StemV=80, FontFile2=pdf.make_indirect(program),
        )  # fmt: skip
        narrow = [part for char, glyph in self.glyphs.items() if self.widths[char] != 1000
                  for part in (glyph, Array([self.widths[char]]))]  # fmt: skip
        inner = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/FUHUAD+FuhuaSans"), DW=1000, W=Array(narrow),
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            CIDToGIDMap=Name.Identity, FontDescriptor=pdf.make_indirect(descriptor),
        )  # fmt: skip
        return Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/FUHUAD+FuhuaSans"), Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(inner)]),
            ToUnicode=pdf.make_indirect(Stream(pdf, self.unicode_map())),
        )  # fmt: skip


def press(pile: Sequence[Sheet]) -> list[bytes]:
    """Print each sheet of the pile into a PDF of its own. The same pile gives the same bytes."""
    characters = {char for sheet in pile for words in sheet.marked() for char in words.text}
    face = Typeface(characters | {" "})
    return [_print(sheet, face) for sheet in pile]


def _print(sheet: Sheet, face: Typeface) -> bytes:
    import pikepdf
    from pikepdf import Array, Dictionary, Name, Stream

    pdf = pikepdf.new()
    page = Dictionary(
        Type=Name.Page, MediaBox=Array([0, 0, round(sheet.width * POINTS, 2), round(sheet.height * POINTS, 2)]),
        Contents=pdf.make_indirect(Stream(pdf, _strokes(sheet, face).encode())),
        Resources=Dictionary(Font=Dictionary(F=pdf.make_indirect(face.put_into(pdf)))),
    )  # fmt: skip
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    pdf.Root.Lang = b"zh-CN"
    pdf.docinfo["/Title"] = sheet.title
    body = io.BytesIO()
    pdf.save(body, deterministic_id=True)
    return body.getvalue()


def _strokes(sheet: Sheet, face: Typeface) -> str:
    """The page's drawing: tinted paper laid a little askew, then rules and words."""
    width, height = sheet.width * POINTS, sheet.height * POINTS
    askew = radians(len(sheet.words) % 5 * 0.12 - 0.24)
    parts = [
        f"0.985 0.98 0.965 rg 0 0 {width:.1f} {height:.1f} re f",
        f"{cos(askew):.5f} {sin(askew):.5f} {-sin(askew):.5f} {cos(askew):.5f} 0 0 cm",
    ]
    marked = sheet.marked()
    parts.append(_words(marked[0], height, face))
    for rule in sheet.rules:
        colour = " ".join(f"{part:.2f}" for part in rule.colour)
        start, end = (rule.x1, rule.y1), (rule.x2, rule.y2)
        (x1, y1), (x2, y2) = ((x * POINTS, height - y * POINTS) for x, y in (start, end))
        parts.append(f"{colour} RG {rule.width * POINTS:.2f} w {x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S")
    parts += [_words(words, height, face) for words in marked[1:]]
    return "\n".join(parts)


def _words(words: Words, height: float, face: Typeface) -> str:
    wide = face.width(words.text, words.size)
    back = {"left": 0.0, "centre": wide / 2, "right": wide}[words.align]
    turn = radians(words.slant)
    x = words.x * POINTS - back * cos(turn)
    y = height - words.y * POINTS - back * sin(turn)
    colour = " ".join(f"{part:.2f}" for part in words.colour)
    matrix = f"{cos(turn):.4f} {sin(turn):.4f} {-sin(turn):.4f} {cos(turn):.4f} {x:.2f} {y:.2f} Tm"
    return f"BT {colour} rg /F {words.size:g} Tf {matrix} <{face.hexed(words.text)}> Tj ET"
