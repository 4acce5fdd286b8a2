"""The frame of every measurement.

Machines are shared and noisy, so a time counts only as a ratio: A, B, A, B … in one run, medians of both. Both sides must
give the same result before their time counts. Statements are counted by a wrapper around every execution, since the
log of queries is cut. A run under load marks itself as noisy; a noisy run fails nothing."""

from __future__ import annotations

import gc
import os
import platform
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from math import log
from statistics import median
from typing import Any

from django.db import connection, connections

from incubator.core.roles import as_role

ROUNDS = 5
NOISY_LOAD = 0.6  # load of the last minute for each processor, above which a time says little


class DifferentResult(Exception):
    """The two sides did not give the same result: their times say nothing."""


@dataclass
class Side:
    """One way, with the seconds of each round and the statements of the last one."""

    name: str
    seconds: list[float] = field(default_factory=list)
    statements: int = 0

    @property
    def median(self) -> float:
        return median(self.seconds)

    def summary(self) -> dict[str, Any]:
        return {
            "name": self.name, "median_s": round(self.median, 4), "min_s": round(min(self.seconds), 4),
            "max_s": round(max(self.seconds), 4), "statements": self.statements,
        }  # fmt: skip


@dataclass
class Outcome:
    """What one measurement found. `goal` is the ratio at most; None where only counts matter."""

    what: str
    size: int
    sides: list[dict[str, Any]] = field(default_factory=list)
    ratio: float | None = None
    goal: float | None = None
    exponent: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    memory_mb: float = 0.0
    load: float = 0.0
    noisy: bool = False

    @property
    def reached(self) -> bool | None:
        """Whether the goal was met; None where there is none."""
        return None if self.ratio is None or self.goal is None else self.ratio <= self.goal

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"reached": self.reached}


@contextmanager
def counted() -> Iterator[list[int]]:
    """Count the statements of the block, also beyond what the log of queries holds."""
    count = [0]

    def wrapper(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        count[0] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield count


def timed(side: Side, run: Callable[[], Any]) -> Any:
    """Run once, note seconds and statements."""
    gc.collect()
    with counted() as count:
        begin = time.perf_counter()
        found = run()
        side.seconds.append(time.perf_counter() - begin)
    side.statements = count[0]
    return found


def side_by_side(
    what: str, size: int, limit: tuple[str, Callable[[], Any]], ours: tuple[str, Callable[[], Any]], *,
    goal: float | None, same: Callable[[Any, Any], bool] | None = None, rounds: int = ROUNDS,
) -> Outcome:
    """Measure the limit and our way in turns. Each runs once before, so that neither pays for what is only done once.

    Raises DifferentResult when `same` says that the results differ."""
    first, second = Side(limit[0]), Side(ours[0])
    before = memory()
    if same is not None and not same(limit[1](), ours[1]()):
        raise DifferentResult(f"{what}: {limit[0]} and {ours[0]} gave different results")
    for _round in range(rounds):
        timed(first, limit[1])
        timed(second, ours[1])
    ratio = second.median / first.median if first.median else None
    outcome = Outcome(what, size, [first.summary(), second.summary()], round(ratio, 3) if ratio else None, goal)
    outcome.memory_mb = round(memory() - before, 1)
    return marked(outcome)


def marked(outcome: Outcome) -> Outcome:
    """Note the load, and whether the run is noisy."""
    outcome.load = round(os.getloadavg()[0], 2)
    outcome.noisy = outcome.load > NOISY_LOAD * (os.cpu_count() or 1)
    return outcome


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """How time grows with size: the slope of log time over log size by least squares; 1 is in step."""
    logs = [(log(size), log(seconds)) for size, seconds in points]
    mean_x, mean_y = (sum(values) / len(logs) for values in zip(*logs, strict=True))
    return round(sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _y in logs), 3)


def memory() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def machine() -> dict[str, Any]:
    """What a figure must be read beside."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        total = int(next(line for line in lines if line.startswith("MemTotal")).split()[1]) // 1024
    return {"processors": os.cpu_count(), "memory_mb": total, "python": platform.python_version(), "system": platform.system()}


@contextmanager
def scratch_database() -> Iterator[str]:
    """An empty, migrated database of its own, dropped at the end whatever happens. An operator's rows are never touched.

    Raises OperationalError when the login may not act as the owner of the tables (docs/operate/setup.md)."""
    import psycopg
    from django.core.management import call_command
    from psycopg import sql

    settings, name = connection.settings_dict, f"fuhua_bench_{os.getpid()}"
    address = {"host": settings["HOST"] or None, "port": settings["PORT"] or None, "user": settings["USER"], "password": settings["PASSWORD"] or None}
    owner = {**address, "dbname": "postgres", "options": "-c role=fuhua_owner", "autocommit": True}

    def ask(statement: str) -> None:
        with psycopg.connect(**owner) as server:
            server.execute(sql.SQL(statement).format(sql.Identifier(name)))

    before = settings["NAME"]
    ask("CREATE DATABASE {}")
    try:
        _point_at(name)
        call_command("migrate", verbosity=0, interactive=False)
        yield name
    finally:
        _point_at(before)
        ask("DROP DATABASE IF EXISTS {} WITH (FORCE)")


def settle() -> None:
    """Let PostgreSQL count the new rows, as it does by itself after some minutes: without that it plans for empty tables."""
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _point_at(name: str) -> None:
    reconnect()
    connection.settings_dict["NAME"] = name


def reconnect() -> None:
    """Close every connection, those of the pool too: the next statement opens one by the settings of then."""
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]
