"""`contest_ranking` against a second calculation, written apart with floats and statistics, over random score sheets."""

from __future__ import annotations

import random
import statistics
from decimal import Decimal
from fractions import Fraction

import pytest

from incubator.core.exact import BadValueError
from incubator.core.formulas import compute

KEYS = ("a", "b", "c", "d")
RUBRIC = [{"key": key, "weight": weight} for key, weight in zip(KEYS, (40, 30, 20, 10), strict=True)]
ONE = [{"key": "s", "weight": 100}]


def ranked(method, sheets, rubric=RUBRIC, **terms):
    facts = {"scores": [{"judge": judge, "entry": entry, "scores": given} for judge, entry, given in sheets]}
    return compute("contest_ranking", terms={"criteria": rubric, "method": method, **terms}, facts=facts)


def rows(result):
    return [(row["entry"], row["rank"], str(row["score"])) for row in result.extra["ranking"]]


def single(*given, entry="e"):
    return [(f"j{place}", entry, {"s": value}) for place, value in enumerate(given)]


def test_weighted_mean_of_the_design():
    assert rows(ranked("mean", [("j", "e", {"a": 85, "b": 80, "c": 90, "d": 70})])) == [("e", 1, "83.00")]


def test_trimmed_mean_and_median_of_the_design():
    assert rows(ranked("trimmed", single(92, 88, 85, 85, 60), ONE)) == [("e", 1, "86.00")]
    assert rows(ranked("median", single(92, 88, 85, 85, 60), ONE)) == [("e", 1, "85.00")]


def test_trimming_needs_its_number_of_sheets():
    assert rows(ranked("trimmed", single(92, 88, 85, 60), ONE)) == [("e", 1, "81.25")]
    assert rows(ranked("trimmed", single(92, 88, 85, 60), ONE, min_judges=4)) == [("e", 1, "86.50")]


def test_standard_scores_can_turn_the_winner():
    """The illustration of the design: three judges with other scales, three entries each."""
    sheets = [("x", "A", 90), ("x", "C", 92), ("x", "B", 91), ("y", "A", 40), ("y", "C", 66), ("y", "D", 80), ("z", "B", 67), ("z", "D", 80), ("z", "C", 79)]
    given = [(judge, entry, {"s": value}) for judge, entry, value in sheets]
    raw, standard = ranked("mean", given, ONE), ranked("zscore", given, ONE, min_entries_per_judge=3)
    assert rows(raw)[0][0] == "D"
    assert standard.extra["fallback"] is False
    assert all(len(score.partition(".")[2]) == 4 for _entry, _rank, score in rows(standard))


@pytest.mark.parametrize("sheets", [
    [("x", "A", 80), ("x", "B", 80), ("x", "C", 80)],  # a judge without spread
    [("x", "A", 80), ("x", "B", 70)],  # too few entries
])
def test_standard_scores_fall_back_for_all(sheets):
    given = [(judge, entry, {"s": value}) for judge, entry, value in sheets]
    result = ranked("zscore", given, ONE, min_entries_per_judge=3)
    assert result.extra["fallback"] is True
    assert rows(result) == rows(ranked("mean", given, ONE))


def test_ties_by_plain_mean_then_criteria_then_shared():
    same = {"a": 80, "b": 80, "c": 80, "d": 80}
    sheets = [("j", "p", same), ("j", "q", same), ("j", "r", {"a": 85, "b": 80, "c": 70, "d": 80}), ("j", "s", {"a": 79, "b": 79, "c": 79, "d": 79})]
    # r: 0.4·85 + 0.3·80 + 0.2·70 + 0.1·80 = 80.00: equal total and mean, better first criterion
    assert rows(ranked("mean", sheets)) == [("r", 1, "80.00"), ("p", 2, "80.00"), ("q", 2, "80.00"), ("s", 4, "79.00")]


def test_equal_standard_scores_of_different_judges_tie():
    sheets = [("x", "A", 10), ("x", "B", 20), ("x", "C", 40), ("y", "D", 20), ("y", "E", 40), ("y", "F", 80)]
    found = dict((entry, rank) for entry, rank, _score in rows(ranked("zscore", [(j, e, {"s": v}) for j, e, v in sheets], ONE, min_entries_per_judge=3)))
    assert found["C"] != found["F"]  # the same z-score, then the plain mean decides: never by the digits of a root
    assert (found["F"], found["C"]) == (1, 2)


