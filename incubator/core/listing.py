"""What a list is asked for: words and choices from the address, cleaned. Nonsense asks for everything."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

LONGEST = 100


def asked_words(request: HttpRequest, name: str = "q") -> str:
    """The words of the search field, without NUL, at most a hundred characters."""
    return request.GET.get(name, "").replace("\0", " ").strip()[:LONGEST]


def asked_choice(request: HttpRequest, name: str, known: Iterable[str]) -> str:
    """The chosen filter, or nothing when the address names none that is known."""
    value = request.GET.get(name, "")
    return value if value in set(known) else ""
