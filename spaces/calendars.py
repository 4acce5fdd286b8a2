"""Bookings as iCalendar: the entry beside a mail, and the feeds of a person and of a room. The UID of a booking never changes;
its SEQUENCE grows with each change of time or standing."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.accounts.models import User
from incubator.core.ical import calendar, escaped, moment
from incubator.journal.services import record
from spaces.models import Booking, CalendarFeed, Resource
from spaces.models.resources import new_secret

BACK, AHEAD, GONE = timedelta(days=30), timedelta(days=365), timedelta(days=30)
STATUS = {"held": "TENTATIVE", "requested": "TENTATIVE", "confirmed": "CONFIRMED", "in_use": "CONFIRMED", "finished": "CONFIRMED"}
PRODUCT = "Bookings"


def entry(booking: Booking, *, title: str, method: str = "") -> list[str]:
    """The lines of one booking."""
    status = "CANCELLED" if method == "CANCEL" else STATUS.get(booking.state, "CANCELLED")
    places = "、".join(f"{item.resource.site or ''} {item.resource}".strip() for item in booking.items.all())
    lines = [
        "BEGIN:VEVENT", f"UID:{booking.uid}@fuhua", f"SEQUENCE:{booking.sequence}", f"DTSTAMP:{moment(booking.moved_at)}", f"DTSTART:{moment(booking.starts_at)}",
        f"DTEND:{moment(booking.ends_at)}", f"SUMMARY:{escaped(title)}", f"LOCATION:{escaped(places)}", f"STATUS:{status}",
    ]  # fmt: skip
    if method and booking.person:
        lines += [f"ORGANIZER;CN={escaped(booking.organisation.name).replace(':', ' ')}:mailto:{settings.DEFAULT_FROM_EMAIL}", f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{booking.person.email}"]
    return [*lines, "END:VEVENT"]


def invitation(booking: Booking, method: str) -> str:
    """The calendar part of a mail: REQUEST for a new or moved booking, CANCEL for one that is gone."""
    found = Booking.objects.for_pages().get(pk=booking.pk)
    return calendar([entry(found, title=f"{found.resources} · {found.title}", method=method)], product=PRODUCT, method=method)


def feed_text(feed: CalendarFeed) -> str:
    """What a secret address answers: a year ahead, a month back; cancelled entries stay a month, so that calendars drop them.
    A room's feed says only that it is taken."""
    now = timezone.now()
    rows = Booking.objects.for_pages().filter(ends_at__gte=now - BACK, starts_at__lte=now + AHEAD).exclude(state__in=("expired", "lapsed", "rejected"))
    rows = rows.exclude(state="cancelled", moved_at__lt=now - GONE).order_by("starts_at", "pk")
    if feed.resource_id:
        taken = [entry(row, title=_("Taken")) for row in rows.filter(items__resource=feed.resource)]
        return calendar(taken, product=PRODUCT, name=str(feed.resource))
    assert feed.user is not None
    mine = [entry(row, title=f"{row.resources} · {row.title}") for row in rows.filter(person=feed.user)]
    return calendar(mine, product=PRODUCT, name=f"{feed.organisation.name} · {feed.user}")


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(*, by: Actor, user: User | None = None, resource: Resource | None = None) -> tuple[CalendarFeed, str]:
    """A new secret address; the one before it ends. Returns the row and the secret, which is shown once."""
    token = new_secret()
    CalendarFeed.objects.filter(user=user, resource=resource, withdrawn_at=None).update(withdrawn_at=timezone.now())
    feed = CalendarFeed.objects.create(user=user, resource=resource, digest=digest_of(token), made_by=by.user)
    record("make_feed", feed, by=by)
    return feed, token


@transaction.atomic
def withdraw_feed(feed: CalendarFeed, *, by: Actor) -> None:
    """The address answers nothing any more."""
    CalendarFeed.objects.filter(pk=feed.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    record("withdraw_feed", feed, by=by)
