"""Formulas of bills: rent of part of a month, and the fee for paying late (formulas.md, spaces-billing.md C3, C5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Self

from incubator.core.exact import BadValueError, count, day, exact_text, money, one_of, price, ratio
from incubator.core.formulas import Line, Result, Steps, formula
from incubator.core.given import Given, Source, Terms, citations
from incubator.core.money import round_fen
from incubator.core.periods import Month, months_from

METHODS = ("actual", "thirty", "year", "full")
ZERO = Decimal("0.00")


def share_of_month(method: str, month: Month, days: int) -> Fraction:
    """Which part of a month's rent so many days of it cost. A whole month is 1, and no part is more.

    actual: days ÷ days of the month; thirty: days ÷ 30; year: days × 12 ÷ 365; full: any day costs the month."""
    if days <= 0:
        return Fraction(0)
    if days >= month.days or method == "full":
        return Fraction(1)
    part = {"actual": Fraction(days, month.days), "thirty": Fraction(days, 30), "year": Fraction(days * 12, 365)}[method]
    return min(part, Fraction(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProrationTerms(Terms):
    """How a lease counts part of a month: ``method`` actual, thirty, year or full."""

    method: str
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``method``."""
        return cls(method=source.required("method", one_of(*METHODS)), citations=citations(source))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProrationFacts(Given):
    """The rent of a whole month in yuan, the first and the last day; both are counted."""

    monthly_rent: Fraction
    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a span that ends before it starts."""
        if self.last < self.first:
            raise BadValueError(f'facts.to is "{self.last}": it lies before facts.from "{self.first}"')

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``monthly_rent``, ``from`` and ``to``."""
        return cls(monthly_rent=source.required("monthly_rent", price), first=source.required("from", day), last=source.required("to", day))


@formula("prorated_rent", terms=ProrationTerms, facts=ProrationFacts, zh="按天折算的租金", en="Rent of part of a month")
def prorated_rent(terms: ProrationTerms, facts: ProrationFacts) -> Result:
    """The rent of each calendar month of a span; lines are the months."""
    steps, lines = Steps(), list[Line]()
    for month in months_from(Month.of(facts.first), Month.of(facts.last)):
        days = month.days_inside(facts.first, facts.last)
        share = share_of_month(terms.method, month, days)
        amount = round_fen(facts.monthly_rent * share)
        steps.add(f"{month} 租金", f"Rent of {month}", f"{exact_text(facts.monthly_rent)} × {exact_text(share)}", amount, terms.cited("method"))
        lines.append(Line({"month": month, "days": days}, amount))
    return Result.of_lines(lines, steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFeeTerms(Terms):
    """``daily_rate`` of the overdue principal, ``grace_days`` without a fee, ``cap_ratio`` of the principal at most."""

    daily_rate: Fraction
    grace_days: int
    cap_ratio: Fraction
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the three terms."""
        return cls(
            daily_rate=source.required("daily_rate", ratio), grace_days=source.required("grace_days", count),
            cap_ratio=source.required("cap_ratio", ratio), citations=citations(source),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFeeFacts(Given):
    """The overdue principal in yuan, the day it was due and the day it was paid."""

    amount: Decimal
    due_on: date
    paid_on: date

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``amount``, ``due_on`` and ``paid_on``."""
        return cls(amount=source.required("amount", money), due_on=source.required("due_on", day), paid_on=source.required("paid_on", day))


@formula("late_fee", terms=LateFeeTerms, facts=LateFeeFacts, zh="违约金", en="Late fee")
def late_fee(terms: LateFeeTerms, facts: LateFeeFacts) -> Result:
    """The fee for paying late: simple, none within the grace days, cut to the cap. Output also ``days``."""
    steps, days = Steps(), max((facts.paid_on - facts.due_on).days, 0)
    steps.add("逾期天数", "Days late", f"{facts.paid_on} − {facts.due_on}", days)
    if days <= terms.grace_days:
        steps.add("宽限期内不计违约金", "None within the grace days", f"{days} ≤ {terms.grace_days}", ZERO, terms.cited("grace_days"))
        return Result(ZERO, steps=tuple(steps), extra={"days": days})
    fee = round_fen(Fraction(facts.amount) * terms.daily_rate * days)
    steps.add("违约金", "Late fee", f"{facts.amount} × {exact_text(terms.daily_rate)} × {days}", fee, terms.cited("daily_rate"))
    cap = round_fen(Fraction(facts.amount) * terms.cap_ratio)
    reasons = ("CAP_REACHED",) if fee > cap else ()
    if fee > cap:
        steps.add("不超过上限", "Cut to the cap", f"{facts.amount} × {exact_text(terms.cap_ratio)}", cap, terms.cited("cap_ratio"))
    return Result(min(fee, cap), steps=tuple(steps), reasons=reasons, extra={"days": days})
