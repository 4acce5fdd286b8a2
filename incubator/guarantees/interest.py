"""The interest subsidy of a startup loan: day counts, ceiling as gate or clip, three kinds of subsidy (clause 十一).

「在贷款基准利率基础上上浮３个百分点以内的，由财政给予贴息」. Share, ceiling and term are figures of an edition, never constants here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Self

from incubator.core.exact import (
    BadValueError,
    UnfitError,
    count_from_1,
    day,
    exact_text,
    list_of,
    money,
    number,
    one_of,
    ratio,
)
from incubator.core.formulas import NOTHING, Line, Result, Steps, formula
from incubator.core.given import Given, Source, Terms, citations
from incubator.core.money import round_fen
from incubator.core.periods import add_months, add_years

RATE_ABOVE_CEILING = "RATE_ABOVE_CEILING"
KINDS = ("share", "over_borrower", "by_year")


def _thirty(first: date, last: date) -> int:
    """Days between two days when every month has thirty: day 31 counts as 30, the end of February is not moved."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months * 30 + min(last.day, 30) - min(first.day, 30)


def _actual(first: date, last: date) -> int:
    return (last - first).days


DAY_COUNTS: dict[str, tuple[Callable[[date, date], int], int]] = {
    "actual/360": (_actual, 360),
    "actual/365": (_actual, 365),
    "30/360": (_thirty, 360),
}


def points(value: object) -> Fraction:
    """Read percentage points, which may lie below nothing: ``"-1.5"``."""
    if isinstance(value, str) and value.startswith("-"):
        return -number(value[1:])
    if isinstance(value, Fraction | Decimal) and value < 0:
        return -number(-value)
    return number(value)


def percent(value: object) -> Fraction:
    """Read a yearly rate in percent, at most 100."""
    read = number(value)
    if read > 100:
        raise UnfitError("a yearly rate is at most 100 percent")
    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsidy:
    """How the state shares: a `share` (0 to 1), what lies over the borrower's own part, or `shares` by year of the loan."""

    kind: str
    share: Fraction | None = None
    borrower_points: Fraction | None = None
    shares: tuple[Fraction, ...] | None = None


def subsidy_rule(value: object) -> Subsidy:
    """Read the rule with the one key that its kind needs."""
    source = Source(":", value)
    kind = source.required("kind", one_of(*KINDS))
    if kind == "share":
        made = Subsidy(kind=kind, share=source.required("share", ratio))
    elif kind == "over_borrower":
        made = Subsidy(kind=kind, borrower_points=source.required("borrower_points", points))
    else:
        made = Subsidy(kind=kind, shares=source.required("shares", list_of(ratio, least=1)))
    for name in ("share", "borrower_points", "shares"):
        source.optional(name, _nothing_else) if name not in source.known else None
    source.finish()
    return made


def _nothing_else(_: object) -> None:
    raise UnfitError("this key belongs to another kind of subsidy")


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestTerms(Terms):
    """Ceiling in percentage points over the base rate, what happens above it, the subsidy, the day count, the longest
    subsidy in months."""

    ceiling_points: Fraction
    mode: str
    subsidy: Subsidy
    day_count: str
    max_months: int | None = None
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the rule."""
        return cls(
            ceiling_points=source.required("ceiling_points", number),
            mode=source.required("mode", one_of("clip", "gate")),
            subsidy=source.required("subsidy", subsidy_rule),
            day_count=source.required("day_count", one_of(*DAY_COUNTS)),
            max_months=source.optional("max_months", count_from_1),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaid:
    """Principal (yuan) that came back on a day."""

    on: date
    principal: Decimal


def repaid(value: object) -> Repaid:
    """Read one repayment."""
    source = Source(":", value)
    made = Repaid(on=source.required("on", day), principal=source.required("principal", money))
    source.finish()
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestFacts(Given):
    """The loan (yuan, percent per year), its interest days, what was repaid, and from when it was overdue or extended.

    ``claim_from`` (optional): only periods that begin on or after this day are given out and added up."""

    principal: Decimal
    rate: Fraction
    base_rate: Fraction
    disbursed_on: date
    settle_on: tuple[date, ...]
    repayments: tuple[Repaid, ...] = ()
    overdue_from: date | None = None
    extended_from: date | None = None
    claim_from: date | None = None

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the loan; raises BadValueError for days out of order or more repaid than was lent."""
        made = cls(
            principal=source.required("principal", money),
            rate=source.required("rate", percent),
            base_rate=source.required("base_rate", percent),
            disbursed_on=source.required("disbursed_on", day),
            settle_on=source.required("settle_on", list_of(day, least=1)),
            repayments=source.optional("repayments", list_of(repaid)) or (),
            overdue_from=source.optional("overdue_from", day),
            extended_from=source.optional("extended_from", day),
            claim_from=source.optional("claim_from", day),
        )
        made._check()
        return made

    def _check(self) -> None:
        before = self.disbursed_on
        for on in self.settle_on:
            if on <= before:
                raise BadValueError(f"facts.settle_on has {on} after {before}: the days must ascend from disbursed_on")
            before = on
        for row in self.repayments:
            if row.on < self.disbursed_on:
                raise BadValueError(f"facts.repayments has {row.on}: before the loan was disbursed, {self.disbursed_on}")
        total = sum((row.principal for row in self.repayments), NOTHING)
        if total > self.principal:
            raise BadValueError(f"facts.repayments come to {total}: more than the principal, {self.principal}")

    def balance(self, on: date) -> Decimal:
        """What is owed from this day on."""
        return self.principal - sum((row.principal for row in self.repayments if row.on <= on), NOTHING)


