"""The clock of bookings: holds that run out, no-shows, the waiting list, free minutes of the month, permits that run out."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from incubator.accounts.clock import for_every_organisation
from incubator.accounts.models import Organisation
from incubator.core.jobs import organisation_job


@app.periodic(cron="* * * * *")
@app.task(name="spaces.tasks_bookings.turn_bookings_everywhere", queueing_lock="turn_bookings")
def turn_bookings_everywhere(timestamp: int) -> None:
    """Each minute: expire, release, finish; then see who waits for what has become free."""
    from spaces.services.bookings import turn_bookings
    from spaces.services.waiting import serve_waiting

    for_every_organisation(lambda _by: (turn_bookings(timezone.now()), serve_waiting(timezone.now())))


@app.periodic(cron="20 * * * *")
@app.task(name="spaces.tasks_bookings.turn_month_everywhere", queueing_lock="turn_plans")
def turn_month_everywhere(timestamp: int) -> None:
    """Each hour: free minutes of a month that has begun, permits that run out soon."""
    from spaces.services.credits import grant_minutes
    from spaces.services.resources import remind_permits

    for_every_organisation(lambda _by: (grant_minutes(timezone.localdate()), remind_permits(timezone.localdate())))


@organisation_job(queue="default", retry=3)
def offer_free_time(organisation: Organisation) -> None:
    """A time has become free: offer it to the first who waits."""
    from spaces.services.waiting import serve_waiting

    serve_waiting(timezone.now())
