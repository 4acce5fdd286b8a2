"""Operators' pages of applications: the desk, a case, its papers, and the acts on it."""

from __future__ import annotations

from typing import Any

import rules
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import Payout
from incubator.accounts.roles import Role
from incubator.core.errors import NotAllowed
from incubator.core.listing import asked_words
from incubator.core.money import amount_in_words
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt
from incubator.core.views import paginate, permitted, to
from incubator.documents.models import DocumentKind
from incubator.documents.services import serve_file
from incubator.subsidies import eligibility
from incubator.subsidies.assessment import last_quarters
from incubator.subsidies.decision_forms import ReopenForm
from incubator.subsidies.flags import flags_of
from incubator.subsidies.forms import CodedForm, CutForm, FindingForm, NoteForm, SiteStartForm
from incubator.subsidies.models import ApplicationLine, Claim, Evidence, RefusalCheck, SubsidyApplication
from incubator.subsidies.progress import may_appeal, next_step
from incubator.subsidies.services import appeals, review
from incubator.subsidies.services.applications import start_application, withdraw_application
from incubator.subsidies.services.budgets import held_by
from incubator.subsidies.services.claims import waiting_groups
from incubator.subsidies.states import APPLICATION_MOVES, ApplicationState
from incubator.subsidies.views.shared import (
    application_events,
    buttons,
    checks_of,
    done,
    find_application,
    lines_of,
    reasons_of,
    serve_receipt,
    steps_of,
)
from incubator.subsidies.wizard import site_editions
from spaces.models import Site

CASE_ACTS = ("take", "return", "recommend", "refuse", "endorse", "send_back", "appeal", "reopen", "uphold", "withdraw")


@permitted("subsidies.view_desk")
def desk(request: HttpRequest) -> HttpResponse:
    """The subsidy desk: what waits for whom, every application, the claims that can be assembled."""
    seen = SubsidyApplication.objects.visible_to(request.actor)
    rows = seen.for_pages().order_by("-moved_at", "-pk")
    query, state = asked_words(request), request.GET.get("state", "")
    if query:
        rows = rows.search(query)
    if state in ApplicationState.values:
        rows = rows.filter(state=state)
    choices = [(value, label) for value, label in ApplicationState.choices if value != "draft"]
    context = {
        "page": paginate(request, rows),
        "filters": [Filter("state", _("State"), choices)],
        "queues": queues(seen),
        "groups": waiting_groups(),
        "claims": Claim.objects.visible_to(request.actor).select_related("measure")[:5],
        "drawn": drawn_for(request.actor),
    }
    return render(request, "subsidies/office/desk.html", context)


def drawn_for(actor: Any) -> Any:
    """The refusals that were drawn and that this officer may check."""
    waiting = RefusalCheck.objects.filter(finding="waiting").exclude(officer=actor.user).exclude(application__preparer=actor.user)
    return waiting.select_related("application__startup", "application__site") if Role.OFFICER in actor.roles else waiting.none()


def queues(seen: Any) -> list[dict[str, Any]]:
    """The queues with their counts and sums."""
    labels = {
        "submitted": _("To check"), "recommended": _("To endorse"), "appealed": _("Appeals to answer"), "endorsed": _("Endorsed, not yet claimed"),
    }  # fmt: skip
    return [{"label": labels[name], "count": count, "total": total, "url": f"?state={name}"} for name, count, total in seen.queues()]


