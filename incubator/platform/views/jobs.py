"""Jobs that failed, and putting them back into the queue."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from incubator.core.queueing import failed_jobs, retry_failed
from incubator.core.views import paginate, platform


@platform
def jobs(request: HttpRequest) -> HttpResponse:
    """What was given up: name, queue, attempts, when, and the ids it was about. No organisation's row is read."""
    return render(request, "platform/jobs.html", {"page": paginate(request, failed_jobs())})


@platform
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Run one failed job again."""
    return back(request, retry_failed(pk))


@platform
@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    """Run every failed job again."""
    return back(request, retry_failed())


def back(request: HttpRequest, count: int) -> HttpResponse:
    if count:
        messages.success(request, ngettext("%(count)s job runs again.", "%(count)s jobs run again.", count) % {"count": count})
    else:
        messages.info(request, _("Nothing to run again: the job is no longer failed, or its next turn already waits."))
    return redirect("platform:jobs")
