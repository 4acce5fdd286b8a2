"""How far the budgets of the years of a report are used. The figures are those of the lines; each leads to its entries."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from incubator.core.charts import Chart, Series, stacked_columns
from incubator.policy.models import BudgetLine
from incubator.reports.amounts import in_wan
from incubator.reports.spans import Span


def budget_lines(span: Span) -> list[BudgetLine]:
    """The lines of every year that the span touches, the latest year first."""
    return list(BudgetLine.objects.with_programme().filter(year__in=span.years).order_by("-year", "programme", "region", "source"))


def totals(lines: Sequence[BudgetLine]) -> dict[str, Decimal]:
    """The sums of the lines, in yuan, with what is available."""
    sums = {name: sum((getattr(line, name) for line in lines), Decimal("0.00")) for name in ("appropriated", "committed", "paid")}
    return sums | {"available": sums["appropriated"] - sums["committed"] - sums["paid"]}


def rate(paid: Decimal, appropriated: Decimal) -> str:
    """Paid as a share of what was appropriated, in percent with one decimal; a dash where nothing was."""
    return f"{(paid * 100 / appropriated):.1f}" if appropriated else "–"


def chart_of(lines: Sequence[BudgetLine], span: Span) -> Chart:
    """Each year's money: paid, committed, available."""
    years = span.years
    parts = [("paid", _("Paid")), ("committed", _("Committed")), ("available", _("Available"))]
    series = [Series(label, tuple(_wan_of(lines, year, name) for year in years)) for name, label in parts]
    return stacked_columns(
        _("Budgets by year"), _("10,000 yuan"), [str(year) for year in years], series,
        summary=_("What was appropriated in each year, parted into paid, committed and available."), category_label=_("Year"),
    )


def _wan_of(lines: Sequence[BudgetLine], year: int, name: str) -> Decimal:
    return in_wan(totals([line for line in lines if line.year == year])[name])


def cells(line: Any) -> list[Any]:
    return [
        line.year, line.programme.name, line.region, line.get_source_display(), line.appropriated, line.committed, line.paid,
        line.available, rate(line.paid, line.appropriated),
    ]  # fmt: skip


def head() -> list[Any]:
    return [
        _("Year"), _("Programme"), _("Region"), _("Whose money"), _("Appropriated"), _("Committed"), _("Paid"),
        _("Available"), _("Execution rate %"),
    ]  # fmt: skip
