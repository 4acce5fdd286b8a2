"""The days of the story, all counted from today: the last whole quarter is the one that is being claimed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from incubator.core.periods import Month, months_from
from incubator.subsidies.models.applications import Quarter

MEASURE_FROM = date(2025, 7, 1)  # the example measure takes effect
HISTORY = 2  # quarters claimed before the last one


@dataclass(frozen=True)
class Days:
    """What the story knows of time. `today` is the last day that is told."""

    today: date

    @property
    def quarter(self) -> Quarter:
        """The quarter that is being claimed."""
        return Quarter.before(self.today)

    @property
    def opening(self) -> Month:
        """The first month of the story: fifteen months of leases lie inside it by the end of the claimed quarter."""
        return self.quarter.months[0].plus(-12)

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month in which the story is told."""
        return months_from(self.opening, Month.of(self.today))

    @property
    def measure_day(self) -> date:
        """The day on which the local measure is put in force here."""
        return max(self.opening.first + timedelta(days=20), MEASURE_FROM)

    @property
    def history(self) -> list[Quarter]:
        """Earlier quarters whose claims are over, the oldest first; none from before the measure."""
        quarters = [self.quarter]
        for _place in range(HISTORY):
            quarters.append(Quarter.before(quarters[-1].first_day))
        return [quarter for quarter in reversed(quarters[1:]) if quarter.first_day >= MEASURE_FROM]

    def after(self, quarter: Quarter, part: float) -> date:
        """A day of the window after a quarter: 0 its first day, 1 its last one or today, whichever comes first."""
        first = quarter.last_day + timedelta(days=1)
        span = min((self.today - first).days, 75)
        return first + timedelta(days=int(span * part))
