"""The clock of the leases."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from incubator.accounts.clock import for_every_organisation
from spaces.services import turn_leases


@app.periodic(cron="10 * * * *")
@app.task(name="spaces.tasks.turn_leases_everywhere", queueing_lock="turn_leases")
def turn_leases_everywhere(timestamp: int) -> None:
    """Each hour, so that a day that begins in Shanghai is seen whatever the server's clock says."""
    for_every_organisation(lambda _by: turn_leases(timezone.localdate()))
