"""The page and the paper of a decision, for the applicant and for the office; the sampled check of refusals."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.core.money import amount_in_words
from incubator.core.refusals import attempt
from incubator.core.views import permitted, to
from incubator.documents.services import serve_file
from incubator.subsidies.decision_forms import RefusalCheckForm
from incubator.subsidies.decision_paper import codes_of
from incubator.subsidies.models import RefusalCheck, ResultNotice, SubsidyApplication
from incubator.subsidies.progress import may_appeal, next_step
from incubator.subsidies.services.results import check_refusal
from incubator.subsidies.views.shared import done, face, find_application, lines_of, reasons_of


def result_of(request: HttpRequest, pk: int, result_pk: int) -> ResultNotice:
    """The notice of a decision on a case that this person may see; else 404."""
    record = find_application(request, pk)
    found = record.results.select_related("decision__reply__document", "decision__replaced_by", "document")
    return get_object_or_404(found, pk=result_pk)


def result_page(request: HttpRequest, pk: int, result_pk: int) -> HttpResponse:
    """One decision: result, amount, why, the reasons with what puts them right, and the right to appeal."""
    notice = result_of(request, pk, result_pk)
    record: Any = notice.application
    context = {
        "base": f"{face(request)}.html",
        "face": face(request),
        "notice": notice,
        "application": record,
        "decision": notice.decision,
        "later": getattr(notice.decision, "replaced_by", None),
        "codes": codes_of(notice),
        "cut_lines": [line for line in lines_of(record) if line.code],
        "reasons": reasons_of(record) if notice.amount else [],
        "words": amount_in_words(notice.amount),
        "may_appeal": may_appeal(record) and face(request) == "portal",
        "next": next_step(record),
    }
    return render(request, "subsidies/decision.html", context)


def result_pdf(request: HttpRequest, pk: int, result_pk: int) -> HttpResponse:
    """The notice of the decision as PDF; 404 while it is being printed."""
    notice = result_of(request, pk, result_pk)
    if notice.document is None:
        raise Http404
    return serve_file(notice.document, by=request.actor, inline="inline" in request.GET)  # type: ignore[attr-defined]


portal_result = permitted("subsidies.view_own")(result_page)
portal_result_pdf = permitted("subsidies.view_own")(result_pdf)
office_result = permitted("subsidies.view_application")(result_page)
office_result_pdf = permitted("subsidies.view_application")(result_pdf)


@permitted("subsidies.check_application")
def refusal_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Another officer looks at a refusal that was drawn: right, or in doubt."""
    seen = SubsidyApplication.objects.visible_to(request.actor)
    checks = RefusalCheck.objects.filter(application__in=seen).select_related("application__startup", "application__edition__programme", "application__site", "decision")
    check = get_object_or_404(checks, pk=pk)
    form = RefusalCheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, check_refusal, check, **form.cleaned_data, by=request.actor):
        return done(request, _("Your finding was written down."), to(request, "office:subsidies:application", check.application_id))
    context = {"check": check, "application": check.application, "form": form}
    return render(request, "subsidies/office/refusal_check.html", context)
