"""What pages hand to components: small frozen records, so that a view says what it means and a template draws it.

Dictionaries with the same keys work as well. `docs/design.md` shows each one beside its tag.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

TONES = ("jade", "amber", "indigo", "red", "plain")


@dataclass(frozen=True)
class Figure:
    """One key figure of a strip: `{% figures figures %}`. `tone` colours the note (jade: good, amber: waiting, red: trouble)."""

    label: Any
    value: Any
    unit: Any = ""
    note: Any = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a way: `{% steps steps %}`. `state` is done, current, todo or stopped."""

    label: Any
    state: str = "todo"
    note: Any = ""
    url: str = ""


@dataclass(frozen=True)
class Event:
    """One line of a timeline: `{% timeline events %}`."""

    when: dt.date | dt.datetime
    title: Any
    text: Any = ""
    by: Any = ""
    icon: str = "file"
    tone: str = "plain"
    url: str = ""


@dataclass(frozen=True)
class Task:
    """One thing to do: `{% todo tasks %}`. `kind` is the tag in front, `due` the words at the end."""

    kind: Any
    title: Any
    url: str
    due: Any = ""
    note: Any = ""
    tone: str = "amber"
    late: bool = False


@dataclass(frozen=True)
class Check:
    """One condition and whether it holds: `{% checks checks %}`. `passes` None means: not looked at yet."""

    text: Any
    passes: bool | None = None
    note: Any = ""
    clause: Any = ""
    url: str = ""


@dataclass(frozen=True)
class Filter:
    """One row of chips above a list: `{% toolbar filters=filters %}`. `name` is the query parameter; a choice is
    (value, label) or (value, label, count). The empty value means all and is added by the toolbar."""

    name: str
    label: Any
    choices: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Reason:
    """One step of "why this amount": `{% why_amount reasons %}`. `quote` is the clause's own words."""

    label: Any
    expression: Any = ""
    result: Decimal | Any = None
    unit: Any = ""
    quote: Any = ""
    clause: Any = ""
    url: str = ""


def way(labels: Sequence[tuple[str, Any]], current: str, *, stopped: bool = False) -> list[Step]:
    """Steps from (key, label) pairs: those before `current` are done, those after are still to do.

    A `current` that is none of the keys means that the whole way is done."""
    keys = [key for key, _label in labels]
    place = keys.index(current) if current in keys else len(keys)
    here = "stopped" if stopped else "current"
    return [
        Step(label, "done" if number < place else here if number == place else "todo")
        for number, (_key, label) in enumerate(labels)
    ]
