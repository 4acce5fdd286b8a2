"""Who scores what: each entry gets its judges, and the loads of the judges differ by at most one unless conflicts forbid it.

Pure and reproducible: the same entries, judges, conflicts and seed give the same pairs, whatever their order. Judges are
dealt out to the least loaded first; then chains of exchanges even the loads out until none helps any more, which is the
optimum for any way of measuring unevenness (semi-matchings, Harvey, Ladner, Lovász, Tamir 2003). Last, exchanges between
two entries give each entry a judge of the preferred kind where that is possible."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from incubator.core.canonical import canonical


def drawn(seed: str, *parts: object) -> str:
    """The place of something in an order that the seed draws."""
    return sha256("\0".join([seed, *map(str, parts)]).encode()).hexdigest()


@dataclass
class Assignment:
    """The pairs, and what could not be met: open seats by entry, entries without a preferred judge."""

    pairs: dict[str, set[str]]  # entry → judges
    short: dict[str, int] = field(default_factory=dict)
    without_preferred: list[str] = field(default_factory=list)

    def loads(self, judges: Iterable[str]) -> dict[str, int]:
        held = dict.fromkeys(judges, 0)
        for given in self.pairs.values():
            for judge in given:
                held[judge] = held.get(judge, 0) + 1
        return held

    @property
    def sha256(self) -> str:
        return sha256(canonical({entry: sorted(judges) for entry, judges in sorted(self.pairs.items())}).encode()).hexdigest()


def assign(
    entries: Sequence[str], judges: Sequence[str], barred: Mapping[str, set[str]], *, need: int, seed: str,
    preferred: Iterable[str] = (), for_all: Iterable[str] = (), kept: Mapping[str, set[str]] | None = None,
) -> Assignment:
    """Give each entry `need` judges that are not barred from it. `for_all`: entries that every judge scores. `kept`: pairs
    that stand already (a refill changes none of them)."""  # fmt: skip
    order = sorted(set(entries), key=lambda entry: drawn(seed, "entry", entry))
    bench = sorted(set(judges), key=lambda judge: drawn(seed, "judge", judge))
    fixed = {entry: set((kept or {}).get(entry, set())) for entry in order}
    allowed = {entry: [judge for judge in bench if judge not in barred.get(entry, set()) and judge not in fixed[entry]] for entry in order}
    everybody = set(for_all)
    wanted = {entry: len(allowed[entry]) if entry in everybody else max(0, need - len(fixed[entry])) for entry in order}
    given: dict[str, set[str]] = {entry: set() for entry in order}
    load = dict.fromkeys(bench, 0)
    for judges_of in fixed.values():
        for judge in judges_of & load.keys():
            load[judge] += 1
    for entry in sorted(order, key=lambda one: (len(allowed[one]) - wanted[one], order.index(one))):
        for judge in sorted(allowed[entry], key=lambda one: (load[one], bench.index(one)))[: wanted[entry]]:
            given[entry].add(judge)
            load[judge] += 1
    even_out(given, {entry: set(allowed[entry]) for entry in order}, load, bench)
    prefer(given, {entry: set(allowed[entry]) for entry in order}, fixed, set(preferred), order)
    result = Assignment({entry: given[entry] | fixed[entry] for entry in order})
    result.short = {entry: need - len(found) for entry, found in result.pairs.items() if len(found) < need}
    if preferred:
        liked = set(preferred)
        result.without_preferred = sorted(entry for entry, found in result.pairs.items() if not found & liked)
    return result


def even_out(given: dict[str, set[str]], allowed: Mapping[str, set[str]], load: dict[str, int], bench: Sequence[str]) -> None:
    """Move pairs along chains from a loaded judge to one with at least two less, until there is no such chain."""
    changed = True
    while changed:
        changed = False
        for judge in sorted(bench, key=lambda one: (-load[one], bench.index(one))):
            chain = lightening(judge, given, allowed, load, bench)
            if chain:
                for entry, giver, taker in chain:
                    given[entry].discard(giver)
                    given[entry].add(taker)
                load[judge] -= 1
                load[chain[-1][2]] += 1
                changed = True
                break


def lightening(
    start: str, given: Mapping[str, set[str]], allowed: Mapping[str, set[str]], load: Mapping[str, int], bench: Sequence[str]
) -> list[tuple[str, str, str]]:
    """The shortest chain of handovers from this judge to one whose load is smaller by two or more, or nothing."""
    holds: dict[str, list[str]] = defaultdict(list)
    for entry in sorted(given):
        for judge in given[entry]:
            holds[judge].append(entry)
    came: dict[str, tuple[str, str]] = {}
    waiting, seen = deque([start]), {start}
    while waiting:
        here = waiting.popleft()
        for entry in holds[here]:
            for other in bench:
                if other in seen or other not in allowed[entry] or other in given[entry]:
                    continue
                seen.add(other)
                came[other] = (entry, here)
                if load[other] <= load[start] - 2:
                    return way_back(start, other, came)
                waiting.append(other)
    return []


def way_back(start: str, end: str, came: Mapping[str, tuple[str, str]]) -> list[tuple[str, str, str]]:
    chain, here = [], end
    while here != start:
        entry, before = came[here]
        chain.append((entry, before, here))
        here = before
    return chain[::-1]


def prefer(
    given: dict[str, set[str]], allowed: Mapping[str, set[str]], fixed: Mapping[str, set[str]], liked: set[str], order: Sequence[str]
) -> None:
    """Exchange judges between two entries, loads unchanged, so that an entry without a preferred judge gets one of an entry
    that has two."""
    if not liked:
        return
    for poor in order:
        if (given[poor] | fixed[poor]) & liked:
            continue
        exchange = next(
            (
                (rich, mine, theirs)
                for rich in order
                if len((given[rich] | fixed[rich]) & liked) > 1
                for theirs in sorted(given[rich] & liked)
                if theirs in allowed[poor] and theirs not in given[poor]
                for mine in sorted(given[poor])
                if mine in allowed[rich] and mine not in given[rich]
            ),
            None,
        )
        if exchange:
            rich, mine, theirs = exchange
            given[poor] = (given[poor] - {mine}) | {theirs}
            given[rich] = (given[rich] - {theirs}) | {mine}
