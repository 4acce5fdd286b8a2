"""Formulas of mentoring: the score of a mentor for a startup, and the honorarium of a month with its withholding.

Source: formulas.md (mentor_score), people-contests.md A2 and A6."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Self

from incubator.core.exact import (
    BadValueError,
    UnfitError,
    count,
    count_from_1,
    exact_text,
    flag,
    list_of,
    map_of,
    money,
    number,
    price,
    ratio,
    text,
)
from incubator.core.formulas import Line, Result, Steps, formula
from incubator.core.given import Given, Source, Terms, citations
from incubator.core.money import round_fen

HALF, ZERO = Fraction(1, 2), Decimal("0.00")
WEIGHTS = {"needs": 40, "stage": 20, "industry": 15, "hours": 20, "language": Fraction(5, 2), "place": Fraction(5, 2)}


def fit(value: object) -> Fraction:
    """Read 0, 0.5 or 1."""
    exact = number(value)
    if exact not in (0, HALF, 1):
        raise UnfitError("give 0, 0.5 or 1")
    return exact


def level(value: object) -> int:
    """Read a level: 1 covers half of a need, 2 the whole."""
    whole = count_from_1(value)
    if whole > 2:
        raise UnfitError("give 1 or 2")
    return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTerms(Terms):
    """The points of each part; together 100. Optional: needs 40, stage 20, industry 15, hours 20, language and place 2.5 each."""

    weights: Mapping[str, Fraction] = field(default_factory=lambda: {name: Fraction(points) for name, points in WEIGHTS.items()})
    citations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse weights that do not add up."""
        if set(self.weights) != set(WEIGHTS) or sum(self.weights.values()) != 100:
            raise BadValueError(f"terms.weights name {', '.join(WEIGHTS)} and add up to 100")

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``weights``."""
        weights = source.optional("weights", map_of(text, number))
        cited = citations(source)
        return cls(weights=weights, citations=cited) if weights else cls(citations=cited)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFacts(Given):
    """What a startup needs and a mentor offers. Priorities default to 1, levels to 2 (the whole need)."""

    needs: tuple[str, ...]
    expertise: tuple[str, ...]
    stage_fit: Fraction
    industry_fit: Fraction
    hours_available: Fraction
    hours_wanted: Fraction
    language_ok: bool
    place_ok: bool
    priorities: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a wish for no hours at all."""
        if self.hours_wanted == 0:
            raise BadValueError("facts.hours_wanted is 0: give more than 0")

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the eight facts, and ``priorities`` and ``levels`` when they are given."""
        return cls(
            needs=source.required("needs", list_of(text, unique=True, least=1)), expertise=source.required("expertise", list_of(text, unique=True)),
            stage_fit=source.required("stage_fit", fit), industry_fit=source.required("industry_fit", fit),
            hours_available=source.required("hours_available", number), hours_wanted=source.required("hours_wanted", number),
            language_ok=source.required("language_ok", flag), place_ok=source.required("place_ok", flag),
            priorities=source.optional("priorities", map_of(text, count_from_1)) or {}, levels=source.optional("levels", map_of(text, level)) or {},
        )  # fmt: skip


@formula("mentor_score", terms=ScoreTerms, facts=ScoreFacts, zh="导师匹配得分", en="Score of a mentor for a startup")
def mentor_score(terms: ScoreTerms, facts: ScoreFacts) -> Result:
    """Points of six parts, each rounded to 0.01; output ``parts`` and ``score``."""
    weights, steps = terms.weights, Steps()
    wanted = {need: facts.priorities.get(need, 1) for need in facts.needs}
    covered = sum((Fraction(priority * facts.levels.get(need, 2), 2) for need, priority in wanted.items() if need in facts.expertise), Fraction(0))
    hours = min(facts.hours_available, facts.hours_wanted) / facts.hours_wanted
    shares = {
        "needs": (covered / sum(wanted.values()), "需求匹配", "Need and expertise"),
        "stage": (facts.stage_fit, "阶段", "Stage"),
        "industry": (facts.industry_fit, "行业", "Industry"),
        "hours": (hours, "时间", "Hours"),
        "language": (Fraction(facts.language_ok), "语言", "Language"),
        "place": (Fraction(facts.place_ok), "地点", "Place"),
    }
    parts = {}
    for name, (share, zh, en) in shares.items():
        parts[name] = round_fen(weights[name] * share)
        steps.add(zh, en, f"{exact_text(weights[name])} × {exact_text(share)}", parts[name], terms.cited("weights"))
    score = sum(parts.values(), ZERO)
    steps.add("得分", "Score", " + ".join(map(str, parts.values())), score)
    return Result(None, steps=tuple(steps), extra={"parts": parts, "score": score})


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One band of the withholding: up to so much of the taxable amount (None: beyond), rate, quick deduction."""

    up_to: Decimal | None
    rate: Fraction
    quick: Decimal

    @classmethod
    def read(cls, value: object) -> Band:
        """Read one band."""
        source = Source("band", value)
        made = cls(up_to=source.optional("up_to", money), rate=source.required("rate", ratio), quick=source.optional("quick", money) or ZERO)
        source.finish()
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class HonorariumTerms(Terms):
    """``rate`` yuan an hour; ``round_to``, ``least`` minutes; ``month_cap`` hours; the allowance and ``bands`` of the withholding."""

    rate: Fraction
    round_to: int
    least: int
    month_cap: int
    allowance: Decimal = ZERO
    allowance_up_to: Decimal = ZERO
    allowance_share: Fraction = Fraction(0)
    bands: tuple[Band, ...] = ()
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the terms; those of the withholding may be absent."""
        return cls(
            rate=source.required("rate", price), round_to=source.required("round_to", count_from_1), least=source.required("least", count),
            month_cap=source.required("month_cap", count_from_1), allowance=source.optional("allowance", money) or ZERO,
            allowance_up_to=source.optional("allowance_up_to", money) or ZERO, allowance_share=source.optional("allowance_share", ratio) or Fraction(0),
            bands=source.optional("bands", list_of(Band.read)) or (), citations=citations(source),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class HonorariumFacts(Given):
    """The minutes of each session of the month, in their order."""

    sessions: tuple[int, ...]

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``sessions``."""
        return cls(sessions=source.required("sessions", list_of(count)))


