"""The places of a face (office, portal, public). Faces register a builder; the shell asks for the list when it draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Item:
    """One place. `count` is the small number behind it (things that wait); None shows nothing."""

    label: Any
    url: str
    icon: str = "file"
    current: bool = False
    count: int | None = None


Builder = Callable[[HttpRequest], list[Item]]
_builders: dict[str, Builder] = {}


def register(face: str, builder: Builder) -> None:
    """Say which places a face has. The last registration of a face counts."""
    _builders[face] = builder


def face_of(request: HttpRequest) -> str:
    """The face that the request is in: the first part of the URL's namespace, else of its path."""
    match = getattr(request, "resolver_match", None)
    names = list(match.namespaces) if match else []
    first = names[0] if names else request.path_info.strip("/").split("/", 1)[0]
    return first if first in {"office", "portal", "platform"} else "public"


def items(request: HttpRequest) -> list[Item]:
    """The places of this request's face, the one that holds the page marked as current."""
    builder = _builders.get(face_of(request))
    return mark_current(builder(request), request.path) if builder else []


def foot(request: HttpRequest) -> list[Item]:
    """The places at the foot of the public pages."""
    builder = _builders.get("foot")
    return builder(request) if builder and face_of(request) == "public" else []


def mark_current(places: list[Item], path: str) -> list[Item]:
    """Mark the place whose address is the longest beginning of `path`, unless the builder has marked one."""
    if any(place.current for place in places):
        return places
    holding = [place.url for place in places if path.startswith(place.url)]
    if not holding:
        return places
    here = max(holding, key=len)
    return [replace(place, current=True) if place.url == here else place for place in places]
