"""Series: local wall time and how it repeats. Each occurrence is looked at and booked by itself, with a result of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError
from incubator.core.periods import add_months
from incubator.journal.services import record
from spaces.availability import state_calendar, zone_for
from spaces.booking_rules import local_moment
from spaces.models import Booking, BookingSeries, Repeat
from spaces.services.bookings import Ask, book, cancel, check, due_of

MOST = 52


@dataclass(frozen=True)
class Occurrence:
    """One date of a series: whether it can be booked and at what price, or why not."""

    day: date
    ask: Ask | None
    due: Decimal = Decimal("0.00")
    refusal: str = ""
    booking: Booking | None = None


def days_of(first: date, repeat: str, count: int) -> list[date]:
    """The dates of a series; a day that a month lacks becomes its last day. Raises BusinessError at `count` above 52."""
    if not 1 <= count <= MOST:
        raise BusinessError(_("A series has between 1 and %(most)s dates.") % {"most": MOST}, field="count")
    if repeat == Repeat.MONTHLY:
        return [add_months(first, place) for place in range(count)]
    if repeat == Repeat.DAILY:
        calendar = state_calendar()
        days = calendar.after(first - timedelta(days=1))
        return [next(days) for _place in range(count)]
    return [first + timedelta(weeks=place * (2 if repeat == Repeat.FORTNIGHTLY else 1)) for place in range(count)]


def preview(ask: Ask, starts: time, minutes: int, repeat: str, count: int, *, actor: Actor) -> list[Occurrence]:
    """What would become of each date now; nothing is written."""
    zone = zone_for(ask.wants[0][0])
    first = ask.start.astimezone(zone).date()
    return [_look(ask, day, starts, minutes, actor) for day in days_of(first, repeat, count)]


def _look(ask: Ask, day: date, starts: time, minutes: int, actor: Actor) -> Occurrence:
    try:
        start: datetime = local_moment(day, starts, zone_for(ask.wants[0][0]), second=False)
        moved = replace(ask, start=start, end=start + timedelta(minutes=minutes), recurring=True)
        check(moved, actor)
    except BusinessError as error:
        return Occurrence(day, None, refusal=error.message)
    return Occurrence(day, moved, due_of(moved))


@transaction.atomic
def book_series(ask: Ask, starts: time, minutes: int, repeat: str, count: int, *, by: Actor, chosen: Iterable[date] | None = None) -> tuple[BookingSeries, list[Occurrence]]:
    """Book the chosen dates, each by itself: one that cannot be had leaves the others as they are. Raises BusinessError when
    none could be booked. Returns the series and what became of each date."""
    zone = zone_for(ask.wants[0][0])
    first, wanted = ask.start.astimezone(zone).date(), set(chosen) if chosen is not None else None
    days = [day for day in days_of(first, repeat, count) if wanted is None or day in wanted]
    if not days:
        raise BusinessError(_("Choose at least one date."), field="count")
    series = BookingSeries.objects.create(
        resource=ask.wants[0][0], startup=ask.startup, person=by.user, repeat=repeat, first_day=first, starts=starts, minutes=minutes, count=count
    )
    found = [_book_one(_look(ask, day, starts, minutes, by), series, by) for day in days]
    if not any(one.booking for one in found):
        raise BusinessError(_("None of these dates can be booked: %(why)s") % {"why": found[0].refusal})
    record("book_series", series, by=by, booked=sum(bool(one.booking) for one in found))
    return series, found


def _book_one(one: Occurrence, series: BookingSeries, by: Actor) -> Occurrence:
    if one.ask is None:
        return one
    try:
        with transaction.atomic():
            return replace(one, booking=book(one.ask, by=by, series=series, occurrence=one.day))
    except BusinessError as error:
        return replace(one, ask=None, refusal=error.message)


@transaction.atomic
def cancel_rest(booking: Booking, *, by: Actor, reason: str = "") -> int:
    """Cancel this date of a series and all later ones. Returns how many."""
    rest = Booking.objects.filter(series=booking.series, starts_at__gte=booking.starts_at, state__in=("held", "requested", "confirmed"))
    count = 0
    for one in rest.filter(starts_at__gt=timezone.now()).order_by("starts_at", "pk"):
        cancel(one, by=by, reason=reason)
        count += 1
    return count
