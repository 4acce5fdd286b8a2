"""The ranking of a contest: one pure function of the criteria, the method and the sheets, by exact fractions.

A sheet's score is Σ weight × score ÷ 100. How sheets become the score of an entry is the method, fixed before
registration opens. Ties are never broken silently: the plain mean over all sheets, then each criterion's mean in the
order of the rubric, then a shared rank (1, 2, 2, 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import isqrt
from typing import Self

from incubator.core.exact import (
    BadValueError,
    UnfitError,
    count_from_1,
    exact_text,
    list_of,
    map_of,
    number,
    one_of,
    text,
)
from incubator.core.formulas import Line, Result, Steps, formula
from incubator.core.given import Given, Source, Terms, citations

METHODS = ("mean", "trimmed", "median", "zscore")
HUNDRED = Fraction(100)
ROOT_SCALE = 10**30  # to thirty digits a standard deviation is found,
SAME = 10**15  # and two mean z-scores that agree to fifteen are the same: equal ones of different judges must tie


def score(value: object) -> Fraction:
    """Read a score from 0 to 100."""
    read = number(value)
    if not 0 <= read <= HUNDRED:
        raise UnfitError("give a score from 0 to 100")
    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionTerm(Given):
    """One line of the rubric: its key and its weight in percent."""

    kind = ""
    key: str
    weight: Fraction

    @classmethod
    def read(cls, source: Source) -> Self:
        return cls(key=source.required("key", text), weight=source.required("weight", score))

    @classmethod
    def parse(cls, value: object) -> Self:
        return value if isinstance(value, cls) else cls.from_dict(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingTerms(Terms):
    """The rubric (weights sum to 100), the method and its smallest numbers."""

    criteria: tuple[CriterionTerm, ...]
    method: str
    min_entries_per_judge: int = 5
    min_judges: int = 5
    citations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keys = [line.key for line in self.criteria]
        for key in keys:
            if keys.count(key) > 1:
                raise BadValueError(f'terms.criteria names "{key}" twice: give each criterion once')
        total = sum((line.weight for line in self.criteria), Fraction(0))
        if total != HUNDRED:
            raise BadValueError(f"terms.criteria has weights that sum to {exact_text(total)}: they must sum to 100")

    @classmethod
    def read(cls, source: Source) -> Self:
        return cls(
            criteria=source.required("criteria", list_of(CriterionTerm.parse, least=1)),
            method=source.required("method", one_of(*METHODS)),
            min_entries_per_judge=source.optional("min_entries_per_judge", count_from_1) or 5,
            min_judges=source.optional("min_judges", count_from_1) or 5,
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Given):
    """What one judge gave one entry, by criterion."""

    kind = ""
    judge: str
    entry: str
    scores: Mapping[str, Fraction]

    @classmethod
    def read(cls, source: Source) -> Self:
        return cls(
            judge=source.required("judge", text), entry=source.required("entry", text), scores=source.required("scores", map_of(text, score)),
        )

    @classmethod
    def parse(cls, value: object) -> Self:
        return value if isinstance(value, cls) else cls.from_dict(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingFacts(Given):
    """All sealed sheets. A judge scores an entry once."""

    scores: tuple[Sheet, ...]

    def __post_init__(self) -> None:
        seen: set[tuple[str, str]] = set()
        for place, sheet in enumerate(self.scores):
            if (sheet.judge, sheet.entry) in seen:
                raise BadValueError(f"facts.scores[{place}] is a second sheet of {sheet.judge} for {sheet.entry}: give one")
            seen.add((sheet.judge, sheet.entry))

    @classmethod
    def read(cls, source: Source) -> Self:
        return cls(scores=source.required("scores", list_of(Sheet.parse)))


@formula("contest_ranking", terms=RankingTerms, facts=RankingFacts, zh="大赛排名", en="Contest ranking")
def contest_ranking(terms: RankingTerms, facts: RankingFacts) -> Result:
    """Rank the entries. Output also ``ranking`` (entry, rank, score) and ``fallback``.

    The rank is a function of the sheets alone: their order does not matter.
    """
    _refuse_incomplete(terms, facts)
    totals = {(sheet.entry, sheet.judge): weighted(terms, sheet) for sheet in facts.scores}
    by_entry: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
    for (entry, judge), total in sorted(totals.items()):
        by_entry[entry].append((judge, total))
    steps = Steps()
    spread = _spread(terms, totals) if terms.method == "zscore" else {}
    fallback = terms.method == "zscore" and spread is None
    method = "mean" if fallback else terms.method
    results = {entry: _result(method, terms, sheets, spread or {}, steps, entry) for entry, sheets in by_entry.items()}
    order = _ranked(terms, facts, by_entry, results)
    digits = Decimal("0.0001") if method == "zscore" else Decimal("0.01")
    ranking = [{"entry": entry, "rank": rank, "score": shown(results[entry], digits)} for entry, rank in order]
    lines = tuple(Line(dict(row)) for row in ranking)
    return Result(None, lines, tuple(steps), ("ZSCORE_FALLBACK",) if fallback else (), {"ranking": ranking, "fallback": fallback})


def _refuse_incomplete(terms: RankingTerms, facts: RankingFacts) -> None:
    keys = {line.key for line in terms.criteria}
    for place, sheet in enumerate(facts.scores):
        if set(sheet.scores) != keys:
            odd = sorted(keys ^ set(sheet.scores))[0]
            raise BadValueError(f'facts.scores[{place}].scores differs from the criteria at "{odd}": score each criterion once')


def weighted(terms: RankingTerms, sheet: Sheet) -> Fraction:
    """Σ weight × score ÷ 100 of one sheet."""
    return sum((line.weight * sheet.scores[line.key] for line in terms.criteria), Fraction(0)) / HUNDRED


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _spread(terms: RankingTerms, totals: Mapping[tuple[str, str], Fraction]) -> dict[str, tuple[Fraction, Fraction]] | None:
    """Each judge's mean and population variance; None when one judge has too few entries or gave all the same."""
    by_judge: dict[str, list[Fraction]] = defaultdict(list)
    for (_entry, judge), total in totals.items():
        by_judge[judge].append(total)
    found = {}
    for judge, given in by_judge.items():
        middle = mean(given)
        variance = mean([(one - middle) ** 2 for one in given])
        if len(given) < terms.min_entries_per_judge or variance == 0:
            return None
        found[judge] = (middle, variance)
    return found


