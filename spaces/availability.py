"""From the tables to the rules: facts of resources, who holds which seat, who asks, and the search over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q, Sum
from django.utils import timezone

from billing.models import Bill
from incubator.accounts.actors import Actor
from incubator.core.calendar import WorkingCalendar
from incubator.policy.models import Holiday
from incubator.tenants.models import Startup
from spaces.booking_rules import (
    DAY_MINUTES,
    Booker,
    Busy,
    BusySeats,
    Facts,
    Refusal,
    Rules,
    Seats,
    Wanted,
    first_refusal,
    open_spans,
    starts_of,
)
from spaces.models import Allocation, Booking, CreditLot, MachinePermit, PlanMembership, Resource, Tariff
from spaces.pricing import Price, Quote, quote
from spaces.querysets_bookings import ResourceQuerySet
from spaces.states import COMING

HOME_ZONE = "Asia/Shanghai"
RULE_FIELDS = tuple(Rules.__dataclass_fields__)
OFFICE_ROLES = frozenset({"officer", "manager", "owner", "system"})
NEAR = timedelta(minutes=60)


@lru_cache(maxsize=32)
def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_for(resource: Resource) -> ZoneInfo:
    """The zone in which a resource is entered and shown: that of its site."""
    return zone_of(resource.site.zone if resource.site else HOME_ZONE)


def state_calendar() -> WorkingCalendar:
    """The state's calendar of working days."""
    off, extra = Holiday.objects.calendar()
    return WorkingCalendar(frozenset(off), frozenset(extra))


def facts_of(resources: ResourceQuerySet, calendar: WorkingCalendar | None = None) -> list[tuple[Resource, Facts]]:
    """Each resource with what the rules ask for: one statement for all of them, one for the calendar."""
    calendar = state_calendar() if calendar is None else calendar
    return [(row, _facts(row, calendar)) for row in resources.with_facts()]


def _facts(row: Any, calendar: WorkingCalendar) -> Facts:
    seats = row.part_rows if row.composite else row.seat_rows
    return Facts(
        pk=row.pk, name=row.name, zone=zone_for(row), seats=Seats(tuple(seat["id"] for seat in seats), bool(row.composite)),
        capacity=row.capacity, features=frozenset(row.features), rules=Rules(**{name: getattr(row.policy, name) for name in RULE_FIELDS}),
        hours=_hours(row.own_hours or row.site_hours), calendar=calendar, group=row.group_id,
        permit_required=row.group.permit_required, permit_course=row.group.permit_course, is_open=row.is_open,
    )  # fmt: skip


def _hours(rows: Iterable[dict[str, Any]]) -> dict[int, list[tuple[int, int]]] | None:
    found: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        found.setdefault(row["day"], []).append((_minutes(row["opens"]), _minutes(row["closes"]) or DAY_MINUTES))
    return found or None


def _minutes(at: str | time) -> int:
    """Minutes of the day of a time."""
    hour, minute = (at.hour, at.minute) if isinstance(at, time) else (int(at[:2]), int(at[3:5]))
    return hour * 60 + minute


def busy_seats(facts: Iterable[Facts], starts: datetime, ends: datetime, *, without: Booking | None = None, now: datetime | None = None) -> BusySeats:
    """Who holds which of the seats in the span, in one statement. A hold that has run out holds nothing. `without`: as if
    this booking were not there."""
    seats = {seat for one in facts for seat in one.seats.ids}
    rows = Allocation.objects.holding(now).meeting(starts - timedelta(days=1), ends + timedelta(days=1)).filter(seat__in=seats)
    if without is not None:
        rows = rows.exclude(item__booking=without)
    found: dict[int, list[Busy]] = {}
    columns = ("seat_id", "starts_at", "ends_at", "core_start", "core_end", "closure__words", "closure__kind")
    for seat, *span, words, kind in rows.order_by("starts_at").values_list(*columns):
        found.setdefault(seat, []).append(Busy(*span, closed=words or _kind(kind)))
    return found


def _kind(kind: str | None) -> str:
    from spaces.models import ClosureKind

    return str(ClosureKind(kind).label) if kind else ""


# --- who asks


