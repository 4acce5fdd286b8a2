"""Caps, exposure, compensation, recovery, average balance (clause 十一, 四). The interest subsidy stands in interest.py.

Every limit is a term of an edition or of a fund, never a constant here. Money is yuan, rounded half up once per line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Self

from incubator.core.exact import (
    BadValueError,
    UnfitError,
    count,
    count_from_1,
    day,
    exact_text,
    list_of,
    money,
    number,
    one_of,
    ratio,
)
from incubator.core.formulas import NOTHING, Result, Steps, formula
from incubator.core.given import Given, NoTerms, Source, Terms, citations
from incubator.core.money import round_fen
from incubator.core.periods import add_years

from .interest import interest_subsidy

__all__ = ["average_balance", "compensation", "exposure", "interest_subsidy", "loan_cap", "recovery"]
HIRE_RATIO = "HIRE_RATIO"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapEdition:
    """The caps that hold from a day on: yuan, years after graduation, shares of eligible hires, staff above which a firm is large."""

    start: date
    individual: Decimal
    graduate: Decimal | None
    graduate_window_years: int
    enterprise: Decimal
    hire_ratio_small: Fraction
    hire_ratio_large: Fraction
    large_above: int


def cap_edition(value: object) -> CapEdition:
    """Read one edition; raises BadValueError naming the key."""
    source = Source(":", value)
    first = "start" if "start" in source.values else "from"  # a stored trace names the field
    made = CapEdition(
        start=source.required(first, day),
        individual=source.required("individual", money),
        graduate=source.optional("graduate", money),
        graduate_window_years=source.optional("graduate_window_years", count) or 0,
        enterprise=source.required("enterprise", money),
        hire_ratio_small=source.required("hire_ratio_small", ratio),
        hire_ratio_large=source.required("hire_ratio_large", ratio),
        large_above=source.required("large_above", count),
    )
    source.finish()
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class CapTerms(Terms):
    """The dated editions of the caps, ascending."""

    editions: tuple[CapEdition, ...]
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``editions``; their first days must ascend."""
        editions = source.required("editions", list_of(cap_edition, least=1))
        for earlier, later in pairwise(editions):
            if later.start <= earlier.start:
                raise BadValueError(f"terms.editions has {later.start} after {earlier.start}: their first days must ascend")
        return cls(editions=editions, citations=citations(source))


@dataclass(frozen=True, slots=True, kw_only=True)
class CapFacts(Given):
    """Who borrows, the day of the loan contract, the day of graduation, staff and eligible hires (persons)."""

    borrower: str
    contract_on: date
    graduated_on: date | None = None
    staff: int = 0
    eligible_hires: int = 0

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the facts; an enterprise needs its staff."""
        key = "borrower" if "borrower" in source.values else "kind"  # a stored trace names the field
        kind = source.required(key, one_of("individual", "enterprise"))
        firm = kind == "enterprise"
        made = cls(
            borrower=kind,
            contract_on=source.required("contract_on", day),
            graduated_on=source.optional("graduated_on", day),
            staff=source.required("staff", count_from_1) if firm else source.optional("staff", count) or 0,
            eligible_hires=source.required("eligible_hires", count) if firm else source.optional("eligible_hires", count) or 0,
        )
        if firm and made.eligible_hires > made.staff:
            raise BadValueError(f"facts.eligible_hires is {made.eligible_hires}: it cannot be more than the staff, {made.staff}")
        return made


@formula("loan_cap", terms=CapTerms, facts=CapFacts, zh="创业担保贷款额度上限", en="Cap of a startup loan")
def loan_cap(terms: CapTerms, facts: CapFacts) -> Result:
    """Find the highest loan (yuan) by the edition in force on the day of the contract. Output also ``edition_from``.

    Source: 吉政发〔2015〕28号 (十一)
    """
    held = [edition for edition in terms.editions if edition.start <= facts.contract_on]
    if not held:
        raise BadValueError(f"facts.contract_on is {facts.contract_on}: no edition of the caps holds on this day")
    edition, steps = held[-1], Steps()
    steps.add("适用版本", "Edition in force", f"{edition.start} ≤ {facts.contract_on}", edition.start, terms.cited("editions"))
    if facts.borrower == "enterprise":
        return _enterprise(edition, facts, steps, terms.cited("editions"))
    amount, zh, en = edition.individual, "个人上限", "Cap, individual"
    if facts.graduated_on is not None and edition.graduate is not None:
        until = add_years(facts.graduated_on, edition.graduate_window_years)
        inside = facts.contract_on <= until
        steps.add("毕业期限", "Graduate window", f"{facts.contract_on} ≤ {until}", "是" if inside else "否", terms.cited("editions"))
        if inside:
            amount, zh, en = edition.graduate, "高校毕业生上限", "Cap, graduate"
    steps.add(zh, en, str(amount), amount, terms.cited("editions"))
    return Result(amount, steps=tuple(steps), extra={"edition_from": edition.start})


def _enterprise(edition: CapEdition, facts: CapFacts, steps: Steps, cited: str | None) -> Result:
    """The cap of a firm that has hired enough eligible people, else nothing."""
    large = facts.staff > edition.large_above
    needed = edition.hire_ratio_large if large else edition.hire_ratio_small
    reached = Fraction(facts.eligible_hires, facts.staff) >= needed
    expression = f"{facts.eligible_hires} ÷ {facts.staff} ≥ {exact_text(needed)}"
    steps.add("吸纳比例", "Share of eligible hires", expression, "达到" if reached else "未达到", cited)
    amount = edition.enterprise if reached else NOTHING
    steps.add("企业上限", "Cap, enterprise", str(edition.enterprise), amount, cited)
    return Result(amount, steps=tuple(steps), reasons=() if reached else (HIRE_RATIO,), extra={"edition_from": edition.start})


def multiple_of(value: object) -> Fraction:
    """Read the multiple of a fund: above nothing."""
    read = number(value)
    if read == 0:
        raise UnfitError("the multiple is above 0")
    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationTerms(Terms):
    """The fund's share of the loss (0 to 1), and how many times its balance it may guarantee."""

    fund_share: Fraction
    multiple: Fraction
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``fund_share``, ``multiple``."""
        return cls(
            fund_share=source.required("fund_share", ratio),
            multiple=source.required("multiple", multiple_of),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationFacts(Given):
    """What is unpaid (yuan), what the fund holds, what it guarantees in all."""

    principal: Decimal
    interest: Decimal
    fund_balance: Decimal
    outstanding: Decimal

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the amounts."""
        names = ("principal", "interest", "fund_balance", "outstanding")
        return cls(**{name: source.required(name, money) for name in names})


