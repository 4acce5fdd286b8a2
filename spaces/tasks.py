"""The clock of the leases, and the jobs of a billing run."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from incubator.accounts.actors import system
from incubator.accounts.clock import for_every_organisation
from incubator.accounts.models import Organisation
from incubator.core.jobs import organisation_job
from spaces import tasks_bookings  # noqa: F401 - the clock of bookings, found by its import here
from spaces.services import turn_leases


@app.periodic(cron="10 * * * *")
@app.task(name="spaces.tasks.turn_leases_everywhere", queueing_lock="turn_leases")
def turn_leases_everywhere(timestamp: int) -> None:
    """Each hour, so that a day that begins in Shanghai is seen whatever the server's clock says."""
    for_every_organisation(lambda _by: turn_leases(timezone.localdate()))


@organisation_job(queue="default", retry=3)
def bill_contract(organisation: Organisation, *, item_id: int) -> None:
    """Draft the bill of one contract in a billing run."""
    from billing.models import RunItem
    from spaces.runs import bill_item

    bill_item(RunItem.objects.get(pk=item_id), by=system(organisation))
