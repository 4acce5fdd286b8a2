"""The portal's pages of mentoring: home for mentor and startup, the own profile, the startup's need."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.roles import Role
from incubator.core.confirming import confirm_page
from incubator.core.refusals import attempt
from incubator.core.views import link, permitted, to
from incubator.tenants.models import Startup
from mentors.forms.people import NeedForm
from mentors.models import Honorarium, Mentor, Need, Pairing, Session
from mentors.services import people as services
from mentors.views.people import change_profile, declare
from mentors.views.shared import form_page

OLD_NEED = 92  # days: the founder confirms the need each quarter


@permitted("mentors.meet")
def home(request: HttpRequest) -> HttpResponse:
    """One page for both sides: who works with whom, what comes next, what waits for an answer."""
    mentor = Mentor.objects.of(request.actor).prefetch_related("expertise").first() if Role.MENTOR in request.actor.roles else None
    startups = list(Startup.objects.of_founder(request.actor).by_name()) if request.actor.in_portal else []
    needs = {need.startup_id: need for need in Need.objects.filter(startup__in=startups)}
    context: dict[str, Any] = {
        "mentor": mentor,
        "pairings": Pairing.objects.with_names().filter(mentor=mentor).latest_first()[:12] if mentor else [],
        "sessions": Session.objects.with_names().filter(mentor=mentor).latest_first()[:8] if mentor else [],
        "statements": Honorarium.objects.filter(mentor=mentor).exclude(state="dropped").latest_first()[:6] if mentor else [],
        "cards": [card(startup, needs.get(startup.pk)) for startup in startups],
        "is_founder": Role.FOUNDER in request.actor.roles,
        "old_need": OLD_NEED,
    }
    return render(request, "mentors/portal/home.html", context)


def card(startup: Startup, need: Need | None) -> dict[str, Any]:
    """What one startup's people want to know: pairings, sessions, the need."""
    return {
        "startup": startup, "need": need, "pairings": Pairing.objects.with_names().filter(startup=startup).latest_first()[:6],
        "sessions": Session.objects.with_names().filter(startup=startup).latest_first()[:8],
    }  # fmt: skip


def own_mentor(request: HttpRequest) -> Mentor:
    """The profile of the mentor who asks; 404 without one."""
    return get_object_or_404(Mentor.objects.of(request.actor).prefetch_related("expertise", "office_hours"))


@permitted("mentors.serve")
def profile(request: HttpRequest) -> HttpResponse:
    """Change the own profile and consent."""
    return change_profile(request, own_mentor(request), own=True, back=link(request, "portal:mentors:home"))


@permitted("mentors.serve")
def profile_act(request: HttpRequest, act: str) -> HttpResponse:
    """Pause or resume the own service."""
    if act not in ("pause", "resume"):
        raise Http404
    found = own_mentor(request)
    if request.method == "POST":
        services.move_mentor(found, act, by=request.actor)
        messages.success(request, _("Done. The page shows where things stand."))
        return to(request, "portal:mentors:home")
    title, effect = (_("Pause"), _("No new startups; running pairings go on.")) if act == "pause" else (_("Resume"), _("New startups can be paired again."))
    return confirm_page(request, title, [effect], link(request, "portal:mentors:home"), lead=found.name)


@permitted("mentors.serve")
def interest_add(request: HttpRequest) -> HttpResponse:
    """Declare an own conflict of interest."""
    return declare(request, own_mentor(request), link(request, "portal:mentors:home"), own=True)


@permitted("mentors.state_need")
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the startup needs, or confirm it anew."""
    startup = get_object_or_404(Startup.objects.of_founder(request.actor), pk=pk)
    return need_page(request, startup, link(request, "portal:mentors:home"), lambda: to(request, "portal:mentors:home"))


def need_page(request: HttpRequest, startup: Startup, back: str, done: Any) -> HttpResponse:
    """The form of a need, for the founder and for an officer who writes it down."""
    held = Need.objects.filter(startup=startup).first()
    form = NeedForm(request.POST or None, instance=held, topics=held.topics if held else {})
    if form.is_valid() and attempt(form, services.state_need, startup, by=request.actor, **form.facts()):
        messages.success(request, _("Saved. It counts as confirmed today (%(day)s).") % {"day": timezone.localdate()})
        return done()
    return form_page(request, form, _("What we need from mentors"), back, lead=startup.name, many=True)
