"""Series of numbers, and that each runs without a gap. An app that takes numbers by `next_number` says where they stand."""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Callable, Iterable

Numbers = Callable[[], Iterable[str]]
PLACES = re.compile(r"(?P<year>[0-9]{4})[^0-9]+(?P<number>[0-9]+)[^0-9]*$")  # SQ-2026-000012, 净创补申〔2026〕3号

_known: dict[str, Numbers] = {}


def numbered(series: str, numbers: Numbers) -> None:
    """Say where the numbers of a series stand, as they are printed, in the open context."""
    _known[series] = numbers


def gaps_and_doubles(series: str, given: dict[int, int]) -> int:
    """How many numbers of this series are missing, double, or were never given. `given`: year → the last number."""
    found = Tally((int(place["year"]), int(place["number"])) for text in _known[series]() if (place := PLACES.search(text)))
    wanted = {(year, number) for year, last in given.items() for number in range(1, last + 1)}
    return len(wanted ^ found.keys()) + sum(count - 1 for count in found.values())


def known_series() -> list[str]:
    return sorted(_known)