@formula("honorarium", terms=HonorariumTerms, facts=HonorariumFacts, zh="辅导劳务费", en="Honorarium of a month")
def honorarium(terms: HonorariumTerms, facts: HonorariumFacts) -> Result:
    """Each session rounded down, shorter ones unpaid, cut at the month's cap; then the withholding. The amount is the gross.

    Output also ``minutes``, ``withheld``, ``net``."""
    steps, lines, left = Steps(), list[Line](), terms.month_cap * 60
    for minutes in facts.sessions:
        counted = minutes - minutes % terms.round_to
        paid = min(counted, left) if minutes >= terms.least else 0
        left -= paid
        reason = None if paid == counted else "TOO_SHORT" if minutes < terms.least else "CAP_REACHED"
        amount = round_fen(terms.rate * paid / 60)
        lines.append(Line({"minutes": minutes, "paid_minutes": paid}, amount, reason))
        steps.add(f"{minutes} 分钟", f"{minutes} minutes", f"{exact_text(terms.rate)} × {paid} ÷ 60", amount, terms.cited("rate"))
    gross = sum((line.amount or ZERO for line in lines), ZERO)
    withheld = _withheld(terms, gross, steps)
    paid_minutes = terms.month_cap * 60 - left
    return Result.of_lines(lines, steps, minutes=paid_minutes, withheld=withheld, net=gross - withheld)


def _withheld(terms: HonorariumTerms, gross: Decimal, steps: Steps) -> Decimal:
    """The tax that is withheld from a gross amount."""
    if not terms.bands:
        return ZERO
    exact = Fraction(gross)
    allowance = Fraction(terms.allowance) if gross <= terms.allowance_up_to else exact * terms.allowance_share
    taxable = max(exact - allowance, Fraction(0))
    band = next((one for one in terms.bands if one.up_to is None or taxable <= one.up_to), terms.bands[-1])
    withheld = max(round_fen(taxable * band.rate - Fraction(band.quick)), ZERO)
    steps.add("应纳税所得额", "Taxable", f"{gross} − {exact_text(allowance)}", round_fen(taxable), terms.cited("allowance"))
    steps.add("代扣个人所得税", "Tax withheld", f"{exact_text(taxable)} × {exact_text(band.rate)} − {band.quick}", withheld, terms.cited("bands"))
    return withheld
