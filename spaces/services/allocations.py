"""Seats: the only place that writes who holds what. The order is always the same: lock the seats by id, clear holds that have
run out, write. The exclusion constraint stands behind it (spaces-billing.md A2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import system
from incubator.core.refusals import clash
from incubator.journal.services import make_move
from spaces.availability import busy_seats
from spaces.booking_rules import BusySeats, Facts, Taken, Wanted, free_seats, protected, refuse, taken
from spaces.models import Allocation, AllocationState, Booking, BookingItem, Closure, Seat
from spaces.states import BOOKING_MOVES


@dataclass(frozen=True)
class Claim:
    """A resource that a booking wants for its time: so many seats, held for this item."""

    item: BookingItem
    facts: Facts
    preferred: tuple[int, ...] = ()


def lock_seats(seats: Iterable[int]) -> None:
    """Everybody who writes locks the seats first, by id: two who want the same ones wait, and never for each other."""
    list(Seat.objects.filter(pk__in=set(seats)).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def clear_expired(seats: Iterable[int], now: datetime | None = None) -> int:
    """Holds of these seats that have run out, and their bookings, end now. Returns how many bookings."""
    rows = Allocation.objects.run_out(now or timezone.now()).filter(seat__in=set(seats), item__booking__state__in=("held", "requested"))
    bookings = Booking.objects.filter(pk__in=rows.values("item__booking")).order_by("pk")
    return sum(expire(booking) for booking in bookings)


def expire(booking: Booking) -> bool:
    """The clock: a hold or a request whose time is over frees its seats."""
    act = "expire" if booking.state == "held" else "lapse"
    make_move(booking, BOOKING_MOVES, act, by=system(booking.organisation))
    free(booking)
    return True


def allocate(claims: Sequence[Claim], start: datetime, end: datetime, *, state: str, expires_at: datetime | None = None) -> list[Allocation]:
    """Hold the seats of every claim for the span, all or nothing. Raises Taken, which says when it is taken, never by whom."""
    every = [claim.facts for claim in claims]
    seats = {seat for facts in every for seat in facts.seats.ids}
    lock_seats(seats)
    clear_expired(seats)
    now = timezone.now()
    busy = busy_seats(every, start, end, now=now)
    rows = [row for claim in claims for row in _rows(claim, start, end, busy, state, expires_at, now)]
    rows.sort(key=lambda row: (row.seat_id, row.starts_at))
    with clash("allocation_no_overlap", _("Somebody was faster: this time has just been taken. Choose another one.")):
        Allocation.objects.bulk_create(rows)
    return rows


def _rows(claim: Claim, start: datetime, end: datetime, busy: BusySeats, state: str, expires_at: datetime | None, now: datetime) -> list[Allocation]:
    """The rows of one claim: the preferred seats, else the lowest free ones. Requests compete, so they need no free seat."""
    facts, count = claim.facts, claim.facts.seats.needed(claim.item.quantity)
    free_ones = list(facts.seats.ids) if state == AllocationState.REQUESTED else free_seats(facts, start, end, busy)
    if len(free_ones) < count:
        refusal = taken(facts, Wanted(start, end, now, quantity=claim.item.quantity), busy)
        raise refuse(refusal) if refusal else Taken(_("This time has just been taken. Choose another one."), code="TAKEN")
    chosen = sorted(free_ones, key=lambda seat: (seat not in claim.preferred, facts.seats.ids.index(seat)))[:count]
    starts, ends = protected(facts, start, end)
    return [
        Allocation(
            organisation=claim.item.organisation, seat_id=seat, starts_at=starts, ends_at=ends, core_start=start, core_end=end,
            state=state, expires_at=expires_at, item=claim.item,
        )
        for seat in chosen
    ]  # fmt: skip


def turn(booking: Booking, state: str, expires_at: datetime | None = None) -> int:
    """Give every seat of a booking another standing. Raises Taken when somebody has it by now."""
    rows = Allocation.objects.filter(item__booking=booking).exclude(state=AllocationState.FREED)
    with clash("allocation_no_overlap", _("Somebody has this time by now. Choose another one.")):
        return rows.update(state=state, expires_at=expires_at)


def free(booking: Booking) -> int:
    """The seats of a booking are free from now on. Rows stay: they are its history."""
    return turn(booking, AllocationState.FREED)


def block(closure: Closure, facts: Sequence[Facts]) -> list[Allocation]:
    """Hold every seat of these resources for a closure. Raises Taken when a booking stands in the way."""
    seats = sorted({seat for one in facts for seat in one.seats.ids})
    lock_seats(seats)
    clear_expired(seats)
    span = {"starts_at": closure.starts_at, "ends_at": closure.ends_at, "core_start": closure.starts_at, "core_end": closure.ends_at}
    rows = [Allocation(organisation=closure.organisation, seat_id=seat, state=AllocationState.BLOCKED, closure=closure, **span) for seat in seats]
    with clash("allocation_no_overlap", _("Bookings stand in the way. Look at them and say what becomes of them.")), transaction.atomic():
        return Allocation.objects.bulk_create(rows)
