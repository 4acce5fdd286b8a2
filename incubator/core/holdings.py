"""What is held about one person, and what erasing it means: one walk over the declarations of `personal.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from incubator.core.personal import KEPT, Kept, Outcome, Subject
from incubator.core.walls import is_walled

MACHINE = ("_index", "_tail", "_hash", "digest")  # keyed digests and parts of other fields: they tell a reader nothing
Stay = Callable[[Any], Outcome | None]
STAYS: dict[str, list[Stay]] = {}
LET_GO: dict[str, list[Callable[[Any], Any]]] = {}
UNASKED = {
    "added_at": gettext_lazy("Added"),
    "asked_at": gettext_lazy("Asked on"),
    "at": gettext_lazy("Time"),
    "created_at": gettext_lazy("Entered"),
    "expires_at": gettext_lazy("Ends"),
    "facts": gettext_lazy("Details"),
    "moved_at": gettext_lazy("Last step"),
    "pledged_at": gettext_lazy("Pledged"),
    "sealed_at": gettext_lazy("Sealed on"),
    "sent_at": gettext_lazy("Sent"),
    "size": gettext_lazy("Size"),
    "submitted_at": gettext_lazy("Handed in"),
}


def stays(model: str, reason: Stay) -> None:
    """An app above says why a row of an app below must not be erased yet: an outcome, or None if it knows nothing."""
    STAYS.setdefault(model, []).append(reason)


def held_back(row: Any) -> Outcome | None:
    """The first reason why this row must stay for now, or None."""
    found = (reason(row) for reason in STAYS.get(row._meta.label, ()))
    return next((outcome for outcome in found if outcome), None)


def releases(model: str, let_go: Callable[[Any], Any]) -> None:
    """An app above takes away its own rows that point at a row of an app below which is being erased."""
    LET_GO.setdefault(model, []).append(let_go)


def release(row: Any) -> None:
    """Take away what the apps above hold of this row and can do without."""
    for let_go in LET_GO.get(row._meta.label, ()):
        let_go(row)


@dataclass(frozen=True)
class Holding:
    """The rows of one table about a person."""

    kept: Kept
    model: Any
    rows: list[Any]


def tables(*, walled: bool, office: bool = False) -> Iterator[tuple[Kept, Any]]:
    """The declared tables of organisations, or those of everybody (`office`: of these, what an organisation may see)."""
    for label, kept in sorted(KEPT.items()):
        model = apps.get_model(label)
        if is_walled(model) is walled and (walled or kept.office or not office):
            yield kept, model


def holdings(subject: Subject, *, walled: bool, office: bool = False) -> list[Holding]:
    """What is held about the person. Walled tables: call it inside an organisation's context."""
    found = (Holding(kept, model, rows_of(kept, model, subject)) for kept, model in tables(walled=walled, office=office))
    return [holding for holding in found if holding.rows]


def rows_of(kept: Kept, model: Any, subject: Subject) -> list[Any]:
    """The rows of a table about this person."""
    if kept.nobody:
        return []
    if kept.find:
        return list(kept.find(subject))
    wanted = models.Q(pk__in=())
    for column in named_columns(kept, model):
        if isinstance(column, models.EmailField):
            wanted |= models.Q(**{f"{column.name}__in": subject.emails})
        elif subject.user:
            wanted |= models.Q(**{column.name: subject.user})
    return list(model._default_manager.filter(wanted).order_by("pk"))


def named_columns(kept: Kept, model: Any) -> list[Any]:
    """The declared columns by which a person is found without further knowledge: accounts and addresses."""
    return [
        column
        for column in model._meta.local_concrete_fields
        if column.name in {*kept.fields, "user"}
        and (isinstance(column, models.EmailField) or (column.is_relation and column.remote_field.model._meta.label == settings.AUTH_USER_MODEL))
    ]


def shown(holding: Holding, row: Any, subject: Subject) -> dict[str, Any]:
    """What a copy says of a row, by the names of its fields for people."""
    if holding.kept.show:
        return dict(holding.kept.show(row, subject))
    return fields_of(row, holding.kept.fields)


def fields_of(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """These fields of a row in full, and its days; digests and parts of other fields are left out."""
    wanted, told = set(names), {}
    for column in row._meta.local_concrete_fields:
        timed = isinstance(column, models.DateField) and not column.is_relation
        if (column.name in wanted and not column.name.endswith(MACHINE) and not isinstance(column, models.FileField)) or timed:
            value = readable(row, column)
            if value not in ("", None, [], {}):
                told[name_of(column)] = value
    return told


def name_of(column: Any) -> str:
    """What a field is called for a person; the moments that no form ever asks for have their names here."""
    return str(UNASKED.get(column.name, column.verbose_name))


def readable(row: Any, column: Any) -> Any:
    """A value as text, number, list or structure."""
    if column.choices:
        return str(getattr(row, f"get_{column.name}_display")())
    value = getattr(row, column.name)
    if isinstance(value, dt.datetime):
        return moment(value)
    return value if isinstance(value, int | float | list | dict | type(None)) else str(value)


def moment(value: dt.datetime) -> str:
    """A moment in office time, to the minute."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def erase(subject: Subject, *, really: bool) -> list[tuple[Kept, Outcome]]:
    """Plan or do the erasure in every table, those of this organisation first, then those of everybody.

    Call it inside the organisation's context and one transaction. A table that declares no way of erasing keeps its
    rows; then its own declaration says why and how long."""
    done = []
    for walled in (True, False):
        for kept, model in tables(walled=walled):
            outcome = kept.erase(subject, really) if kept.erase else everything_stays(kept, model, subject)
            if outcome.goes or outcome.stays:
                done.append((kept, outcome))
    return done


def everything_stays(kept: Kept, model: Any, subject: Subject) -> Outcome:
    count = len(rows_of(kept, model, subject))
    return Outcome(stays=count, why=kept.then, basis=kept.basis, until=kept.period) if count else Outcome()
