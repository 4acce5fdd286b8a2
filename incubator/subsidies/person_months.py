"""Subsidies per person and month: insurance of newly hired graduates, internships (clause 十六), farm instructors (十四).

A line is one person in one month. The document sets the shape (a contract of a year, a year of subsidy, half of the
interns kept) and no amount: amounts are terms of a programme edition.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Self

from incubator.core.exact import (
    BadValueError,
    count,
    count_from_1,
    day,
    exact_text,
    list_of,
    money,
    month,
    one_of,
    ratio,
    text,
)
from incubator.core.formulas import NOTHING, Line, Result, Steps, formula
from incubator.core.given import Given, Source, Terms, citations
from incubator.core.money import round_fen
from incubator.core.periods import Month, whole_months

from .caps import DUP_MONTH, PERIOD_MISMATCH, TERM_EXHAUSTED, Cap, Entry, cut, first_failing, refuse

FOREVER = date(2999, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMonths(Entry):
    """One person and the months claimed: the span of contract or engagement (both ends included; no end: open),
    what was paid for the person each month in yuan, the day of graduation, and what was granted before."""

    key: str
    starts_on: date
    months: tuple[Month, ...]
    ends_on: date | None = None
    monthly: Decimal = NOTHING
    graduated_on: date | None = None
    months_already: tuple[Month, ...] = ()
    months_used: int = 0

    def __post_init__(self) -> None:
        """Refuse an end before the start."""
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise BadValueError(f'.ends_on is "{self.ends_on}": it lies before starts_on "{self.starts_on}"')

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read one person."""
        return cls(
            key=source.required("key", text),
            starts_on=source.required("starts_on", day),
            ends_on=source.optional("ends_on", day),
            monthly=source.optional("monthly", money) or NOTHING,
            graduated_on=source.optional("graduated_on", day),
            months=source.required("months", list_of(month, unique=True)),
            months_already=source.optional("months_already", list_of(month)) or (),
            months_used=source.optional("months_used", count) or 0,
        )

    def days_in(self, claimed: Month) -> int:
        """The days of the month inside the span."""
        return claimed.days_inside(self.starts_on, self.ends_on or FOREVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts(Given):
    """The persons and their months, each person once."""

    persons: tuple[PersonMonths, ...]

    def __post_init__(self) -> None:
        """Refuse the same person twice."""
        keys = [person.key for person in self.persons]
        for key in keys:
            if keys.count(key) > 1:
                raise BadValueError(f'facts.persons names "{key}" twice: put all months of a person into one entry')

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``persons``."""
        return cls(persons=source.required("persons", list_of(PersonMonths.parse)))


type Rate = Callable[[PersonMonths, Month, str], tuple[Decimal, str | None]]  # amount and reason of one month
type Bar = Callable[[PersonMonths], str | None]  # the code that shuts a person out


def _person_months(
    terms: Terms, persons: tuple[PersonMonths, ...], max_months: int | None, bar: Bar, rate: Rate, steps: Steps
) -> list[Line]:
    """Go through persons and months in order; only lines above 0 count as months granted."""
    lines = list[Line]()
    for person in persons:
        granted, shut = person.months_used, bar(person)
        for claimed in sorted(person.months):
            of = f"{person.key} {claimed}"
            reason = shut or _month_refused(person, claimed, granted, max_months)
            amount = NOTHING
            if reason is None:
                amount, reason = rate(person, claimed, of)
            elif reason != shut:
                refuse(steps, of, reason, terms.cited("max_months"))
            granted += amount > 0
            lines.append(Line({"person": person.key, "month": claimed}, amount, reason))
    return lines


def _month_refused(person: PersonMonths, claimed: Month, granted: int, max_months: int | None) -> str | None:
    """The code that refuses one month of a person who is not shut out."""
    if claimed in person.months_already:
        return DUP_MONTH
    if not person.days_in(claimed):
        return PERIOD_MISMATCH
    return TERM_EXHAUSTED if max_months is not None and granted >= max_months else None


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceTerms(Terms):
    """The rule of the insurance subsidy for newly hired graduates: ``share`` of the employer's contributions,
    ``contract_min_months``, ``max_months`` per person; when set ``month_cap`` (yuan per person and month)."""

    share: Fraction
    contract_min_months: int
    max_months: int
    month_cap: Decimal | None = None
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the rule."""
        return cls(
            share=source.required("share", ratio),
            contract_min_months=source.required("contract_min_months", count),
            max_months=source.required("max_months", count_from_1),
            month_cap=source.optional("month_cap", money),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceFacts(PersonFacts):
    """The persons hired. ``monthly`` is the employer's contribution paid for the person each month."""


@formula(
    "insurance_subsidy", terms=InsuranceTerms, facts=InsuranceFacts, zh="社会保险补贴", en="Social insurance subsidy"
)
def insurance_subsidy(terms: InsuranceTerms, facts: InsuranceFacts) -> Result:
    """Compute the insurance subsidy per person and month, in yuan, half up to the fen once per line.

    A person is shut out whole: NOT_GRADUATE (hired outside the calendar year of graduation), CONTRACT_SHORT (fewer
    whole months than the least), NO_INSURED (nothing was paid). Then per month DUP_MONTH, PERIOD_MISMATCH,
    TERM_EXHAUSTED, CAP_REACHED. Source: 吉政发〔2015〕28号 (十六) 「签订１年以上劳动合同并缴纳社会保险费的，给予１年社会保险补贴」.
    """
    steps = Steps()

    def bar(person: PersonMonths) -> str | None:
        return _hire_refused(terms, person, steps)

    def rate(person: PersonMonths, _claimed: Month, of: str) -> tuple[Decimal, str | None]:
        full = round_fen(Fraction(person.monthly) * terms.share)
        steps.add(
            f"{of} 补贴", f"{of} subsidy", f"{person.monthly} × {exact_text(terms.share)}", full, terms.cited("share")
        )
        caps: tuple[Cap, ...] = (("month_cap", "每人每月上限", "cap per person and month", terms.month_cap, NOTHING),)
        return cut(full, of, caps, terms, steps)

    lines = _person_months(terms, facts.persons, terms.max_months, bar, rate, steps)
    return Result.of_lines(lines, steps)


def _hire_refused(terms: InsuranceTerms, person: PersonMonths, steps: Steps) -> str | None:
    """Judge the hire itself: graduation year, length of the contract, contributions."""
    graduated = person.graduated_on
    months = None if person.ends_on is None else whole_months(person.starts_on, person.ends_on + timedelta(days=1))
    long_enough = months is None or months >= terms.contract_min_months
    tests = (
        ("NOT_GRADUATE", "毕业年度招用", "hired in the graduation year", f"{person.starts_on.year} = {graduated.year if graduated else '–'}",
         graduated is not None and graduated.year == person.starts_on.year, "max_months"),
        ("CONTRACT_SHORT", "合同满月数", "whole months of contract", f"{'∞' if months is None else months} ≥ {terms.contract_min_months}",
         long_enough, "contract_min_months"),
        ("NO_INSURED", "已缴费", "contributions paid", f"{person.monthly} > 0", person.monthly > 0, "share"),
    )  # fmt: skip
    return first_failing(person.key, tests, terms, steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class InternTerms(Terms):
    """The rule of the internship subsidy, per intern and month: ``month_amount``, and ``raised_amount`` for a unit
    that keeps at least ``retention_min`` of the interns whose internship has ended. ``part_months``: a month that the
    internship covers in part counts ``whole``, by ``days``, or ``none``. ``max_months`` per intern."""

    month_amount: Decimal
    part_months: str
    max_months: int
    raised_amount: Decimal | None = None
    retention_min: Fraction | None = None
    citations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A raised amount needs the retention that raises it."""
        if self.raised_amount is not None and self.retention_min is None:
            raise BadValueError("terms.retention_min is missing: raised_amount needs it")

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the rule."""
        return cls(
            month_amount=source.required("month_amount", money),
            raised_amount=source.optional("raised_amount", money),
            retention_min=source.optional("retention_min", ratio),
            part_months=source.required("part_months", one_of("whole", "days", "none")),
            max_months=source.required("max_months", count_from_1),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InternFacts(PersonFacts):
    """The interns; how many internships have ended at the unit (``ended``), and how many of these were hired (``kept``)."""

    ended: int
    kept: int

    def __post_init__(self) -> None:
        """Refuse the same person twice, and more kept than ended."""
        PersonFacts.__post_init__(self)  # with slots, dataclass makes the class anew: super() does not find it
        if self.kept > self.ended:
            raise BadValueError(f"facts.kept is {self.kept}: more than facts.ended {self.ended}")

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``persons``, ``ended``, ``kept``."""
        return cls(
            persons=source.required("persons", list_of(PersonMonths.parse)),
            ended=source.required("ended", count),
            kept=source.required("kept", count),
        )


@formula("internship_subsidy", terms=InternTerms, facts=InternFacts, zh="见习补贴", en="Internship subsidy")
def internship_subsidy(terms: InternTerms, facts: InternFacts) -> Result:
    """Compute the internship subsidy per intern and month, in yuan, half up to the fen once per line.

    Lines: ``person``, ``month``, ``amount``, ``reason`` (DUP_MONTH, PERIOD_MISMATCH, TERM_EXHAUSTED, PART_MONTH).
    Source: 吉政发〔2015〕28号 (十六) 「对见习期满留用率达到５０％以上的见习单位，适当提高见习补贴标准」.
    """
    steps = Steps()
    amount = _intern_amount(terms, facts, steps)

    def rate(person: PersonMonths, claimed: Month, of: str) -> tuple[Decimal, str | None]:
        return _part(amount, terms.part_months, terms, person, claimed, of, steps)

    lines = _person_months(terms, facts.persons, terms.max_months, lambda _person: None, rate, steps)
    return Result.of_lines(lines, steps)


def _intern_amount(terms: InternTerms, facts: InternFacts, steps: Steps) -> Decimal:
    """The amount per month: raised where enough interns were kept."""
    if terms.raised_amount is None or terms.retention_min is None:
        return terms.month_amount
    kept = Fraction(facts.kept, facts.ended) if facts.ended else Fraction(0)
    raised = facts.ended > 0 and kept >= terms.retention_min
    shown = f"{facts.kept} ÷ {facts.ended} ≥ {exact_text(terms.retention_min)}"
    steps.add("留用率", "Interns kept", shown, "达到" if raised else "未达到", terms.cited("retention_min"))
    chosen, key = (terms.raised_amount, "raised_amount") if raised else (terms.month_amount, "month_amount")
    steps.add("每人每月标准", "Amount per intern and month", key, chosen, terms.cited(key))
    return chosen


def _part(
    amount: Decimal, part_months: str, terms: Terms, person: PersonMonths, claimed: Month, of: str, steps: Steps
) -> tuple[Decimal, str | None]:
    """The amount of one month, by the days that the span covers, and PART_MONTH where part of a month counts nothing."""
    covered = person.days_in(claimed)
    if covered == claimed.days or part_months == "whole":
        steps.add(f"{of} 补贴", f"{of} subsidy", str(amount), amount, terms.cited("month_amount"))
        return amount, None
    shown = f"{amount} × {covered} ÷ {claimed.days}" if part_months == "days" else f"{covered} < {claimed.days}"
    part = round_fen(Fraction(amount) * covered / claimed.days) if part_months == "days" else NOTHING
    steps.add(f"{of} 补贴", f"{of} subsidy", shown, part, terms.cited("month_amount", "part_months"))
    return part, None if part_months == "days" else "PART_MONTH"


@dataclass(frozen=True, slots=True, kw_only=True)
class StipendTerms(Terms):
    """The rule of the instructors' stipend: ``month_amount`` per person, ``part_months`` as for internships, and when
    set ``max_months`` per person."""

    month_amount: Decimal
    part_months: str
    max_months: int | None = None
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the rule."""
        return cls(
            month_amount=source.required("month_amount", money),
            part_months=source.required("part_months", one_of("whole", "days", "none")),
            max_months=source.optional("max_months", count),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StipendFacts(PersonFacts):
    """The instructors and the months in which they served."""


@formula(
    "instructor_stipend",
    terms=StipendTerms,
    facts=StipendFacts,
    zh="农民技术指导员补贴",
    en="Farm instructor's stipend",
)
def instructor_stipend(terms: StipendTerms, facts: StipendFacts) -> Result:
    """Compute the stipend per instructor and month, in yuan, half up to the fen once per line.

    Lines: ``person``, ``month``, ``amount``, ``reason`` (DUP_MONTH, PERIOD_MISMATCH, TERM_EXHAUSTED, PART_MONTH).
    Source: 吉政发〔2015〕28号 (十四) 「对聘为农民技术指导员的，给予一定资金补贴」.
    """
    steps = Steps()

    def rate(person: PersonMonths, claimed: Month, of: str) -> tuple[Decimal, str | None]:
        return _part(terms.month_amount, terms.part_months, terms, person, claimed, of, steps)

    lines = _person_months(terms, facts.persons, terms.max_months, lambda _person: None, rate, steps)
    return Result.of_lines(lines, steps)