@formula("compensation", terms=CompensationTerms, facts=CompensationFacts, zh="代偿金额", en="Compensation of the bank")
def compensation(terms: CompensationTerms, facts: CompensationFacts) -> Result:
    """Share a loss between fund and bank. Output also ``fund_pays``, ``bank_bears``, ``fund_after``, ``capacity_after``,
    ``outstanding_after``, ``frozen``. Raises BadValueError when the fund cannot pay or guarantees less than the principal.

    Source: 吉政发〔2015〕28号 (十一)「提高代偿效率」
    """
    loss = facts.principal + facts.interest
    pays = round_fen(Fraction(loss) * terms.fund_share)
    if pays > facts.fund_balance:
        raise BadValueError(f"facts.fund_balance is {facts.fund_balance}: the fund cannot pay {pays}")
    if facts.principal > facts.outstanding:
        raise BadValueError(f"facts.outstanding is {facts.outstanding}: less than the principal, {facts.principal}")
    after, left = facts.fund_balance - pays, facts.outstanding - facts.principal
    capacity = round_fen(Fraction(after) * terms.multiple)
    steps, cited = Steps(), terms.cited("fund_share", "multiple")
    steps.add("未偿本息", "Principal and interest", f"{facts.principal} + {facts.interest}", loss)
    steps.add("基金承担", "The fund pays", f"{loss} × {exact_text(terms.fund_share)}", pays, cited)
    steps.add("银行承担", "The bank bears", f"{loss} - {pays}", loss - pays)
    steps.add("代偿后基金余额", "Fund afterwards", f"{facts.fund_balance} - {pays}", after)
    steps.add("担保能力", "Capacity afterwards", f"{after} × {exact_text(terms.multiple)}", capacity, cited)
    steps.add("代偿后在保余额", "Outstanding afterwards", f"{facts.outstanding} - {facts.principal}", left)
    extra = {"fund_pays": pays, "bank_bears": loss - pays, "fund_after": after, "capacity_after": capacity,
             "outstanding_after": left, "frozen": left > capacity}  # fmt: skip
    return Result(pays, steps=tuple(steps), extra=extra)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTerms(Terms):
    """The fund's share (0 to 1)."""

    fund_share: Fraction
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``fund_share``."""
        return cls(fund_share=source.required("fund_share", ratio), citations=citations(source))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryFacts(Given):
    """What came back and what it cost to get it, in yuan."""

    recovered: Decimal
    cost: Decimal

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the amounts; a cost above what came back is refused."""
        made = cls(recovered=source.required("recovered", money), cost=source.required("cost", money))
        if made.cost > made.recovered:
            raise BadValueError(f"facts.cost is {made.cost}: it cannot be more than what came back, {made.recovered}")
        return made


