"""Which tables hold personal data, how long, on which basis, and what happens then (walls.md 10).

Each app declares its own tables in `personal.py`. The page docs/operate/personal-data.md is printed from here, the
nightly job does what is due, and a test refuses a table with personal fields that nobody declared."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

from django.apps import apps
from django.db import transaction

from incubator.core.scoping import every_organisation, organisation_context
from incubator.core.walls import is_walled

logger = logging.getLogger(__name__)
Act = Callable[[], int]


@dataclass(frozen=True)
class Kept:
    """One table with personal data."""

    model: str
    fields: tuple[str, ...]
    basis: str
    period: str
    then: str
    act: Act | None = None  # does what is due now and says to how many rows; None: no date of its own


KEPT: dict[str, Kept] = {}


def keep(model: str, *fields: str, basis: str, period: str, then: str, act: Act | None = None) -> None:
    """Declare a table. `act` runs every night, inside each organisation's context if the table has a wall."""
    KEPT[model] = Kept(model, fields, basis, period, then, act)


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
