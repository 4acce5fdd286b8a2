"""What an organisation needs from the first hour. Each app names its own part, and all are made in one act; made again,
they change nothing that stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Part = Callable[[Any], object]
_parts: dict[str, Part] = {}


def part_of_opening(name: str, make: Part) -> None:
    """Register under `app.noun` what makes this part of a new organisation. The last registration of a name counts."""
    _parts[name] = make


def make_whole(organisation: Any) -> list[str]:
    """Make every part of this organisation, in the caller's transaction and context. Returns the names."""
    for name in sorted(_parts):
        _parts[name](organisation)
    return sorted(_parts)
