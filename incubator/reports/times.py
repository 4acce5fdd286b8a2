"""How long each step takes: median and 90th percentile of the stays in the journal, beside what the editions promise.

Own time and the time of others (applicant, authority, public notice) are two tables and are never added up. What is
overdue names the step and the case, never the person who has it on the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.accounts.actors import Actor
from incubator.core.charts import Chart, Series, stacked_columns
from incubator.journal.stays import Spread, Stay, spreads, stays
from incubator.policy.models import Parameter
from incubator.reports.spans import Span
from incubator.subsidies.models import Claim, ClaimLine, SubsidyApplication
from incubator.subsidies.states import ApplicationState as A
from incubator.subsidies.states import ClaimState as C

CASE, CLAIM = "subsidies.subsidyapplication", "subsidies.claim"
OWN, OUTSIDE = "own", "outside"


@dataclass(frozen=True)
class Step:
    """One step of the way: which states it is, whose time it is, and the figure of an edition that promises its days."""

    name: str
    label: Any
    whose: str
    record: str
    states: tuple[str, ...]
    key: str = ""


STEPS = (
    Step("first_review", gettext_lazy("Sent in, until an officer takes it"), OWN, CASE, (A.SUBMITTED,), "service.first_review"),
    Step("check", gettext_lazy("Check by the case officer"), OWN, CASE, (A.IN_REVIEW,)),
    Step("endorse", gettext_lazy("Endorsement by a second person"), OWN, CASE, (A.RECOMMENDED,), "service.endorse"),
    Step("collect", gettext_lazy("Endorsed, until it is in a claim"), OWN, CASE, (A.ENDORSED,)),
    Step("appeal", gettext_lazy("Answer to an appeal"), OWN, CASE, (A.APPEALED,)),
    Step("seal", gettext_lazy("Claim put together and sealed"), OWN, CLAIM, (C.ASSEMBLING,)),
    Step("file", gettext_lazy("Sealed claim, until it is filed"), OWN, CLAIM, (C.SEALED,)),
    Step("record", gettext_lazy("Authority's decision recorded, until confirmed"), OWN, CLAIM, (C.RECORDED,)),
    Step("publish", gettext_lazy("Decided, until it is on notice"), OWN, CLAIM, (C.DECIDED,)),
    Step("pay", gettext_lazy("Result confirmed, until everything is paid"), OWN, CLAIM, (C.CONFIRMED, C.PAYING), "service.payment"),
    Step("correct", gettext_lazy("Correction by the applicant"), OUTSIDE, CASE, (A.RETURNED,), "service.return_deadline"),
    Step("outside", gettext_lazy("Decision of the authority"), OUTSIDE, CLAIM, (C.FILED, C.ACCEPTED), "service.outside_decision"),
    Step("notice", gettext_lazy("Public notice"), OUTSIDE, CLAIM, (C.NOTICED,)),
)
BY_NAME = {step.name: step for step in STEPS}
OF_STATES = {(step.record, str(state)): step.name for step in STEPS for state in step.states}


@dataclass(frozen=True)
class Line:
    """One step with its figures, in days; `promised` are the days that editions in force set, shortest and longest."""

    step: Step
    spread: Spread | None
    promised: tuple[int, int] | None

    @property
    def promise(self) -> str:
        if self.promised is None:
            return ""
        low, high = self.promised
        return str(low) if low == high else f"{low}–{high}"

    @property
    def is_late(self) -> bool:
        """Whether one in ten took longer than the longest promise."""
        return bool(self.promised and self.spread and self.spread.ninetieth > self.promised[1])

    @property
    def cells(self) -> list[Any]:
        figures = (self.spread.count, in_days(self.spread.median), in_days(self.spread.ninetieth)) if self.spread else (0, "", "")
        return [self.step.label, *figures, self.promise]


def in_days(value: float) -> str:
    """Days with one decimal."""
    return f"{value:,.1f}"


def lines(span: Span, whose: str) -> list[Line]:
    """The steps of our own, or of others, with the stays that ended in the span."""
    found, promised = spreads(OF_STATES, span.first_day, span.last_day), promises()
    return [Line(step, found.get(step.name), promised.get(step.key)) for step in STEPS if step.whose == whose]


def stays_at(step: str, span: Span) -> list[Stay]:
    """The stays behind one line, the longest first. Raises LookupError for no step."""
    return stays(OF_STATES, BY_NAME[step].name, span.first_day, span.last_day)


def service_rows(keys: Sequence[str]) -> Any:
    """The figures of service times in this organisation's editions that were ever in force."""
    rows = Parameter.objects.own().filter(key__in=keys, edition__state__in=("effective", "closed"), value__isnull=False)
    return rows.values_list("edition", "key", "value", "valid_from", "valid_to")