def root(value: Fraction) -> Fraction:
    """The square root to thirty digits, the same on every machine."""
    return Fraction(isqrt(value.numerator * ROOT_SCALE**2 // value.denominator), ROOT_SCALE)


def _result(
    method: str, terms: RankingTerms, sheets: list[tuple[str, Fraction]], spread: Mapping[str, tuple[Fraction, Fraction]], steps: Steps, entry: str
) -> Fraction:
    given = sorted(total for _judge, total in sheets)
    if method == "zscore":
        found = Fraction(round(mean([(total - spread[judge][0]) / root(spread[judge][1]) for judge, total in sheets]) * SAME), SAME)
        steps.add(f"{entry} 标准分均值", f"{entry} mean z-score", _parts(given), shown(found, Decimal("0.0001")), terms.cited("method"))
    elif method == "median":
        half = len(given) // 2
        found = given[half] if len(given) % 2 else (given[half - 1] + given[half]) / 2
        steps.add(f"{entry} 中位数", f"{entry} median", _parts(given), shown(found), terms.cited("method"))
    elif method == "trimmed" and len(given) >= max(terms.min_judges, 3):
        found = mean(given[1:-1])
        steps.add(f"{entry} 去掉最高最低后的均值", f"{entry} mean without highest and lowest", _parts(given), shown(found), terms.cited("method"))
    else:
        found = mean(given)
        steps.add(f"{entry} 加权均值", f"{entry} weighted mean", _parts(given), shown(found), terms.cited("method"))
    return found


def _parts(given: list[Fraction]) -> str:
    return " , ".join(str(shown(total)) for total in given)


def shown(value: Fraction, digits: Decimal = Decimal("0.01")) -> Decimal:
    """A fraction with two (or four) decimals, half up away from zero."""
    scale = int(1 / digits)
    scaled = abs(value) * scale
    whole = int(scaled + Fraction(1, 2))
    found = (Decimal(whole) / scale).quantize(digits, ROUND_HALF_UP)
    return -found if value < 0 and found else found


def _ranked(
    terms: RankingTerms, facts: RankingFacts, by_entry: Mapping[str, list[tuple[str, Fraction]]], results: Mapping[str, Fraction]
) -> list[tuple[str, int]]:
    """Entries with their ranks: the best first; equal ones share the rank and stand in the order of their names."""
    given: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in facts.scores:
        given[sheet.entry].append(sheet)
    keys = {
        entry: (results[entry], mean([total for _judge, total in by_entry[entry]]),
                *(mean([sheet.scores[line.key] for sheet in given[entry]]) for line in terms.criteria))
        for entry in by_entry
    }  # fmt: skip
    order = sorted(sorted(by_entry), key=lambda entry: keys[entry], reverse=True)
    ranks: list[tuple[str, int]] = []
    for place, entry in enumerate(order, 1):
        same = bool(ranks) and keys[order[place - 2]] == keys[entry]
        ranks.append((entry, ranks[-1][1] if same else place))
    return sorted(ranks, key=lambda row: (row[1], row[0]))
