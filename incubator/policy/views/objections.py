"""The office's register of notices and objections, and the acts on an objection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.listing import asked_choice
from incubator.core.pieces import Event, Filter
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import attach_upload, serve_file
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of, labels_of
from incubator.policy.models import Objection, PublicNotice, ReasonCode
from incubator.policy.objection_forms import (
    ConfirmRulingForm,
    InadmissibleForm,
    PaperObjectionForm,
    ReasonsForm,
    RulingForm,
    WithdrawalForm,
    notices_for_paper,
)
from incubator.policy.services import objections as acts
from incubator.policy.services import record_reply, working_days
from incubator.policy.services.objections import Complaint, parties_of
from incubator.policy.states import OBJECTION_MOVES, NoticeState, ObjectionState


@permitted("policy.view_objection")
def notice_list(request: HttpRequest) -> HttpResponse:
    """Every public notice: the working day it is at, its objections, whether its result is final."""
    rows = PublicNotice.objects.exclude(state=NoticeState.DRAFT).order_by("-published_on", "-pk").prefetch_related("objections")
    page = paginate(request, rows)
    today = timezone.localdate()
    days = working_days(page, today)
    for notice in page:
        notice.at_day = days[notice.pk]
        notice.open_objections = sum(objection.is_open for objection in notice.objections.all())
    return render(request, "policy/office/notices.html", {"page": page, "today": today})


@permitted("policy.view_objection")
def objection_list(request: HttpRequest) -> HttpResponse:
    """The register of objections, those without an answer first."""
    rows = Objection.objects.for_pages().order_by("-filed_at", "-pk")
    state = asked_choice(request, "state", ObjectionState.values)
    rows = rows.filter(state=state) if state else rows
    context = {"page": paginate(request, rows), "filters": [Filter("state", _("State"), ObjectionState.choices)]}
    return render(request, "policy/office/objections.html", context)


def find(pk: int) -> Objection:
    return get_object_or_404(Objection.objects.for_pages(), pk=pk)


@permitted("policy.view_objection")
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection. Whoever had a part in what it is about sees that it exists, not who objects or why."""
    found = find(pk)
    party = request.user.pk in parties_of(found)
    possible = [] if party else possible_moves(OBJECTION_MOVES, found, request.actor)
    if found.proposed:  # a recorded ruling is confirmed as it is
        against = "dismiss" if found.proposed == Objection.Ruling.UPHELD else "uphold"
        possible = [move for move in possible if move.act != against]
    context = {
        "objection": found,
        "party": party,
        "acts": [{"label": move.label, "url": link(request, "office:policy:objection-act", pk, move.act), "tone": move.tone} for move in possible],
        "events": timeline(found, party),
        "codes": ReasonCode.objects.filter(code__in=found.codes),
    }
    return render(request, "policy/office/objection.html", context)


def timeline(found: Objection, party: bool) -> list[Event]:
    """What happened, the newest first; without the notes for a person who may not read them."""
    labels = labels_of("policy.objection", OBJECTION_MOVES, file=_("Filed"), remedied=_("New decision confirmed"))
    events = events_of(Entry.objects.about(found).select_related("user"), labels)
    return [Event(event.when, event.title) for event in events] if party else events


@permitted("policy.view_objection")
def objection_paper(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """The objector's paper, or the authority's ruling."""
    found = find(pk)
    document = {"paper": found.document, "ruling": found.reply.document if found.reply else None}.get(which)
    if document is None or request.user.pk in parties_of(found):
        raise Http404
    return serve_file(document, by=request.actor, inline="inline" in request.GET)


@permitted("policy.file_objection")
def objection_record(request: HttpRequest) -> HttpResponse:
    """Write down an objection that came on paper."""
    form = PaperObjectionForm(notices_for_paper(), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        filed = attempt(form, _record, form.cleaned_data, request.actor)
        if filed is not None:
            messages.success(request, _("%(number)s was written into the register.") % {"number": filed})
            return to(request, "office:policy:objections")
    return render(request, "policy/office/objection_record.html", {"form": form}, status=status_of(form))


@transaction.atomic
def _record(given: dict[str, Any], actor: Any) -> Objection:
    document = attach_upload(given["file"], kind="other", by=actor)
    said = Complaint(given["name"], given["contact"], given["text"], given["row"], document)
    return acts.record_objection(given["notice"], said, received_on=given["received_on"], by=actor)


FORMS: dict[str, Any] = {
    "refuse": InadmissibleForm,
    "withdraw": WithdrawalForm,
    "record_ruling": RulingForm,
    "uphold": ReasonsForm,
    "dismiss": ReasonsForm,
}


def _ruling(found: Objection, given: dict[str, Any], actor: Any) -> Objection:
    document = attach_upload(given["file"], kind="official_reply", by=actor)
    reply = record_reply(document, **{name: given[name] for name in ("body", "number", "dated_on", "received_on")}, by=actor)
    return acts.record_ruling(found, reply, proposed=given["proposed"], note=given["note"], by=actor)


DOES: dict[str, Callable[[Objection, dict[str, Any], Any], Objection]] = {
    "admit": lambda found, _given, actor: acts.admit_objection(found, by=actor),
    "refuse": lambda found, given, actor: acts.refuse_objection(found, codes=list(given["codes"]), note=given["note"], by=actor),
    "withdraw": lambda found, given, actor: acts.withdraw_objection(found, note=given["note"], by=actor),
    "record_ruling": _ruling,
    "uphold": lambda found, given, actor: acts.rule_objection(found, "uphold", note=given.get("note", ""), by=actor),
    "dismiss": lambda found, given, actor: acts.rule_objection(found, "dismiss", note=given.get("note", ""), by=actor),
}


@permitted("policy.move_objection")
def objection_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Say what an act will do, ask for its reasons, and do it."""
    found = find(pk)
    if act not in DOES:
        raise Http404
    confirms = act in ("uphold", "dismiss") and found.recorder_id is not None
    form_class = ConfirmRulingForm if confirms else FORMS.get(act, ConfirmRulingForm)
    form = form_class(request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        moved = attempt(form, DOES[act], found, form.cleaned_data, request.actor)
        if moved is not None:
            messages.success(request, _("%(number)s: %(state)s.") % {"number": moved, "state": moved.get_state_display()})
            return to(request, "office:policy:objection", pk)
    label = next(move.label for move in OBJECTION_MOVES if move.act == act)
    context = {"objection": found, "form": form, "label": label, "effects": effects(found, act)}
    return render(request, "policy/office/objection_act.html", context, status=status_of(form))


def effects(found: Objection, act: str) -> list[str]:
    """What will happen, before it happens."""
    told = _("The objector is told by mail.")
    return {
        "admit": [_("You examine the objection and answer for it. A manager without a part in it rules."), told],
        "refuse": [_("The objection ends without an examination. Your reasons are sent to the objector.")],
        "withdraw": [_("The objection ends. The result of the notice no longer waits for it."), told],
        "record_ruling": [_("Nothing takes effect before a manager has confirmed your record.")],
        "uphold": [
            _("Your written reasons are sent to the objector. Finance records a new decision on the line."),
            _("The result of the notice is not confirmed before that decision is confirmed."),
        ],
        "dismiss": [_("Your written reasons are sent to the objector. The result of the notice no longer waits for it.")],
    }[act]
