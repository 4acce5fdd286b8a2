"""What a booking costs: pure. The time is cut where a price begins or ends and at local midnight; each piece has the most
specific price; free minutes cover it from its start; the sum is rounded once (spaces-billing.md A5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from incubator.core.calendar import WorkingCalendar
from incubator.core.formulas import Steps
from incubator.core.money import round_fen

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Price:
    """One price: `rank` grows with how specific it is (class, class and plan, resource, resource and plan); `days` is any,
    workday, weekend or holiday; times in minutes of the day."""

    pk: int
    rank: int
    hourly: Decimal
    days: str = "any"
    starts: int = 0
    ends: int = DAY_MINUTES
    first_day: date = date.min
    last_day: date = date.max

    def holds(self, day: date, minute: int, calendar: WorkingCalendar) -> bool:
        kind = "holiday" if day in calendar.holidays else "workday" if calendar.works(day) else "weekend"
        return self.first_day <= day <= self.last_day and self.days in {"any", kind} and self.starts <= minute < self.ends


@dataclass(frozen=True)
class Piece:
    """A part of the time at one price. `price` None: nobody set one, so it is free of charge."""

    start: datetime
    end: datetime
    day: date
    price: Price | None

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)


@dataclass(frozen=True)
class Quote:
    """The answer: the price, what free minutes take off, and what is due, in yuan; `why` explains it step by step."""

    price: Decimal
    free_minutes: int
    due: Decimal
    why: tuple[dict[str, Any], ...]
    tariffs: tuple[int, ...]


def pieces(start: datetime, end: datetime, zone: ZoneInfo, prices: Sequence[Price], calendar: WorkingCalendar) -> list[Piece]:
    """The time, cut at every edge of a price and at local midnight. Lengths are elapsed time, also over a change of clocks."""
    edges = {start, end}
    day = start.astimezone(zone).date() - timedelta(days=1)
    while day <= end.astimezone(zone).date():
        day += timedelta(days=1)
        for minute in {0, *(price.starts for price in prices), *(price.ends % DAY_MINUTES for price in prices)}:
            edge = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone).astimezone(UTC)
            if start < edge < end:
                edges.add(edge)
    found = []
    for first, last in pairwise(sorted(edges)):
        local = first.astimezone(zone)
        fitting = [price for price in prices if price.holds(local.date(), local.hour * 60 + local.minute, calendar)]
        found.append(Piece(first, last, local.date(), max(fitting, key=_precedence) if fitting else None))
    return found


def _precedence(price: Price) -> tuple[int, bool, int, date, int]:
    """The more specific one first: resource before class, named days before any, the shorter band, the later one."""
    return price.rank, price.days != "any", price.starts - price.ends, price.first_day, price.pk


def quote(
    start: datetime, end: datetime, zone: ZoneInfo, prices: Sequence[Price], *, calendar: WorkingCalendar, quantity: int = 1,
    free_minutes: int = 0, day_cap: Decimal | None = None,
) -> Quote:  # fmt: skip
    """The price of a span for `quantity` seats, with at most so many free minutes, and at most so many yuan a local day."""
    steps, parts = Steps(), pieces(start, end, zone, prices, calendar)
    left = free_minutes // quantity
    full, due, used = _Days(day_cap), _Days(day_cap), 0
    for part in parts:
        hourly = Fraction(part.price.hourly) if part.price else Fraction(0)
        covered = min(left, part.minutes) if hourly else 0
        left, used = left - covered, used + covered
        full.add(part.day, hourly * part.minutes * quantity / 60)
        due.add(part.day, hourly * (part.minutes - covered) * quantity / 60)
        _explain(steps, part, zone, quantity, covered)
    price, owed = full.total(), due.total()
    if day_cap is not None and full.raw() > Fraction(price):
        steps.add(f"每日最高 {day_cap} 元", f"At most {day_cap} yuan a day", f"{day_cap}", owed)
    tariffs = tuple(dict.fromkeys(part.price.pk for part in parts if part.price))
    return Quote(price, used * quantity, owed, tuple(step.as_json() for step in steps), tariffs)


class _Days:
    """Amounts by local day, each cut at the cap; rounded once, as their sum."""

    def __init__(self, cap: Decimal | None) -> None:
        self.cap, self.days = cap, dict[date, Fraction]()

    def add(self, day: date, amount: Fraction) -> None:
        self.days[day] = self.days.get(day, Fraction(0)) + amount

    def raw(self) -> Fraction:
        return sum(self.days.values(), Fraction(0))

    def total(self) -> Decimal:
        capped = (amount if self.cap is None else min(amount, Fraction(self.cap)) for amount in self.days.values())
        return round_fen(sum(capped, Fraction(0)))


def _explain(steps: Steps, part: Piece, zone: ZoneInfo, quantity: int, covered: int) -> None:
    """One line of “why this price”."""
    span = f"{part.start.astimezone(zone):%m-%d %H:%M}–{part.end.astimezone(zone):%H:%M}"
    if part.price is None:
        steps.add(f"{span} 未设价格，免费", f"{span}: no price is set, free of charge", "0", Decimal("0.00"))
        return
    minutes = part.minutes - covered
    times = f" × {quantity}" if quantity > 1 else ""
    amount = round_fen(Fraction(part.price.hourly) * minutes * quantity / 60)
    free_zh, free_en = (f"，其中 {covered} 分钟用免费额度", f", of which {covered} min are free") if covered else ("", "")
    steps.add(f"{span} 共 {part.minutes} 分钟{free_zh}", f"{span}, {part.minutes} min{free_en}", f"{minutes} ÷ 60 × {part.price.hourly}{times}", amount)
