"""What the clock does at night for every app."""

from __future__ import annotations

from procrastinate.contrib.django import app

from incubator.core.personal import apply_retention


@app.periodic(cron="50 2 * * *")
@app.task(name="incubator.core.tasks.retention", queue="default", queueing_lock="retention")
def retention(timestamp: int) -> None:
    """Each night: personal data whose time is over goes, as each app's `personal.py` says."""
    apply_retention()
