"""The office decides on requests: it sees first who loses, then approves or rejects."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError
from incubator.journal.services import make_move
from spaces.models import Allocation, AllocationState, Booking
from spaces.services.allocations import free, lock_seats, turn
from spaces.services.bookings import settle_price
from spaces.services.telling import tell, wake_waiting
from spaces.states import BOOKING_MOVES


def losers_of(booking: Booking) -> list[Booking]:
    """The other requests for a seat of this one at the same time: an approval rejects them."""
    found: set[int] = set()
    for row in Allocation.objects.filter(item__booking=booking, state__in=("requested", "hold")):
        rivals = Allocation.objects.meeting(row.starts_at, row.ends_at).filter(seat=row.seat_id, state="requested").exclude(item__booking=booking)
        found |= set(rivals.values_list("item__booking", flat=True))
    return list(Booking.objects.for_pages().filter(pk__in=found, state="requested").order_by("made_at", "pk"))


@transaction.atomic
def approve(booking: Booking, *, by: Actor) -> Booking:
    """Give the time to this request; those that it shuts out are rejected and told.

    Raises NotAllowed for the person who asked (four eyes), Taken when somebody else holds the time by now."""
    lock_seats(Allocation.objects.filter(item__booking=booking).values_list("seat", flat=True))
    losers = losers_of(booking)
    approved = make_move(booking, BOOKING_MOVES, "approve", by=by, expires_at=None)
    turn(approved, AllocationState.CONFIRMED)
    settle_price(approved)
    tell(approved, gettext_noop("Your request is approved: %(what)s for %(when)s (%(number)s)."), "approved", calendar="REQUEST")
    for loser in losers:
        reject(loser, by=by, reason=_("Another request for this time was chosen."))
    return approved


@transaction.atomic
def reject(booking: Booking, *, by: Actor, reason: str) -> Booking:
    """Turn a request down with a reason that the person reads. Raises BusinessError at `reason` without one."""
    if not reason.strip():
        raise BusinessError(_("Say why, and what would be possible instead."), field="reason")
    rejected = make_move(booking, BOOKING_MOVES, "reject", by=by, note=reason.strip(), reason=reason.strip()[:300], expires_at=None)
    free(rejected)
    tell(rejected, gettext_noop("Your request for %(what)s, %(when)s, is turned down: %(reason)s"), "rejected", reason=reason.strip())
    wake_waiting(rejected)
    return rejected
