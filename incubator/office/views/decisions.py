"""The chain of decision records: every record with its hash, and whether the chain still holds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from incubator.core.views import link, paginate, permitted
from incubator.office.audit import PAGES, act_name
from incubator.policy.models import Decision
from incubator.policy.services import verify_decisions


@permitted("policy.view_decision")
def decision_list(request: HttpRequest) -> HttpResponse:
    """Every decision record of the organisation, the newest first. The chain is computed again on each visit."""
    page = paginate(request, Decision.objects.select_related("actor", "edition", "reply", "replaces", "replaced_by").order_by("-pk"))
    for decision in page:
        decision.act_words = act_name(decision.subject_type, decision.act)
        decision.url = link(request, PAGES[decision.subject_type], decision.subject_id) if decision.subject_type in PAGES else ""
    return render(request, "office/decisions.html", {"page": page, "check": verify_decisions()})
