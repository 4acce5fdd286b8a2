"""Who hears of a booking, in words and as an entry for the calendar; and who is asked when a time becomes free."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from incubator.notices.services import notify
from spaces.availability import zone_for
from spaces.models import Booking, Waiting


def span_of(booking: Booking) -> str:
    """11-26 14:00–15:30, in the zone of the site."""
    item = booking.items.select_related("resource__site").first()
    zone = zone_for(item.resource) if item else None
    start, end = (moment.astimezone(zone) for moment in (booking.starts_at, booking.ends_at))
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%m-%d %H:%M}"
    return f"{start:%m-%d %H:%M}–{last}"


def tell(booking: Booking, sentence: str, what: str, *, calendar: str = "", **values: Any) -> None:
    """One message to whoever booked, once per `what`. `calendar`: REQUEST or CANCEL puts an entry beside the mail."""
    if booking.person is None:
        return
    from spaces.calendars import invitation

    face = "portal" if booking.startup_id else "office"
    url = reverse(f"{face}:bookings:booking", args=[booking.organisation.slug, booking.pk])
    item = booking.items.select_related("resource__site").first()
    until = f"{booking.expires_at.astimezone(zone_for(item.resource)):%m-%d %H:%M}" if booking.expires_at and item else ""
    said = {"what": booking.resources, "when": span_of(booking), "number": str(booking), "until": until, **values}
    notify(
        [booking.person], sentence, key=f"booking:{booking.pk}:{what}", url=url,
        calendar=invitation(booking, calendar) if calendar else "", **said,
    )  # fmt: skip


def wake_waiting(booking: Booking) -> None:
    """A time has become free: if somebody waits for it, put a job into the queue, in this transaction."""
    from spaces.tasks_bookings import offer_free_time

    if Waiting.objects.filter(state="waiting", earliest__lt=booking.ends_at, latest__gte=booking.starts_at).exists():
        offer_free_time.defer(organisation_id=booking.organisation_id)
