"""The startup's pages: its applications, and the start of the wizard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.core.money import amount_in_words
from incubator.core.refusals import attempt
from incubator.core.templatetags.fuhua import day as day_words
from incubator.core.views import paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.subsidies import eligibility
from incubator.subsidies.decision_forms import AppealForm
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.progress import answer_until, appeal_until, may_appeal, next_step
from incubator.subsidies.services.appeals import appeal_application
from incubator.subsidies.services.applications import start_application, withdraw_application
from incubator.subsidies.states import APPLICATION_MOVES
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
from incubator.subsidies.wizard import offers, open_quarters, tenant_editions
from incubator.tenants.models import Startup
from incubator.tenants.services import add_document


@permitted("subsidies.view_own")
def applications(request: HttpRequest) -> HttpResponse:
    """Everything that the startup has applied for, with the step each is at."""
    rows = SubsidyApplication.objects.visible_to(request.actor).for_pages().order_by("-created_at", "-pk")
    return render(request, "subsidies/portal/applications.html", {"page": paginate(request, rows)})


@permitted("subsidies.apply")
def start(request: HttpRequest) -> HttpResponse:
    """Choose quarter and programmes; each opens as a draft filled from lease and invoices."""
    startups = list(Startup.objects.visible_to(request.actor).by_name())
    startup = chosen(startups, request.GET.get("startup") or request.POST.get("startup"))
    quarters = open_quarters(tenant_editions())
    quarter = chosen_quarter(quarters, request.GET.get("quarter") or request.POST.get("quarter"))
    found = offers(startup, quarter) if startup and quarter else []
    wrong = ""
    if request.method == "POST":
        wanted = [offer for offer in found if offer.possible and str(offer.edition.pk) in request.POST.getlist("edition")]
        drafts = [start_application(offer.edition, offer.period, startup=startup, by=request.actor) for offer in wanted]
        if drafts:
            return to(request, "portal:subsidies:costs", drafts[0].pk)
        wrong = _("Choose at least one programme.")
    context = {"startups": startups, "startup": startup, "quarters": quarters, "quarter": quarter, "offers": found, "wrong": wrong, "wanted": request.GET.get("edition", "")}
    return render(request, "subsidies/portal/start.html", context)


def chosen(startups: list[Startup], given: str | None) -> Startup | None:
    """The startup that was chosen, among those that this person works for; the first one by default."""
    return next((startup for startup in startups if str(startup.pk) == given), startups[0] if startups else None)


def chosen_quarter(quarters: list[Quarter], given: str | None) -> Quarter | None:
    return next((quarter for quarter in quarters if str(quarter) == given), quarters[0] if quarters else None)


@permitted("subsidies.view_own")
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: where it stands, what comes next, why this amount, the papers."""
    record = find_application(request, pk)
    context = {
        "application": record,
        "steps": steps_of(record),
        "lines": lines_of(record),
        "evidence": record.evidence.select_related("document"),
        "checks": checks_of(eligibility.shown(record)),
        "reasons": reasons_of(record),
        "words": amount_in_words(record.amount),
        "events": application_events(request, record),
        "acts": buttons(request, record, APPLICATION_MOVES, "act", ("withdraw", "appeal"), fits=fits),
        "next": next_step(record),
        "results": record.results.select_related("decision"),
        "claim_line": record.claim_lines.filter(released_at=None).select_related("claim__reply", "reason").first(),
        "answer_until": answer_until(record) if record.state == "returned" else None,
    }
    return render(request, "subsidies/portal/application.html", context)


def fits(record: SubsidyApplication, act: str) -> bool:
    """Whether the act belongs to this moment; the service decides again."""
    return act != "appeal" or may_appeal(record)


@permitted("subsidies.send")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Withdraw an application, or appeal against a refusal."""
    record = find_application(request, pk)
    if act not in {"withdraw", "appeal"}:
        return to(request, "portal:subsidies:application", pk)
    form = AppealForm(request.POST or None, request.FILES or None) if act == "appeal" else None
    if request.method == "POST" and (form is None or form.is_valid()):
        if form is None:
            withdraw_application(record, by=request.actor)
            return done(request, _("The application was withdrawn."), to(request, "portal:subsidies:applications"))
        if attempt(form, appeal, record, form.cleaned_data, request.actor):
            return done(request, _("Your appeal was sent."), to(request, "portal:subsidies:application", pk))
    label = next(move.label for move in APPLICATION_MOVES if move.act == act)
    return render(request, "subsidies/portal/act.html", {"application": record, "form": form, "act": act, "label": label, "effects": effects(record, act)})


def appeal(record: SubsidyApplication, given: dict[str, Any], actor: Any) -> Any:
    """Take the further paper into the startup's vault, and appeal."""
    upload = given["file"]
    papers = [add_document(record.startup, upload, kind="other", by=actor).document] if upload else []
    return appeal_application(record, note=given["note"], papers=papers, by=actor)


def effects(record: SubsidyApplication, act: str) -> list[str]:
    if act == "withdraw":
        return [_("The application ends. Its months and invoices can be claimed again.")]
    until = appeal_until(record) if record.state == "refused" else None
    day = [_("The last day to appeal is %(day)s.") % {"day": day_words(until)}] if until else []
    return [*day, _("A manager who did not handle the case looks at it. You can appeal once."),
            _("The months and invoices of the application are held for you again.")]


@permitted("subsidies.view_own")
def evidence_file(request: HttpRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """The file of one paper of the startup's own application."""
    record = find_application(request, pk)
    evidence: Any = get_object_or_404(record.evidence.select_related("document"), pk=evidence_pk)
    return serve_file(evidence.document, by=request.actor, inline="inline" in request.GET)


@permitted("subsidies.view_own")
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of the startup's own application as PDF."""
    return serve_receipt(request, find_application(request, pk))
