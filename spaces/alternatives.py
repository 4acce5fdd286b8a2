"""What to offer when a time cannot be had: the nearest start of the same resource, another resource at the same time, the same
time on the next day on which it is free (spaces-billing.md A6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from spaces.availability import booker_of, busy_seats, facts_of, quote_for, state_calendar
from spaces.booking_rules import Booker, BusySeats, Facts, Wanted, first_refusal
from spaces.models import Resource
from spaces.services.bookings import Ask

DAYS_AHEAD, MOST_OTHERS = 14, 40


@dataclass(frozen=True)
class Alternative:
    """One other way, with its price in yuan: booked by one click."""

    label: Any
    resource: Resource
    start: datetime
    minutes: int
    due: Decimal


def alternatives(ask: Ask, actor: Actor) -> list[Alternative]:
    """At most three other ways to have what was asked for; four statements and one for each price."""
    (resource, quantity), now = ask.wants[0], timezone.now()
    others = Resource.objects.bookable().filter(group=resource.group_id) | Resource.objects.bookable().filter(kind=resource.kind)
    found = facts_of((others | Resource.objects.filter(pk=resource.pk)).distinct(), state_calendar())[:MOST_OTHERS]
    facts = {row.pk: one for row, one in found}
    own = facts.get(resource.pk)
    if own is None:
        return []
    busy = busy_seats(facts.values(), ask.start - timedelta(days=1), ask.start + timedelta(days=DAYS_AHEAD + 1), now=now)
    booker = booker_of(actor, ask.startup, ask.start.astimezone(own.zone).date())
    length = ask.end - ask.start
    wanted = replace(ask.wanted(quantity, now), start=ask.start, end=ask.end)
    ways = [(_("Nearest time"), resource, _nearest(own, wanted, booker, busy))]
    ways.append((_("Same time, another place"), *_elsewhere(found, resource, wanted, booker, busy, ask)))
    ways.append((_("Same time, another day"), resource, _another_day(own, wanted, booker, busy)))
    return [
        Alternative(label, row, start, int(length.total_seconds() // 60), quote_for(row, ask.startup, start, start + length, quantity=quantity, calendar=own.calendar).due)
        for label, row, start in ways
        if row is not None and start is not None
    ]  # fmt: skip


def _fits(facts: Facts, wanted: Wanted, start: datetime, booker: Booker, busy: BusySeats) -> bool:
    moved = replace(wanted, start=start, end=start + (wanted.end - wanted.start))
    return first_refusal(facts, moved, booker, busy) is None


def _nearest(facts: Facts, wanted: Wanted, booker: Booker, busy: BusySeats) -> datetime | None:
    """The start closest to the one asked for, within 12 hours."""
    step = timedelta(minutes=facts.rules.step)
    base = wanted.start - (wanted.start - datetime.min.replace(tzinfo=wanted.start.tzinfo)) % step
    for place in range(1, int(timedelta(hours=12) / step)):
        for start in (base + place * step, base - place * step):
            if _fits(facts, wanted, start, booker, busy):
                return start
    return None


def _elsewhere(found: list[tuple[Resource, Facts]], resource: Resource, wanted: Wanted, booker: Booker, busy: BusySeats, ask: Ask) -> tuple[Resource | None, datetime | None]:
    """The cheapest other resource that is free at the same time."""
    free = [row for row, facts in found if row.pk != resource.pk and _fits(facts, wanted, wanted.start, booker, busy)]
    if not free:
        return None, None
    prices = {row.pk: quote_for(row, ask.startup, ask.start, ask.end).due for row in free[:6]}
    return min(free[:6], key=lambda row: (prices[row.pk], row.capacity, row.pk)), wanted.start


def _another_day(facts: Facts, wanted: Wanted, booker: Booker, busy: BusySeats) -> datetime | None:
    """The same wall time on the next day on which it is free."""
    local = wanted.start.astimezone(facts.zone)
    for days in range(1, DAYS_AHEAD + 1):
        start = local + timedelta(days=days)
        if _fits(facts, wanted, start, booker, busy):
            return start
    return None
