"""What was asked, checked, granted and paid: by programme, quarter, state and category of the founder.

Amounts granted are those of confirmed decisions, amounts paid are the budget entries of the case less what came back.
Every figure is the sum of the rows that `rows_of` gives for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from incubator.accounts.actors import Actor
from incubator.core.charts import Chart, Series, stacked_columns
from incubator.core.money import wan
from incubator.core.templatetags.fuhua import quarter as quarter_words
from incubator.policy.models import Programme
from incubator.reports.spans import Span
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.states import ApplicationState
from incubator.tenants.models import Category

NOTHING = Decimal("0.00")
SMALL = 3  # counts below this are put together with others where they could tell of a person (policy.md h)
NO_PERSON = gettext_lazy("Asked for by the space or an investor")
OTHERS = gettext_lazy("All others together")
COLUMNS = {
    "programme": ("edition__programme", gettext_lazy("Programme")),
    "quarter": ("period", gettext_lazy("Quarter")),
    "state": ("state", gettext_lazy("State")),
    "category": ("category", gettext_lazy("Founder's category")),
}
SUMS = {
    "count": Count("pk"), "applicants": Count("subject_key", distinct=True), "claimed_sum": Sum("claimed"),
    "assessed_sum": Sum("assessed"), "granted": Sum("decided_amount"), "paid": Sum("paid_amount"),
}  # fmt: skip
HEAD = (
    gettext_lazy("Applications"), pgettext_lazy("report", "Applicants"), gettext_lazy("Claimed"),
    gettext_lazy("After our check"), gettext_lazy("Granted"), pgettext_lazy("report", "Paid"),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of a table. `key` names it in addresses ("" for several together); `applicants` are counted once."""

    key: str
    label: Any
    count: int
    applicants: int
    claimed: Decimal
    assessed: Decimal
    granted: Decimal
    paid: Decimal

    @property
    def cells(self) -> list[Any]:
        return [self.label, self.count, self.applicants, self.claimed, self.assessed, self.granted, self.paid]


def cases(actor: Actor, span: Span) -> Any:
    """The applications of these quarters that were sent in, with what was granted and paid."""
    seen = SubsidyApplication.objects.visible_to(actor).sent_in().of_quarters(span.first, span.last)
    return seen.with_subject().with_category().with_decided_amount().with_paid_amount()


def table(rows: Any, by: str) -> list[Row]:
    """The cases grouped by one column of `COLUMNS`."""
    column, _label = COLUMNS[by]
    grouped = rows.order_by().values(column).annotate(**SUMS)
    labels = _labels(by, [one[column] for one in grouped])
    found = [_row(one, str(one[column]), labels.get(one[column], one[column])) for one in grouped]
    return sorted(found, key=lambda row: _place(by, row))


def _row(one: dict[str, Any], key: str, label: Any) -> Row:
    amounts = [one[name] or NOTHING for name in ("claimed_sum", "assessed_sum", "granted", "paid")]
    return Row(key, label, one["count"], one["applicants"], *amounts)


def _labels(by: str, keys: Sequence[Any]) -> dict[Any, Any]:
    if by == "programme":
        return {row.pk: row.name for row in Programme.objects.filter(pk__in=keys)}
    if by == "quarter":
        return {key: quarter_words(key) for key in keys}
    return dict(ApplicationState.choices) if by == "state" else {**dict(Category.choices), "": NO_PERSON}


def _place(by: str, row: Row) -> Any:
    """Programmes and categories: the most money first; quarters by time; states by the way of a case."""
    if by == "quarter":
        return row.key
    return [str(key) for key in ApplicationState.values].index(row.key) if by == "state" else (-row.granted, -row.claimed, row.key)


def total(rows: Any) -> Row:
    """All of the cases in one line; an applicant with several applications counts once."""
    sums = rows.order_by().aggregate(**SUMS)
    return _row(sums, "", _("Total"))


def rows_of(rows: Any, by: str, key: str) -> Any:
    """The cases behind one line. Raises LookupError for a line that no table has."""
    if by not in COLUMNS:
        raise LookupError(by)
    if by == "programme" and not (key.isascii() and key.isdigit() and len(key) < 19):
        raise LookupError(key)
    return rows.filter(**{COLUMNS[by][0]: key})


def guarded(rows: Any, by: str) -> list[Row]:
    """The same table for people who must not learn of a single person: every line with fewer than three applicants is
    put together with the next smallest until the line of the others holds three. With fewer in all, nothing is shown.

    Lines are joined, never left out: what is missing from the total would give the small line away. An applicant with
    several lines counts once in the joined one."""
    ordered = sorted(table(rows, by), key=lambda row: row.applicants, reverse=True)
    keys: list[str] = []
    joined: Row | None = None
    while ordered and (ordered[-1].applicants < SMALL or (joined is not None and joined.applicants < SMALL)):
        keys.append(ordered.pop().key)
        joined = replace(total(rows.filter(**{f"{COLUMNS[by][0]}__in": keys})), label=OTHERS)
    kept = sorted(ordered, key=lambda row: _place(by, row))
    return [*kept, joined] if joined is not None and joined.applicants >= SMALL else kept


def chart_of(rows: Any, span: Span, programmes: Sequence[Row]) -> Chart:
    """Amounts granted by quarter: the four programmes with the most money, all others in one tone; 10,000 yuan."""
    sums: dict[tuple[str, str], Decimal] = {}
    grouped = rows.order_by().values("period", "edition__programme").annotate(granted=Sum("decided_amount"))
    for one in grouped:
        sums[one["period"], str(one["edition__programme"])] = one["granted"] or NOTHING
    shown, rest = programmes[:4], {row.key for row in programmes[4:]}
    series = [Series(row.label, _values(span, lambda quarter, key=row.key: sums.get((quarter, key), NOTHING))) for row in shown]
    if rest:
        series.append(Series(OTHERS, _values(span, lambda quarter: sum((sums.get((quarter, key), NOTHING) for key in rest), NOTHING))))
    return stacked_columns(
        _("Granted by quarter and programme"), _("10,000 yuan"), span.quarters, series,
        summary=_("Amounts granted for %(period)s, by quarter and programme. The table below holds the same figures.") % {"period": span},
        category_label=_("Quarter"),
    )


def _values(span: Span, of: Any) -> tuple[Decimal, ...]:
    return tuple(in_wan(of(quarter)) for quarter in span.quarters)


def in_wan(amount: Decimal) -> Decimal:
    """An amount as a chart draws it: in 10,000 yuan with one decimal, as `wan` writes it."""
    return Decimal(wan(amount).replace(",", ""))
