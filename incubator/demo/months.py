"""Frozen months of the story: finance freezes each month some days after its end, the owner signs; the last one waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from incubator.core.periods import Month
from incubator.demo.stage import Event, Stage
from incubator.reports.services import freeze_month, sign_month

BACK = (4, 3, 2, 1)  # so many months ago
AFTER = 3  # days after the month's end


def months(stage: Stage) -> Iterator[Event]:
    """The whole months before today, the earliest first."""
    for back in BACK:
        month = Month.of(stage.days.today).plus(-back)
        yield min(month.last + timedelta(days=AFTER), stage.days.today), partial(_freeze, stage, month, signed=back > 1)


def _freeze(stage: Stage, month: Month, *, signed: bool) -> None:
    frozen = freeze_month(month, by=stage.office["finance"])
    if signed:
        sign_month(frozen, by=stage.office["owner"])
