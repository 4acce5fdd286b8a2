"""Bookings of the world of addresses: one confirmed, one that waits for a decision, a place on the waiting list, a closure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from spaces.calendars import digest_of
from spaces.models import CalendarFeed, Closure, MachinePermit, Waiting
from spaces.services import bookings
from tests.factories.bookings import SHANGHAI, a_group, a_price, a_resource, an_ask, at

TOKEN = "a-secret-calendar-address-of-the-matrix"  # noqa: S105 - of the tests
BLANK = ("calendar", "list", "search", "approvals", "closures", "closure-add", "permits", "permit-grant", "resources", "resource-add", "group-add", "policy-add", "tariff-add", "plan-add", "plan-join")


def add_bookings(world: Any) -> None:
    """A room, a hall with approval, and what stands on them tomorrow."""
    day = timezone.now().astimezone(SHANGHAI).date() + timedelta(days=1)
    by, officer, today = world.actor("founder"), world.people["officer"], timezone.localdate()
    world.room, hall = a_resource(world.site), a_resource(world.site, rules={"approval": "first_come"})
    world.tariff = a_price(world.room, officer)
    world.booking = bookings.book(an_ask(world.room, world.startup, at(14, day=day)), by=by)
    world.booking_asked = bookings.book(an_ask(hall, world.startup, at(14, day=day)), by=by)
    start = at(14, day=day)
    world.waiting = Waiting.objects.create(startup=world.startup, person=world.people["founder"], resource=world.room, earliest=start, latest=start, minutes=60, title="面试")
    world.closure = Closure.objects.create(resource=hall, kind="closed", starts_at=start, ends_at=start + timedelta(hours=1), made_by=officer)
    world.permit = MachinePermit.objects.create(
        user=world.people["member"], group=a_group(permit_required=True), basis="课程", valid_from=today, valid_to=today + timedelta(days=365), granted_by=officer
    )  # fmt: skip
    CalendarFeed.objects.create(user=world.people["founder"], digest=digest_of(TOKEN), made_by=world.people["founder"])


def booking_addresses(world: Any):
    """By the name of their URL, with the arguments behind the organisation."""
    yield "ical", [TOKEN]
    yield from ((f"office:bookings:{name}", []) for name in BLANK)
    yield from ((f"office:bookings:{name}", [world.room.pk]) for name in ("book", "week", "series", "resource-change", "resource-hours", "resource-door"))
    yield from ((f"office:bookings:{name}", [world.booking.pk]) for name in ("booking", "move", "cancel", "undo-release"))
    yield from ((f"office:bookings:{name}", [world.booking_asked.pk]) for name in ("approve", "reject"))
    yield from (("office:bookings:closure-lift", [world.closure.pk]), ("office:bookings:permit-suspend", [world.permit.pk]), ("office:bookings:tariff-end", [world.tariff.pk]))
    yield from (("office:bookings:site-hours", [world.site.pk]), ("office:bookings:policy-change", [world.room.policy_id]))
    yield from ((f"portal:bookings:{name}", []) for name in ("search", "mine", "feed"))
    yield from ((f"portal:bookings:{name}", [world.room.pk]) for name in ("book", "week", "series"))
    yield from ((f"portal:bookings:{name}", [world.booking.pk]) for name in ("booking", "move", "cancel"))
    yield from (("portal:bookings:wait-leave", [world.waiting.pk]), ("portal:bookings:door", [world.room.door]))
