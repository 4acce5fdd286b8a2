"""What a list is asked for: words and choices from the address, cleaned. Nonsense asks for everything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LONGEST = 100
PERIODS = (("1", pgettext_lazy("period", "Today")), ("7", _("7 days")), ("30", _("30 days")), ("365", _("A year")))  # chips: so many days back


def asked_words(request: HttpRequest, name: str = "q") -> str:
    """The words of the search field, without NUL, at most a hundred characters."""
    return request.GET.get(name, "").replace("\0", " ").strip()[:LONGEST]


def asked_choice(request: HttpRequest, name: str, known: Iterable[str]) -> str:
    """The chosen filter, or nothing when the address names none that is known."""
    value = request.GET.get(name, "")
    return value if value in set(known) else ""


def asked_day(request: HttpRequest, name: str) -> date | None:
    """The chosen day (2026-03-31), or nothing when the address names none between 2000 and 2100."""
    try:
        day = date.fromisoformat(request.GET.get(name, "")[:10])
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def asked_id(request: HttpRequest, name: str) -> int | None:
    """The chosen row's number, or nothing when it is none."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def asked_days(request: HttpRequest, name: str = "days") -> tuple[date | None, date | None]:
    """The chosen period: the last so many days from a chip, narrowed by `from` and `until`."""
    first, last = asked_day(request, "from"), asked_day(request, "until")
    back = asked_choice(request, name, dict(PERIODS))
    if back:
        begins = timezone.localdate() - timedelta(days=int(back) - 1)
        first = max(first, begins) if first else begins
    return first, last

