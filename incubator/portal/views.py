"""The startup's home: what it can apply for, where its applications stand, what it was told."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from incubator.core.views import paginate, permitted
from incubator.notices.models import Notice
from incubator.notices.services import mark_read
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.views.shared import steps_of
from incubator.subsidies.wizard import offers, open_quarters, tenant_editions
from incubator.tenants.models import Startup
from spaces.models import Lease


@permitted("portal.view_home")
def home(request: HttpRequest) -> HttpResponse:
    """One page per person: for each of their startups what is open, running and coming."""
    startups = list(Startup.objects.visible_to(request.actor).by_name())
    quarters = open_quarters(tenant_editions()) if startups else []
    latest = quarters[0] if quarters else None
    context = {"today": timezone.localdate(), "cards": [card(startup, latest) for startup in startups], "news": Notice.objects.inbox(request.user)[:6]}
    return render(request, "portal/home.html", context)


def card(startup: Startup, quarter: Quarter | None) -> dict[str, Any]:
    """What one startup's people want to know at a glance; `quarter`: the latest that is open."""
    running = SubsidyApplication.objects.for_pages().filter(startup=startup).exclude(state__in=["withdrawn", "lapsed"])
    return {
        "startup": startup,
        "offers": [offer for offer in offers(startup, quarter) if offer.possible] if quarter else [],
        "running": [{"application": row, "steps": steps_of(row)} for row in running.order_by("-moved_at")[:4]],
        "leases": Lease.objects.running_on(timezone.localdate()).filter(startup=startup).with_lines(),
    }


@permitted("portal.read_inbox")
def inbox(request: HttpRequest) -> HttpResponse:
    """Every message to this person; opening the page marks them as read."""
    page = paginate(request, Notice.objects.inbox(request.user))
    rendered = render(request, "portal/inbox.html", {"page": page})
    mark_read(Notice.objects.unread(request.user))
    return rendered
