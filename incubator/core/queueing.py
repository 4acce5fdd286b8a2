"""The queue looked at from outside: what waits, what failed, and putting it back (walls.md 8)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException


def failed_jobs() -> QuerySet[ProcrastinateJob]:
    """Jobs that were given up, the last first, with the time of their last event as `at`."""
    return ProcrastinateJob.objects.filter(status="failed").annotate(at=Max("procrastinateevent__at")).order_by("-at", "-pk")


def retry_failed(*numbers: int) -> int:
    """Put these failed jobs back into the queue, all of them without a number. Returns how many went back: a clock's job
    whose next turn already waits does not."""
    jobs = ProcrastinateJob.objects.filter(status="failed")
    return sum(_went_back(job.pk) for job in (jobs.filter(pk__in=numbers) if numbers else jobs))


def _went_back(number: int) -> bool:
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(number, retry_at=timezone.now())
    except ConnectorException:
        return False
    return True


def state_of_queue() -> dict[str, Any]:
    """How many jobs wait, how long the oldest due one has waited (seconds), how many run and how many failed."""
    now = timezone.now()
    due = ProcrastinateJob.objects.filter(Q(scheduled_at=None) | Q(scheduled_at__lte=now), status="todo")
    deferred = due.annotate(since=Max("procrastinateevent__at")).order_by("since").values_list("since", flat=True).first()
    return {
        "waiting": due.count(),
        "oldest": int((now - deferred).total_seconds()) if deferred else 0,
        "running": ProcrastinateJob.objects.filter(status="doing").count(),
        "failed": ProcrastinateJob.objects.filter(status="failed").count(),
    }
