"""Subsidies for rent, broadband and software (clause 九). The other formulas stand in grants.py (the one-off grant),
person_months.py (hires, interns, instructors) and projects.py (activities, bases, investments).

The document authorises them and sets no figure: 「可对众创空间的房租、宽带网络、公共软件等给予适当补贴」.
Shares and caps are terms of a programme edition, never constants here.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Self

from incubator.core.exact import (
    BadValueError,
    count,
    day,
    exact_text,
    list_of,
    map_of,
    money,
    month,
    number,
    one_of,
    price,
    quarter,
    ratio,
    text,
)
from incubator.core.formulas import NOTHING, Line, Result, Steps, formula
from incubator.core.given import Given, Source, Terms, citations
from incubator.core.money import round_fen
from incubator.core.periods import Month, whole_years

from .caps import DUP_INVOICE, DUP_MONTH, PERIOD_MISMATCH, TERM_EXHAUSTED, Cap, Entry, cut, refuse
from .grants import startup_grant
from .person_months import instructor_stipend, insurance_subsidy, internship_subsidy
from .projects import activity_grant, base_grant, investor_reward

__all__ = [
    "activity_grant",
    "base_grant",
    "broadband_subsidy",
    "instructor_stipend",
    "insurance_subsidy",
    "internship_subsidy",
    "investor_reward",
    "rent_subsidy",
    "software_subsidy",
    "startup_grant",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RentTerms(Terms):
    """The rule of a rent programme; an absent cap does not bind.

    ``share`` (0 to 1) or ``shares_by_year`` (one per year of incubation), ``unit_cap`` (元/㎡/month),
    ``area_cap`` (㎡), ``month_cap``, ``quarter_cap`` (calendar quarter), ``total_cap`` (yuan),
    ``max_months``, ``basis`` gross or net of VAT at ``vat_rate`` (0.09 is 9 %).
    """

    share: Fraction | None = None
    shares_by_year: tuple[Fraction, ...] | None = None
    unit_cap: Fraction | None = None
    area_cap: Fraction | None = None
    month_cap: Decimal | None = None
    quarter_cap: Decimal | None = None
    total_cap: Decimal | None = None
    max_months: int | None = None
    basis: str = "gross"
    vat_rate: Fraction | None = None
    citations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Ask for one kind of share, and for the VAT rate where the rent is taken net."""
        if (self.share is None) == (self.shares_by_year is None):
            state = "missing" if self.share is None else f'"{exact_text(self.share)}"'
            raise BadValueError(f"terms.share is {state}: give either share or shares_by_year, not both")
        if self.basis == "net" and self.vat_rate is None:
            raise BadValueError('terms.vat_rate is missing: the basis "net" needs it')

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the rule."""
        return cls(
            share=source.optional("share", ratio),
            shares_by_year=source.optional("shares_by_year", list_of(ratio, least=1)),
            unit_cap=source.optional("unit_cap", price),
            area_cap=source.optional("area_cap", number),
            month_cap=source.optional("month_cap", money),
            quarter_cap=source.optional("quarter_cap", money),
            total_cap=source.optional("total_cap", money),
            max_months=source.optional("max_months", count),
            basis=source.optional("basis", one_of("gross", "net")) or "gross",
            vat_rate=source.optional("vat_rate", ratio),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RentFacts(Given):
    """One lease and the months claimed for it.

    ``area`` (㎡), ``unit_rent`` (元/㎡/month), first and last day of the lease, the day the startup
    settled in, the months; what was granted before: months (by anyone), their number, yuan in all
    and yuan per quarter (``{"2026-Q1": …}``).
    """

    area: Fraction
    unit_rent: Fraction
    lease_start: date
    lease_end: date
    settled_on: date
    months: tuple[Month, ...]
    months_already: tuple[Month, ...] = ()
    months_used: int = 0
    paid_before: Decimal = NOTHING
    quarter_before: Mapping[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a lease that ends before it starts."""
        if self.lease_end < self.lease_start:
            raise BadValueError(
                f'facts.lease_end is "{self.lease_end}": it lies before facts.lease_start "{self.lease_start}"'
            )

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the lease and the claim."""
        return cls(
            area=source.required("area", number),
            unit_rent=source.required("unit_rent", price),
            lease_start=source.required("lease_start", day),
            lease_end=source.required("lease_end", day),
            settled_on=source.required("settled_on", day),
            months=source.required("months", list_of(month, unique=True)),
            months_already=source.optional("months_already", list_of(month)) or (),
            months_used=source.optional("months_used", count) or 0,
            paid_before=source.optional("paid_before", money) or NOTHING,
            quarter_before=source.optional("quarter_before", map_of(quarter, money)) or {},
        )


@formula("rent_subsidy", terms=RentTerms, facts=RentFacts, zh="房租补贴", en="Rent subsidy")
def rent_subsidy(terms: RentTerms, facts: RentFacts) -> Result:
    """Compute the rent subsidy month by month, in yuan, half up to the fen once per month.

    Lines: ``month``, ``amount``, ``reason`` (DUP_MONTH, PERIOD_MISMATCH, TERM_EXHAUSTED,
    CAP_REACHED or none). Only lines above 0 count as months granted.
    Source: 吉政发〔2015〕28号 (九); the figures come from the local measure of the edition.
    """
    steps, lines = Steps(), list[Line]()
    area, unit = _counted_area(terms, facts, steps), _counted_unit(terms, facts, steps)
    granted, total, quarters = facts.months_used, facts.paid_before, defaultdict(Decimal, facts.quarter_before)
    for claimed in sorted(facts.months):
        reason, share = _month_share(terms, facts, claimed, granted)
        amount = NOTHING
        if share is None:
            refuse(steps, str(claimed), reason, terms.cited("max_months", "shares_by_year"))
        else:
            full = _month_amount(terms, facts, claimed, area * unit, share, steps)
            caps = (
                ("month_cap", "月度上限", "month cap", terms.month_cap, NOTHING),
                ("quarter_cap", "季度上限", "quarter cap", terms.quarter_cap, quarters[claimed.quarter]),
                ("total_cap", "总额上限", "total cap", terms.total_cap, total),
            )
            amount, reason = cut(full, str(claimed), caps, terms, steps)
        granted += amount > 0
        total += amount
        quarters[claimed.quarter] += amount
        lines.append(Line({"month": claimed}, amount, reason))
    return Result.of_lines(lines, steps)


def _counted_area(terms: RentTerms, facts: RentFacts, steps: Steps) -> Fraction:
    """Cut the area to its cap."""
    area = facts.area if terms.area_cap is None else min(facts.area, terms.area_cap)
    shown = _least(exact_text(facts.area), terms.area_cap)
    steps.add("计补面积（㎡）", "Area counted (㎡)", shown, area, terms.cited("area_cap"))
    return area


def _counted_unit(terms: RentTerms, facts: RentFacts, steps: Steps) -> Fraction:
    """Take the unit rent net where the rule says so, unrounded, and cut it to its cap."""
    unit, shown = facts.unit_rent, exact_text(facts.unit_rent)
    if terms.basis == "net" and terms.vat_rate is not None:
        unit, shown = unit / (1 + terms.vat_rate), f"{shown} ÷ (1 + {exact_text(terms.vat_rate)})"
    shown = _least(shown, terms.unit_cap)
    unit = unit if terms.unit_cap is None else min(unit, terms.unit_cap)
    cited = terms.cited("basis", "vat_rate", "unit_cap")
    steps.add("计补单价（元/㎡/月）", "Unit rent counted (yuan/㎡/month)", shown, unit, cited)
    return unit


def _least(shown: str, cap: Fraction | None) -> str:
    """Write ``min(…)`` where there is a cap."""
    return shown if cap is None else f"min({shown}, {exact_text(cap)})"


def _month_share(
    terms: RentTerms, facts: RentFacts, claimed: Month, granted: int
) -> tuple[str | None, Fraction | None]:
    """Return the share of the month, or the code that refuses it."""
    if claimed in facts.months_already:
        return DUP_MONTH, None
    covered = claimed.inside(facts.lease_start, facts.lease_end)
    if covered is None:
        return PERIOD_MISMATCH, None
    share = terms.share
    if terms.shares_by_year is not None:
        year = max(0, whole_years(facts.settled_on, covered[0]))
        share = terms.shares_by_year[year] if year < len(terms.shares_by_year) else None
    if share is None or (terms.max_months is not None and granted >= terms.max_months):
        return TERM_EXHAUSTED, None
    return None, share


def _month_amount(
    terms: RentTerms, facts: RentFacts, claimed: Month, rent: Fraction, share: Fraction, steps: Steps
) -> Decimal:
    """Round the month's share of the counted rent for the days covered by the lease."""
    covered = claimed.days_inside(facts.lease_start, facts.lease_end)
    amount = round_fen(rent * share * covered / claimed.days)
    shown = f"{exact_text(rent)} × {exact_text(share)} × {covered} ÷ {claimed.days}"
    cited = terms.cited("share", "shares_by_year")
    steps.add(f"{claimed} 补贴", f"{claimed} subsidy", shown, amount, cited)
    return amount


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadbandTerms(Terms):
    """The rule of a broadband programme: ``share``, ``month_cap`` (yuan), ``max_months``."""

    share: Fraction
    month_cap: Decimal | None = None
    max_months: int | None = None
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the rule."""
        return cls(
            share=source.required("share", ratio),
            month_cap=source.optional("month_cap", money),
            max_months=source.optional("max_months", count),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadbandFacts(Given):
    """The monthly fee in yuan and the months claimed; months granted before and their number."""

    monthly_fee: Decimal
    months: tuple[Month, ...]
    months_already: tuple[Month, ...] = ()
    months_used: int = 0

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the line."""
        return cls(
            monthly_fee=source.required("monthly_fee", money),
            months=source.required("months", list_of(month, unique=True)),
            months_already=source.optional("months_already", list_of(month)) or (),
            months_used=source.optional("months_used", count) or 0,
        )