@pytest.mark.parametrize(("terms", "words"), [
    ({"criteria": [{"key": "a", "weight": 60}]}, "60"),
    ({"criteria": [{"key": "a", "weight": 50}, {"key": "a", "weight": 50}]}, "twice"),
    ({"method": "best"}, "best"),
    ({"min_judges": 0}, "min_judges"),
])
def test_wrong_terms_are_refused(terms, words):
    with pytest.raises(BadValueError, match=words):
        compute("contest_ranking", terms={"criteria": RUBRIC, "method": "mean", **terms}, facts={"scores": []})


@pytest.mark.parametrize("given", [{"a": 100.1, "b": 1, "c": 1, "d": 1}, {"a": -1, "b": 1, "c": 1, "d": 1}, {"a": 1}, {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}])
def test_wrong_sheets_are_refused(given):
    with pytest.raises(BadValueError):
        ranked("mean", [("j", "e", {key: str(value) for key, value in given.items()})])


def test_a_second_sheet_of_a_judge_is_refused():
    with pytest.raises(BadValueError, match="second sheet"):
        ranked("mean", [("j", "e", dict.fromkeys(KEYS, 1))] * 2)


def second_opinion(method, sheets, least, fewest):
    """The same rules written once more: floats, the statistics module, no sharing of code."""
    weight = dict(zip(KEYS, (0.4, 0.3, 0.2, 0.1), strict=True))
    total = {(j, e): sum(weight[k] * v for k, v in given.items()) for j, e, given in sheets}
    judges, entries = {j for j, _e, _g in sheets}, sorted({e for _j, e, _g in sheets})
    of_judge = {judge: [value for (j, _e), value in total.items() if j == judge] for judge in judges}
    weak = method == "zscore" and any(len(values) < fewest or statistics.pstdev(values) < 1e-12 for values in of_judge.values())
    keys = {}
    for entry in entries:
        mine = {j: value for (j, e), value in total.items() if e == entry}
        values = sorted(mine.values())
        if method == "zscore" and not weak:
            score = statistics.fmean((value - statistics.fmean(of_judge[j])) / statistics.pstdev(of_judge[j]) for j, value in mine.items())
        elif method == "median":
            score = statistics.median(values)
        elif method == "trimmed" and len(values) >= least:
            score = statistics.fmean(values[1:-1])
        else:
            score = statistics.fmean(values)
        parts = [statistics.fmean(given[key] for _j, e, given in sheets if e == entry) for key in KEYS]
        keys[entry] = tuple(round(part, 9) for part in (score, statistics.fmean(values), *parts))
    ranks = {entry: 1 + sum(keys[other] > keys[entry] for other in entries) for entry in entries}
    return {entry: (ranks[entry], keys[entry][0]) for entry in entries}, weak


@pytest.mark.parametrize("method", ["mean", "trimmed", "median", "zscore"])
def test_random_sheets_against_a_second_calculation(method):
    """Two hundred random contests for each method: ranks equal, scores equal to the last digit shown, order of sheets irrelevant."""
    dice = random.Random(f"contest {method}")
    for _round in range(200):
        judges, entries = [f"J{n}" for n in range(dice.randint(1, 7))], [f"E{n}" for n in range(dice.randint(1, 9))]
        coarse = dice.random() < 0.4  # few different scores: many ties
        step = 20 if coarse else 1
        sheets = [
            (judge, entry, {key: dice.randrange(0, 101, step) for key in KEYS})
            for entry in entries for judge in judges if dice.random() < 0.8 or judge == judges[0]
        ]  # fmt: skip
        least, fewest = dice.randint(3, 5), dice.randint(2, 5)
        expected, weak = second_opinion(method, sheets, least, fewest)
        dice.shuffle(sheets)
        result = ranked(method, sheets, min_judges=least, min_entries_per_judge=fewest)
        assert result.extra["fallback"] is weak
        for entry, rank, score in rows(result):
            assert rank == expected[entry][0], (method, sheets)
            assert abs(float(score) - expected[entry][1]) <= (0.00005001 if method == "zscore" and not weak else 0.00501)


def test_scores_are_rounded_half_up_once():
    assert rows(ranked("mean", single("80.005", "80.005"), ONE))[0][2] == "80.01"
    assert Fraction(Decimal("80.005")) == Fraction(16001, 200)
