"""Grants per undertaking: contests and camps (clause 十五), startup bases in stages (九), new equity investments (十).

The document authorises them and sets no amount; shares, stages and caps are terms of a programme edition.
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
    UnfitError,
    count,
    count_from_1,
    day,
    exact_text,
    flag,
    list_of,
    map_of,
    money,
    ratio,
    text,
)
from incubator.core.formulas import NOTHING, Line, Result, Steps, formula
from incubator.core.given import Given, Source, Terms, citations
from incubator.core.money import round_fen
from incubator.core.periods import whole_months

from .caps import DUP_ITEM, TERM_EXHAUSTED, Cap, Entry, Test, cut, first_failing, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityTerms(Terms):
    """The rule of the activity grant: ``share`` of what was spent; when set ``activity_cap`` (yuan per activity),
    ``period_cap`` (yuan per claim period), ``min_participants``."""

    share: Fraction
    activity_cap: Decimal | None = None
    period_cap: Decimal | None = None
    min_participants: int | None = None
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the rule."""
        return cls(
            share=source.required("share", ratio),
            activity_cap=source.optional("activity_cap", money),
            period_cap=source.optional("period_cap", money),
            min_participants=source.optional("min_participants", count),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Entry):
    """One contest, camp or showcase: what its paid invoices come to in yuan, and how many people took part."""

    key: str
    spend: Decimal
    participants: int

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read one activity."""
        return cls(
            key=source.required("key", text),
            spend=source.required("spend", money),
            participants=source.required("participants", count),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFacts(Given):
    """The activities claimed, in the order of the claim; those granted before; what the period paid before (yuan)."""

    activities: tuple[Event, ...]
    already: tuple[str, ...] = ()
    paid_before: Decimal = NOTHING

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the claim."""
        return cls(
            activities=source.required("activities", list_of(Event.parse)),
            already=source.optional("already", list_of(text)) or (),
            paid_before=source.optional("paid_before", money) or NOTHING,
        )


@formula("activity_grant", terms=ActivityTerms, facts=ActivityFacts, zh="创业活动补助", en="Activity grant")
def activity_grant(terms: ActivityTerms, facts: ActivityFacts) -> Result:
    """Compute the grant per activity, in yuan, half up to the fen once per activity.

    Lines: ``activity``, ``amount``, ``reason`` (DUP_ITEM, FEW_PARTICIPANTS, CAP_REACHED or none).
    Source: 吉政发〔2015〕28号 (十五) 「创业创新大赛、创业训练营、创业典型宣讲等活动…按规定给予一定额度的补助」.
    """
    steps, lines, known, total = Steps(), list[Line](), set(facts.already), facts.paid_before
    for event in facts.activities:
        amount, reason = _activity(terms, event, known, total, steps)
        known.add(event.key)
        total += amount
        lines.append(Line({"activity": event.key}, amount, reason))
    return Result.of_lines(lines, steps)


