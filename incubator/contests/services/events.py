"""Acts on events and the people who come. The database counts the seats."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor, system
from incubator.contests.models import Attendee, Event
from incubator.contests.services.entries import contact_digest
from incubator.contests.services.followers import tell_followers
from incubator.contests.states import EVENT_MOVES, SEAT_MOVES, EventState, SeatState
from incubator.core.errors import BusinessError, Conflict, IllegalMove
from incubator.core.refusals import clash
from incubator.journal.services import lock, make_move, record

FULL = "event_not_overbooked"
MOST_WAITING = 500


@transaction.atomic
def draft_event(*, by: Actor, **fields: Any) -> Event:
    """Begin an event. It is seen by the office only."""
    with clash("event_slug_once", _("Another event has this word in its address. Choose another word."), field="slug"):
        event = Event.objects.create(drafter=by.user, **fields)  # type: ignore[misc]
    record("draft_event", event, by=by)
    return event


@transaction.atomic
def change_event(event: Event, *, by: Actor, **fields: Any) -> Event:
    """Change an event. Seats cannot become fewer than the people who hold one; more seats go to those who wait."""
    locked = lock(event)
    if locked.state in (EventState.HELD, EventState.CANCELLED):
        raise IllegalMove(_("This event is over. What was announced stays as it was."))
    for name, value in fields.items():
        setattr(locked, name, value)
    with (
        clash("event_slug_once", _("Another event has this word in its address. Choose another word."), field="slug"),
        clash(FULL, _("%(taken)d people hold a seat already; there cannot be fewer seats.") % {"taken": locked.taken}, field="capacity"),
    ):
        locked.save()
    record("change_event", locked, by=by)
    fill_seats(locked)
    return locked


@transaction.atomic
def publish_event(event: Event, *, by: Actor) -> Event:
    """Put the event on the public site and tell those who follow."""
    if event.ends_at <= timezone.now():
        raise BusinessError(_("This event would be over already. Change its time."), field="starts_at")
    moved = make_move(event, EVENT_MOVES, "publish", by=by)
    tell_followers(moved.organisation, f"event:{moved.pk}")
    return moved


@transaction.atomic
def cancel_event(event: Event, *, note: str, by: Actor) -> Event:
    """Cancel an event; everybody who registered is told why."""
    if not note.strip():
        raise BusinessError(_("Say why: everybody who registered reads it."), field="note")
    moved = make_move(event, EVENT_MOVES, "cancel", by=by, note=note, cancelled_because=note.strip()[:300])
    for attendee in moved.attendees.on_the_list():  # type: ignore[attr-defined]
        mail_ticket(attendee)
    return moved


def close_held_events(*, by: Actor) -> int:
    """Close every event that is over. Returns how many."""
    over = list(Event.objects.over(timezone.now()))
    for event in over:
        make_move(event, EVENT_MOVES, "hold", by=by)
    return len(over)


@transaction.atomic
def register_attendee(event: Event, *, email: str, **fields: Any) -> Attendee:
    """Take a registration: a seat while there is one, else a place on the waiting list. The database decides which, also
    for two people at the same moment. Raises Conflict for a second registration of one address, and when it is too late."""
    if not event.takes_people:
        raise Conflict(_("Registration for this event is over."))
    wanted = {"event": event, "email": email, "email_index": contact_digest(email), "language": get_language() or "zh-hans", **fields}
    with clash("attendee_once", _("With this address somebody registered already. The ticket is in your mail."), field="email"):
        attendee = seat_or_wait(wanted)
    record("register_attendee", attendee, by=system(event.organisation))
    mail_ticket(attendee)
    return attendee


def seat_or_wait(wanted: dict[str, Any]) -> Attendee:
    try:
        with clash(FULL, "full"):
            return Attendee.objects.create(state=SeatState.SEATED, **wanted)
    except Conflict as refused:
        if refused.code != FULL:
            raise
    if wanted["event"].attendees.filter(state=SeatState.WAITING).count() >= MOST_WAITING:
        raise Conflict(_("The event and its waiting list are full."))
    return Attendee.objects.create(state=SeatState.WAITING, **wanted)


@transaction.atomic
def cancel_attendee(attendee: Attendee, *, by: Actor) -> Attendee:
    """Give a place back: the first who waits gets it and is told."""
    moved = make_move(attendee, SEAT_MOVES, "cancel", by=by)
    fill_seats(moved.event)
    return moved


def fill_seats(event: Event) -> int:
    """Give free seats to those who wait, in the order they came. Returns how many got one."""
    seated = 0
    while (waiting := event.attendees.first_waiting()) is not None:  # type: ignore[attr-defined]
        try:
            with clash(FULL, "full"):
                mail_ticket(make_move(waiting, SEAT_MOVES, "seat", by=system(event.organisation)))
        except Conflict:
            break
        seated += 1
    return seated


@transaction.atomic
def check_in(attendee: Attendee, *, by: Actor) -> Attendee:
    """Note that a person came. A second scan of one ticket says when it was used first."""
    locked = lock(attendee)
    if locked.state == SeatState.ATTENDED:
        raise Conflict(_("This ticket was used at %(time)s.") % {"time": timezone.localtime(locked.came_at).strftime("%H:%M")})
    if locked.event.state not in (EventState.PUBLISHED, EventState.HELD):
        raise IllegalMove(_("This event was cancelled."))
    with clash(FULL, _("All seats are taken by people who came or will come. Raise the number of seats first.")):
        return make_move(attendee, SEAT_MOVES, "check_in", by=by, came_at=timezone.now())


@transaction.atomic
def walk_in(event: Event, *, name: str, employer: str, by: Actor) -> Attendee:
    """Note somebody who came without registering, if a seat is free."""
    with clash(FULL, _("All seats are taken. Raise the number of seats first.")):
        attendee = Attendee.objects.create(event=event, name=name, employer=employer, email="", email_index="", walked_in=True, state=SeatState.ATTENDED, came_at=timezone.now())
    record("walk_in", attendee, by=by)
    return attendee


def mail_ticket(attendee: Attendee) -> None:
    """Let the queue send the ticket, the place on the list or the cancellation. Walk-ins have no address."""
    from incubator.contests.tasks import mail_attendee

    if attendee.email_index:
        mail_attendee.defer(organisation_id=attendee.organisation_id, attendee_id=attendee.pk)