@permitted("subsidies.view_application")
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: facts, lines, papers, why this amount, history, and what can be done now."""
    record = find_application(request, pk)
    mine = record.state == ApplicationState.IN_REVIEW and record.officer_id == request.user.pk
    context = {
        "application": record,
        "steps": steps_of(record),
        "lines": lines_of(record),
        "evidence": record.evidence.select_related("document", "checked_by"),
        "checks": checks_of(eligibility.shown(record)),
        "reasons": reasons_of(record),
        "words": amount_in_words(record.amount),
        "events": application_events(request, record),
        "acts": buttons(request, record, APPLICATION_MOVES, "act", CASE_ACTS, fits=offers),
        "next": next_step(record),
        "results": record.results.select_related("decision"),
        "refusal_check": record.refusal_checks.first(),
        "may_check": mine,
        "flags": flags_of(record),
        "may_dismiss": rules.has_perm("subsidies.check_application", request.actor),
        "holding": held_by(record),
        "payouts": Payout.objects.about(record).order_by("part"),
        "may_edit": record.is_editable and record.startup_id is None,
        "claim_line": record.claim_lines.filter(released_at=None).select_related("claim").first(),
    }
    return render(request, "subsidies/office/application.html", context)


def offers(record: SubsidyApplication, act: str) -> bool:
    """Whether the office has this act for the case: only the site's own is appealed here, and only a doubt or an
    appeal opens a refused case again."""
    if act == "appeal":
        return record.startup_id is None and may_appeal(record)
    if act == "reopen" and record.state == ApplicationState.REFUSED:
        return bool(record.refusal_checks.filter(finding="doubted").exists())
    return True


ACTS: dict[str, dict[str, Any]] = {
    "take": {"service": review.take_application},
    "recommend": {"service": review.recommend_application},
    "endorse": {"service": review.endorse_application},
    "withdraw": {"service": withdraw_application},
    "return": {"service": review.return_application, "form": CodedForm},
    "refuse": {"service": review.refuse_application, "form": CodedForm},
    "send_back": {"service": review.send_back_application, "form": NoteForm},
    "appeal": {"service": appeals.appeal_application, "form": NoteForm},
    "reopen": {"service": appeals.reopen_case, "form": ReopenForm},
    "uphold": {"service": appeals.uphold_refusal, "form": NoteForm},
}


@permitted("subsidies.move_application")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Say what an act will do, ask for its reasons, and do it."""
    record = find_application(request, pk)
    if act not in ACTS:
        return to(request, "office:subsidies:application", pk)
    form = form_for(record, act, request.POST or None)
    if request.method == "POST" and (form is None or form.is_valid()):
        moved = perform(record, act, form, request.actor)
        if moved is not None:
            sentence = _("%(number)s: %(state)s.") % {"number": moved, "state": moved.get_state_display()}
            return done(request, sentence, to(request, "office:subsidies:application", pk))
    context = {"application": record, "form": form, "act": act, "label": act_label(act), "effects": effects(record, act)}
    return render(request, "subsidies/office/act.html", context)


def form_for(record: SubsidyApplication, act: str, data: Any) -> Any:
    """The form that the act needs, or None."""
    form_class = ACTS[act].get("form")
    if form_class is ReopenForm:
        return ReopenForm(appeals.officers_for(record), data)
    return form_class(data) if form_class else None


def perform(record: SubsidyApplication, act: str, form: Any, actor: Any) -> Any:
    """Call the service of the act; with a form, a refusal goes to its field."""
    service = ACTS[act]["service"]
    if form is None:
        return service(record, by=actor)
    given = {name: form.cleaned_data[name] for name in ("note", "officer") if name in form.cleaned_data}
    if "codes" in form.cleaned_data:
        given["codes"] = list(form.cleaned_data["codes"])
    return attempt(form, lambda: service(record, **given, by=actor))


def act_label(act: str) -> Any:
    return next(move.label for move in APPLICATION_MOVES if move.act == act)


def effects(record: SubsidyApplication, act: str) -> list[str]:
    """What will happen, before it happens."""
    name = record.applicant_name
    return {
        "take": [_("You become the case officer of this application and answer for it.")],
        "recommend": [
            _("The amount is computed from the lines that were not cut."),
            _("A manager is asked to endorse it; you cannot change it any more unless it is sent back."),
        ],
        "endorse": [
            _("The amount is computed again and compared."),
            _("A decision record with your name is written, and %(name)s is told.") % {"name": name},
        ],
        "withdraw": [_("The application ends. Its months and invoices can be claimed again.")],
        "return": [_("%(name)s is told what is wrong and can correct it.") % {"name": name}],
        "refuse": [_("The application ends. %(name)s is told the reasons and may appeal once.") % {"name": name}],
        "send_back": [_("The case officer is told and can change the case.")],
        "appeal": [_("A manager who did not handle the case looks at it. You can appeal once.")],
        "reopen": [
            _("The case is in review again, with the officer whom you choose. Its months and invoices are held."),
            _("Your decision is written into the record in place of the refusal, and %(name)s is told.") % {"name": name},
        ],
        "uphold": [
            _("The refusal becomes final. %(name)s gets your reasons as a notice with a verification code.") % {"name": name},
        ],
    }[act]


