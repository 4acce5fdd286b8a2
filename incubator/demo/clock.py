"""The clock of the story: services that read the time find themselves on the day the story is told of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch

from django.utils import timezone

STEP = timedelta(minutes=7)


class _Instants(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, datetime)


class Clock:
    """Runs forward only: each step of the story happens some minutes after the one before, never after the real now."""

    def __init__(self) -> None:
        self.limit = timezone.now()
        self.moment = datetime.min.replace(tzinfo=UTC)

    @contextmanager
    def at(self, day: date) -> Iterator[None]:
        """Let every call of `timezone.now` inside the block answer with an hour of this day in office time."""
        morning = datetime.combine(day, time(9), timezone.get_default_timezone())
        self.moment = min(max(self.moment + STEP, morning), self.limit)
        with _told(self.moment):
            yield

    @contextmanager
    def at_moment(self, moment: datetime) -> Iterator[None]:
        """The same for one hour of the day that is told: somebody comes at two, and the story goes on where it was."""
        with _told(min(moment, self.limit)):
            yield


@contextmanager
def _told(moment: datetime) -> Iterator[None]:
    class Told(metaclass=_Instants):
        @staticmethod
        def now(tz: Any = None) -> datetime:
            return moment.astimezone(tz)

    with patch.object(timezone, "datetime", Told):
        yield
