"""Pairings in the portal: find a mentor, answer a proposal, one page for both sides, goals."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.confirming import confirm_page
from incubator.core.refusals import attempt
from incubator.core.states import possible_moves
from incubator.core.views import link, permitted, to
from incubator.tenants.forms import NoteForm
from incubator.tenants.models import Startup
from mentors.forms.sessions import GoalForm, ProgressForm
from mentors.gathering import given_for_one
from mentors.models import Goal, Mentor, Pairing
from mentors.planning import score_of
from mentors.services import pairings as services
from mentors.services.pairings import check_side
from mentors.states import PAIRING_MOVES
from mentors.views.shared import form_page


def ranked(startup: Startup) -> list[dict[str, Any]]:
    """Every mentor for this startup with the explained score: the possible ones first, the best above; then why not."""
    given = given_for_one(startup)
    if not given["startups"]:
        return []
    mentors = {mentor.pk: mentor for mentor in Mentor.objects.prefetch_related("expertise")}
    rows = [{"mentor": mentors[offer["id"]], **score_of(offer, given["startups"][0], given)} for offer in given["mentors"]]
    return sorted(rows, key=lambda row: (bool(row["blocked"]), -row["total"], row["mentor"].pk))


@permitted("mentors.state_need")
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """The mentors for the own startup, ranked, each with its bars."""
    startup = get_object_or_404(Startup.objects.of_founder(request.actor), pk=pk)
    return render(request, "mentors/portal/find.html", {"startup": startup, "rows": ranked(startup), "weights": given_for_one(startup)["weights"]})


@permitted("mentors.state_need")
def choose(request: HttpRequest, pk: int, mentor_pk: int) -> HttpResponse:
    """Choose a mentor: the startup's yes; the mentor is asked."""
    startup = get_object_or_404(Startup.objects.of_founder(request.actor), pk=pk)
    mentor = get_object_or_404(Mentor.objects.filter(state="active"), pk=mentor_pk)
    if request.method == "POST":
        made = services.propose_pairing(startup, mentor, origin="choice", by=request.actor)
        messages.success(request, _("%(name)s is asked. You are told as soon as there is an answer.") % {"name": mentor})
        return to(request, "portal:mentors:pairing", made.pk)
    effects = [_("The mentor is asked and has fourteen days to answer."), _("The proposal takes one of the mentor's places.")]
    return confirm_page(request, _("Choose this mentor"), effects, link(request, "portal:mentors:find", pk), lead=f"{mentor} × {startup.short_name}")


def own_pairing(request: HttpRequest, pk: int) -> Pairing:
    """A pairing in which the person takes part; 404 for everybody else, also for the office: it has its own page."""
    own = Pairing.objects.with_names().filter(pk__in=Pairing.objects.visible_to(request.actor))
    found = get_object_or_404(own, pk=pk)
    takes_part = found.mentor.user_id == request.user.pk or Startup.objects.of_founder(request.actor).filter(pk=found.startup_id).exists()
    if not takes_part:
        raise Http404
    return found


@permitted("mentors.meet")
def pairing(request: HttpRequest, pk: int) -> HttpResponse:
    """One pairing for both sides: where it stands, sessions, goals."""
    found = own_pairing(request, pk)
    acts = {move.act for move in possible_moves(PAIRING_MOVES, found, request.actor)}
    side = "mentor" if found.mentor.user_id == request.user.pk else "startup"
    context = {
        "pairing": found, "side": side, "waits_for_me": found.state == "proposed" and getattr(found, f"{side}_yes_at") is None and f"accept_as_{side}" in acts,
        "acts": [act for act in ("pause", "resume", "end") if act in acts], "sessions": found.sessions.with_names().latest_first()[:30],
        "goals": found.goals.order_by("due_on", "pk"), "labels": {move.act: move.label for move in PAIRING_MOVES},
    }  # fmt: skip
    return render(request, "mentors/portal/pairing.html", context)


EFFECTS: dict[str, Any] = {
    "accept": lambda: [_("When both sides have accepted, the pairing begins.")],
    "decline": lambda: [_("The proposal is closed; the reason stays on file.")],
    "pause": lambda: [_("No session can be planned or logged until it goes on.")],
    "resume": lambda: [_("Sessions can be planned again.")],
    "end": lambda: [_("The pairing is over; what was done stays on file."), _("The mentor's place is free again.")],
    "rematch": lambda: [_("The pairing is over; the startup takes part in the next matching.")],
}
TITLES: dict[str, Any] = {
    "accept": lambda: _("Accept"), "decline": lambda: _("Decline"), "pause": lambda: _("Pause"), "resume": lambda: _("Resume"),
    "end": lambda: _("End the pairing"), "rematch": lambda: _("End for a new match"),
}  # fmt: skip


@permitted("mentors.meet")
def pairing_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Accept, decline, pause, resume, end."""
    found = own_pairing(request, pk)
    if act not in EFFECTS or act == "rematch":
        raise Http404
    return act_page(request, found, act, "portal:mentors:pairing")


def act_page(request: HttpRequest, found: Pairing, act: str, page: str) -> HttpResponse:
    """The page before an act on a pairing, in either face."""
    form = None if act == "accept" else NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form is None or (form.is_valid() and attempt(form, move, found, act, request.actor, form.cleaned_data["note"]))):
        if form is None:
            services.accept_pairing(found, by=request.actor)
        messages.success(request, _("Done. The page shows where things stand."))
        return to(request, page, found.pk)
    return confirm_page(request, TITLES[act](), EFFECTS[act](), link(request, page, found.pk), form=form, lead=str(found), danger=act in ("decline", "end"))


def move(found: Pairing, act: str, by: Any, note: str) -> Pairing:
    return services.decline_pairing(found, note=note, by=by) if act == "decline" else services.move_pairing(found, act, note=note, by=by)


@permitted("mentors.meet")
def goal_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a goal."""
    found = own_pairing(request, pk)
    form = GoalForm(request.POST or None, initial={"due_on": timezone.localdate()})
    if form.is_valid() and attempt(form, services.set_goal, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The goal is set."))
        return to(request, "portal:mentors:pairing", pk)
    return form_page(request, form, _("Set a goal"), link(request, "portal:mentors:pairing", pk), lead=str(found))


@permitted("mentors.meet")
def goal_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Note how far a goal is."""
    goal = get_object_or_404(Goal.objects.select_related("pairing", "pairing__mentor", "pairing__startup").filter(pairing__in=Pairing.objects.visible_to(request.actor)), pk=pk)
    check_side(goal.pairing, request.actor)
    form = ProgressForm(request.POST or None, initial={"progress": goal.progress, "comment": goal.comment})
    if form.is_valid() and attempt(form, services.move_goal, goal, by=request.actor, **form.cleaned_data):
        messages.success(request, _("Saved."))
        return to(request, "portal:mentors:pairing", goal.pairing_id)
    return form_page(request, form, _("Progress of the goal"), link(request, "portal:mentors:pairing", goal.pairing_id), lead=goal.text)
