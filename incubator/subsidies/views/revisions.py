"""The second person's pages of a new decision on a claim: compare, then confirm or reject."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.core.refusals import attempt
from incubator.core.views import permitted, to
from incubator.documents.services import serve_file
from incubator.subsidies.forms import NoteForm, TotalForm
from incubator.subsidies.models import ClaimRevision
from incubator.subsidies.services import revisions
from incubator.subsidies.states import REVISION_MOVES
from incubator.subsidies.views.shared import buttons, done, find_claim

FORMS: dict[str, Any] = {"confirm": TotalForm, "reject": NoteForm}


def find(request: HttpRequest, pk: int, revision_pk: int) -> ClaimRevision:
    """The new decision of a claim that this person may see; else 404."""
    record = find_claim(request, pk)
    return get_object_or_404(record.revisions.select_related("claim", "reply__document", "objection", "recorder", "confirmer"), pk=revision_pk)


@permitted("subsidies.view_claim")
def revision(request: HttpRequest, pk: int, revision_pk: int) -> HttpResponse:
    """A new decision line by line: what stood, what it says, the difference, its paper."""
    found = find(request, pk, revision_pk)
    lines = found.lines.select_related("line__application__startup", "line__application__site", "line__application__edition__programme", "reason")
    acts = buttons(request, found, REVISION_MOVES, "revision-act", FORMS, within=(pk,))
    context = {"revision": found, "claim": found.claim, "lines": lines, "delta": sum(line.delta for line in lines), "acts": acts}
    return render(request, "subsidies/office/revision.html", context)


@permitted("subsidies.view_claim")
def revision_paper(request: HttpRequest, pk: int, revision_pk: int) -> HttpResponse:
    """The paper that the new decision rests on."""
    found = find(request, pk, revision_pk)
    return serve_file(found.reply.document, by=request.actor, inline="inline" in request.GET)  # type: ignore[attr-defined]


@permitted("subsidies.move_claim")
def revision_act(request: HttpRequest, pk: int, revision_pk: int, act: str) -> HttpResponse:
    """Confirm or reject the record of a new decision."""
    found = find(request, pk, revision_pk)
    if act not in FORMS:
        raise Http404
    form = FORMS[act](request.POST or None)
    if request.method == "POST" and form.is_valid():
        service = revisions.confirm_revision if act == "confirm" else revisions.reject_revision
        if attempt(form, service, found, **form.cleaned_data, by=request.actor):  # type: ignore[attr-defined]
            return done(request, _("The new decision is confirmed.") if act == "confirm" else _("The record was rejected."), to(request, "office:subsidies:claim", pk))
    context = {"revision": found, "claim": found.claim, "form": form, "effects": effects(act),
               "label": next(move.label for move in REVISION_MOVES if move.act == act)}  # fmt: skip
    return render(request, "subsidies/office/claim_act.html", context)


def effects(act: str) -> list[str]:
    """What will happen, before it happens."""
    if act == "reject":
        return [_("The record stays in the journal and changes nothing. Finance records the new decision anew.")]
    return [
        _("Each changed line gets a new decision record that names the one it replaces, and each applicant is told on paper."),
        _("The budget follows: what is granted less is released, what is granted more is committed."),
    ]
