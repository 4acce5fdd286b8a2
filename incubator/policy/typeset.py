"""A clause as it is set on a page: paragraphs in pieces, the run-in title in bold, the quoted words marked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from incubator.policy.models import Citation, Clause


@dataclass(frozen=True)
class Piece:
    """A stretch of text. `kind` is "title", "mark" or nothing; `anchor` is set on the first marked piece alone."""

    text: str
    kind: str = ""
    anchor: bool = False


def paragraphs(clause: Clause, mark: Citation | None = None) -> list[list[Piece]]:
    """The clause's paragraphs, cut where a title ends or marked words begin and end."""
    title = len(clause.title) + 1 if clause.text.startswith(f"{clause.title}。") else 0
    span = (mark.char_from, mark.char_to) if mark else (0, 0)
    set_, begin, anchored = list[list[Piece]](), 0, False
    for paragraph in clause.text.split("\n"):
        pieces = _cut(paragraph, begin, title, span)
        if not anchored:
            pieces, anchored = _anchor(pieces)
        set_.append(pieces)
        begin += len(paragraph) + 1
    return set_


def _cut(paragraph: str, begin: int, title: int, span: tuple[int, int]) -> list[Piece]:
    """Cut one paragraph that begins at a character of the clause."""
    end = begin + len(paragraph)
    cuts = sorted({begin, end, *(place for place in (title, *span) if begin < place < end)})
    return [
        Piece(paragraph[left - begin : right - begin], _kind(left, title, span))
        for left, right in pairwise(cuts)
    ]


def _kind(place: int, title: int, span: tuple[int, int]) -> str:
    if span[0] <= place < span[1]:
        return "mark"
    return "title" if place < title else ""


def _anchor(pieces: list[Piece]) -> tuple[list[Piece], bool]:
    """Give the first marked piece the anchor that a citation's address leads to."""
    for place, piece in enumerate(pieces):
        if piece.kind == "mark":
            return [*pieces[:place], Piece(piece.text, "mark", anchor=True), *pieces[place + 1 :]], True
    return pieces, False
