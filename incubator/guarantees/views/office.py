"""The office's pages: the register with its funds, a case, its acts, the committee's votes, money of a fund."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from incubator.core.listing import asked_choice
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.guarantees.caps import why
from incubator.guarantees.forms import AppraisalForm, FundForm, MoneyForm, RefuseForm, ReturnForm, VoteForm
from incubator.guarantees.models import Fund, FundOrder, Guarantee
from incubator.guarantees.services import cases, funds
from incubator.guarantees.states import FUND_ENTRY_MOVES, GUARANTEE_MOVES, GuaranteeState
from incubator.guarantees.views.shared import events_of, steps_of

ACTS = ("precheck", "return", "appraise", "vote", "approve", "refuse")
FORMS: dict[str, Any] = {"return": ReturnForm, "appraise": AppraisalForm, "vote": VoteForm, "refuse": RefuseForm}
DOES: dict[str, Any] = {
    "precheck": lambda found, _given, actor: cases.precheck_guarantee(found, by=actor),
    "return": lambda found, given, actor: cases.return_guarantee(found, **given, by=actor),
    "appraise": lambda found, given, actor: cases.appraise_guarantee(found, given, by=actor),
    "vote": lambda found, given, actor: cases.cast_vote(found, **given, by=actor),
    "approve": lambda found, _given, actor: cases.approve_guarantee(found, by=actor),
    "refuse": lambda found, given, actor: cases.refuse_guarantee(found, **given, by=actor),
}


@permitted("guarantees.view_register")
def register(request: HttpRequest) -> HttpResponse:
    """Every case, with a gauge for each fund."""
    rows = Guarantee.objects.visible_to(request.actor).for_pages()  # type: ignore[attr-defined]
    state = asked_choice(request, "state", GuaranteeState.values)
    rows = rows.filter(state=state) if state else rows
    states = [choice for choice in GuaranteeState.choices if choice[0] != "draft"]
    context = {"page": paginate(request, rows), "funds": Fund.objects.all(), "filters": [Filter("state", pgettext("filter", "State"), states)]}
    return render(request, "guarantees/office/register.html", context)


def find(request: Any, pk: int) -> Guarantee:
    return get_object_or_404(Guarantee.objects.visible_to(request.actor).for_pages(), pk=pk)


@permitted("guarantees.view_register")
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: where it stands, the cap and why, papers, appraisal, votes, history."""
    found = find(request, pk)
    votes = cases.standing_votes(found)
    context = {
        "case": found, "steps": steps_of(found), "acts": buttons(request, found, votes), "papers": found.papers.select_related("document"), "votes": votes,
        "lacking": cases.missing(found), "reasons": why(found), "events": events_of(request, found), "carried": cases.is_carried(votes),
    }  # fmt: skip
    return render(request, "guarantees/office/case.html", context)


def buttons(request: Any, found: Guarantee, votes: list[Any]) -> list[dict[str, Any]]:
    """The acts that this person may do now; the service decides again."""
    actor = request.actor
    acts = [
        {"label": move.label, "tone": move.tone, "url": link(request, "office:guarantees:case-act", found.pk, move.act)}
        for move in possible_moves(GUARANTEE_MOVES, found, actor)
        if move.act in ACTS and (move.act != "approve" or cases.is_carried(votes))
    ]
    outside = found.state == "appraised" and actor.user.pk not in {found.prechecker_id, found.appraiser_id, *(vote.voter_id for vote in votes)}
    if outside and actor.roles & {"owner", "manager", "finance", "officer"}:
        acts.insert(0, {"label": _("Vote"), "tone": "primary", "url": link(request, "office:guarantees:case-act", found.pk, "vote")})
    return acts


