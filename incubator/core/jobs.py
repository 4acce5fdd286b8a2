"""The job queue (walls.md 8): our own jobs run inside an organisation's context; Wagtail's run in the same queue."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.tasks.backends.base import BaseTaskBackend
from django.tasks.exceptions import InvalidTask
from django.utils import timezone
from django.utils.module_loading import import_string
from django_scopes import scopes_disabled
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from incubator.core.scoping import organisation_context

Job = Callable[..., Any]
SITE_MODULES = ("wagtail.", "modelsearch.")
ATTEMPTS = 5  # a job that kills its worker must not come back for ever
KEPT_HOURS = 30 * 24


def organisation_job(**options: Any) -> Callable[[Job], Any]:
    """A job that works for one organisation. Its first argument is `organisation_id`, the others are ids only:
    the job table has no wall. It may run twice, so each effect needs a unique key or a conditional update."""

    def decorate(function: Job) -> Any:
        @wraps(function)
        def inside(organisation_id: int, **ids: int) -> Any:
            organisation = apps.get_model("accounts", "Organisation").objects.get(pk=organisation_id)
            with organisation_context(organisation):
                return function(organisation, **ids)

        return app.task(name=f"{function.__module__}.{function.__name__}", **options)(inside)

    return decorate


@app.task(name="incubator.core.jobs.site_task", queue="site", retry=3)
def site_task(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Run one of Wagtail's own tasks: unscoped for Python, while row security still shows it no walled row."""
    with scopes_disabled():
        import_string(path).func(*args, **kwargs)


@app.periodic(cron="* * * * *")
@app.task(name="incubator.core.jobs.sweep", queue="default", queueing_lock="sweep", pass_context=True)
async def sweep(context: JobContext, timestamp: int) -> None:
    """Each minute: give jobs whose worker has been silent for 30 seconds back to the queue, or give them up."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        try:
            if job.attempts + 1 < ATTEMPTS:  # the attempt under way is counted when it ends
                await manager.retry_job(job)
                continue
        except ConnectorException:  # a clock's job whose next turn already waits: this one is over
            pass
        await manager.finish_job(job, status=Status.FAILED, delete_job=False)


@app.periodic(cron="40 3 * * *")
@app.task(name="incubator.core.jobs.forget_old", queue="default", queueing_lock="forget_old", pass_context=True)
async def forget_old(context: JobContext, timestamp: int) -> None:
    """Each night: jobs that succeeded a month ago go; failed ones stay until somebody looks."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)


class QueueBackend(BaseTaskBackend):
    """The TASKS backend that puts Wagtail's tasks into our queue."""

    supports_defer = True
    supports_priority = True

    def validate_task(self, task: Any) -> None:
        if not task.func.__module__.startswith(SITE_MODULES):
            raise InvalidTask(f"{task.func.__module__} is not Wagtail's; use organisation_job")

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """Defer the task. The result can only be said to be ready to run."""
        import django_tasks

        self.validate_task(task)
        site_task.configure(schedule_at=task.run_after).defer(path=task.module_path, args=list(args), kwargs=kwargs)
        return django_tasks.TaskResult(
            task=task, id=uuid.uuid4().hex, status=django_tasks.TaskResultStatus.READY, enqueued_at=timezone.now(),
            started_at=None, finished_at=None, last_attempted_at=None, args=list(args), kwargs=kwargs,
            backend=self.alias, errors=[], worker_ids=[],
        )
