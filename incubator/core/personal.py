"""Which tables hold personal data, how long, on which basis, and what happens then (walls.md 10).

Each app declares its own tables in `personal.py`. The page docs/operate/personal-data.md is printed from here, the
nightly job does what is due, the copy for a person and their erasure go through the same declarations
(`incubator.core.holdings`), and a test refuses a table with personal fields that nobody declared."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import transaction

from incubator.core.scoping import every_organisation, organisation_context
from incubator.core.walls import is_walled

logger = logging.getLogger(__name__)
Act = Callable[[], int]


@dataclass(frozen=True)
class Subject:
    """One person as the tables may know them: an account, addresses, numbers, and rows known beforehand by model."""

    name: str
    user: Any = None
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    rows: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    pseudonym: str = ""  # what stands in the place of the name after an erasure

    def of(self, label: str) -> frozenset[Any]:
        """The keys of the rows of this model that are the person's."""
        return self.rows.get(label, frozenset())


@dataclass(frozen=True)
class Outcome:
    """What erasing a person means for one table: how many rows go, how many stay, why, on which law, until when."""

    goes: int = 0
    stays: int = 0
    why: str = ""
    basis: str = ""
    until: str = ""


Find = Callable[[Subject], Iterable[Any]]
Show = Callable[[Any, Subject], Mapping[str, Any]]
Files = Callable[[Any], Iterable[Any]]
Erase = Callable[[Subject, bool], Outcome]


@dataclass(frozen=True)
class Kept:
    """One table with personal data."""

    model: str
    fields: tuple[str, ...]
    basis: str
    period: str
    then: str
    act: Act | None = None  # does what is due now and says to how many rows; None: no date of its own
    find: Find | None = None  # the rows about a person; None: by the declared accounts and addresses
    show: Show | None = None  # what a copy says of a row; None: the declared fields and the days
    files: Files | None = None  # the files that go into a copy with a row
    erase: Erase | None = None  # plans (False) or does (True) the erasure; None: everything stays, as `then` says
    nobody: str = ""  # why no row can be found by a person
    office: bool = False  # a table of everybody's of which an organisation may have a copy


KEPT: dict[str, Kept] = {}


def keep(model: str, *fields: str, basis: str, period: str, then: str, act: Act | None = None, **about: Any) -> None:
    """Declare a table. `act` runs every night, inside each organisation's context if the table has a wall. `about`:
    how the rows of one person are found, shown and erased (`Kept`)."""
    KEPT[model] = Kept(model, fields, basis, period, then, act, **about)


def apply_retention() -> dict[str, int]:
    """Do what is due, each table and organisation in a transaction of its own. A failure is logged and stops no other."""
    organisations = list(every_organisation())
    done: dict[str, int] = {}
    for label, kept in sorted(KEPT.items()):
        if kept.act is None:
            continue
        places = organisations if is_walled(apps.get_model(label)) else [None]
        for place in places:
            try:
                with organisation_context(place) if place else nullcontext(), transaction.atomic():
                    done[label] = done.get(label, 0) + kept.act()
            except Exception:
                logger.exception("retention of %s failed", label)
    return done
