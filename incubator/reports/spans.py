"""The period of a report: quarters from one to another, as the address names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from incubator.core.periods import Month
from incubator.core.templatetags.fuhua import quarter as quarter_words
from incubator.subsidies.models.applications import Quarter

FIRST_YEAR, MOST = 2000, 40  # ten years of quarters in one report


@dataclass(frozen=True)
class Span:
    """Whole quarters, both ends included."""

    first: str
    last: str

    @property
    def quarters(self) -> list[str]:
        """Every quarter of the span, the earliest first."""
        found, month = [], Quarter(self.first).months[0]
        while month.quarter <= self.last:
            found.append(month.quarter)
            month = month.plus(3)
        return found

    @property
    def first_day(self) -> date:
        return date.fromisoformat(str(Quarter(self.first).first_day))

    @property
    def last_day(self) -> date:
        return date.fromisoformat(str(Quarter(self.last).last_day))

    @property
    def years(self) -> list[int]:
        return list(range(self.first_day.year, self.last_day.year + 1))

    @property
    def query(self) -> str:
        """How addresses name it."""
        return f"from={self.first}&until={self.last}"

    def __str__(self) -> str:
        if self.first == self.last:
            return str(quarter_words(self.first))
        return _("%(first)s to %(last)s") % {"first": quarter_words(self.first), "last": quarter_words(self.last)}


def asked_span(request: HttpRequest, today: date) -> Span:
    """The quarters that the address names; without a sound one the last four, this one included. Ends in the wrong
    order are turned round, what is longer than ten years is cut at its beginning."""
    last = _read(request.GET.get("until", "")) or Month.of(today).quarter
    first = _read(request.GET.get("from", "")) or _back(last, 3)
    first, last = min(first, last), max(first, last)
    return Span(max(first, _back(last, MOST - 1)), last)


def _read(text: str) -> str:
    try:
        quarter = Quarter(text)
    except ValueError:
        return ""
    return str(quarter) if FIRST_YEAR <= quarter.year <= 2100 and text.isascii() else ""


def _back(quarter: str, count: int) -> str:
    return Quarter(quarter).months[0].plus(-3 * count).quarter


def shortcuts(today: date) -> list[tuple[str, Span]]:
    """The periods that people ask for most, as chips."""
    now, year = Month.of(today).quarter, today.year
    return [
        (_("Last four quarters"), Span(_back(now, 3), now)),
        (str(year), Span(f"{year}-Q1", f"{year}-Q4")),
        (str(year - 1), Span(f"{year - 1}-Q1", f"{year - 1}-Q4")),
        (_("Three years"), Span(f"{year - 2}-Q1", f"{year}-Q4")),
    ]


def choices(span: Span, today: date) -> Sequence[tuple[str, Any]]:
    """The quarters to choose from: the chosen ones and five years back, the latest first."""
    now = Month.of(today).quarter
    known = {*Span(_back(now, 19), max(now, f"{today.year}-Q4")).quarters, *span.quarters}
    return [(quarter, quarter_words(quarter)) for quarter in sorted(known, reverse=True)]