@permitted("subsidies.check_application")
def check(request: HttpRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """One paper beside its questions: the file on the left, what it must prove and the finding on the right."""
    record = find_application(request, pk)
    papers = list(record.evidence.select_related("document"))
    evidence = get_object_or_404(record.evidence.select_related("document", "checked_by"), pk=evidence_pk)
    form = FindingForm(request.POST or None, initial={"verdict": evidence.verdict, "finding": evidence.finding})
    if request.method == "POST" and form.is_valid():
        judged = attempt(form, lambda: review.judge_evidence(evidence, **form.cleaned_data, by=request.actor))
        if judged is not None:
            following = next((paper for paper in papers if paper.verdict == "open" and paper.pk != evidence.pk), None)
            if following is not None:
                return to(request, "office:subsidies:check", pk, following.pk)
            return done(request, _("All papers are looked through."), to(request, "office:subsidies:application", pk))
    context = {"application": record, "papers": papers, "evidence": evidence, "form": form, "proves": proven_by(record, evidence)}
    return render(request, "subsidies/office/check.html", context)


def proven_by(record: SubsidyApplication, evidence: Evidence) -> list[ApplicationLine]:
    """The lines whose invoice or slip this paper is; for other papers every line."""
    lines = lines_of(record)
    document = evidence.document_id
    own = [
        line for line in lines
        if line.fapiao and (line.fapiao.document_id == document or any(slip.document_id == document for slip in line.fapiao.slips.all()))
    ]
    return own or lines


@permitted("subsidies.check_application")
def cut(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Cut a line with a coded reason, or take the cut back."""
    record = find_application(request, pk)
    line = get_object_or_404(record.lines.select_related("fapiao", "application"), pk=line_pk)
    form = CutForm(request.POST or None)
    if request.method == "POST" and line.is_cut:
        review.restore_line(line, by=request.actor)
        return done(request, _("The cut was taken back."), to(request, "office:subsidies:application", pk))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: review.cut_line(line, reason=given["reason"], note=given["note"], by=request.actor)):
            return done(request, _("The line was cut."), to(request, "office:subsidies:application", pk))
    return render(request, "subsidies/office/cut.html", {"application": record, "line": line, "form": form})


@permitted("subsidies.view_application")
def evidence_file(request: HttpRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """The file of one paper of a case that this person may see."""
    record = find_application(request, pk)
    evidence = get_object_or_404(record.evidence.select_related("document"), pk=evidence_pk)
    if evidence.item == DocumentKind.CATEGORY_PROOF and not rules.has_perm("tenants.read_category", request.actor):
        raise NotAllowed(_("Proofs of a person's category are only for the people who handle the case."))
    return serve_file(evidence.document, by=request.actor, inline="inline" in request.GET)


@permitted("subsidies.view_application")
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of the application as PDF."""
    return serve_receipt(request, find_application(request, pk))


@permitted("subsidies.apply_for_site")
def start_for_site(request: HttpRequest) -> HttpResponse:
    """Start a claim for the site's own cost (clause 九 pays the space)."""
    periods = [str(quarter) for quarter in last_quarters(timezone.localdate())]
    form = SiteStartForm(Site.objects.order_by("name"), site_editions(), periods, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        started = attempt(form, lambda: start_application(given["edition"], given["period"], site=given["site"], by=request.actor))
        if started is not None:
            return to(request, "office:subsidies:costs", started.pk)
    return render(request, "subsidies/office/start.html", {"form": form})
