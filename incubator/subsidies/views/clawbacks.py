"""The office's pages of clawbacks: who is proposed, what is open, decide, take the money, refer, waive."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.listing import asked_choice
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt, status_of
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.subsidies.forms import NoteForm
from incubator.subsidies.models import Clawback
from incubator.subsidies.payout_forms import AmountForm, ClawbackForm, DecideForm, ProofForm, WaiverForm
from incubator.subsidies.recompute import paid_under, proposals, recomputed
from incubator.subsidies.services import clawbacks
from incubator.subsidies.states import CLAWBACK_MOVES, ClawbackState
from incubator.subsidies.views.claims import reply_of
from incubator.subsidies.views.payouts import free_lines, proof_of
from incubator.subsidies.views.shared import buttons, done, events_of, find_application

ACTS = ("decide", "drop", "note_repayment", "repay", "reject_repayment", "refer", "note_waiver", "waive")


@permitted("subsidies.view_payout")
def clawback_list(request: HttpRequest) -> HttpResponse:
    """Every clawback, and the applications for which more was paid than is due today."""
    rows = Clawback.objects.select_related("application__startup", "application__site", "application__organisation")
    state = asked_choice(request, "state", ClawbackState.values)
    rows = rows.filter(state=state) if state else rows
    context = {
        "page": paginate(request, rows), "filters": [Filter("state", _("State"), ClawbackState.choices)], "proposals": proposals(),
        "may_open": "officer" in request.actor.roles,  # type: ignore[attr-defined]
    }
    return render(request, "subsidies/office/clawbacks.html", context)


@permitted("subsidies.open_clawback")
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a clawback for an application: the reason, the amount, the recomputation."""
    application = find_application(request, pk)
    trigger = asked_choice(request, "trigger", Clawback.Trigger.values) or Clawback.Trigger.OVERPAID
    trace = recomputed(application, trigger)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    first = {"trigger": trigger, "amount": trace["excess"] if trace["excess"] not in {"0", "0.00"} else ""}
    form = ClawbackForm(data, files, initial=first)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, _start, application, form.cleaned_data, request.actor)  # type: ignore[attr-defined]
        if made:
            return done(request, _("The clawback is opened. A manager decides."), to(request, "office:subsidies:clawback", made.pk))
    context = {"application": application, "form": form, "trace": trace, "paid": paid_under(application)}
    return render(request, "subsidies/office/clawback_start.html", context, status=status_of(form))


@transaction.atomic
def _start(application: Any, given: dict[str, Any], actor: Any) -> Clawback:
    today, reply = timezone.localdate(), None
    if given.get("file"):
        known = {"body": given["body"] or "—", "dated_on": given["dated_on"] or today, "received_on": today}
        reply = reply_of(given | known, actor)
    return clawbacks.open_clawback(application, given["trigger"], given["amount"], note=given["note"], reply=reply, by=actor)


def find(pk: int) -> Clawback:
    names = ("officer", "decider", "recorder", "confirmer", "waiver_recorder", "waiver_confirmer", "payout", "reply__document", "waiver__document", "document", "slip", "decision")
    return get_object_or_404(Clawback.objects.select_related("application__startup", "application__site", "application__organisation", "application__edition__programme", *names), pk=pk)


@permitted("subsidies.view_payout")
def clawback(request: HttpRequest, pk: int) -> HttpResponse:
    """One clawback: the recomputation, the persons, the letter, how the money came back."""
    found = find(pk)
    acts = buttons(request, found, CLAWBACK_MOVES, "clawback-act", ACTS, fits=fits)
    context = {"demand": found, "acts": acts, "events": events_of(request, found, CLAWBACK_MOVES)}
    return render(request, "subsidies/office/clawback.html", context)


def fits(found: Clawback, act: str) -> bool:
    """Whether the act belongs to this moment; the service decides again."""
    noted, waived = found.recorder_id is not None, found.waiver_id is not None
    late = found.pay_until is not None and found.pay_until < timezone.localdate()
    return {
        "note_repayment": not noted and not found.payout_id, "repay": noted, "reject_repayment": noted, "refer": late and not noted,
        "note_waiver": not waived and not noted, "waive": waived,
    }.get(act, True)  # fmt: skip


@permitted("subsidies.move_clawback")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Say what the act will do, ask for what it needs, and do it."""
    found = find(pk)
    if act not in ACTS:
        raise Http404
    form = form_for(act, found, request)
    if request.method == "POST" and form.is_valid() and attempt(form, DOES[act], found, form.cleaned_data, request.actor):  # type: ignore[attr-defined]
        return done(request, _("%(number)s: done.") % {"number": found.number}, to(request, "office:subsidies:clawback", pk))
    label = next(move.label for move in CLAWBACK_MOVES if move.act == act)
    context = {"form": form, "label": label, "effects": effects(act), "back": link(request, "office:subsidies:clawback", pk), "subject": found,
               "lead": f"{found.application.applicant_name} · {found.amount:,.2f}"}  # fmt: skip
    return render(request, "subsidies/office/payment_act.html", context, status=status_of(form))


def form_for(act: str, found: Clawback, request: HttpRequest) -> Any:
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    if act == "note_repayment":
        return ProofForm(free_lines(incoming=not found.due.is_own), data, files)
    forms: dict[str, Any] = {"decide": DecideForm, "drop": NoteForm, "repay": AmountForm, "reject_repayment": NoteForm, "note_waiver": WaiverForm}
    return forms.get(act, Form)(data, files)


@transaction.atomic
def _waiver(found: Clawback, given: dict[str, Any], actor: Any) -> Clawback:
    return clawbacks.note_waiver(found, reply_of(given, actor), by=actor)


DOES: dict[str, Any] = {
    "decide": lambda found, given, actor: clawbacks.decide_clawback(found, **given, by=actor),
    "drop": lambda found, given, actor: clawbacks.drop_clawback(found, **given, by=actor),
    "note_repayment": lambda found, given, actor: clawbacks.note_repayment(found, proof_of(given, actor), by=actor),
    "repay": lambda found, given, actor: clawbacks.repay_clawback(found, **given, by=actor),
    "reject_repayment": lambda found, given, actor: clawbacks.reject_repayment(found, **given, by=actor),
    "refer": lambda found, _given, actor: clawbacks.refer_clawback(found, by=actor),
    "note_waiver": _waiver,
    "waive": lambda found, _given, actor: clawbacks.waive_clawback(found, by=actor),
}


def effects(act: str) -> list[str]:
    """What will happen, before it happens."""
    return {
        "decide": [_("A decision record is written, and the payee gets a letter with the recomputation and the right to appeal.")],
        "drop": [_("Nothing is demanded back; your reason is kept.")],
        "note_repayment": [_("Nothing counts before a manager has compared your record with its paper.")],
        "repay": [_("The demand is settled; the budget line and the books follow.")],
        "reject_repayment": [_("The record is taken out; finance records it anew.")],
        "refer": [_("The payee is told that the demand is referred for enforcement.")],
        "note_waiver": [_("Nothing counts before an owner has confirmed the paper.")],
        "waive": [_("Nothing is demanded any more.")],
    }[act]


@permitted("subsidies.view_payout")
def paper(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """The letter, the authority's order or waiver, or the slip of the repayment."""
    found = find(pk)
    papers = {"letter": found.document, "order": found.reply and found.reply.document, "waiver": found.waiver and found.waiver.document, "slip": found.slip}
    document = papers.get(which)
    if document is None:
        raise Http404
    return serve_file(document, by=request.actor, inline="inline" in request.GET)  # type: ignore[attr-defined]
