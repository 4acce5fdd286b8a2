"""State tables: which acts exist, from where to where, by whom, and who must be somebody else.

A table is a tuple of `Move`. `incubator.journal.services.make_move` is the only way to change a state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

SYSTEM = "system"  # the product itself, or the clock: not a person


@dataclass(frozen=True)
class Move:
    """One row of a table of moves. `target` None keeps the state; `unlike` names person fields that must differ
    from the one who acts; `signs` names the person field that this act fills."""

    act: str
    label: Any
    sources: tuple[str, ...]
    target: str | None
    roles: frozenset[str]
    unlike: tuple[str, ...] = ()
    signs: str = ""
    tone: str = field(default="", compare=False)


def moves(*rows: Move) -> tuple[Move, ...]:
    """Check a table when it is read: an act may have one way only out of each state."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        for source in row.sources:
            if (row.act, source) in seen:
                raise ValueError(f"{row.act} from {source} is listed twice")
            seen.add((row.act, source))
    return rows


def find_move(table: Iterable[Move], act: str, state: str) -> Move | None:
    """The move of this act out of this state, or None."""
    return next((move for move in table if move.act == act and state in move.sources), None)


def acts_of(table: Iterable[Move]) -> list[str]:
    """Every act of the table, in its order, once."""
    return list(dict.fromkeys(move.act for move in table))


def possible_moves(table: Iterable[Move], record: Any, actor: Any) -> list[Move]:
    """What this actor may do with the record now: state, role and four eyes agree. For buttons; services check again."""
    person = getattr(actor, "user", None)
    return [
        move
        for move in table
        if record.state in move.sources
        and actor.roles & move.roles
        and not any(getattr(record, f"{name}_id") == person.pk for name in move.unlike if person)
    ]
