"""Sessions in the portal: plan, log on a phone, confirm or dispute, rate, notes, calendar file."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.confirming import confirm_page
from incubator.core.encryption import blind_index
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, permitted, to
from incubator.documents.render import qr_png_data_uri
from incubator.tenants.forms import NoteForm
from incubator.tenants.models import Startup
from mentors.forms.sessions import (
    ConfirmForm,
    DisputeForm,
    LogForm,
    PlanForm,
    PrivateNoteForm,
    ReplyForm,
    next_full_hour,
)
from mentors.ical import calendar_answer
from mentors.models import Pairing, Session, SessionNote
from mentors.services import sessions as services
from mentors.states import SESSION_MOVES
from mentors.views.pairings import own_pairing
from mentors.views.shared import form_page


def origin_of(request: HttpRequest) -> str:
    """A keyed digest of the address: tells whether two acts came from the same place, and nothing else."""
    return blind_index(str(get_client_ip(request)), purpose="session-origin")


def own_session(request: HttpRequest, pk: int) -> Session:
    """A session in which the person takes part; 404 for everybody else."""
    found = get_object_or_404(Session.objects.with_names().filter(pk__in=Session.objects.visible_to(request.actor)), pk=pk)
    if found.mentor.user_id != request.user.pk and not Startup.objects.of_founder(request.actor).filter(pk=found.startup_id).exists():
        raise Http404
    return found


@permitted("mentors.meet")
def session_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a session of a pairing."""
    found = own_pairing(request, pk)
    start = next_full_hour()
    form = PlanForm(request.POST or None, initial={"day": start.date(), "at": start.time(), "minutes": "60"})
    if form.is_valid():
        made = attempt(form, services.plan_session, found, by=request.actor, **form.facts())
        if made:
            messages.success(request, _("The session is planned; the other side is told."))
            return to(request, "portal:mentors:session", made.pk)
    return form_page(request, form, _("Plan a session"), link(request, "portal:mentors:pairing", pk), lead=str(found))


@permitted("mentors.meet")
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session for whoever takes part."""
    found = own_session(request, pk)
    side = "mentor" if found.mentor.user_id == request.user.pk else "startup"
    acts = {move.act for move in possible_moves(SESSION_MOVES, found, request.actor)} - ({"log", "answer"} if side == "startup" else {"confirm", "dispute"})
    address = f"{settings.SITE_URL}{link(request, 'portal:mentors:session-log', found.pk)}"
    note = SessionNote.objects.filter(session=found, author=request.user).first()
    context = {
        "session": found, "side": side, "acts": acts, "note": note, "begun": found.starts_at <= timezone.now(),
        "qr": qr_png_data_uri(address) if "log" in acts else "",
    }  # fmt: skip
    return render(request, "mentors/portal/session.html", context)


@permitted("mentors.serve")
def log_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Log a session that was not planned."""
    found = own_pairing(request, pk)
    now = timezone.localtime()
    initial = {"day": now.date(), "at": now.replace(hour=max(now.hour - 1, 0), minute=0).time(), "minutes": 60, "mode": "on_site"}
    return log_page(request, found, None, initial, link(request, "portal:mentors:pairing", pk))


@permitted("mentors.serve")
def session_log(request: HttpRequest, pk: int) -> HttpResponse:
    """Log a planned session: everything is filled in from the plan."""
    found = own_session(request, pk)
    begins = timezone.localtime(found.starts_at)
    initial = {"day": begins.date(), "at": begins.time(), "minutes": found.minutes, "mode": found.mode, "topics": found.topics}
    return log_page(request, found.pairing, found, initial, link(request, "portal:mentors:session", pk))


def log_page(request: HttpRequest, pairing: Pairing, planned: Session | None, initial: dict[str, Any], back: str) -> HttpResponse:
    """One screen on a phone; the browser keeps a draft until it is sent."""
    form = LogForm(request.POST or None, initial=initial)
    if form.is_valid():
        made = attempt(form, services.log_session, pairing, form.log(origin_of(request)), session=planned, by=request.actor)
        if made:
            messages.success(request, _("Logged. %(startup)s is asked to confirm within seven days.") % {"startup": pairing.startup.short_name})
            return to(request, "portal:mentors:session", made.pk)
    context = {"form": form, "pairing": pairing, "cancel": back, "draft": f"log-{pairing.pk}-{planned.pk if planned else 'new'}"}
    return render(request, "mentors/portal/log.html", context, status=status_of(form))


def confirm(session: Session, by: Any, request: HttpRequest, data: dict[str, Any]) -> Session:
    return services.confirm_session(session, origin=origin_of(request), by=by, **data)


def dispute(session: Session, by: Any, request: HttpRequest, data: dict[str, Any]) -> Session:
    return services.dispute_session(session, by=by, **data)


def answer(session: Session, by: Any, request: HttpRequest, data: dict[str, Any]) -> Session:
    return services.answer_dispute(session, by=by, **data)


def dropped(act: str) -> Any:
    return lambda session, by, _request, data: services.drop_session(session, act, by=by, **data)


ACTS: dict[str, Any] = {
    "confirm": (lambda: _("Confirm"), [lambda: _("The minutes count from now on; the session never changes again.")], ConfirmForm, False, confirm),
    "dispute": (lambda: _("Dispute"), [lambda: _("The mentor answers, then the organisation settles it.")], DisputeForm, True, dispute),
    "answer": (lambda: _("Answer the dispute"), [lambda: _("The organisation reads both sides.")], ReplyForm, False, answer),
    "cancel": (lambda: _("Cancel the session"), [lambda: _("The time is free again; the other side is told.")], NoteForm, True, dropped("cancel")),
    "miss": (lambda: _("Note as missed"), [lambda: _("After two missed sessions the organisation can match anew.")], NoteForm, True, dropped("miss")),
}


@permitted("mentors.meet")
def session_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Confirm, dispute, answer, cancel, note as missed."""
    found = own_session(request, pk)
    if act not in ACTS:
        raise Http404
    title, effects, form_class, danger, service = ACTS[act]
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and attempt(form, service, found, request.actor, request, form.cleaned_data):
        messages.success(request, _("Done. The page shows where things stand."))
        return to(request, "portal:mentors:session", pk)
    lead = _("%(session)s, %(minutes)s minutes") % {"session": found, "minutes": found.minutes}
    return confirm_page(request, title(), [one() for one in effects], link(request, "portal:mentors:session", pk), form=form, lead=lead, danger=danger)


@permitted("mentors.meet")
def note_write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a private note."""
    found = own_session(request, pk)
    held = SessionNote.objects.filter(session=found, author=request.user).first()
    form = PrivateNoteForm(request.POST if request.method == "POST" else None, initial={"text": held.text if held else ""})
    if request.method == "POST" and form.is_valid():
        services.write_note(found, text=form.cleaned_data["text"], by=request.actor)
        messages.success(request, _("Saved."))
        return to(request, "portal:mentors:session", pk)
    return form_page(request, form, _("Private note"), link(request, "portal:mentors:session", pk), lead=str(found))


@permitted("mentors.meet")
def session_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The session for the own calendar."""
    found = own_session(request, pk)
    url = f"{settings.SITE_URL}{link(request, 'portal:mentors:session', pk)}"
    return calendar_answer(found, url, urlsplit(settings.SITE_URL).hostname or "fuhua")