@formula("recovery", terms=ShareTerms, facts=RecoveryFacts, zh="追偿分配", en="Sharing a recovery")
def recovery(terms: ShareTerms, facts: RecoveryFacts) -> Result:
    """Costs first, the rest by the share of the risk. Output also ``net``, ``fund``, ``bank``."""
    net = facts.recovered - facts.cost
    fund = round_fen(Fraction(net) * terms.fund_share)
    steps = Steps()
    steps.add("扣除费用", "After costs", f"{facts.recovered} - {facts.cost}", net)
    steps.add("归还基金", "To the fund", f"{net} × {exact_text(terms.fund_share)}", fund, terms.cited("fund_share"))
    steps.add("归还银行", "To the bank", f"{net} - {fund}", net - fund)
    return Result(fund, steps=tuple(steps), extra={"net": net, "fund": fund, "bank": net - fund})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureTerms(Terms):
    """How many times its balance the fund may guarantee, and the most for one borrower (yuan)."""

    multiple: Fraction
    borrower_cap: Decimal
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``multiple``, ``borrower_cap``."""
        return cls(
            multiple=source.required("multiple", multiple_of),
            borrower_cap=source.required("borrower_cap", money),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureFacts(Given):
    """What the fund holds and guarantees, what of it for this borrower, and what is asked for (yuan)."""

    fund_balance: Decimal
    outstanding: Decimal
    borrower_outstanding: Decimal
    requested: Decimal

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the amounts."""
        names = ("fund_balance", "outstanding", "borrower_outstanding", "requested")
        return cls(**{name: source.required(name, money) for name in names})


@formula("exposure", terms=ExposureTerms, facts=ExposureFacts, zh="担保额度", en="Room for a guarantee")
def exposure(terms: ExposureTerms, facts: ExposureFacts) -> Result:
    """Find the room that is left, and whether all of what is asked for fits. Output also ``room``, ``allowed``."""
    of_fund = round_fen(Fraction(facts.fund_balance) * terms.multiple) - facts.outstanding
    of_borrower = terms.borrower_cap - facts.borrower_outstanding
    room = max(NOTHING, min(of_fund, of_borrower))
    steps, times = Steps(), exact_text(terms.multiple)
    steps.add("基金可用额度", "Room of the fund", f"{facts.fund_balance} × {times} - {facts.outstanding}", of_fund, terms.cited("multiple"))
    steps.add("借款人可用额度", "Room of the borrower", f"{terms.borrower_cap} - {facts.borrower_outstanding}", of_borrower, terms.cited("borrower_cap"))
    steps.add("可用额度", "Room", f"min({of_fund}, {of_borrower})", room)
    allowed = facts.requested <= room
    return Result(room, steps=tuple(steps), reasons=() if allowed else ("CAP_EXPOSURE",), extra={"room": room, "allowed": allowed})


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A balance (yuan) and the days it stood."""

    balance: Decimal
    days: int


def segment(value: object) -> Segment:
    """Read one segment; raises BadValueError naming the key."""
    source = Source(":", value)
    made = Segment(balance=source.required("balance", money), days=source.required("days", count))
    source.finish()
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceFacts(Given):
    """Balances and how long each stood."""

    segments: tuple[Segment, ...]

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``segments``; together they need a day at least."""
        made = cls(segments=source.required("segments", list_of(segment, least=1)))
        if not sum(part.days for part in made.segments):
            raise BadValueError("facts.segments covers no day: give at least one day")
        return made


@formula("average_balance", terms=NoTerms, facts=BalanceFacts, zh="担保平均余额", en="Average guaranteed balance")
def average_balance(_: NoTerms, facts: BalanceFacts) -> Result:
    """The balance of an average day (yuan). Source: 吉政发〔2015〕28号 (四)「按其担保平均余额给予一定的风险补偿」"""
    total = sum((Fraction(part.balance) * part.days for part in facts.segments), Fraction(0))
    days = sum(part.days for part in facts.segments)
    amount, steps = round_fen(total / days), Steps()
    steps.add("余额积数", "Sum of balance × days", " + ".join(f"{part.balance} × {part.days}" for part in facts.segments[:12]), round_fen(total))
    steps.add("平均余额", "Average balance", f"{round_fen(total)} ÷ {days}", amount)
    return Result(amount, steps=tuple(steps))
