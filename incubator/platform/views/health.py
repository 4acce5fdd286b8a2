"""How the deployment is: the queue, the disk, the last backup, and what must be true of the rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.backups import last_backup
from incubator.core.health import disks
from incubator.core.invariants import violations
from incubator.core.queueing import state_of_queue
from incubator.core.views import platform

LATE_MINUTES, OLD_HOURS = 5, 26


@platform
def health(request: HttpRequest) -> HttpResponse:
    """Key figures at once; the invariants when asked, since they read every organisation's rows."""
    found = violations() if request.method == "POST" else None
    context = {"figures": [*queue_figures(), *disk_figures(), backup_figure()], "invariants": found}
    return render(request, "platform/health.html", context)


def queue_figures() -> list[dict[str, Any]]:
    state = state_of_queue()
    minutes = state["oldest"] // 60
    late = minutes >= LATE_MINUTES
    return [
        {"label": _("Waiting jobs"), "value": state["waiting"], "tone": "bad" if late else "",
         "note": _("The oldest has waited %(minutes)s minutes. Is the worker running?") % {"minutes": minutes} if late else ""},
        {"label": _("Failed jobs"), "value": state["failed"], "tone": "bad" if state["failed"] else "",
         "note": _("Look at them on the page Jobs.") if state["failed"] else ""},
    ]  # fmt: skip


def disk_figures() -> list[dict[str, Any]]:
    return [
        {"label": _("Disk of the files"), "value": one["percent"], "unit": "%", "tone": "bad" if one["full"] else "",
         "note": _("%(free)s GB left") % {"free": one["free"] // 10**9}}
        for one in disks()
    ]  # fmt: skip


def backup_figure() -> dict[str, Any]:
    last = last_backup()
    if last is None:
        return {"label": _("Last backup"), "value": "—", "tone": "bad", "note": _("None was made on this machine.")}
    hours = int((timezone.now() - datetime.fromisoformat(last["made_at"])).total_seconds() // 3600)
    old = hours >= OLD_HOURS
    return {"label": _("Last backup"), "value": hours, "unit": _("hours ago"), "tone": "bad" if old else "",
            "note": _("A backup should run each night.") if old else ""}  # fmt: skip