@permitted("guarantees.vote")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Say what the act will do, ask for what it needs, and do it."""
    found = find(request, pk)
    if act not in ACTS:
        raise Http404
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FORMS.get(act, Form)(data, files)
    if request.method == "POST" and form.is_valid() and attempt(form, DOES[act], found, form.cleaned_data, request.actor):  # type: ignore[attr-defined]
        messages.success(request, _("%(number)s: done.") % {"number": found.number})
        return to(request, "office:guarantees:case", pk)
    label = _("Vote") if act == "vote" else next(move.label for move in GUARANTEE_MOVES if move.act == act)
    context = {"form": form, "label": label, "effects": effects(act), "back": link(request, "office:guarantees:case", pk), "lead": f"{found.number} · {found.startup.name}"}
    return render(request, "guarantees/office/act.html", context, status=status_of(form))


def effects(act: str) -> list[str]:
    """What will happen, before it happens."""
    return {
        "precheck": [_("The case goes on to a second officer, who visits and appraises.")],
        "return": [_("The startup is told what to put right. Checks and votes of this round count no more.")],
        "appraise": [_("The committee is asked to vote. Who appraised has no vote.")],
        "vote": [_("Your vote stands: it cannot be changed or taken back.")],
        "approve": [_("The whole amount is reserved in the fund, if fund and borrower have room; else nothing happens."), _("The startup is told.")],
        "refuse": [_("The startup is told, with your reason.")],
    }[act]


@permitted("guarantees.view_register")
def paper(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """A paper of the case."""
    found = get_object_or_404(find(request, pk).papers.select_related("document"), pk=paper_pk)
    return serve_file(found.document, by=request.actor, inline="inline" in request.GET)  # type: ignore[attr-defined,return-value]


@permitted("guarantees.view_register")
def fund(request: HttpRequest, pk: int) -> HttpResponse:
    """One fund: what it holds and guarantees, and the money that came in."""
    found = get_object_or_404(Fund, pk=pk)
    orders = list(found.orders.select_related("proposer", "confirmer", "document"))
    for order in orders:
        order.moves = possible_moves(FUND_ENTRY_MOVES, order, request.actor)  # type: ignore[attr-defined]
    held = found.guarantees.filter(exposure__gt=0).select_related("startup")
    return render(request, "guarantees/office/fund.html", {"fund": found, "orders": orders, "held": held})


@permitted("guarantees.open_fund")
def fund_open(request: HttpRequest) -> HttpResponse:
    """Open a fund."""
    form = FundForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, funds.open_fund, **form.cleaned_data, by=request.actor)  # type: ignore[attr-defined]
        if made:
            messages.success(request, _("The fund is open. Finance enters the money that came in."))
            return to(request, "office:guarantees:fund", made.pk)
    context = {"form": form, "label": _("Open a fund"), "effects": [_("It holds nothing until finance has entered money and a second person has confirmed it.")], "back": link(request, "office:guarantees:register")}
    return render(request, "guarantees/office/act.html", context, status=status_of(form))


@permitted("guarantees.enter_money")
def money(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter money that came into the fund."""
    found = get_object_or_404(Fund, pk=pk)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = MoneyForm(data, files)
    if request.method == "POST" and form.is_valid() and attempt(form, _enter, found, dict(form.cleaned_data), request.actor):  # type: ignore[attr-defined]
        messages.success(request, _("Entered. It counts once a second person has confirmed it."))
        return to(request, "office:guarantees:fund", pk)
    context = {"form": form, "label": _("Enter money"), "lead": found.name, "effects": [_("The balance rises once an owner or a manager has compared it with the bank's paper.")], "back": link(request, "office:guarantees:fund", pk)}
    return render(request, "guarantees/office/act.html", context, status=status_of(form))


def _enter(found: Fund, given: dict[str, Any], actor: Any) -> FundOrder:
    return funds.enter_money(found, given.pop("file"), by=actor, **given)


@permitted("guarantees.confirm_money")
def money_act(request: HttpRequest, pk: int, order_pk: int, act: str) -> HttpResponse:
    """Confirm or reject what finance entered."""
    order = get_object_or_404(FundOrder.objects.select_related("fund", "document"), pk=order_pk, fund=pk)
    does = {"confirm": funds.confirm_money, "reject": funds.reject_money}
    if act not in does:
        raise Http404
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, does[act], order, by=request.actor):  # type: ignore[attr-defined]
        messages.success(request, _("%(number)s: done.") % {"number": order})
        return to(request, "office:guarantees:fund", pk)
    label = next(move.label for move in FUND_ENTRY_MOVES if move.act == act)
    text = _("The balance rises by this amount; it cannot be taken back.") if act == "confirm" else _("It does not count; finance enters it anew.")
    context = {"form": form, "label": label, "lead": f"{order.fund} · {order}", "effects": [text], "back": link(request, "office:guarantees:fund", pk)}
    return render(request, "guarantees/office/act.html", context, status=status_of(form))


@permitted("guarantees.view_register")
def money_paper(request: HttpRequest, pk: int, order_pk: int) -> HttpResponse:
    """The bank's paper of an entry."""
    order = get_object_or_404(FundOrder.objects.select_related("document"), pk=order_pk, fund=pk)
    return serve_file(order.document, by=request.actor, inline="inline" in request.GET)  # type: ignore[attr-defined,return-value]
