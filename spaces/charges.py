"""What a lease costs in a month, line by line: pure, so that the same lease always gives the same bill.

The steps of a line are walked day by day in their order. Parts of one month at one price add up to the month exactly,
because each part is the difference of two rounded sums (spaces-billing.md B4, C3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from billing.formulas import share_of_month
from billing.models import ChargeKind
from billing.services.bills import Charge
from incubator.core.formulas import Steps
from incubator.core.money import round_fen
from incubator.core.periods import Month

KINDS = {"premises": ChargeKind.RENT, "property_fee": ChargeKind.PROPERTY_FEE, "broadband": ChargeKind.BROADBAND, "software": ChargeKind.SOFTWARE, "service": ChargeKind.SERVICE}
STEP_NAMES = {"base": ("约定价格", "Agreed price"), "free": ("免租期", "Free of rent"), "step": ("调整后价格", "New price"), "relief": ("减免", "Relief")}
METHOD_NAMES = {"actual": ("按当月实际天数折算", "By the days of the month"), "thirty": ("按每月 30 天折算", "By a thirtieth per day"), "year": ("按年 365 天折算", "By 12 ÷ 365 per day"), "full": ("按整月计", "The whole month")}


@dataclass(frozen=True, order=True)
class Part:
    """A rent step as figures: prices are per unit and month."""

    first: date
    last: date
    kind: str
    list_price: Decimal
    due_price: Decimal


@dataclass(frozen=True)
class Contract:
    """A line of a lease as figures. `last` is the day on which the lease really ends."""

    line: int
    kind: str
    text: str
    units: Decimal
    unit: str
    method: str
    last: date
    parts: Sequence[Part]


def charge_of(contract: Contract, month: Month) -> Charge | None:
    """The charge of one line for one month; None when no day of the month lies in its steps."""
    parts = [(part, span) for part in sorted(contract.parts) if (span := month.inside(part.first, min(part.last, contract.last)))]
    if not parts:
        return None
    shares = _shares(contract.method, month, [(last - first).days + 1 for _part, (first, last) in parts])
    listed = _amounts(contract.units, [part.list_price for part, _span in parts], shares)
    due = _amounts(contract.units, [part.due_price for part, _span in parts], shares)
    due = [min(one, whole) if part.list_price != part.due_price else whole for (part, _span), one, whole in zip(parts, due, listed, strict=True)]
    total, amount = sum(listed, Decimal("0.00")), sum(due, Decimal("0.00"))
    quantity, price = _quantity(contract, parts, shares, total)
    return Charge(
        kind=KINDS[contract.kind], source_key=f"rent:{contract.line}:{month}", text=f"{contract.text} {month}",
        first_day=parts[0][1][0], last_day=parts[-1][1][1], amount=amount, price=price, quantity=quantity, unit="月",
        relief=total - amount, why=_why(contract, month, parts, shares, listed, due),
    )  # fmt: skip


def _shares(method: str, month: Month, days: Sequence[int]) -> list[tuple[Fraction, Fraction]]:
    """For each part the share of the month before it and with it."""
    counted, found = 0, []
    for count in days:
        found.append((share_of_month(method, month, counted), share_of_month(method, month, counted + count)))
        counted += count
    return found


def _amounts(units: Decimal, prices: Sequence[Decimal], shares: Sequence[tuple[Fraction, Fraction]]) -> list[Decimal]:
    """The amount of each part: neighbours at one price are rounded together, and the last of them takes the difference."""
    amounts: list[Decimal] = []
    for price, group in groupby(zip(prices, shares, strict=True), key=lambda pair: pair[0]):
        monthly, begin, before = Fraction(units) * Fraction(price), None, Decimal("0.00")
        for _price, (start, end) in group:
            begin = start if begin is None else begin
            upto = round_fen(monthly * (end - begin))
            amounts.append(upto - before)
            before = upto
    return amounts


def _quantity(contract: Contract, parts: Sequence[Any], shares: Sequence[tuple[Fraction, Fraction]], total: Decimal) -> tuple[Decimal, Decimal]:
    """Months at one price, or 1 at the sum where the price changes inside the month."""
    prices = {part.list_price for part, _span in parts}
    if len(prices) > 1:
        return Decimal(1), total
    share = shares[-1][1] - shares[0][0]
    return round(Decimal(share.numerator) / Decimal(share.denominator), 4), round(contract.units * prices.pop(), 4)


def _why(
    contract: Contract, month: Month, parts: Sequence[Any], shares: Sequence[tuple[Fraction, Fraction]], listed: Sequence[Decimal], due: Sequence[Decimal]
) -> list[dict[str, Any]]:  # fmt: skip
    """The steps of “why this amount”."""
    steps = Steps()
    zh, en = METHOD_NAMES[contract.method]
    for (part, (first, last)), (start, end), whole, amount in zip(parts, shares, listed, due, strict=True):
        name_zh, name_en = STEP_NAMES[part.kind]
        days = (last - first).days + 1
        monthly = f"{contract.units} {contract.unit} × {part.list_price}" if contract.unit else f"{part.list_price}"
        share = "" if end - start == 1 else f" × {_fraction(contract.method, month, days, end - start)}"
        steps.add(f"{name_zh} {first} 至 {last}，{days} 天，{zh}", f"{name_en} {first} to {last}, {days} days. {en}", f"{monthly}{share}", whole)
        if whole != amount:
            steps.add(f"{name_zh}：减去 {whole - amount}", f"{name_en}: less {whole - amount}", f"{whole} − {whole - amount}", amount)
    return [step.as_json() for step in steps]


def _fraction(method: str, month: Month, days: int, share: Fraction) -> str:
    """The share as people would write it: 16/31."""
    base = {"actual": month.days, "thirty": 30}.get(method, 0)
    return f"{days}/{base}" if base and Fraction(days, base) == share else f"{share.numerator}/{share.denominator}"
