"""Acts on bookings: quote, hold, book, confirm, move, cancel, check in, finish. Price and rules are the server's, each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.core.errors import BusinessError, Conflict, IllegalMove
from incubator.core.money import round_fen, yuan
from incubator.journal.services import make_move, moving, record
from incubator.tenants.models import Startup
from spaces.availability import OFFICE_ROLES, booker_of, busy_seats, facts_of, quote_for, zone_for
from spaces.booking_rules import Booker, Facts, Wanted, first_refusal, refuse
from spaces.models import AllocationState, Approval, Booking, BookingItem, BookingKind, BookingSeries, Resource
from spaces.pricing import Quote
from spaces.services.allocations import Claim, allocate, free, lock_seats, turn
from spaces.services.credits import return_minutes, use_minutes
from spaces.services.telling import tell, wake_waiting
from spaces.states import BOOKING_MOVES

ZERO = Decimal("0.00")
COMPOSING = timedelta(minutes=10)
MOST_HOLDS = 2  # of one person at a time
DECIDE_WITHIN, DECIDE_BEFORE = timedelta(hours=48), timedelta(hours=2)
CHECK_IN_BEFORE = timedelta(minutes=15)
NO_SHOW_DAYS = timedelta(days=30)


@dataclass(frozen=True)
class Ask:
    """What somebody wants to book: one span, one or more resources. Without a startup it is for the house itself."""

    wants: Sequence[tuple[Resource, int]]
    start: datetime
    end: datetime
    startup: Startup | None = None
    title: str = ""
    people: int = 1
    kind: str = BookingKind.MEMBER
    features: frozenset[str] = frozenset()
    recurring: bool = False

    def wanted(self, quantity: int, now: datetime) -> Wanted:
        return Wanted(self.start, self.end, now, self.people, quantity, self.features, self.recurring)


def facts_for(ask: Ask) -> dict[int, Facts]:
    """The facts of what is asked for, by resource."""
    return {row.pk: facts for row, facts in facts_of(Resource.objects.filter(pk__in=[row.pk for row, _count in ask.wants]))}


def check(ask: Ask, actor: Actor, *, without: Booking | None = None, seats: bool = True) -> dict[int, Facts]:
    """Ask every rule for every resource; the first refusal is raised, naming the rule. `without`: as if this booking were
    not there; `seats` False: only the rules, not who holds what. Returns the facts by resource."""
    facts, now = facts_for(ask), timezone.now()
    booker = booker_for(ask, actor, without)
    busy = busy_seats(facts.values(), ask.start, ask.end, without=without, now=now) if seats else None
    for row, quantity in ask.wants:
        refusal = first_refusal(facts[row.pk], ask.wanted(quantity, now), booker, busy)
        if refusal:
            raise refuse(refusal)
    return facts


def booker_for(ask: Ask, actor: Actor, without: Booking | None = None) -> Booker:
    """Who asks, with what the startup has booked already; the booking that is being moved does not count against itself."""
    zone = zone_for(ask.wants[0][0])
    found = booker_of(actor, ask.startup, ask.start.astimezone(zone).date())
    if without is None:
        return found
    day = without.starts_at.astimezone(zone).date()
    minutes = dict(found.minutes_by_day)
    free_again = dict(found.free_minutes)
    for item in without.items.select_related("resource"):
        key = (item.resource_id, day)
        minutes[key] = max(0, minutes.get(key, 0) - without.minutes)
        free_again[item.resource.group_id] = free_again.get(item.resource.group_id, 0) + item.credit_minutes
    return replace(found, active=max(0, found.active - 1), minutes_by_day=minutes, free_minutes=free_again)


def quotes_of(ask: Ask) -> list[tuple[Resource, int, Quote]]:
    """The price of each resource now; resources of one class share the free minutes."""
    left: dict[int, int | None] = {}
    found = []
    for row, quantity in ask.wants:
        quote = quote_for(row, ask.startup, ask.start, ask.end, quantity=quantity, free=left.get(row.group_id))
        if row.group_id not in left and len(ask.wants) > 1 and ask.startup:
            from spaces.availability import free_minutes

            left[row.group_id] = free_minutes(ask.startup, ask.start.astimezone(zone_for(row)).date()).get(row.group_id, 0)
        if left.get(row.group_id) is not None:
            left[row.group_id] = max(0, (left[row.group_id] or 0) - quote.free_minutes)
        found.append((row, quantity, quote))
    return found


def due_of(ask: Ask) -> Decimal:
    """What the booking would cost now, in yuan."""
    return sum((quote.due for _row, _count, quote in quotes_of(ask)), ZERO)


def approval_of(ask: Ask, actor: Actor) -> str:
    """Whether the office must decide: the rules of a resource say so, or the startup did not come too often."""
    if actor.roles & OFFICE_ROLES or actor.user is None:
        return Approval.NONE
    ways = {row.policy.approval for row, _count in ask.wants}
    for way in (Approval.COMPETING, Approval.FIRST_COME):
        if way in ways:
            return way
    limits = [row.policy.no_show_limit for row, _count in ask.wants if row.policy.no_show_limit]
    if limits and ask.startup and no_shows(ask.startup) >= min(limits):
        return Approval.FIRST_COME
    return Approval.NONE


def no_shows(startup: Startup) -> int:
    """How often the startup did not come in the last 30 days."""
    return Booking.objects.no_shows_since(startup, timezone.now() - NO_SHOW_DAYS).count()  # type: ignore[no-any-return]


def decide_by(start: datetime) -> datetime:
    """Until when a request is to be decided: within 48 hours, and two hours before the start."""
    now = timezone.now()
    return max(min(now + DECIDE_WITHIN, start - DECIDE_BEFORE), min(now + timedelta(minutes=30), start))


# --- hold and book


@transaction.atomic
def hold(ask: Ask, *, by: Actor, until: datetime | None = None, series: BookingSeries | None = None) -> Booking:
    """Keep the time for ten minutes, or until `until`; nothing is paid, and it ends by itself.

    Raises Refused by a rule, Taken when somebody has the time, BusinessError at the third hold of one person."""
    if until is None and Booking.objects.filter(person=by.user, state="held", expires_at__gt=timezone.now()).count() >= MOST_HOLDS:
        raise BusinessError(_("You hold %(count)s times already. Confirm or give up one of them first.") % {"count": MOST_HOLDS})
    expires = until or timezone.now() + COMPOSING
    facts = check(ask, by)
    booking = _write(ask, by, expires, series)
    allocate(_claims(booking, facts, by), ask.start, ask.end, state=AllocationState.HOLD, expires_at=expires)
    record("hold", booking, by=by, startup=ask.startup.pk if ask.startup else None)
    return booking


@transaction.atomic
def book(ask: Ask, *, by: Actor, seen: Decimal | None = None, series: BookingSeries | None = None, occurrence: Any = None) -> Booking:
    """Book at once, or ask for approval where the rules want it. `seen`: the price that the person agreed to.

    Raises Refused by a rule, Taken when somebody has the time, Conflict (code PRICE) when the price has changed."""
    _agree(ask, seen)
    way = approval_of(ask, by)
    facts = check(ask, by, seats=way != Approval.COMPETING)
    expires = decide_by(ask.start) if way != Approval.NONE else timezone.now() + COMPOSING
    booking = _write(ask, by, expires, series, occurrence)
    state = AllocationState.REQUESTED if way == Approval.COMPETING else AllocationState.HOLD
    allocate(_claims(booking, facts, by), ask.start, ask.end, state=state, expires_at=None if way == Approval.COMPETING else expires)
    record("book", booking, by=by, startup=ask.startup.pk if ask.startup else None)
    return _confirm(booking, by) if way == Approval.NONE else _ask_approval(booking, by)


def _agree(ask: Ask, seen: Decimal | None) -> None:
    """Refuse a price that is not the one the person saw."""
    if seen is None:
        return
    due = due_of(ask)
    if due != seen:
        raise Conflict(_("The price has changed: it is %(due)s yuan now. Look at it and book again.") % {"due": yuan(due)}, code="PRICE")


def _write(ask: Ask, by: Actor, expires: datetime, series: BookingSeries | None, occurrence: Any = None) -> Booking:
    """The booking with its items and the price as it is now."""
    booking = Booking.objects.create(
        startup=ask.startup, person=by.user, kind=ask.kind if ask.startup or ask.kind != BookingKind.MEMBER else BookingKind.OPERATOR,
        title=ask.title.strip() or str(ask.startup or by.organisation), people=ask.people, starts_at=ask.start, ends_at=ask.end, expires_at=expires,
        series=series, occurrence=occurrence,
    )  # fmt: skip
    for row, quantity, quote in quotes_of(ask):
        BookingItem.objects.create(booking=booking, resource=row, quantity=quantity, price=quote.price, due=quote.due, credit_minutes=quote.free_minutes, why=list(quote.why))
    return booking


def _claims(booking: Booking, facts: dict[int, Facts], by: Actor) -> list[Claim]:
    """What the items want; a person who had a desk before gets the same one again where it is free."""
    items = list(booking.items.select_related("resource"))
    return [Claim(item, facts[item.resource_id], last_seats(item.resource, by)) for item in items]


def last_seats(resource: Resource, actor: Actor) -> tuple[int, ...]:
    """The seats that this person had last among many."""
    if resource.kind != "desks" or actor.user is None:
        return ()
    last = BookingItem.objects.filter(resource=resource, booking__person=actor.user, booking__state__in=("confirmed", "finished", "in_use")).order_by("-pk").first()
    return tuple(last.allocations.values_list("seat", flat=True)) if last else ()


@transaction.atomic
def confirm(booking: Booking, *, by: Actor, seen: Decimal | None = None) -> Booking:
    """Turn a hold into a booking, or into a request where the rules want approval.

    Raises IllegalMove when the hold has ended, Conflict (code PRICE) when the price has changed."""
    ask = ask_of(booking)
    _agree(ask, seen)
    way = approval_of(ask, by)
    if way == Approval.NONE:
        return _confirm(booking, by)
    expires = decide_by(booking.starts_at)
    turn(booking, AllocationState.HOLD, expires)
    Booking.objects.filter(pk=booking.pk).update(expires_at=expires)
    return _ask_approval(booking, by)


def ask_of(booking: Booking) -> Ask:
    """The booking as it was asked for."""
    items = booking.items.select_related("resource__site", "resource__policy", "resource__group")
    wants = [(item.resource, item.quantity) for item in items]
    return Ask(wants, booking.starts_at, booking.ends_at, booking.startup, booking.title, booking.people, booking.kind)


def _confirm(booking: Booking, by: Actor) -> Booking:
    confirmed = make_move(booking, BOOKING_MOVES, "confirm", by=by, expires_at=None)
    settle_price(confirmed)
    turn(confirmed, AllocationState.CONFIRMED)
    tell(confirmed, gettext_noop("%(what)s is booked for %(when)s (%(number)s)."), "confirmed", calendar="REQUEST")
    return confirmed


def _ask_approval(booking: Booking, by: Actor) -> Booking:
    requested = make_move(booking, BOOKING_MOVES, "request", by=by)
    tell(requested, gettext_noop("%(what)s for %(when)s is asked for; the office decides by %(until)s."), "requested")
    return requested


def settle_price(booking: Booking) -> None:
    """Compute the price of each item now and take the free minutes; what is due goes on the bill after the use."""
    ask = ask_of(booking)
    for item, (row, _quantity, quote) in zip(booking.items.select_related("resource__site").order_by("pk"), quotes_of(ask), strict=True):
        item.price, item.due, item.credit_minutes, item.why = quote.price, quote.due, quote.free_minutes, list(quote.why)
        item.save(update_fields=["price", "due", "credit_minutes", "why"])
        if quote.free_minutes and booking.startup:
            use_minutes(item, booking.startup, quote.free_minutes, booking.starts_at.astimezone(zone_for(row)).date())


# --- move and cancel


@transaction.atomic
def reschedule(booking: Booking, start: datetime, end: datetime, *, by: Actor, seen: Decimal | None = None) -> Booking:
    """Give a confirmed booking another time: the same seats where they are free, else others. Refused as a whole if it
    clashes; then the old time stays. Raises Refused, Taken, Conflict (code PRICE)."""
    ask = replace(ask_of(booking), start=start, end=end)
    if booking.starts_at <= timezone.now():
        raise IllegalMove(_("This booking has begun; it cannot be moved any more."))
    facts = check(ask, by, without=booking)
    lock_seats(seat for one in facts.values() for seat in one.seats.ids)
    with moving(booking, BOOKING_MOVES, "reschedule", by=by) as moved:
        kept = {item.pk: tuple(item.allocations.exclude(state=AllocationState.FREED).values_list("seat", flat=True)) for item in moved.items.all()}
        for item in moved.items.all():
            return_minutes(item)
        _agree(ask, seen)
        free(moved)
        items = moved.items.select_related("resource")
        allocate([Claim(item, facts[item.resource_id], kept[item.pk]) for item in items], start, end, state=AllocationState.CONFIRMED)
        moved.starts_at, moved.ends_at, moved.sequence = start, end, moved.sequence + 1
        moved.save(update_fields=["starts_at", "ends_at", "sequence"])
        settle_price(moved)
    tell(moved, gettext_noop("%(what)s is moved to %(when)s (%(number)s)."), f"moved:{moved.sequence}", calendar="REQUEST")
    wake_waiting(moved)
    return moved


def late_fee(booking: Booking, actor: Actor) -> Decimal:
    """What a cancellation costs now, in yuan. The office never pays a fee, and neither does a hold or a request."""
    if booking.state != "confirmed" or actor.roles & OFFICE_ROLES or actor.user is None:
        return ZERO
    return sum((_fee(item, booking) for item in booking.items.select_related("resource__policy")), ZERO)


def is_late(item: BookingItem, booking: Booking) -> bool:
    """Whether it is too late to cancel free of charge."""
    return timezone.now() > booking.starts_at - timedelta(hours=item.resource.policy.free_cancel_hours)


def _fee(item: BookingItem, booking: Booking) -> Decimal:
    return round_fen(item.due * item.resource.policy.late_fee_percent / 100) if is_late(item, booking) else ZERO


@transaction.atomic
def cancel(booking: Booking, *, by: Actor, reason: str = "", seen: Decimal | None = None) -> Booking:
    """Give the time back. In time: nothing is due and free minutes return; later the rules name a fee and keep the minutes.

    Raises IllegalMove after the start, Conflict (code PRICE) when the fee has changed since the person saw it."""
    staff = bool(by.roles & OFFICE_ROLES)
    if booking.state == "confirmed" and booking.starts_at <= timezone.now() and not staff:
        raise IllegalMove(_("This booking has begun; it cannot be cancelled any more. Ask the office."))
    fee = late_fee(booking, by)
    if seen is not None and fee != seen:
        raise Conflict(_("It costs %(fee)s yuan to cancel now. Look again and decide.") % {"fee": yuan(fee)}, code="PRICE")
    was = booking.state
    with moving(booking, BOOKING_MOVES, "cancel", by=by, note=reason) as cancelled:
        cancelled.reason, cancelled.sequence, cancelled.expires_at = reason[:300], cancelled.sequence + 1, None
        for item in cancelled.items.select_related("resource__policy"):
            late = was == "confirmed" and not staff and is_late(item, cancelled)
            item.due = _fee(item, cancelled) if late else ZERO
            item.save(update_fields=["due"])
            if not late:
                return_minutes(item)
        free(cancelled)
    if was != "held":
        tell(cancelled, gettext_noop("%(what)s for %(when)s is cancelled (%(number)s). %(reason)s"), "cancelled", calendar="CANCEL", reason=reason)
    wake_waiting(cancelled)
    return cancelled


# --- on the day


@transaction.atomic
def check_in(booking: Booking, *, by: Actor) -> Booking:
    """Somebody has come: from a quarter of an hour before the start on. A machine asks once more for the permit.

    Raises IllegalMove outside the time, Refused without a permit."""
    now = timezone.now()
    if not booking.starts_at - CHECK_IN_BEFORE <= now < booking.ends_at:
        raise IllegalMove(_("Check-in is possible from %(time)s until the end of the booking.") % {"time": _clock(booking.starts_at - CHECK_IN_BEFORE, booking)})
    machines = [item.resource for item in booking.items.select_related("resource__group", "resource__site", "resource__policy") if item.resource.group.permit_required]
    if machines and booking.person:
        person = booker_of(Actor(booking.person, by.organisation, frozenset()), None)
        for machine in machines:
            held = person.permits.get(machine.group_id)
            if held is None or not held[0] <= now.astimezone(zone_for(machine)).date() <= held[1]:
                raise BusinessError(_("%(person)s has no valid permit for %(name)s today.") % {"person": booking.person, "name": machine}, code="PERMIT")
    used = make_move(booking, BOOKING_MOVES, "check_in", by=by)
    turn(used, AllocationState.IN_USE)
    return used


def _clock(moment: datetime, booking: Booking) -> str:
    item = booking.items.select_related("resource__site").first()
    return f"{moment.astimezone(zone_for(item.resource)):%H:%M}" if item else f"{timezone.localtime(moment):%H:%M}"


@transaction.atomic
def finish(booking: Booking, *, by: Actor) -> Booking:
    """They have gone: the rest of the time is free, the price stays."""
    finished = make_move(booking, BOOKING_MOVES, "finish", by=by)
    free(finished)
    if finished.ends_at > timezone.now():
        wake_waiting(finished)
    return finished


def release_of(booking: Booking) -> int:
    """After how many minutes without check-in it is released: the most patient of its resources; 0 where one says never."""
    waits = [item.resource.policy.release_after for item in booking.items.select_related("resource__policy")]
    return 0 if 0 in waits or not waits else max(waits)


@transaction.atomic
def release(booking: Booking) -> Booking:
    """The clock: nobody came. The time is free at once, the waiting list is asked, the person is told."""
    missed = make_move(booking, BOOKING_MOVES, "release", by=system(booking.organisation))
    free(missed)
    tell(missed, gettext_noop("Nobody checked in for %(what)s, %(when)s: it was released (%(number)s)."), "released")
    wake_waiting(missed)
    return missed


@transaction.atomic
def undo_release(booking: Booking, *, by: Actor, reason: str) -> Booking:
    """They came after all: within a day the office takes the no-show back. If the time still runs and is free, it is theirs
    again. Raises IllegalMove after a day."""
    if booking.moved_at < timezone.now() - timedelta(days=1):
        raise IllegalMove(_("A no-show can be taken back within a day."))
    back = make_move(booking, BOOKING_MOVES, "undo_release", by=by, note=reason)
    if back.ends_at > timezone.now():
        facts = facts_for(ask_of(back))
        items = back.items.select_related("resource")
        allocate([Claim(item, facts[item.resource_id]) for item in items], timezone.now().replace(second=0, microsecond=0), back.ends_at, state=AllocationState.IN_USE)
    return back


def turn_bookings(now: datetime) -> int:
    """The clock: what has run out expires, what nobody came for is released, what is over is finished. Returns how many."""
    count = 0
    for booking in Booking.objects.filter(state__in=("held", "requested"), expires_at__lte=now).order_by("pk"):
        count += _expire(booking)
    for booking in Booking.objects.to_release(now):
        patience = release_of(booking)
        if patience and booking.starts_at + timedelta(minutes=patience) <= now:
            release(booking)
            count += 1
        elif booking.ends_at <= now:
            finish(booking, by=system(booking.organisation))
            count += 1
    for booking in Booking.objects.filter(state="in_use", ends_at__lte=now).order_by("pk"):
        finish(booking, by=system(booking.organisation))
        count += 1
    return count


def _expire(booking: Booking) -> int:
    from spaces.services.allocations import expire

    with transaction.atomic():
        was = booking.state
        expire(booking)
        ended = Booking.objects.get(pk=booking.pk)
        if was == "requested":
            tell(ended, gettext_noop("Nobody decided on %(what)s for %(when)s in time. Ask again or call the office."), "lapsed")
        wake_waiting(ended)
    return 1