@formula("broadband_subsidy", terms=BroadbandTerms, facts=BroadbandFacts, zh="宽带补贴", en="Broadband subsidy")
def broadband_subsidy(terms: BroadbandTerms, facts: BroadbandFacts) -> Result:
    """Compute the broadband subsidy month by month, in yuan, half up to the fen once per month.

    Lines: ``month``, ``amount``, ``reason`` (DUP_MONTH, TERM_EXHAUSTED, CAP_REACHED or none).
    Source: 吉政发〔2015〕28号 (九); the figures come from the local measure of the edition.
    """
    steps, lines, granted = Steps(), list[Line](), facts.months_used
    caps: tuple[Cap, ...] = (("month_cap", "月度上限", "month cap", terms.month_cap, NOTHING),)
    for claimed in sorted(facts.months):
        amount, reason = NOTHING, DUP_MONTH if claimed in facts.months_already else None
        if reason is None and terms.max_months is not None and granted >= terms.max_months:
            reason = TERM_EXHAUSTED
        if reason is not None:
            refuse(steps, str(claimed), reason, terms.cited("max_months"))
        else:
            full = round_fen(Fraction(facts.monthly_fee) * terms.share)
            shown = f"{facts.monthly_fee} × {exact_text(terms.share)}"
            steps.add(f"{claimed} 补贴", f"{claimed} subsidy", shown, full, terms.cited("share"))
            amount, reason = cut(full, str(claimed), caps, terms, steps)
        granted += amount > 0
        lines.append(Line({"month": claimed}, amount, reason))
    return Result.of_lines(lines, steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwareTerms(Terms):
    """The rule of a software programme: ``share`` and ``period_cap`` (yuan per claim period)."""

    share: Fraction
    period_cap: Decimal | None = None
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the rule."""
        return cls(
            share=source.required("share", ratio),
            period_cap=source.optional("period_cap", money),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(Entry):
    """A paid invoice: its number and its amount in yuan."""

    number: str
    amount: Decimal

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``{"number": …, "amount": …}``."""
        return cls(number=source.required("number", text), amount=source.required("amount", money))


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwareFacts(Given):
    """The invoices claimed, in the order of the claim, and the numbers used before."""

    invoices: tuple[Invoice, ...]
    invoices_already: tuple[str, ...] = ()

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the claim."""
        return cls(
            invoices=source.required("invoices", list_of(Invoice.parse)),
            invoices_already=source.optional("invoices_already", list_of(text)) or (),
        )


@formula("software_subsidy", terms=SoftwareTerms, facts=SoftwareFacts, zh="软件补贴", en="Software subsidy")
def software_subsidy(terms: SoftwareTerms, facts: SoftwareFacts) -> Result:
    """Compute the software subsidy per invoice, in yuan, half up to the fen once per invoice.

    Lines: ``number``, ``amount``, ``reason`` (DUP_INVOICE, CAP_REACHED or none).
    Source: 吉政发〔2015〕28号 (九); the figures come from the local measure of the edition.
    """
    steps, lines, total = Steps(), list[Line](), NOTHING
    known = set(facts.invoices_already)
    for invoice in facts.invoices:
        amount: Decimal = NOTHING
        reason: str | None = DUP_INVOICE
        if invoice.number in known:
            refuse(steps, invoice.number, reason, None)
        else:
            full = round_fen(Fraction(invoice.amount) * terms.share)
            shown = f"{invoice.amount} × {exact_text(terms.share)}"
            zh, en = f"发票 {invoice.number} 补贴", f"Invoice {invoice.number} subsidy"
            steps.add(zh, en, shown, full, terms.cited("share"))
            caps = (("period_cap", "本期上限", "period cap", terms.period_cap, total),)
            amount, reason = cut(full, invoice.number, caps, terms, steps)
        known.add(invoice.number)
        total += amount
        lines.append(Line({"number": invoice.number}, amount, reason))
    return Result.of_lines(lines, steps)
