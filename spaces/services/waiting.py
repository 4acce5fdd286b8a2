"""The waiting list: join, be offered a time that has become free, take it, let it pass, leave."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, actor_for, system
from incubator.core.errors import BusinessError
from incubator.journal.services import make_move, record
from incubator.tenants.models import Startup
from spaces.availability import booker_of, busy_seats, facts_of, zone_for
from spaces.booking_rules import Wanted, first_refusal, refuse
from spaces.models import Booking, Resource, Waiting
from spaces.services.bookings import Ask, hold
from spaces.services.telling import tell
from spaces.states import WAITING_MOVES

OFFER = timedelta(minutes=30)
AWAKE = (time(8), time(22))  # nobody is offered a time at night: the offer would run out asleep
MOST = 10


@transaction.atomic
def join_waiting(startup: Startup, resource: Resource, *, earliest: datetime, latest: datetime, minutes: int, people: int, title: str, by: Actor) -> Waiting:
    """Wait for a time of a resource that starts between two moments. Raises the refusal of the rule when it could never be
    booked, BusinessError when the startup waits for too many."""
    if latest < earliest or latest <= timezone.now():
        raise BusinessError(_("The latest start lies before the earliest, or has passed. Change one of them."), field="latest")
    if Waiting.objects.filter(startup=startup, state__in=("waiting", "offered")).count() >= MOST:
        raise BusinessError(_("Your startup waits for %(count)s times already. Leave one of the lists first.") % {"count": MOST})
    ((_row, facts),) = facts_of(Resource.objects.filter(pk=resource.pk))
    start = max(earliest, timezone.now())
    refusal = first_refusal(facts, Wanted(earliest, earliest + timedelta(minutes=minutes), min(start, earliest), people), booker_of(by, startup))
    if refusal:
        raise refuse(refusal)
    waiting = Waiting.objects.create(
        startup=startup, person=by.user, resource=resource, earliest=earliest, latest=latest, minutes=minutes, people=people, title=title
    )  # fmt: skip
    record("join_waiting", waiting, by=by, startup=startup.pk)
    return waiting


def leave_waiting(waiting: Waiting, *, by: Actor) -> Waiting:
    """Not interested any more; an open offer is given back."""
    from spaces.services.bookings import cancel

    with transaction.atomic():
        offer = waiting.offer if waiting.state == "offered" else None
        left = make_move(waiting, WAITING_MOVES, "leave", by=by)
        if offer is not None and offer.state == "held":
            cancel(offer, by=by)
        return left


def serve_waiting(now: datetime) -> int:
    """The clock: close what is over, take back offers that ran out, offer what is free to the first who waits. Returns how many
    offers are new."""
    for waiting in Waiting.objects.standing().filter(state="offered"):
        _after_offer(waiting)
    for waiting in Waiting.objects.standing().filter(state="waiting", latest__lte=now):
        make_move(waiting, WAITING_MOVES, "close_waiting", by=system(waiting.organisation))
    return sum(_offer(waiting, now) for waiting in Waiting.objects.standing().filter(state="waiting"))


def _after_offer(waiting: Waiting) -> None:
    """What became of an offer: taken when its booking is confirmed, passed when it has ended."""
    by, state = system(waiting.organisation), waiting.offer.state if waiting.offer else "expired"
    if state in {"confirmed", "in_use", "finished", "requested"}:
        make_move(waiting, WAITING_MOVES, "take_offer", by=by)
    elif state != "held":
        make_move(waiting, WAITING_MOVES, "pass_offer", by=by, offer=None, joined_at=timezone.now())  # to the end of the list


def first_start(waiting: Waiting, now: datetime) -> datetime | None:
    """The first start at which what somebody waits for could be booked now."""
    ((_row, facts),) = facts_of(Resource.objects.filter(pk=waiting.resource_id))
    length, step = timedelta(minutes=waiting.minutes), timedelta(minutes=facts.rules.step)
    busy = busy_seats([facts], waiting.earliest, waiting.latest + length, now=now)
    person: Any = actor_for(waiting.person, waiting.organisation) if waiting.person else None
    booker = booker_of(person or system(waiting.organisation), waiting.startup)
    start = waiting.earliest
    while start <= waiting.latest:
        if first_refusal(facts, Wanted(start, start + length, now, waiting.people), booker, busy) is None:
            return start
        start += step
    return None


def _offer(waiting: Waiting, now: datetime) -> int:
    """Hold the first free time for half an hour, by day, never later than the notice that the rules want."""
    if waiting.resource is None or waiting.person is None:
        return 0
    local = now.astimezone(zone_for(waiting.resource)).time()
    start = first_start(waiting, now) if AWAKE[0] <= local < AWAKE[1] else None
    if start is None:
        return 0
    by = actor_for(waiting.person, waiting.organisation)
    until = min(now + OFFER, start - timedelta(minutes=waiting.resource.policy.lead))
    if by is None or until <= now:
        return 0
    ask = Ask([(waiting.resource, 1)], start, start + timedelta(minutes=waiting.minutes), waiting.startup, waiting.title, waiting.people)
    try:
        with transaction.atomic():
            held: Booking = hold(ask, by=by, until=until)
            make_move(waiting, WAITING_MOVES, "offer", by=system(waiting.organisation), offer=held)
    except BusinessError:
        return 0
    tell(held, gettext_noop("%(what)s is free for %(when)s. It is kept for you until %(until)s: confirm it."), "offer")
    return 1
