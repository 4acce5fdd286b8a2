"""Jobs of tenants: the clock. Thin: call a service."""

from __future__ import annotations

from procrastinate.contrib.django import app

from incubator.accounts.clock import for_every_organisation


@app.periodic(cron="40 * * * *")
@app.task(name="incubator.tenants.tasks.remind_of_expiry_everywhere", queueing_lock="remind_of_expiry")
def remind_of_expiry_everywhere(timestamp: int) -> None:
    """Each hour: papers that expire in 30 or 7 days are announced, each time once."""
    from incubator.tenants.reminders import remind_of_expiry

    for_every_organisation(remind_of_expiry)