def booker_of(by: Actor, startup: Startup | None, day: date | None = None) -> Booker:
    """The person and the startup as the rules see them. Somebody of the office acts for the house."""
    staff = bool(by.roles & OFFICE_ROLES)
    today = timezone.localdate()
    permits = MachinePermit.objects.filter(user=by.user, suspended_at=None).order_by("valid_to")
    found = Booker(staff=staff, permits={row.group_id: (row.valid_from, row.valid_to) for row in permits})
    if startup is None:
        return found
    coming = Booking.objects.filter(startup=startup, state__in=COMING, ends_at__gt=timezone.now())
    minutes: dict[tuple[int, date], int] = {}
    for resource, starts, ends, zone in coming.values_list("items__resource", "starts_at", "ends_at", "items__resource__site__zone"):
        key = (resource, starts.astimezone(zone_of(zone or HOME_ZONE)).date())
        minutes[key] = minutes.get(key, 0) + int((ends - starts).total_seconds() // 60)
    return replace(
        found, any_hour=plans_of(startup, today).filter(plan__any_hour=True).exists(), active=coming.count(), minutes_by_day=minutes,
        free_minutes=free_minutes(startup, day or today), in_arrears=Bill.objects.overdue(today).filter(startup=startup).exists(),
    )  # fmt: skip


def plans_of(startup: Startup, day: date) -> Any:
    """The plans that a startup has on a day."""
    return PlanMembership.objects.filter(startup=startup, first_day__lte=day, last_day__gte=day).select_related("plan")


def free_minutes(startup: Startup, day: date) -> dict[int, int]:
    """What is left of the free minutes that can be used on a day, by class."""
    lots = CreditLot.objects.filter(startup=startup, valid_from__lte=day, valid_to__gte=day)
    return {row["group"]: row["left"] for row in lots.values("group").annotate(left=Sum(F("granted") - F("used"))).order_by()}


# --- what it costs


def prices_of(resource: Resource, startup: Startup | None, day: date) -> list[Price]:
    """Every price that may hold for this resource on this day: of the resource or its class, for the startup's plans or all."""
    plans = list(plans_of(startup, day).values_list("plan", flat=True)) if startup else []
    rows = Tariff.objects.filter(Q(resource=resource) | Q(group=resource.group_id)).filter(Q(plan=None) | Q(plan__in=plans))
    return [
        Price(
            row.pk, 2 * bool(row.resource_id) + bool(row.plan_id), row.price, row.days, _minutes(row.starts), _minutes(row.ends) or DAY_MINUTES,
            row.valid_from, row.valid_to or date.max,
        )
        for row in rows
    ]  # fmt: skip


def quote_for(
    resource: Resource, startup: Startup | None, start: datetime, end: datetime, *, quantity: int = 1, calendar: WorkingCalendar | None = None, free: int | None = None
) -> Quote:  # fmt: skip
    """The price of a booking by this startup now; the house itself pays nothing. `free`: another number of free minutes."""
    zone = zone_for(resource)
    day = start.astimezone(zone).date()
    if startup is None:
        return Quote(Decimal("0.00"), 0, Decimal("0.00"), (), ())
    if free is None:
        free = free_minutes(startup, day).get(resource.group_id, 0)
    calendar = state_calendar() if calendar is None else calendar
    return quote(start, end, zone, prices_of(resource, startup, day), calendar=calendar, quantity=quantity, free_minutes=free, day_cap=resource.day_cap)


# --- search


@dataclass(frozen=True)
class Offer:
    """One resource in the answer of a search: every start that fits, those that nearly fit, or why it is out."""

    resource: Resource
    facts: Facts
    starts: tuple[datetime, ...] = ()
    near: tuple[datetime, ...] = ()
    refusal: Refusal | None = None

    @property
    def zone(self) -> ZoneInfo:
        return self.facts.zone


def search(
    resources: ResourceQuerySet, booker: Booker, *, day: date, after: time, before: time | None, minutes: int, people: int = 1,
    features: frozenset[str] = frozenset(), quantity: int = 1, now: datetime | None = None,
) -> list[Offer]:  # fmt: skip
    """Every start of a local day, between two times, at which each resource could be booked for so long; three statements
    whatever the number of resources. Those that fit stand first."""
    now = now or timezone.now()
    found = facts_of(resources)
    every = [facts for _row, facts in found]
    begins = datetime.combine(day, time(0), zone_of("UTC")) - timedelta(days=1)
    busy = busy_seats(every, begins, begins + timedelta(days=3), now=now)
    offers = []
    for row, facts in found:
        wanted = {"now": now, "people": people, "quantity": quantity, "features": features}
        window = (datetime.combine(day, after, facts.zone), datetime.combine(day, before, facts.zone) if before else datetime.combine(day + timedelta(days=1), time(0), facts.zone))
        offers.append(_offer(row, facts, booker, busy, minutes, window, day, wanted))
    return sorted(offers, key=lambda offer: (not offer.starts, not offer.near, offer.resource.capacity, offer.resource.name))


def _offer(
    row: Resource, facts: Facts, booker: Booker, busy: BusySeats, minutes: int, window: tuple[datetime, datetime], day: date, wanted: dict[str, Any]
) -> Offer:  # fmt: skip
    """What one resource can offer within the window, and up to an hour beside it."""
    fits, near, refusal = [], [], None
    longer = timedelta(minutes=minutes)
    for start in starts_of(facts, day, minutes, booker):
        if not window[0] - NEAR <= start <= window[1] - longer + NEAR:
            continue
        found = first_refusal(facts, Wanted(start=start, end=start + longer, **wanted), booker, busy)
        inside = window[0] <= start and start + longer <= window[1]
        if found is None:
            (fits if inside else near).append(start)
        elif inside and (refusal is None or refusal.code == "PAST"):
            refusal = found
    if not fits and refusal is None:
        refusal = first_refusal(facts, Wanted(start=window[0], end=window[0] + longer, **wanted), booker, busy)
    return Offer(row, facts, tuple(fits), tuple(near), None if fits else refusal)


# --- the calendar


@dataclass(frozen=True)
class DayPart:
    """One row of a day in the grid: free, taken, closed, mine."""

    start: datetime
    end: datetime
    state: str
    words: str = ""
    booking: Booking | None = None


def day_parts(facts: Facts, day: date, busy: BusySeats, *, now: datetime, seats: Sequence[int] | None = None) -> list[DayPart]:
    """The day of a resource as a list of spans in order: when it is closed, taken (all seats held), or free."""
    opened = open_spans(facts, day)
    marks = {minute for span in opened for minute in span} | {0, DAY_MINUTES}
    begins = datetime.combine(day, time(0), facts.zone)
    ends = datetime.combine(day + timedelta(days=1), time(0), facts.zone)
    moments = {begins, ends} | {begins.replace(hour=mark // 60, minute=mark % 60) for mark in marks if mark < DAY_MINUTES}
    held = [one for seat in facts.seats.ids for one in busy.get(seat, ())]
    moments |= {edge for one in held for edge in (one.core_start, one.core_end) if begins < edge < ends}
    found: list[DayPart] = []
    for first, last in pairwise(sorted(moments)):
        state, words = _state_of(facts, first, last, opened, busy, now)
        if found and (found[-1].state, found[-1].words) == (state, words):
            found[-1] = replace(found[-1], end=last)
        else:
            found.append(DayPart(first, last, state, words))
    return found


def _state_of(facts: Facts, first: datetime, last: datetime, opened: Sequence[tuple[int, int]], busy: BusySeats, now: datetime) -> tuple[str, str]:
    local = first.astimezone(facts.zone)
    minute = local.hour * 60 + local.minute
    met = [one for seat in facts.seats.ids for one in busy.get(seat, ()) if one.core_end > first and one.core_start < last]
    closed = next((one.closed for one in met if one.closed), "")
    if closed:
        return "closed", closed
    taken = sum(any(one.core_end > first and one.core_start < last for one in busy.get(seat, ())) for seat in facts.seats.ids)
    if taken and (facts.seats.all_of_them or taken >= len(facts.seats.ids)):
        return "taken", ""
    if not any(opens <= minute < closes for opens, closes in opened):
        return "shut", ""
    if last <= now:
        return "past", ""
    return "free", ""


def public_days(resources: ResourceQuerySet, first: date, days: int = 7) -> list[tuple[Resource, list[tuple[date, list[DayPart]]]]]:
    """The free times of what the public site shows, day by day: free spans only, never who holds the others."""
    found = facts_of(resources)
    now = timezone.now()
    begins = datetime.combine(first, time(0), zone_of("UTC"))
    busy = busy_seats([facts for _row, facts in found], begins, begins + timedelta(days=days), now=now)
    wanted = [first + timedelta(days=place) for place in range(days)]
    return [(row, [(day, [part for part in day_parts(facts, day, busy, now=now) if part.state == "free"]) for day in wanted]) for row, facts in found]