def _interest(facts: InterestFacts, first: date, last: date, rate: Fraction, day_count: str) -> Fraction:
    """Interest from one day (included) to another (excluded) at a yearly rate in percent, not rounded."""
    if last <= first:
        return Fraction(0)
    days, year = DAY_COUNTS[day_count]
    cuts = sorted({first, last, *(row.on for row in facts.repayments if first < row.on < last)})
    parts = pairwise(cuts)
    return sum((Fraction(facts.balance(start)) * rate / 100 * days(start, end) / year for start, end in parts), Fraction(0))


def _years(facts: InterestFacts, first: date, last: date) -> Iterator[tuple[date, date, int]]:
    """The parts of a span by year of the loan, the first year being 0."""
    year = 0
    while first < last:
        until = add_years(facts.disbursed_on, year + 1)
        if until > first:
            yield first, min(last, until), year
            first = min(last, until)
        year += 1


def _stop(terms: InterestTerms, facts: InterestFacts) -> date:
    """From this day on nothing is subsidised."""
    limit = add_months(facts.disbursed_on, terms.max_months) if terms.max_months else None
    return min(filter(None, (facts.overdue_from, facts.extended_from, limit)), default=date.max)


def _given(terms: InterestTerms, facts: InterestFacts, first: date, last: date, rate: Fraction) -> tuple[Decimal, Decimal]:
    """Eligible interest and subsidy of one period whose subsidised part ends at `last`."""
    eligible = round_fen(_interest(facts, first, last, rate, terms.day_count))
    rule = terms.subsidy
    if rule.kind == "share":
        return eligible, round_fen(Fraction(eligible) * (rule.share or 0))
    if rule.kind == "over_borrower":
        over = max(Fraction(0), rate - (facts.base_rate + (rule.borrower_points or 0)))
        return eligible, round_fen(_interest(facts, first, last, over, terms.day_count))
    shares, total = rule.shares or (), NOTHING
    for start, end, year in _years(facts, first, last):
        part = round_fen(_interest(facts, start, end, rate, terms.day_count))
        total += round_fen(Fraction(part) * shares[year]) if year < len(shares) else NOTHING
    return eligible, total


@formula("interest_subsidy", terms=InterestTerms, facts=InterestFacts, zh="创业担保贷款贴息", en="Interest subsidy of a startup loan")
def interest_subsidy(terms: InterestTerms, facts: InterestFacts) -> Result:
    """Share the interest of each period between state and borrower. Each line: from, to, interest, eligible, subsidy, borrower.

    Source: 吉政发〔2015〕28号 (十一)
    """
    ceiling, stop = facts.base_rate + terms.ceiling_points, _stop(terms, facts)
    gated = terms.mode == "gate" and facts.rate > ceiling
    steps, lines, first = Steps(), list[Line](), facts.disbursed_on
    expression = f"{exact_text(facts.base_rate)} + {exact_text(terms.ceiling_points)}"
    steps.add("利率上限（%）", "Ceiling of the rate, percent", expression, exact_text(ceiling), terms.cited("ceiling_points"))
    if facts.rate > ceiling:
        steps.add("超过上限", "Above the ceiling", f"{exact_text(facts.rate)} > {exact_text(ceiling)}", "不予贴息" if gated else "按上限计算", terms.cited("mode"))
    if stop < date.max:
        steps.add("贴息截止日", "No subsidy from this day on", f"{stop}", stop, terms.cited("max_months"))
    for last in facts.settle_on:
        if facts.claim_from is None or first >= facts.claim_from:
            lines.append(_line(terms, facts, (first, last, min(last, stop)), Fraction(0) if gated else min(facts.rate, ceiling), gated=gated))
            shown = lines[-1].values
            steps.add(f"{first} 至 {last}", f"{first} to {last}", f"利息 {shown['interest']}，可贴息 {shown['eligible']}", shown["subsidy"], terms.cited("subsidy", "day_count"))
        first = last
    total = sum((line.amount for line in lines if line.amount), NOTHING)
    steps.add("合计", "Total", " + ".join(str(line.amount) for line in lines if line.amount) or "0", total)
    return Result(total, tuple(lines), tuple(steps), (RATE_ABOVE_CEILING,) if gated else ())


def _line(terms: InterestTerms, facts: InterestFacts, span: tuple[date, date, date], rate: Fraction, *, gated: bool) -> Line:
    """One period: from, to, and where its subsidised part ends."""
    first, last, until = span
    interest = round_fen(_interest(facts, first, last, facts.rate, terms.day_count))
    eligible, subsidy = (NOTHING, NOTHING) if gated else _given(terms, facts, first, until, rate)
    values = {"from": first, "to": last, "interest": interest, "eligible": eligible, "subsidy": subsidy, "borrower": interest - subsidy}
    return Line(values, subsidy, RATE_ABOVE_CEILING if gated else None)
