"""Matchings in the office: draft, compute, look, pin and ban, publish."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.confirming import confirm_page
from incubator.core.listing import asked_id
from incubator.core.refusals import attempt
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of
from incubator.tenants.forms import NoteForm
from incubator.tenants.models import Startup
from mentors.acts import ACT_LABELS
from mentors.forms.runs import MarkForm, MatchingForm, NothingForm
from mentors.gathering import latest_weights
from mentors.models import MatchMark, MatchRun, Mentor
from mentors.planning import score_of
from mentors.services import matching as services
from mentors.states import MATCHING_MOVES
from mentors.views.shared import form_page
from mentors.words import ALONE


@permitted("mentors.read_mentors")
def runs(request: HttpRequest) -> HttpResponse:
    """Every matching, the latest first."""
    return render(request, "mentors/office/runs.html", {"page": paginate(request, MatchRun.objects.select_related("author").order_by("-pk"))})


@permitted("mentors.keep_mentors")
def run_draft(request: HttpRequest) -> HttpResponse:
    """Open a matching."""
    form = MatchingForm(request.POST or None, weights=latest_weights(), initial={"name": _("Matching %(day)s") % {"day": timezone.localdate()}})
    if form.is_valid():
        plain = {name: form.cleaned_data[name] for name in ("name", "floor", "bonus")}
        made = attempt(form, services.draft_matching, weights=form.weights(), by=request.actor, **plain)
        if made:
            messages.success(request, _("The matching is open. Compute it to see the pairs."))
            return to(request, "office:mentors:run", made.pk)
    return form_page(request, form, _("New matching"), link(request, "office:mentors:runs"), lead=_("The points together are 100."))


@permitted("mentors.read_mentors")
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One matching: the pairs with their bars, who stays without, pins and bans, the proof."""
    found = get_object_or_404(MatchRun.objects.select_related("author", "publisher"), pk=pk)
    moves = {move.act for move in possible_moves(MATCHING_MOVES, found, request.actor)}
    context = {
        "run": found, "moves": moves, "marks": found.marks.select_related("mentor", "startup", "marked_by").order_by("pk"), **told(found),
        "again": services.comes_again(found) if "check" in request.GET and found.result_sha256 else None,
        "events": events_of(Entry.objects.about(found).select_related("user"), ACT_LABELS), "labels": {move.act: move.label for move in MATCHING_MOVES},
    }  # fmt: skip
    return render(request, "mentors/office/run.html", context)


def told(found: MatchRun) -> dict[str, Any]:
    """The result with the records behind the numbers, and for each pair the next best mentor of the startup."""
    result = found.result or {"pairs": [], "alone": []}
    mentors = Mentor.objects.in_bulk([one["id"] for one in found.given.get("mentors", [])])
    startups = Startup.objects.in_bulk([one["id"] for one in found.given.get("startups", [])])
    wishes = {one["id"]: one for one in found.given.get("startups", [])}
    pairs = [
        {**pair, "mentor": mentors[pair["mentor"]], "startup": startups[pair["startup"]], "score": {"parts": pair["parts"], "total": pair["total"], "bonus": pair["bonus"]},
         "second": second_best(found.given, wishes[pair["startup"]], pair["mentor"], mentors)}
        for pair in result["pairs"]
    ]  # fmt: skip
    alone = [{"startup": startups[one["startup"]], "why": ALONE.get(one["why"], "")} for one in result["alone"]]
    change = None if result.get("total_before") is None else result["total"] - result["total_before"]
    return {"pairs": pairs, "alone": alone, "change": change}


def second_best(given: dict[str, Any], wish: dict[str, Any], mentor: int, mentors: dict[int, Mentor]) -> dict[str, Any] | None:
    """The next best possible mentor of a startup beside the one it has."""
    scored = [(score_of(offer, wish, given), offer["id"]) for offer in given["mentors"] if offer["id"] != mentor]
    possible = [(score["total"], -pk) for score, pk in scored if not score["blocked"]]
    return {"mentor": mentors[-max(possible)[1]], "total": max(possible)[0]} if possible else None


@permitted("mentors.keep_mentors")
def run_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Compute, publish, close."""
    found = get_object_or_404(MatchRun, pk=pk)
    if act not in ACTS:
        raise Http404
    title, effects, form_class, danger, service, said = ACTS[act]
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and attempt(form, service, found, by=request.actor, **form.cleaned_data):
        messages.success(request, said())
        return to(request, "office:mentors:run", pk)
    return confirm_page(request, title(), [one() for one in effects], link(request, "office:mentors:run", pk), form=form, lead=found.name, danger=danger)


ACTS: dict[str, Any] = {
    "compute": (
        lambda: _("Compute"), [lambda: _("The best pairs of what is on file now; pins and bans stay."), lambda: _("Nobody is told anything yet.")], NothingForm, False,
        services.compute_matching, lambda: _("Computed. Look at the pairs before you publish."),
    ),
    "publish": (
        lambda: _("Publish"), [lambda: _("Every mentor and every founder is asked; both accept before a pairing begins."), lambda: _("The pairs can no longer be changed here.")], NothingForm, False,
        services.publish_matching, lambda: _("Published. Mentors and founders are asked."),
    ),
    "close": (lambda: _("Close the matching"), [lambda: _("Pairings that came of it go on.")], NoteForm, True, services.close_matching, lambda: _("Closed.")),
}  # fmt: skip


@permitted("mentors.keep_mentors")
def run_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Pin a pair or rule it out."""
    found = get_object_or_404(MatchRun, pk=pk)
    initial = {"mentor": asked_id(request, "mentor"), "startup": asked_id(request, "startup"), "kind": "ban" if request.GET.get("kind") == "ban" else "pin"}
    form = MarkForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        if attempt(form, services.mark_pair, found, data["mentor"], data["startup"], kind=data["kind"], reason=data["reason"], by=request.actor):
            messages.success(request, _("Marked. Compute again to see what it changes."))
            return to(request, "office:mentors:run", pk)
    return form_page(request, form, _("Pin or ban a pair"), link(request, "office:mentors:run", pk), lead=found.name)


@permitted("mentors.keep_mentors")
def run_unmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mark away."""
    mark = get_object_or_404(MatchMark.objects.select_related("run", "mentor", "startup"), pk=pk)
    if request.method == "POST":
        services.unmark_pair(mark, by=request.actor)
        messages.success(request, _("Taken away. Compute again to see what it changes."))
        return to(request, "office:mentors:run", mark.run_id)
    return confirm_page(request, _("Take the mark away"), [_("The pair is decided by its points again.")], link(request, "office:mentors:run", mark.run_id), lead=str(mark))
