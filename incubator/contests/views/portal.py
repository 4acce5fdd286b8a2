"""Contests for startups: what is open, and the own entries."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from incubator.contests.models import Contest, Entry, Event
from incubator.core.views import permitted
from incubator.tenants.models import Startup


@permitted("contests.view_own_entries")
def own_entries(request: HttpRequest) -> HttpResponse:
    """Contests that take entries, the startup's own entries, the next events."""
    own = Entry.objects.filter(startup__in=Startup.objects.visible_to(request.actor)).select_related("contest", "track").order_by("-created_at")
    context = {"open": Contest.objects.filter(state="registration"), "entries": own, "events": Event.objects.coming(timezone.now())[:5]}
    return render(request, "contests/portal/entries.html", context)