def _activity(
    terms: ActivityTerms, event: Event, known: set[str], total: Decimal, steps: Steps
) -> tuple[Decimal, str | None]:
    """One activity: granted once, enough people, a share of what it cost, two caps."""
    if event.key in known:
        refuse(steps, event.key, DUP_ITEM, None)
        return NOTHING, DUP_ITEM
    if terms.min_participants is not None:
        enough = event.participants >= terms.min_participants
        shown = f"{event.participants} ≥ {terms.min_participants}"
        few: Test = ("FEW_PARTICIPANTS", "参加人数", "participants", shown, enough, "min_participants")
        if refused := first_failing(event.key, [few], terms, steps):
            return NOTHING, refused
    full = round_fen(Fraction(event.spend) * terms.share)
    shown = f"{event.spend} × {exact_text(terms.share)}"
    steps.add(f"{event.key} 补助", f"{event.key} grant", shown, full, terms.cited("share"))
    caps: tuple[Cap, ...] = (
        ("activity_cap", "每场上限", "cap per activity", terms.activity_cap, NOTHING),
        ("period_cap", "本期上限", "period cap", terms.period_cap, total),
    )
    return cut(full, event.key, caps, terms, steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseTerms(Terms):
    """The rule of the base grant: ``stages``, the amount of each stage in yuan. The first follows the recognition;
    each later one an evaluation with a grade among ``grades``, and when set ``stage_months`` whole months after the
    recognition for each stage gone by."""

    stages: tuple[Decimal, ...]
    grades: tuple[str, ...] = ()
    stage_months: int | None = None
    citations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Later stages need the grades that open them."""
        if len(self.stages) > 1 and not self.grades:
            raise BadValueError("terms.grades is missing: every stage after the first needs a grade")

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the rule."""
        return cls(
            stages=source.required("stages", list_of(money, least=1)),
            grades=source.optional("grades", list_of(text)) or (),
            stage_months=source.optional("stage_months", count),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Entry):
    """One stage claimed, from 1; for later stages the grade of the evaluation and its day."""

    stage: int
    grade: str | None = None
    evaluated_on: date | None = None

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read one stage."""
        return cls(
            stage=source.required("stage", count_from_1),
            grade=source.optional("grade", text),
            evaluated_on=source.optional("evaluated_on", day),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseFacts(Given):
    """The day of the recognition (null: none), the stages claimed, the stages granted before."""

    recognised_on: date | None
    stages: tuple[Stage, ...]
    already: tuple[int, ...] = ()

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the claim."""
        return cls(
            recognised_on=source.nullable("recognised_on", day),
            stages=source.required("stages", list_of(Stage.parse)),
            already=source.optional("already", list_of(count_from_1)) or (),
        )


@formula("base_grant", terms=BaseTerms, facts=BaseFacts, zh="创业孵化基地补助", en="Grant for startup bases")
def base_grant(terms: BaseTerms, facts: BaseFacts) -> Result:
    """Compute the grant stage by stage, in yuan.

    Lines: ``stage``, ``amount``, ``reason`` (NOT_RECOGNISED, TERM_EXHAUSTED beyond the last stage, DUP_ITEM,
    STAGE_ORDER, NO_EVALUATION, GRADE_TOO_LOW, TOO_EARLY or none).
    Source: 吉政发〔2015〕28号 (九) 「对符合条件的创业园、创业市场、电商（微商）创业孵化基地给予补助」.
    """
    steps, lines, granted = Steps(), list[Line](), set(facts.already)
    shown = f"recognised_on = {facts.recognised_on or '–'}"
    steps.add(
        "认定", "Recognition", shown, "符合" if facts.recognised_on else "不符合 NOT_RECOGNISED", terms.cited("stages")
    )
    for claimed in sorted(facts.stages, key=lambda one: one.stage):
        of, reason = f"第{claimed.stage}期", _stage_refused(terms, facts, claimed, granted)
        amount = NOTHING if reason else terms.stages[claimed.stage - 1]
        shown = (
            _stage_shown(terms, facts, claimed)
            if reason is None
            else f"{_stage_shown(terms, facts, claimed)} → {reason}"
        )
        steps.add(f"{of}补助", f"Stage {claimed.stage}", shown, amount, terms.cited("stages", "grades", "stage_months"))
        if reason is None:
            granted.add(claimed.stage)
        lines.append(Line({"stage": claimed.stage}, amount, reason))
    return Result.of_lines(lines, steps)


def _stage_refused(terms: BaseTerms, facts: BaseFacts, claimed: Stage, granted: set[int]) -> str | None:
    """The code that refuses a stage."""
    if facts.recognised_on is None:
        return "NOT_RECOGNISED"
    if claimed.stage > len(terms.stages):
        return TERM_EXHAUSTED
    if claimed.stage in granted:
        return DUP_ITEM
    return _later_stage_refused(terms, facts.recognised_on, claimed, granted) if claimed.stage > 1 else None


def _later_stage_refused(terms: BaseTerms, recognised_on: date, claimed: Stage, granted: set[int]) -> str | None:
    """A stage after the first follows the one before it, an evaluation, a grade and time."""
    if claimed.stage - 1 not in granted:
        return "STAGE_ORDER"
    if claimed.evaluated_on is None or claimed.grade is None:
        return "NO_EVALUATION"
    if claimed.grade not in terms.grades:
        return "GRADE_TOO_LOW"
    gone = whole_months(recognised_on, claimed.evaluated_on)
    return "TOO_EARLY" if gone < (terms.stage_months or 0) * (claimed.stage - 1) else None


def _stage_shown(terms: BaseTerms, facts: BaseFacts, claimed: Stage) -> str:
    """What a stage is judged by."""
    if claimed.stage == 1:
        return f"stages[1], {facts.recognised_on or '–'}"
    return f"stages[{claimed.stage}], {claimed.grade or '–'} ∈ {'、'.join(terms.grades)}, {claimed.evaluated_on or '–'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardTerms(Terms):
    """The rule of the investors' reward: ``share`` of the new investment; when set ``min_amount`` (yuan),
    ``investment_cap`` (yuan per investment), ``year_cap`` (yuan per investor and calendar year)."""

    share: Fraction
    min_amount: Decimal | None = None
    investment_cap: Decimal | None = None
    year_cap: Decimal | None = None
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the rule."""
        return cls(
            share=source.required("share", ratio),
            min_amount=source.optional("min_amount", money),
            investment_cap=source.optional("investment_cap", money),
            year_cap=source.optional("year_cap", money),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake(Entry):
    """One investment paid in: yuan, its day, whether it is new money (not shares bought from others) and whether the
    company belongs to the real economy."""

    key: str
    amount: Decimal
    invested_on: date
    is_new: bool
    real_economy: bool

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read one investment."""
        return cls(
            key=source.required("key", text),
            amount=source.required("amount", money),
            invested_on=source.required("invested_on", day),
            is_new=source.required("is_new", flag),
            real_economy=source.required("real_economy", flag),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardFacts(Given):
    """The investments claimed; those rewarded before; what the investor got per calendar year (``{"2026": …}``)."""

    investments: tuple[Stake, ...]
    already: tuple[str, ...] = ()
    year_before: Mapping[str, Decimal] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the claim."""
        return cls(
            investments=source.required("investments", list_of(Stake.parse)),
            already=source.optional("already", list_of(text)) or (),
            year_before=source.optional("year_before", map_of(_year, money)) or {},
        )


def _year(value: object) -> str:
    """Read a calendar year."""
    if not isinstance(value, str) or len(value) != 4 or not value.isascii() or not value.isdigit():
        raise UnfitError("give a calendar year of four digits")
    return value


@formula("investor_reward", terms=RewardTerms, facts=RewardFacts, zh="股权投资奖励", en="Reward for equity investors")
def investor_reward(terms: RewardTerms, facts: RewardFacts) -> Result:
    """Compute the reward per investment, in yuan, half up to the fen once per investment.

    Lines: ``investment``, ``amount``, ``reason`` (DUP_ITEM, NOT_NEW, NOT_REAL_ECONOMY, BELOW_MINIMUM, CAP_REACHED or none).
    Source: 吉政发〔2015〕28号 (十) 「对股权投资企业按照对实体经济新增投资情况给予一定的奖励」.
    """
    steps, lines, known = Steps(), list[Line](), set(facts.already)
    years = defaultdict(Decimal, facts.year_before)
    for stake in facts.investments:
        amount, reason = _reward(terms, stake, known, years[str(stake.invested_on.year)], steps)
        known.add(stake.key)
        years[str(stake.invested_on.year)] += amount
        lines.append(Line({"investment": stake.key}, amount, reason))
    return Result.of_lines(lines, steps)


def _reward(
    terms: RewardTerms, stake: Stake, known: set[str], before: Decimal, steps: Steps
) -> tuple[Decimal, str | None]:
    """One investment: rewarded once, new money, real economy, large enough, a share, two caps."""
    if stake.key in known:
        refuse(steps, stake.key, DUP_ITEM, None)
        return NOTHING, DUP_ITEM
    least = terms.min_amount or NOTHING
    tests = (
        ("NOT_NEW", "新增投资", "new money", f"is_new = {stake.is_new}", stake.is_new, "share"),
        ("NOT_REAL_ECONOMY", "实体经济", "real economy", f"real_economy = {stake.real_economy}", stake.real_economy, "share"),
        ("BELOW_MINIMUM", "投资额下限", "least amount", f"{stake.amount} ≥ {least}", stake.amount >= least, "min_amount"),
    )
    if refused := first_failing(stake.key, tests, terms, steps):
        return NOTHING, refused
    full = round_fen(Fraction(stake.amount) * terms.share)
    shown = f"{stake.amount} × {exact_text(terms.share)}"
    steps.add(f"{stake.key} 奖励", f"{stake.key} reward", shown, full, terms.cited("share"))
    caps: tuple[Cap, ...] = (
        ("investment_cap", "每笔上限", "cap per investment", terms.investment_cap, NOTHING),
        ("year_cap", "年度上限", "cap per year", terms.year_cap, before),
    )
    return cut(full, stake.key, caps, terms, steps)
