"""Taking a pasted text apart: opening words, chapters, clauses. A person corrects what this guesses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

NUMERALS = "一二三四五六七八九十百零〇两"
NUMBER = rf"[{NUMERALS}]+|\d{{1,3}}"
ARTICLE = re.compile(rf"^第\s*({NUMBER})\s*条[\s　、:：]*(.*)$")
BRACKETED = re.compile(rf"^[（(]\s*({NUMBER})\s*[）)][\s　、]*(.*)$")
LISTED = re.compile(rf"^({NUMBER})[、.．][\s　]*(.*)$")
CHAPTER = re.compile(rf"^第\s*(?:{NUMBER})\s*[章节](?:[\s　]+|$).*$")
TITLED = re.compile(r"^[【［\[〔]([^】］\]〕]{1,30})[】］\]〕]\s*(.*)$")
FORMS = (("第{}条", ARTICLE), ("（{}）", BRACKETED), ("{}、", LISTED))
LONGEST_TITLE = 24
MOST_CLAUSES, LONGEST_CLAUSE = 300, 20_000  # of one text; characters of one clause


@dataclass
class Piece:
    """One clause as it is read from the text: its number without ornament, its chapter, a short title, its words."""

    path: str
    chapter: str
    title: str
    text: str

    def as_row(self) -> dict[str, str]:
        return {"path": self.path, "chapter": self.chapter, "title": self.title, "text": self.text}


@dataclass
class Split:
    """A text in its parts. `clause_form` is how the text writes a clause's number."""

    preamble: str = ""
    clause_form: str = "第{}条"
    clauses: list[Piece] = field(default_factory=list)


def split_text(body: str) -> Split:
    """Split at the numbers that the text itself uses: 第N条 first, else （N）, else N、. A paragraph without a number
    belongs to the clause above it; what stands before the first number are opening words. A text without any number
    is one clause."""
    lines = [line.strip(" \t　\u200b\ufeff") for line in body.replace("\0", "").splitlines()]
    lines = [line for line in lines if line]
    form, pattern = _form_of(lines)
    found, chapter, opening = Split(clause_form=form), "", list[str]()
    for line in lines:
        if _is_chapter(line, form):
            chapter = line
        elif pattern and (match := pattern.match(line)):
            found.clauses.append(_begin(plain_number(match[1]), chapter, match[2]))
        elif found.clauses:
            found.clauses[-1].text = "\n".join(part for part in (found.clauses[-1].text, line) if part)
        else:
            opening.append(line)
    if not found.clauses and opening:
        return Split("", "{}", [Piece("全文", "", opening[0][:LONGEST_TITLE], "\n".join(opening))])
    found.preamble = "\n".join(opening)
    for piece in found.clauses:
        piece.title = piece.title or title_of(piece.text)
    return found


def _form_of(lines: Sequence[str]) -> tuple[str, re.Pattern[str] | None]:
    for form, pattern in FORMS:
        if any(pattern.match(line) for line in lines):
            return form, pattern
    return "{}", None


def _is_chapter(line: str, form: str) -> bool:
    """第N章, and above bracketed clauses 一、…; a chapter is a short line without a full stop."""
    if len(line) > 40 or line.endswith("。"):
        return False
    return bool(CHAPTER.match(line)) or (form == "（{}）" and bool(LISTED.match(line)))


def _begin(path: str, chapter: str, rest: str) -> Piece:
    titled = TITLED.match(rest)
    return Piece(path, chapter, titled[1], titled[2]) if titled else Piece(path, chapter, "", rest)


def title_of(text: str) -> str:
    """A short title for lists: the first words of the clause, up to its first comma or stop."""
    first = re.split(r"[，。；：,;:\n]", text, maxsplit=1)[0].strip()
    return first if len(first) <= LONGEST_TITLE else first[: LONGEST_TITLE - 1] + "…"


def plain_number(text: str) -> str:
    """Full-width digits in half width; Chinese numerals stay."""
    return unicodedata.normalize("NFKC", text).strip()


def cut_again(rows: Iterable[dict[str, str]], form: str) -> list[dict[str, str]]:
    """Cut a clause where a line inside it begins with a number of its own: typing 第五条 in front of a line splits."""
    pattern = next((found for name, found in FORMS if name == form), None)
    cut: list[dict[str, str]] = []
    for row in rows:
        cut.append(row | {"text": ""})
        for place, line in enumerate(row["text"].splitlines()):
            match = pattern.match(line.strip(" \t　")) if pattern and place else None
            if match:
                cut.append(_begin(plain_number(match[1]), row["chapter"], match[2]).as_row())
            else:
                cut[-1]["text"] = f"{cut[-1]['text']}\n{line}".strip("\n") if place else line
    return [row | {"title": row["title"] or title_of(row["text"])} for row in cut]


def number_value(text: str) -> int | None:
    """十二 → 12, 一百零五 → 105, 12 → 12; None for what is no number."""
    if text.isascii() and text.isdigit():
        return int(text)
    digits = {character: place % 10 for place, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
    total, digit = 0, None
    for character in text:
        if character in digits:
            digit = digits[character]
        elif character in "十百":
            total += (1 if digit is None else digit) * (10 if character == "十" else 100)
            digit = 0
        else:
            return None
    return total + (digit or 0) if text else None


def doubts(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What a person should look at before handing in: numbers that repeat, jump or are none; clauses without words."""
    said: list[str] = []
    before: int | None = None
    seen: set[str] = set()
    for row in rows:
        path = row["path"]
        if path in seen:
            said.append(_("Clause %(path)s stands twice.") % {"path": path})
        seen.add(path)
        if not row["text"].strip():
            said.append(_("Clause %(path)s has no words.") % {"path": path})
        value = number_value(path)
        if value is not None and before is not None and value != before + 1:
            said.append(_("After clause number %(before)s comes %(now)s: is one missing?") % {"before": before, "now": value})
        before = value if value is not None else before
    return said
