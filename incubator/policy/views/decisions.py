"""The chain of decision records: every record with its hash, and whether the chain still holds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from incubator.core.views import paginate, permitted
from incubator.policy.models import Decision
from incubator.policy.services import verify_decisions


@permitted("policy.view_decision")
def decision_list(request: HttpRequest) -> HttpResponse:
    """Every decision record of the organisation, the newest first. The chain is computed again on each visit."""
    rows = Decision.objects.select_related("actor", "edition", "reply", "replaces", "replaced_by").order_by("-pk")
    context = {"page": paginate(request, rows), "check": verify_decisions()}
    return render(request, "policy/office/decisions.html", context)
