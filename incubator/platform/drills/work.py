"""The work of a rehearsal: one message for one person in each job, and the workers that send them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from incubator.accounts.models import Membership
from incubator.core.backups import BackupError
from incubator.core.jobs import sweep
from incubator.core.scoping import organisation_context
from incubator.notices.models import Notice
from incubator.notices.services import notify
from incubator.platform.drills.copies import manage

WORKER = "drill-worker"  # the name of its connections
PATIENCE = 60.0
PAUSE = 0.02
MAIL = re.compile(r"^drill-([0-9]+)\.$", re.MULTILINE)


def until(ready: Callable[[], Any], what: str) -> None:
    """Wait until this is so; a rehearsal that waits for a minute has failed."""
    end = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > end:
            raise BackupError(f"The rehearsal waited {PATIENCE:.0f} seconds in vain until {what}.")
        time.sleep(PAUSE)


@dataclass
class Work:
    """So many messages to one person of one organisation, each a job; `log` is where the workers print their mails."""

    size: int
    log: Path
    notices: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        membership = Membership.objects.running().filter(user__is_active=True).select_related("organisation", "user").order_by("pk").first()
        if membership is None:
            raise BackupError("Nobody works here yet: a rehearsal needs an organisation and a person with a role in it.")
        self.organisation, self.person = membership.organisation, membership.user
        with organisation_context(self.organisation):
            for number in range(self.size):
                notify([self.person], "drill-%(number)s.", key=f"drill:{number}", number=number)
            self.notices = list(Notice.objects.filter(key__startswith="drill:").order_by("pk").values_list("pk", flat=True))

    def mailed(self) -> int:
        """How many messages say of themselves that they were mailed."""
        with organisation_context(self.organisation):
            return int(Notice.objects.filter(pk__in=self.notices).exclude(mailed_at=None).count())

    def is_mailed(self, notice: int) -> bool:
        with organisation_context(self.organisation):
            return bool(Notice.objects.filter(pk=notice).exclude(mailed_at=None).exists())

    def mails(self) -> Counter[int]:
        """How often each message really left."""
        return Counter(int(number) for number in MAIL.findall(self.log.read_text(encoding="utf-8", errors="replace")))

    def job_of(self, notice: int) -> ProcrastinateJob:
        return ProcrastinateJob.objects.get(args__notice_id=notice, task_name__endswith="mail_notice")

    def states(self) -> Counter[str]:
        """How many of the jobs are in which state."""
        return Counter(ProcrastinateJob.objects.filter(task_name__endswith="mail_notice").values_list("status", flat=True))

    def waiting(self) -> list[int]:
        """The messages whose jobs nobody has taken yet, in the order in which they will be."""
        jobs = ProcrastinateJob.objects.filter(task_name__endswith="mail_notice", status="todo").order_by("pk")
        return [int(job.args["notice_id"]) for job in jobs]

    def worker(self, *options: str) -> subprocess.Popen[bytes]:
        """A worker for mails, one job at a time, in a process of its own."""
        with self.log.open("ab") as lines:
            return subprocess.Popen(
                manage("procrastinate", "worker", "--queues", "mail", "--concurrency", "1", "--fetch-job-polling-interval", "0.2", *options),
                cwd=settings.BASE_DIR, env={**os.environ, "PGAPPNAME": WORKER}, stdin=subprocess.DEVNULL, stdout=lines,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def finish(self) -> None:
        """Give stalled jobs back and work until nothing is left."""
        take_back()
        if code := self.worker("--one-shot").wait(timeout=10 * PATIENCE):
            raise BackupError(f"The last worker ended with {code}.")


def kill(process: subprocess.Popen[bytes], superuser: psycopg.Connection) -> None:
    """End it by kill -9, and its connections with it: what the server had not yet decided is undone."""
    process.send_signal(signal.SIGKILL)
    process.wait()
    superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [WORKER])


def take_back() -> None:
    """Let the sweep find the jobs of dead workers, without the 30 seconds for which they must have been silent."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    with contextlib.suppress(AlreadyEnqueued):
        sweep.defer(timestamp=0)  # type: ignore[call-arg]  # it takes the context by itself
    with app.replace_connector(app.connector.get_worker_connector()) as connected:  # type: ignore[attr-defined]
        connected.run_worker(queues=["default"], wait=False, install_signal_handlers=False, listen_notify=False)
