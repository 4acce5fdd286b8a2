"""Working days. Which days are off or worked is dated data, handed in by the caller."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Monday to Friday, less the holidays (节假日), plus the weekend days worked (调休上班)."""

    holidays: frozenset[date] = frozenset()
    extra_workdays: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Say whether the day counts; a holiday never does, even when listed as worked."""
        if day in self.holidays:
            return False
        return day.weekday() < _SATURDAY or day in self.extra_workdays

    def after(self, day: date) -> Iterator[date]:
        """Yield the working days that follow the day, without end; the day itself never counts."""
        while True:
            day += timedelta(days=1)
            if self.works(day):
                yield day

    def nth_after(self, day: date, count: int) -> date:
        """Return the count-th working day after the day (count ≥ 1)."""
        days = self.after(day)
        for _ in range(count - 1):
            next(days)
        return next(days)
