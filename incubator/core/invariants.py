"""What must be true of the rows at any time. Each app names its own in `invariants.py`: a function that counts, inside an
organisation's context, the rows that break it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from incubator.core.scoping import every_organisation, organisation_context

Count = Callable[[], int]


@dataclass(frozen=True)
class Invariant:
    """One promise in words, and the function that counts what breaks it."""

    name: str
    label: Any
    count: Count


_known: dict[str, Invariant] = {}


def invariant(name: str, label: Any) -> Callable[[Count], Count]:
    """Register a check under `app.noun`, with its sentence for people."""

    def decorate(count: Count) -> Count:
        _known[name] = Invariant(name, label, count)
        return count

    return decorate


def violations() -> list[tuple[Invariant, int]]:
    """Every invariant with the number of rows that break it, over all organisations."""
    found = dict.fromkeys(sorted(_known), 0)
    for organisation in every_organisation():
        with organisation_context(organisation):
            for name in found:
                found[name] += _known[name].count()
    return [(_known[name], broken) for name, broken in found.items()]
