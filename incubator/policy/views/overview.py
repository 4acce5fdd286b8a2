"""Two overviews of the policy desk: every right with its state, and two editions side by side."""

from __future__ import annotations

import rules
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from incubator.core.views import permitted
from incubator.policy.changes import edition_changes, running_cases
from incubator.policy.models import ProgrammeEdition
from incubator.policy.standing import counts, standings
from incubator.policy.views.editions import own


@permitted("policy.view_edition")
def programmes(request: HttpRequest) -> HttpResponse:
    """Every right that the texts give, where it stands, and what is missing to open it."""
    rows = standings()
    context = {"rows": rows, "counts": counts(rows), "may_edit": rules.has_perm("policy.edit_edition", request.actor)}
    return render(request, "policy/office/programmes.html", context)


@permitted("policy.view_edition")
def edition_compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """What an edition rules otherwise than an older one of the same programme."""
    new = own(pk)
    rows = ProgrammeEdition.objects.own().with_words()
    old = get_object_or_404(rows.filter(programme=new.programme_id), pk=other)
    changes = edition_changes(old, new)
    context = {"old": old, "new": new, "changes": changes, "any_change": any(changes.values()), "cases": running_cases(old)}
    return render(request, "policy/office/compare.html", context)
