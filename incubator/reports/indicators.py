"""The indicators that are frozen each month: one function each. A value comes with the rows it was made of, by number
only: a frozen figure never changes, so it must not hold a name that a person may ask to have erased.

Source: 吉政发〔2015〕28号（三十一）（三十二）."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from incubator.core.periods import Month
from incubator.journal.stays import spreads, stays
from incubator.policy.models import BudgetEntry, BudgetLine, Decision
from incubator.reports import times
from incubator.subsidies.models import ClaimLine, SubsidyApplication

CASE = times.CASE
NOTHING = Decimal("0.00")
YUAN, COUNT, DAYS, PERCENT = "yuan", "count", "days", "percent"
VERDICTS = [str(value) for value in ClaimLine.Verdict.values if value != ClaimLine.Verdict.OPEN]


@dataclass(frozen=True)
class Found:
    """A value as text, and its rows: (kind of record, its id, its number, what it adds)."""

    value: str
    rows: Sequence[tuple[str, int, str, str]] = ()


@dataclass(frozen=True)
class Indicator:
    """One figure of a month: its code in frozen data, its name, its unit, and the function that reads it."""

    code: str
    name: Any
    unit: str
    read: Callable[[Month], Found]


_register: dict[str, Indicator] = {}


def indicator(code: str, name: Any, unit: str) -> Callable[[Callable[[Month], Found]], Callable[[Month], Found]]:
    def enter(read: Callable[[Month], Found]) -> Callable[[Month], Found]:
        _register[code] = Indicator(code, name, unit, read)
        return read

    return enter


def indicators() -> list[Indicator]:
    return list(_register.values())


def find(code: str) -> Indicator | None:
    return _register.get(code)


def _summed(rows: Sequence[tuple[str, int, str, Decimal]]) -> Found:
    return Found(str(sum((row[3] for row in rows), NOTHING)), [(*row[:3], str(row[3])) for row in rows])


def _sent(month: Month) -> Any:
    rows = SubsidyApplication.objects.sent_in().filter(submitted_at__date__gte=month.first, submitted_at__date__lte=month.last)
    return rows.order_by("number", "pk")


@indicator("applications", _("Applications sent in"), COUNT)
def applications(month: Month) -> Found:
    """Applications that were sent in during the month, whatever came of them."""
    rows = [(CASE, pk, number, "1") for pk, number in _sent(month).values_list("pk", "number")]
    return Found(str(len(rows)), rows)


@indicator("claimed", _("Claimed by these applications"), YUAN)
def claimed(month: Month) -> Found:
    """What they claimed, as it stands on the day of freezing."""
    return _summed([(CASE, pk, number, amount) for pk, number, amount in _sent(month).values_list("pk", "number", "claimed")])


def _decisions(month: Month) -> Any:
    """Decisions on lines of claims that were confirmed in the month, later ones with what they replace."""
    rows = Decision.objects.filter(subject_type=CASE, act__in=VERDICTS, reply__isnull=False, amount_after__isnull=False)
    return rows.filter(at__date__gte=month.first, at__date__lte=month.last).order_by("pk")


@indicator("granted", _("Granted by confirmed decisions"), YUAN)
def granted(month: Month) -> Found:
    """What the decisions confirmed in the month granted; a decision that replaces another counts with the difference,
    so that the months add up to what stands now."""
    return _summed([
        (CASE, one.subject_id, one.subject_name, one.amount_after - (one.amount_before if one.replaces_id else NOTHING))
        for one in _decisions(month)
    ])  # fmt: skip


@indicator("beneficiaries", _("Applicants who were granted something"), COUNT)
def beneficiaries(month: Month) -> Found:
    """Firms, persons and sites to which a decision of the month granted an amount, each counted once."""
    ids = [one.subject_id for one in _decisions(month) if one.amount_after]
    seen: dict[str, tuple[str, int, str, str]] = {}
    for pk, number, subject in SubsidyApplication.objects.filter(pk__in=ids).with_subject().order_by("pk").values_list("pk", "number", "subject_key"):
        seen.setdefault(subject, (CASE, pk, number, "1"))
    return Found(str(len(seen)), list(seen.values()))


def _moved(month: Month, bucket: str) -> Found:
    """What came into a bucket of any budget line in the month, less what left it."""
    entries = BudgetEntry.objects.of_days(month.first, month.last).select_related("line__programme").order_by("pk")
    return _summed([
        ("policy.budgetline", entry.line_id, str(entry.line), entry.amount if entry.target == bucket else -entry.amount)
        for entry in entries
        if bucket in (entry.source, entry.target)
    ])


@indicator("committed", _("Committed in budgets, less released and paid"), YUAN)
def committed(month: Month) -> Found:
    """By how much the money bound by decisions grew in the month; below nothing when more was paid than decided."""
    return _moved(month, "committed")


@indicator("paid", _("Paid out, less returned and clawed back"), YUAN)
def paid(month: Month) -> Found:
    """By how much the money paid grew in the month."""
    return _moved(month, "paid")


@indicator("execution", _("Execution rate of the year's budgets"), PERCENT)
def execution(month: Month) -> Found:
    """Paid until the end of the month as a share of what was appropriated until then, for the lines of the year."""
    sums, rows = {"paid": NOTHING, "outside": NOTHING}, []
    by_line = BudgetEntry.objects.filter(line__year=month.year).of_days(date(2000, 1, 1), month.last).sums_by("line_id")
    for line in BudgetLine.objects.with_programme().filter(year=month.year).order_by("pk"):
        found = by_line[line.pk,]
        sums = {name: sums[name] + found[name] for name in sums}
        rows.append(("policy.budgetline", line.pk, str(line), str(found["paid"])))
    given = -sums["outside"]
    return Found(f"{sums['paid'] * 100 / given:.1f}" if given else "", rows)


def _step(name: str) -> None:
    """Enter the median of one step."""
    step = times.BY_NAME[name]
    own = {place: one for place, one in times.OF_STATES.items() if one == name}

    @indicator(f"days_{name}", step.label, DAYS)
    def median(month: Month) -> Found:
        """Median days of the stays at this step that ended in the month; empty when none did."""
        found = spreads(own, month.first, month.last).get(name)
        ended = stays(own, name, month.first, month.last)
        rows = [(one.subject_type, one.subject_id, one.subject_name, times.in_days(one.days)) for one in ended]
        return Found(times.in_days(found.median) if found else "", rows)


for _one in times.STEPS:
    _step(_one.name)
