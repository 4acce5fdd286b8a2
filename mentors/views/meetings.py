"""Pairings and sessions in the office: lists, disputes, what looks odd, the ranked list of one startup."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.core.confirming import confirm_page
from incubator.core.listing import asked_choice
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of
from incubator.tenants.forms import NoteForm
from incubator.tenants.models import Startup
from mentors.acts import ACT_LABELS
from mentors.forms.sessions import ResolveForm
from mentors.gathering import given_for_one
from mentors.models import Mentor, Need, Pairing, Session
from mentors.services import pairings as pairing_services
from mentors.services import sessions as services
from mentors.states import PAIRING_MOVES, SESSION_MOVES, PairingState, SessionState
from mentors.views.own import need_page
from mentors.views.pairings import act_page, ranked
from mentors.words import FLAGS


@permitted("mentors.read_mentors")
def pairings(request: HttpRequest) -> HttpResponse:
    """Every pairing, filtered by state."""
    rows = Pairing.objects.with_names().latest_first()
    state = asked_choice(request, "state", PairingState.values)
    rows = rows.filter(state=state) if state else rows
    return render(request, "mentors/office/pairings.html", {"page": paginate(request, rows), "filters": [Filter("state", _("State"), PairingState.choices)]})


@permitted("mentors.read_mentors")
def pairing(request: HttpRequest, pk: int) -> HttpResponse:
    """One pairing: score, answers, sessions, goals, what may be done now."""
    found = get_object_or_404(Pairing.objects.with_names(), pk=pk)
    acts = {move.act for move in possible_moves(PAIRING_MOVES, found, request.actor)}
    context = {
        "pairing": found, "acts": [act for act in ("pause", "resume", "end", "rematch") if act in acts], "labels": {move.act: move.label for move in PAIRING_MOVES},
        "sessions": found.sessions.with_names().latest_first()[:30], "goals": found.goals.order_by("due_on", "pk"),
        "events": events_of(Entry.objects.about(found).select_related("user"), ACT_LABELS),
    }  # fmt: skip
    return render(request, "mentors/office/pairing.html", context)


@permitted("mentors.keep_mentors")
def pairing_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Pause, resume, end, end for a new match."""
    found = get_object_or_404(Pairing.objects.with_names(), pk=pk)
    if act not in ("pause", "resume", "end", "rematch"):
        raise Http404
    return act_page(request, found, act, "office:mentors:pairing")


@permitted("mentors.read_mentors")
def sessions(request: HttpRequest) -> HttpResponse:
    """Every session, filtered by state, or only those that look odd."""
    rows = Session.objects.with_names().latest_first()
    state = asked_choice(request, "state", SessionState.values)
    rows = rows.filter(state=state) if state else rows
    if asked_choice(request, "look", ["odd"]):
        rows = rows.filter(pk__in=Session.objects.waiting_for_a_look())
    odd = Session.objects.waiting_for_a_look().count()
    filters = [Filter("state", _("State"), SessionState.choices), Filter("look", _("Second look"), [("odd", _("Waits for a second look"), odd)])]
    return render(request, "mentors/office/sessions.html", {"page": paginate(request, rows), "filters": filters})


@permitted("mentors.read_mentors")
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: what both sides said, what looks odd, what the office can do."""
    found = get_object_or_404(Session.objects.with_names().select_related("logger", "confirmer", "reviewer"), pk=pk)
    acts = {move.act for move in possible_moves(SESSION_MOVES, found, request.actor)}
    odd = found.flags and not found.verdict
    context = {
        "session": found, "flags": [FLAGS[code] for code in found.flags],
        "acts": [(act, ACTS[act][0]()) for act in ACTS if act in acts and (act not in ("clear", "withhold") or odd)],
        "events": events_of(Entry.objects.about(found).select_related("user"), ACT_LABELS),
    }  # fmt: skip
    return render(request, "mentors/office/session.html", context)


def judged(act: str) -> Any:
    return lambda session, **data: services.judge_session(session, act, **data)


ACTS: dict[str, Any] = {
    "resolve": (lambda: _("Settle with other minutes"), [lambda: _("The founder confirms the new minutes; without this they count for nothing.")], ResolveForm, False, services.resolve_session),
    "void": (lambda: _("Declare void"), [lambda: _("The session counts for nothing.")], NoteForm, True, services.void_session),
    "clear": (lambda: _("Clear for payment"), [lambda: _("The minutes can stand on a statement.")], NoteForm, False, judged("clear")),
    "withhold": (lambda: _("Keep out of payment"), [lambda: _("The minutes stay confirmed, but are never paid.")], NoteForm, True, judged("withhold")),
    "cancel": (lambda: _("Cancel the session"), [lambda: _("The time is free again; both sides are told.")], NoteForm, True, lambda session, **data: services.drop_session(session, "cancel", **data)),
}  # fmt: skip


@permitted("mentors.keep_mentors")
def session_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Settle, void, clear, keep out, cancel."""
    found = get_object_or_404(Session.objects.with_names(), pk=pk)
    if act not in ACTS:
        raise Http404
    title, effects, form_class, danger, service = ACTS[act]
    form = form_class(request.POST if request.method == "POST" else None, initial={"minutes": found.minutes})
    if request.method == "POST" and form.is_valid() and attempt(form, service, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("Done. The page shows where things stand."))
        return to(request, "office:mentors:session", pk)
    return confirm_page(request, title(), [one() for one in effects], link(request, "office:mentors:session", pk), form=form, lead=str(found), danger=danger)


@permitted("mentors.read_mentors")
def needs(request: HttpRequest) -> HttpResponse:
    """What every startup needs, and which said nothing yet."""
    held = {need.startup_id: need for need in Need.objects.all()}
    open_pairs: dict[int, list[Any]] = {}
    for one in Pairing.objects.open().with_names():
        open_pairs.setdefault(one.startup_id, []).append(one)
    rows = [{"startup": startup, "need": held.get(startup.pk), "pairings": open_pairs.get(startup.pk, [])} for startup in Startup.objects.by_name()]
    return render(request, "mentors/office/needs.html", {"page": paginate(request, rows)})


@permitted("mentors.keep_mentors")
def need_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a startup's need for it."""
    startup = get_object_or_404(Startup, pk=pk)
    return need_page(request, startup, link(request, "office:mentors:needs"), lambda: to(request, "office:mentors:suggest", pk))


@permitted("mentors.read_mentors")
def suggest(request: HttpRequest, pk: int) -> HttpResponse:
    """The ranked mentors of one startup, with bars; why the others are not possible."""
    startup = get_object_or_404(Startup, pk=pk)
    return render(request, "mentors/office/suggest.html", {"startup": startup, "rows": ranked(startup), "weights": given_for_one(startup)["weights"]})


@permitted("mentors.keep_mentors")
def propose(request: HttpRequest, pk: int, mentor_pk: int) -> HttpResponse:
    """Propose a mentor to a startup; both are asked."""
    startup = get_object_or_404(Startup, pk=pk)
    mentor = get_object_or_404(Mentor.objects.filter(state="active"), pk=mentor_pk)
    if request.method == "POST":
        made = pairing_services.propose_pairing(startup, mentor, origin="staff", by=request.actor)
        messages.success(request, _("Both sides are asked."))
        return to(request, "office:mentors:pairing", made.pk)
    effects = [_("Mentor and founder are asked and have fourteen days to answer."), _("The proposal takes one of the mentor's places.")]
    return confirm_page(request, _("Propose this pair"), effects, link(request, "office:mentors:suggest", pk), lead=f"{mentor} × {startup.short_name}")
