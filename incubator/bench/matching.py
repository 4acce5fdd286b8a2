"""The matching of a made-up cohort: our way, every pair filtered, scored and explained, beside the bare solver on values
that are there already. Plain data and no database, so that a figure is the arithmetic alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

from incubator.bench.frame import Outcome, exponent, side_by_side
from mentors.choices import HALVES, Industry, Stage, Topic
from mentors.planning import DEFAULT_WEIGHTS, TIE, plan, score_of, tie
from mentors.solver import solve

ROUNDS = 3
STARTUPS_PER_MENTOR = 5  # as in 5,000 × 1,000
SEED = "bench"


def matching(size: int, say: Callable[[str], None]) -> list[Outcome]:
    """So many startups with a fifth as many mentors of five places each; three sizes for the exponent."""
    points, outcome = [], None
    for count in sorted({max(size // 4, 5), max(size // 2, 5), max(size, 5)}):
        say(f"{count} startups")
        given = cohort(count)
        rows, values = solved(given)
        same = partial(alike, rows)
        outcome = side_by_side("matching", count, ("bare solver", bare(given, values)), ("plan with reasons", lambda given=given: plan(given)), goal=None, same=same, rounds=ROUNDS)
        outcome.facts = {"mentors": len(given["mentors"]), "possible pairs": sum(map(len, values))}
        points.append((count, outcome.sides[1]["median_s"]))
    if outcome is None:
        return []
    outcome.exponent = exponent(points) if len(points) > 1 else None
    return [outcome]


def bare(given: dict[str, Any], values: list[dict[int, int]]) -> Callable[[], list[list[int]]]:
    """The solver alone, on values that are there already."""
    wanted, places = [one["wanted"] for one in given["startups"]], [one["places"] for one in given["mentors"]]
    return lambda: [[given["mentors"][place]["id"] for place in held] for held in solve(values, wanted, places)]


def alike(rows: list[int], bare_result: list[list[int]], result: dict[str, Any]) -> bool:
    """Whether both found the same pairs."""
    return {(pair["startup"], pair["mentor"]) for pair in result["pairs"]} == {(row, mentor) for row, held in zip(rows, bare_result, strict=True) for mentor in held}


def solved(given: dict[str, Any]) -> tuple[list[int], list[dict[int, int]]]:
    """The startups in their order, and for each the value of every possible mentor."""
    values = []
    for startup in given["startups"]:
        scores = {place: score_of(mentor, startup, given) for place, mentor in enumerate(given["mentors"])}
        values.append({place: score["total"] * TIE + tie(SEED, startup["id"], given["mentors"][place]["id"]) for place, score in scores.items() if not score["blocked"]})
    return [one["id"] for one in given["startups"]], values


def cohort(count: int) -> dict[str, Any]:
    """A cohort that is the same for the same size."""
    chance = random.Random(count)  # noqa: S311 - made-up data that must come again
    windows = [f"{day}-{half}" for day in range(5) for half, *_rest in HALVES]

    def some(values: list[str], most: int) -> list[str]:
        return sorted(chance.sample(values, chance.randint(1, most)))

    mentors = [
        {"id": pk, "topics": {topic: chance.randint(1, 2) for topic in some(Topic.values, 3)}, "stages": some(Stage.values, 2), "industries": some(Industry.values, 3),
         "languages": ["zh"], "modes": ["video"], "city": "长春市", "windows": some(windows, 4), "hours_month": 16, "places": 5, "serves": True, "conflicts": []}
        for pk in range(1, max(count // STARTUPS_PER_MENTOR, 1) + 1)
    ]  # fmt: skip
    startups = [
        {"id": pk, "topics": {topic: chance.randint(1, 3) for topic in some(Topic.values, 3)}, "stage": chance.choice(Stage.values), "industry": chance.choice(Industry.values), "hours": 4,
         "windows": some(windows, 4), "language": "zh", "languages": ["zh"], "modes": ["video"], "city": "长春市", "wanted": 1, "mentors": [], "alone": False}
        for pk in range(1, count + 1)
    ]  # fmt: skip
    return {"mentors": mentors, "startups": startups, "weights": dict(DEFAULT_WEIGHTS), "floor": 40, "bonus": 0, "seed": SEED, "pins": [], "bans": []}
