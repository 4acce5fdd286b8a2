"""How long records stayed at a step: from the entries of the journal, which nobody changes.

A step is one or several states (an authority's answer is waited for while a claim is filed and while it is accepted).
A stay begins with the entry that brings the record to the step and ends with the entry that takes it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from incubator.core.scoping import current_organisation

# The organisation is named although the wall would do: the index begins with it.
STAYS = """
WITH steps (subject_type, state, step) AS (VALUES {values}),
moves AS (
    SELECT e.id, e.subject_type, e.subject_id, e.subject_name, e.at, COALESCE(s.step, '') AS step
      FROM journal_entry e LEFT JOIN steps s ON s.subject_type = e.subject_type AND s.state = e.state_to
     WHERE e.organisation_id = %s AND e.subject_type = ANY(%s) AND e.state_to <> ''
), turned AS (
    SELECT moves.*, LAG(step, 1, '') OVER one AS before FROM moves WINDOW one AS (PARTITION BY subject_type, subject_id ORDER BY id)
), stays AS (
    SELECT subject_type, subject_id, subject_name, step, at AS since,
           LEAD(at) OVER (PARTITION BY subject_type, subject_id ORDER BY id) AS until
      FROM turned WHERE step <> before
)
"""
SPAN = "FROM stays WHERE step <> '' AND until >= %s AND until < %s"
SUMS = f"""SELECT step, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM until - since)::float8),
       percentile_disc(0.9) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM until - since)::float8) {SPAN} GROUP BY step"""  # noqa: S608 - words of our own
ROWS = f"SELECT subject_type, subject_id, subject_name, since, until {SPAN} AND step = %s ORDER BY until - since DESC, subject_id"

type Steps = Mapping[tuple[str, str], str]  # (type of record, state) → step


@dataclass(frozen=True)
class Stay:
    """One record at one step, with both moments."""

    subject_type: str
    subject_id: int
    subject_name: str
    since: datetime
    until: datetime

    @property
    def days(self) -> float:
        """Days at the step, parts of days counted."""
        return (self.until - self.since).total_seconds() / 86_400


@dataclass(frozen=True)
class Spread:
    """How long a step took: the number of stays that ended, their median and the 90th percentile in days."""

    count: int
    median: float
    ninetieth: float


def spreads(steps: Steps, first: date, last: date) -> dict[str, Spread]:
    """For each step the stays that ended from the first to the last local day; a step that nothing left is left out."""
    rows = _ask(STAYS, SUMS, steps, _bounds(first, last))
    return {step: Spread(count, median / 86_400, ninetieth / 86_400) for step, count, median, ninetieth in rows}


def stays(steps: Steps, step: str, first: date, last: date) -> list[Stay]:
    """The stays at one step that ended in these days, the longest first."""
    return [Stay(*row) for row in _ask(STAYS, ROWS, steps, [*_bounds(first, last), step])]


def _ask(head: str, tail: str, steps: Steps, more: list[Any]) -> list[tuple[Any, ...]]:
    organisation: Any = current_organisation()
    values = ", ".join(["(%s, %s, %s)"] * len(steps))
    given = [part for (kind, state), step in steps.items() for part in (kind, state, step)]
    kinds = sorted({kind for kind, _state in steps})
    with connection.cursor() as cursor:
        cursor.execute(head.format(values=values) + tail, [*given, organisation.pk, kinds, *more])
        return list(cursor.fetchall())


def _bounds(first: date, last: date) -> list[Any]:
    zone = timezone.get_current_timezone()
    return [datetime.combine(first, time.min, zone), datetime.combine(last + timedelta(days=1), time.min, zone)]
