"""Months and spans of days. Both ends of a span are included."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Self

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month; sorts by time and prints as ``2026-03``."""

    year: int
    month: int

    def __post_init__(self) -> None:
        """Refuse months that do not exist."""
        date(self.year, self.month, 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``"2026-03"``; raises ValueError for anything else."""
        match = _MONTH.fullmatch(text)
        if match is None:
            message = f"{text!r} is not a month written YYYY-MM"
            raise ValueError(message)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month the day lies in."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        """Write ``2026-03``, the form of data and of ``<input type=month>``."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def days(self) -> int:
        """28 to 31."""
        return monthrange(self.year, self.month)[1]

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return date(self.year, self.month, self.days)

    @property
    def quarter(self) -> str:
        """The calendar quarter, written ``2026-Q1``."""
        return f"{self.year:04d}-Q{(self.month + 2) // 3}"

    def plus(self, months: int) -> "Month":
        """Return the month so many months later (earlier when negative)."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def inside(self, start: date, end: date) -> tuple[date, date] | None:
        """Return the first and last day of this month inside the span, or None when none is."""
        first, last = max(self.first, start), min(self.last, end)
        return (first, last) if first <= last else None

    def days_inside(self, start: date, end: date) -> int:
        """Count the days of this month inside the span."""
        span = self.inside(start, end)
        return 0 if span is None else (span[1] - span[0]).days + 1


def months_from(first: Month, last: Month) -> tuple[Month, ...]:
    """List the months from first to last, both included; empty when last is earlier."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(first.plus(step) for step in range(count))


def months_of(start: date, end: date) -> tuple[Month, ...]:
    """List the months that the span of days touches; empty when end is before start."""
    return months_from(Month.of(start), Month.of(end)) if start <= end else ()


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later; a day the month lacks becomes its last day."""
    month = Month.of(day).plus(months)
    return date(month.year, month.month, min(day.day, month.days))


def add_years(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 28 in other years."""
    return add_months(day, 12 * years)


def whole_months(start: date, day: date) -> int:
    """Count the months completed from start to day; negative when the day comes earlier.

    From 31 January to 28 February is one whole month, from 15 March to 14 April none.
    """
    months = (day.year - start.year) * 12 + day.month - start.month
    return months if add_months(start, months) <= day else months - 1


def whole_years(start: date, day: date) -> int:
    """Count the years completed from start to day; 29 February falls on 28 in other years."""
    return whole_months(start, day) // 12
