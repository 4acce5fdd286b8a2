"""Scores and honoraria by hand, and the optimum against brute force."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal

import pytest

from incubator.core.exact import BadValueError
from incubator.core.formulas import compute
from mentors.choices import Industry, Stage, Topic, industry_fit, stage_fit
from mentors.planning import DEFAULT_WEIGHTS, plan, points_of, shared_hours
from mentors.solver import solve

FACTS = {"needs": ["a", "b", "c"], "expertise": ["a", "b"], "stage_fit": 1, "industry_fit": "0.5", "hours_available": 3, "hours_wanted": 4, "language_ok": True, "place_ok": True}
RATE = {"rate": "200", "round_to": 15, "least": 30, "month_cap": 16}
TAX = {
    "allowance": "800", "allowance_up_to": "4000", "allowance_share": "0.2",
    "bands": [{"up_to": "20000", "rate": "0.2"}, {"up_to": "50000", "rate": "0.3", "quick": "2000"}, {"up_to": None, "rate": "0.4", "quick": "7000"}],
}  # fmt: skip


def score(**facts):
    return compute("mentor_score", terms={}, facts=FACTS | facts).extra


def test_the_example_of_the_design():
    found = score()
    assert (found["score"], sum(found["parts"].values())) == (Decimal("74.17"), Decimal("74.17"))


def test_level_one_covers_half_and_priorities_weigh():
    assert score(levels={"a": 1, "b": 1})["parts"]["needs"] == Decimal("13.33")
    assert score(priorities={"c": 2})["parts"]["needs"] == Decimal("20.00")


@pytest.mark.parametrize("wrong", [{"needs": []}, {"hours_wanted": 0}, {"stage_fit": "0.3"}, {"levels": {"a": 3}}])
def test_senseless_facts_are_refused(wrong):
    with pytest.raises(BadValueError):
        score(**wrong)


def test_weights_must_be_a_hundred():
    with pytest.raises(BadValueError):
        compute("mentor_score", terms={"weights": {"needs": 100}}, facts=FACTS)


def test_the_fits_of_neighbours():
    assert (industry_fit("I65", ["I65"]), industry_fit("I65", ["I64"]), industry_fit("I65", ["C27"])) == ("1", "0.5", "0")
    assert (stage_fit("seed", ["seed"]), stage_fit("seed", ["growth", "start"]), stage_fit("idea", ["growth"])) == ("1", "0.5", "0")


@pytest.mark.parametrize(("minutes", "gross", "paid"), [([50, 30, 95], "550.00", 165), ([29], "0.00", 0), ([600, 600], "3200.00", 960)])
def test_honoraria_of_the_design(minutes, gross, paid):
    result = compute("honorarium", terms=RATE, facts={"sessions": minutes})
    assert (str(result.amount), result.extra["minutes"], result.extra["withheld"]) == (gross, paid, Decimal("0.00"))


@pytest.mark.parametrize(("minutes", "withheld"), [([60], "0.00"), ([240, 240, 60, 60, 120], "440.00"), ([600, 360], "480.00")])
def test_the_withholding(minutes, withheld):
    terms = RATE | TAX | {"rate": "300" if sum(minutes) == 960 and len(minutes) == 2 else "250"}
    result = compute("honorarium", terms=terms, facts={"sessions": minutes})
    taxable = result.amount * Decimal("0.8") if result.amount > 4000 else max(result.amount - 800, Decimal(0))
    assert result.extra["withheld"] == (taxable * Decimal("0.2")).quantize(Decimal("0.01"))
    assert result.extra["net"] == result.amount - result.extra["withheld"]


def best(arcs, wanted, places, helped):
    """Every way of pairing, tried one after the other."""
    ways = [[held for size in range(count + 1) for held in itertools.combinations(row, size)] for row, count in zip(arcs, wanted, strict=True)]
    found = []
    for chosen in itertools.product(*ways):
        load = [sum(mentor in held for held in chosen) for mentor in range(len(places))]
        if all(used <= most for used, most in zip(load, places, strict=True)):
            found.append(value_of(arcs, chosen, helped))
    return max(found)


def value_of(arcs, chosen, helped):
    first = sum(1 for held, has in zip(chosen, helped, strict=True) if held and not has)
    second = sum(len(held) - (0 if has or not held else 1) for held, has in zip(chosen, helped, strict=True))
    return first, second, sum(arcs[row][mentor] for row, held in enumerate(chosen) for mentor in held)


@pytest.mark.parametrize("seed", range(60))
def test_the_optimum_is_that_of_brute_force(seed):
    chance = random.Random(seed)
    rows, mentors = chance.randint(1, 5), chance.randint(1, 4)
    arcs = [{mentor: chance.randint(0, 20) for mentor in range(mentors) if chance.random() < 0.7} for _row in range(rows)]
    wanted, places = [chance.randint(1, 2) for _row in range(rows)], [chance.randint(0, 3) for _mentor in range(mentors)]
    helped = [chance.random() < 0.3 for _row in range(rows)]
    assert value_of(arcs, solve(arcs, wanted, places, helped), helped) == best(arcs, wanted, places, helped)


def cohort(seed: int, startups: int = 14, mentors: int = 6) -> dict:
    """A made-up cohort as plain data."""
    chance = random.Random(seed)
    windows = [f"{day}-{half}" for day in range(5) for half in ("am", "pm")]
    some = lambda values, most: sorted(chance.sample(list(values), chance.randint(1, most)))  # noqa: E731
    return {
        "mentors": [
            {"id": pk, "name": str(pk), "topics": {topic: chance.randint(1, 2) for topic in some(Topic.values, 4)}, "stages": some(Stage.values, 3), "industries": some(Industry.values, 4), "languages": ["zh"],
             "modes": ["video"], "city": "长春市", "windows": some(windows, 6), "hours_month": 16, "places": 2, "serves": True, "conflicts": some(range(startups), 2)}
            for pk in range(100, 100 + mentors)
        ],
        "startups": [
            {"id": pk, "name": str(pk), "topics": {topic: chance.randint(1, 3) for topic in some(Topic.values, 3)}, "stage": chance.choice(Stage.values), "industry": chance.choice(Industry.values), "hours": 4,
             "windows": some(windows, 6), "language": "zh", "languages": ["zh"], "modes": ["video"], "city": "长春市", "wanted": chance.randint(1, 2), "mentors": [], "alone": True}
            for pk in range(startups)
        ],
        "weights": dict(DEFAULT_WEIGHTS), "floor": 20, "bonus": 0, "seed": "s", "pins": [], "bans": [],
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_rows_gives_the_same_pairs(seed):
    given = cohort(seed)
    shuffled = given | {name: random.Random(seed + 1).sample(given[name], len(given[name])) for name in ("mentors", "startups")}
    assert plan(given) == plan(shuffled)


@pytest.mark.parametrize("seed", range(8))
def test_no_conflict_no_overload_and_a_further_mentor_never_harms(seed):
    given = cohort(seed)
    result = plan(given)
    pairs = [(pair["mentor"], pair["startup"]) for pair in result["pairs"]]
    assert not [pair for pair in pairs if pair[1] in next(one for one in given["mentors"] if one["id"] == pair[0])["conflicts"]]
    assert max(sum(1 for pair in pairs if pair[0] == one["id"]) for one in given["mentors"]) <= 2
    more = given | {"mentors": [*given["mentors"], cohort(seed + 50)["mentors"][0] | {"id": 999, "conflicts": []}]}
    assert plan(more)["matched"] >= result["matched"]


def test_pins_and_bans_are_kept():
    given = cohort(3)
    first = plan(given)["pairs"][0]
    pair = [first["mentor"], first["startup"]]
    assert pair not in [[one["mentor"], one["startup"]] for one in plan(given | {"bans": [pair]})["pairs"]]
    other = next([mentor["id"], startup["id"]] for mentor in given["mentors"] for startup in given["startups"] if startup["id"] not in mentor["conflicts"] and mentor["id"] != first["mentor"])
    assert other in [[one["mentor"], one["startup"]] for one in plan(given | {"pins": [other]})["pairs"]]


@pytest.mark.parametrize("seed", range(6))
def test_points_of_a_run_are_those_of_the_formula(seed):
    given = cohort(seed)
    for mentor, startup in itertools.product(given["mentors"], given["startups"]):
        facts = {
            "needs": list(startup["topics"]), "priorities": startup["topics"], "expertise": list(mentor["topics"]), "levels": mentor["topics"],
            "stage_fit": stage_fit(startup["stage"], mentor["stages"]), "industry_fit": industry_fit(startup["industry"], mentor["industries"]),
            "hours_available": shared_hours(mentor, startup), "hours_wanted": startup["hours"], "language_ok": True, "place_ok": True,
        }  # fmt: skip
        exact = compute("mentor_score", terms={}, facts=facts).extra["parts"]
        assert {name: Decimal(points) / 100 for name, points in points_of(mentor, startup, given["weights"]).items()} == exact
