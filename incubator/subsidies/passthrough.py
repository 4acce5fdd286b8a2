"""The pass-through check of the space level: did the relief reach the tenants? (policy.md e)"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from incubator.core.money import round_fen
from incubator.core.periods import Month
from incubator.subsidies.models.applications import Quarter
from spaces.models import LeaseLine, LineKind

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class PassThrough:
    """What was passed on in a quarter, in yuan, and what the edition demands (None: it demands nothing)."""

    rows: list[dict[str, str]]
    relief: Decimal
    demanded: Decimal | None

    @property
    def holds(self) -> bool:
        """Σ relief ≥ ratio × subsidy."""
        return self.demanded is None or self.relief >= self.demanded


def pass_through_check(edition: Any, site: Any, quarter: Quarter, subsidy: Decimal) -> PassThrough:
    """Compare the tenants' relief with the part of the subsidy that the edition wants passed on."""
    rows, relief = pass_through_rows(site, quarter)
    ratio = edition.reading(quarter.first_day).optional("pass_through.ratio")
    return PassThrough(rows, relief, None if ratio is None else round_fen(Fraction(ratio) * Fraction(subsidy)))


def pass_through_rows(site: Any, quarter: Quarter) -> tuple[list[dict[str, str]], Decimal]:
    """Per tenant and month: the published standard rent, what was charged, and the relief between them, in yuan.

    Without a published standard rent of the site there is no relief to show, and the list is empty."""
    if site.standard_rent is None:
        return [], NOTHING
    rows, total = [], NOTHING
    for month in quarter.months:
        for line in tenant_lines(site, month):
            standard, charged = (part_of_month(line, price, month) for price in (site.standard_rent, line.unit_price))
            relief = max(standard - charged, NOTHING)
            total += relief
            rows.append(
                {
                    "no": str(len(rows) + 1),
                    "startup": line.lease.startup.name,
                    "month": str(month),
                    "standard": str(standard),
                    "charged": str(charged),
                    "relief": str(relief),
                    "proof": f"租赁合同 {line.lease.number}",
                }
            )
    return rows, total


def tenant_lines(site: Any, month: Month) -> list[LeaseLine]:
    """The rooms of the site that tenants held in this month."""
    lines = LeaseLine.objects.holding_between(month.first, month.last).of_kind(LineKind.PREMISES)
    return list(lines.filter(lease__site=site).select_related("lease__startup").order_by("lease__startup__sort_key", "pk"))


def part_of_month(line: LeaseLine, unit_price: Decimal, month: Month) -> Decimal:
    """Area × price for the days of the month that the line covers, rounded once."""
    days = month.days_inside(line.starts_on, line.ends_on)
    return round_fen(line.area * unit_price * days / month.days)