def promises() -> dict[str, tuple[int, int]]:
    """For each key the fewest and the most days that an edition in force promises."""
    rows = Parameter.objects.own().filter(key__startswith="service.", edition__state="effective", value__isnull=False)
    found: dict[str, list[int]] = {}
    for key, value in rows.values_list("key", "value"):
        if value.isdigit():
            found.setdefault(key, []).append(int(value))
    return {key: (min(days), max(days)) for key, days in found.items()}


@dataclass(frozen=True)
class Overdue:
    """A case whose step takes longer than its edition promises. No person is named."""

    step: Step
    record: Any
    due: date

    @property
    def days(self) -> int:
        return (timezone.localdate() - self.due).days


def overdue(actor: Actor, today: date) -> list[Overdue]:
    """What stands at a step past the promised day, the longest first. Steps without a promise are never overdue."""
    timed = [step for step in STEPS if step.key]
    promised = _by_edition([step.key for step in timed])
    found = []
    for step in timed:
        for record, editions, quarter in _standing(step, actor):
            days = min((left for edition in editions if (left := promised(edition, step.key, quarter)) is not None), default=None)
            due = None if days is None else timezone.localdate(record.moved_at) + timedelta(days=days)
            if due is not None and due < today:
                found.append(Overdue(step, record, due))
    return sorted(found, key=lambda one: (one.due, one.step.name, one.record.pk))


def _by_edition(keys: Sequence[str]) -> Any:
    """A function (edition, key, first day of the quarter) → promised days or None, with one query for all."""
    known: dict[tuple[int, str], list[Any]] = {}
    for edition, key, value, first, last in service_rows(keys):
        known.setdefault((edition, key), []).append((value, first, last))

    def promised(edition: int, key: str, day: date) -> int | None:
        for value, first, last in known.get((edition, key), []):
            if (first is None or first <= day) and (last is None or day <= last) and value.isdigit():
                return int(value)
        return None

    return promised


def _standing(step: Step, actor: Actor) -> list[tuple[Any, list[int], date]]:
    """The records at this step now, with their editions and the first day of their quarter."""
    if step.record == CASE:
        rows = SubsidyApplication.objects.visible_to(actor).filter(state__in=step.states)
        return [(row, [row.edition_id], row.quarter.first_day) for row in rows.for_pages()]
    claims = list(Claim.objects.filter(state__in=step.states))
    lines_of: dict[int, list[int]] = {}
    for claim, edition in ClaimLine.objects.filter(claim__in=claims, released_at=None).values_list("claim", "application__edition").distinct():
        lines_of.setdefault(claim, []).append(edition)
    return [(claim, lines_of.get(claim.pk, []), claim.quarter.first_day) for claim in claims]


def chart_of(found: Sequence[Line]) -> Chart:
    """The median of our own steps in days. One column for each step: they are not stacked."""
    series = [Series(_("Median"), tuple(_tenth(line.spread.median if line.spread else 0) for line in found))]
    return stacked_columns(
        _("Own time by step"), _("days, median"), [str(place) for place in range(1, len(found) + 1)], series,
        summary=_("Median days of our own steps; the numbers are those of the table."), category_label=_("Step"),
    )


def _tenth(value: float) -> Decimal:
    return Decimal(str(round(value, 1)))


def about(rows: Sequence[Stay]) -> dict[tuple[str, int], Any]:
    """The records of these stays that can still be opened, in two queries."""
    ids = {kind: [row.subject_id for row in rows if row.subject_type == kind] for kind in (CASE, CLAIM)}
    found: dict[tuple[str, int], Any] = {(CASE, one.pk): one for one in SubsidyApplication.objects.filter(Q(pk__in=ids[CASE])).for_pages()}
    return found | {(CLAIM, one.pk): one for one in Claim.objects.filter(pk__in=ids[CLAIM])}
