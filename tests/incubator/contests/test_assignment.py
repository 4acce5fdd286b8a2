"""Who scores what: balanced, never across a conflict, the same for the same seed, whatever the order."""

from __future__ import annotations

import itertools
import random

import pytest

from incubator.contests.assignment import assign

ENTRIES = [f"E{number:02d}" for number in range(37)]
JUDGES = [f"J{number}" for number in range(8)]


def spread(result, judges):
    loads = result.loads(judges)
    return max(loads.values()) - min(loads.values())


def test_the_example_of_the_design():
    """37 entries, three judges each, eight judges: seven of them score 14 and one scores 13."""
    result = assign(ENTRIES, JUDGES, {}, need=3, seed="s")
    assert sorted(result.loads(JUDGES).values()) == [13, *[14] * 7]
    assert all(len(given) == 3 for given in result.pairs.values())


@pytest.mark.parametrize("seed", range(60))
def test_loads_differ_by_at_most_one_unless_conflicts_forbid_it(seed):
    dice = random.Random(seed)
    entries, judges = ENTRIES[: dice.randint(1, 20)], JUDGES[: dice.randint(3, 8)]
    need = dice.randint(1, 3)
    barred = {entry: set(dice.sample(judges, dice.randint(0, len(judges) - need))) for entry in entries if dice.random() < 0.3}
    liked = set(dice.sample(judges, dice.randint(0, len(judges))))
    result = assign(entries, judges, barred, need=need, seed=str(seed), preferred=liked)
    assert all(len(given) == need for given in result.pairs.values())
    assert all(not given & barred.get(entry, set()) for entry, given in result.pairs.items())
    if not barred:
        assert spread(result, judges) <= 1


@pytest.mark.parametrize("seed", range(25))
def test_with_conflicts_no_assignment_is_more_even(seed):
    """Against every possible assignment of small cases: the sum of squared loads is the smallest there is."""
    dice = random.Random(f"small {seed}")
    entries, judges, need = ["A", "B", "C", "D"][: dice.randint(2, 4)], ["x", "y", "z", "w"][: dice.randint(3, 4)], dice.randint(1, 2)
    barred = {entry: set(dice.sample(judges, dice.randint(0, len(judges) - need))) for entry in entries}
    mine = assign(entries, judges, barred, need=need, seed=str(seed))
    ways = [list(itertools.combinations([one for one in judges if one not in barred[entry]], need)) for entry in entries]
    best = min(sum(sum(judge in given for given in way) ** 2 for judge in judges) for way in itertools.product(*ways))
    assert sum(load**2 for load in mine.loads(judges).values()) == best


def test_the_order_of_the_input_does_not_matter():
    barred = {"E01": {"J1"}, "E07": {"J2", "J3"}}
    first = assign(ENTRIES, JUDGES, barred, need=3, seed="s")
    assert assign(ENTRIES[::-1], JUDGES[::-1], barred, need=3, seed="s").sha256 == first.sha256
    assert assign(ENTRIES, JUDGES, barred, need=3, seed="other").sha256 != first.sha256


def test_entries_for_all_are_scored_by_everybody():
    result = assign(ENTRIES, JUDGES, {}, need=3, seed="s", for_all=["E00", "E05"])
    assert result.pairs["E00"] == result.pairs["E05"] == set(JUDGES)
    assert spread(result, JUDGES) <= 1


def test_each_entry_gets_a_preferred_judge_where_possible():
    result = assign(ENTRIES, JUDGES, {}, need=3, seed="s", preferred=JUDGES[:4])
    assert result.without_preferred == []
    assert spread(result, JUDGES) <= 1


def test_a_refill_changes_nothing_that_stands():
    first = assign(ENTRIES, JUDGES, {}, need=3, seed="s")
    gone = next(iter(sorted(first.pairs["E03"])))
    kept = {entry: set(given) for entry, given in first.pairs.items()}
    kept["E03"].discard(gone)
    again = assign(ENTRIES, JUDGES, {"E03": {gone}}, need=3, seed="s", kept=kept)
    assert all(kept[entry] <= again.pairs[entry] for entry in ENTRIES)
    assert len(again.pairs["E03"]) == 3
    assert gone not in again.pairs["E03"]


def test_too_few_judges_are_named():
    assert assign(["A"], ["x", "y"], {}, need=3, seed="s").short == {"A": 1}
