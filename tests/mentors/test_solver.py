"""The matching is the exact optimum: compared with every possible pairing of small cohorts, in any order of the rows."""

import random
from itertools import product

import pytest

from mentors.solver import solve


def worth(arcs, held, helped):
    """What a solution is judged by, in this order: startups with a mentor, second mentors, the sum of values."""
    first = sum(bool(mine) and not has for mine, has in zip(held, helped, strict=True))
    pairs = sum(map(len, held))
    return first, pairs, sum(arcs[row][mentor] for row, mine in enumerate(held) for mentor in mine)


def choices(row, wanted):
    """Every set of mentors that one startup may get."""
    mentors = list(row)
    one = [[mentor] for mentor in mentors]
    two = [[a, b] for place, a in enumerate(mentors) for b in mentors[place + 1 :]] if wanted == 2 else []
    return [[], *one, *two]


def best_of_all(arcs, wanted, places, helped):
    """The best of all pairings, by trying each."""
    best = (-1, -1, -1)
    for held in product(*(choices(row, count) for row, count in zip(arcs, wanted, strict=True))):
        used = [mentor for mine in held for mentor in mine]
        if all(used.count(mentor) <= room for mentor, room in enumerate(places)):
            best = max(best, worth(arcs, held, helped))
    return best


def cohort(seed):
    """A few startups and mentors whose values all differ in every sum."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    mentors = chance.randint(1, 3)
    rows = chance.randint(1, 5)
    values = iter(chance.sample([2**power for power in range(20)], 15))
    arcs = [{mentor: next(values) for mentor in range(mentors) if chance.random() < 0.8} for _row in range(rows)]
    wanted = [chance.randint(1, 2) for _row in arcs]
    return arcs, wanted, [chance.randint(0, 3) for _mentor in range(mentors)], [chance.random() < 0.2 and count == 1 for count in wanted]


@pytest.mark.parametrize("block", range(10))
def test_no_pairing_is_better_than_the_one_that_is_found(block):
    for seed in range(block * 20, block * 20 + 20):
        arcs, wanted, places, helped = cohort(seed)
        held = solve(arcs, wanted, places, helped)
        assert all(set(mine) <= set(row) and len(mine) <= count for mine, row, count in zip(held, arcs, wanted, strict=True))
        assert all(sum(mentor in mine for mine in held) <= room for mentor, room in enumerate(places))
        assert worth(arcs, held, helped) == best_of_all(arcs, wanted, places, helped), seed


def test_another_order_of_the_rows_gives_the_same_pairs():
    for seed in range(60):
        arcs, wanted, places, helped = cohort(seed)
        held = solve(arcs, wanted, places, helped)
        order = list(range(len(arcs)))
        random.Random(seed).shuffle(order)  # noqa: S311
        mixed = solve([arcs[row] for row in order], [wanted[row] for row in order], places, [helped[row] for row in order])
        assert [mixed[order.index(row)] for row in range(len(arcs))] == held


def test_every_startup_gets_one_before_any_gets_two():
    assert solve([{0: 100, 1: 90}, {0: 1}], [2, 1], [1, 1]) == [[1], [0]]
