"""The exact optimum of a matching: startups with one or two places, mentors with as many places as they have.

A minimum-cost flow by successive shortest paths over whole numbers of any size, so nothing is rounded and no aim can
spill into another: first the most startups with a mentor, then the most second mentors, then the highest sum of values.
Imports nothing of ours; `mentors.planning` says what a value is."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

ENGINE = "fuhua-flow 1"

type Arcs = Sequence[Mapping[int, int]]  # for each startup: mentor → value of the pair, 0 or more


def solve(arcs: Arcs, wanted: Sequence[int], places: Sequence[int], helped: Sequence[bool] = ()) -> list[list[int]]:
    """The mentors of each startup. `wanted`: 1 or 2 more for each startup; `places`: the free places of each mentor;
    `helped`: which startups have a mentor already, so that whatever they get is a second one.

    The order of the lists decides between solutions of the same value; values that differ in every sum leave one."""
    flow = _Flow(arcs, wanted, places, helped or [False] * len(wanted))
    for place in (1, 2):
        for row, count in enumerate(wanted):
            if count >= place:
                flow.add(row)
    return [sorted(held) for held in flow.held]


class _Flow:
    """The flow so far, with the potentials that keep every remaining arc at a cost of nothing or more.

    Nodes are the startups, then the mentors. A startup may also go without: that costs more than any rearrangement of
    pairs can bring, and going without a first mentor costs more than all second mentors together."""

    def __init__(self, arcs: Arcs, wanted: Sequence[int], places: Sequence[int], helped: Sequence[bool]) -> None:
        self.rows = len(arcs)
        top = max((value for row in arcs for value in row.values()), default=0)
        second = (top + 1) * (sum(wanted) + 1)
        first = second * (sum(wanted) + 1)
        self.cost = [{mentor: top - value for mentor, value in row.items()} for row in arcs]
        self.without = [[second] * count if has else [second, first][2 - count :] for count, has in zip(wanted, helped, strict=True)]  # the next one costs the first number
        self.held: list[set[int]] = [set() for _row in arcs]
        self.startups: list[set[int]] = [set() for _place in places]
        self.free = list(places)
        self.price = [0] * (self.rows + len(places))

    def add(self, row: int) -> None:
        """Give a startup one more place to fill, and send it along the cheapest way that there is."""
        found, came_from, end, length = self._shortest(row)
        for node, distance in found.items():
            self.price[node] += distance - length
        self._send(end, came_from)

    def _shortest(self, start: int) -> tuple[dict[int, int], dict[int, int], int, int]:
        """The nodes nearer than the end, whence each was reached, the end, and its distance."""
        best, came_from, queue, found = {start: 0}, dict[int, int](), [(0, start)], dict[int, int]()
        end, length = -1, -1
        while queue:
            distance, node = heapq.heappop(queue)
            if 0 <= length <= distance:
                break
            if node in found:
                continue
            found[node] = distance
            leave = self._leave(node)
            if leave is not None and (length < 0 or distance + leave < length):
                end, length = node, distance + leave
            for other, step in self._steps(node):
                reached = distance + step
                if (length < 0 or reached < length) and (other not in best or reached < best[other]):
                    best[other], came_from[other] = reached, node
                    heapq.heappush(queue, (reached, other))
        return found, came_from, end, length

    def _leave(self, node: int) -> int | None:
        """What it costs to end here: a mentor with a free place, or a startup that goes without. None: impossible."""
        if node >= self.rows:
            return self.price[node] if self.free[node - self.rows] else None
        return self.without[node][0] + self.price[node] if self.without[node] else None

    def _steps(self, node: int) -> list[tuple[int, int]]:
        """The nodes that can be reached from here, with the cost of the step."""
        rows, price = self.rows, self.price
        if node < rows:
            held, own = self.held[node], price[node]
            return [(rows + mentor, cost + own - price[rows + mentor]) for mentor, cost in self.cost[node].items() if mentor not in held]
        mentor, own = node - rows, price[node]
        return [(row, own - self.cost[row][mentor] - price[row]) for row in self.startups[mentor]]

    def _send(self, end: int, came_from: Mapping[int, int]) -> None:
        """Turn the pairs along the way."""
        if end >= self.rows:
            self.free[end - self.rows] -= 1
        else:
            self.without[end].pop(0)
        node = end
        while node in came_from:
            before = came_from[node]
            if node >= self.rows:
                self.held[before].add(node - self.rows)
                self.startups[node - self.rows].add(before)
            else:
                self.held[node].discard(before - self.rows)
                self.startups[before - self.rows].discard(node)
            node = before
