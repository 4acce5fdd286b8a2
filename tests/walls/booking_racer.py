"""What one process of the race for a room does. Imported by the fork server."""

from __future__ import annotations

from tests.walls import racer  # first: it sets Django up for all that follows

import random  # noqa: I001 - behind the racer
import time
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from incubator.accounts.actors import actor_for
from incubator.accounts.models import Organisation, User
from incubator.core.errors import BusinessError
from incubator.core.scoping import organisation_context
from incubator.tenants.models import Startup
from spaces.models import Resource
from spaces.services import bookings
from tests.factories.bookings import at
from tests.walls.racer import meet, race


def enter(database: str, barrier: Any) -> None:
    """As `racer.enter`; here somebody may hold as many times as they like."""
    racer.enter(database, barrier)


def spans(place: int, rounds: int) -> list[tuple[int, int]]:
    """Overlapping, not identical: a start in quarters of an hour and a length, other ones for each process."""
    chance = random.Random(place)  # noqa: S311 - a fixed order, no secret
    return [(chance.randrange(0, 4), chance.choice((60, 75, 90))) for _round in range(rounds)]


@race
def book(slug: str, email: str, room: int, startup: int, place: int, rounds: int) -> dict[str, int]:
    """Book the same room at nearly the same time as all others, round by round; each round is another hour of another day."""
    organisation, user = Organisation.objects.get(slug=slug), User.objects.get(email=email)
    found = {"booked": 0, "taken": 0}
    for turn, (quarter, minutes) in enumerate(spans(place, rounds)):
        start = at(9 + (turn % 3) * 4) + timedelta(days=turn // 3, minutes=15 * quarter)
        meet()
        try:
            with organisation_context(organisation):
                row = Resource.objects.select_related("site", "policy", "group").get(pk=room)
                ask = bookings.Ask([(row, 1)], start, start + timedelta(minutes=minutes), Startup.objects.get(pk=startup), "race")
                bookings.book(ask, by=actor_for(user, organisation))
            found["booked"] += 1
        except BusinessError:
            found["taken"] += 1
    return found


@race
def careless(place: int, rounds: int) -> int:
    """The control: look whether somebody is there, then insert, without a constraint. Returns how often it inserted."""
    made = 0
    for turn, (quarter, minutes) in enumerate(spans(place, rounds)):
        start = at(9 + (turn % 3) * 4) + timedelta(days=turn // 3, minutes=15 * quarter)
        span = (start, start + timedelta(minutes=minutes))
        meet()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM booking_control WHERE starts_at < %s AND ends_at > %s", [span[1], span[0]])
            if cursor.fetchone()[0] == 0:
                time.sleep(0.005)  # the work between looking and writing
                cursor.execute("INSERT INTO booking_control VALUES (%s, %s)", span)
                made += 1
    return made
