"""The judges' desk: assigned entries only, by code; scores kept as one types; whole sheets handed in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.contests.forms import MinutesForm, NothingForm, ReasonForm, SheetForm
from incubator.contests.models import Contest, ScoreSheet
from incubator.contests.services import judging, results
from incubator.core.confirming import confirm_page
from incubator.core.refusals import attempt, status_of
from incubator.core.views import link, permitted, to
from incubator.documents.services import serve_file


def own_sheet(request: Any, pk: int) -> ScoreSheet:
    """The sheet, if it is this judge's and judging runs. Anything else is not there."""
    return get_object_or_404(ScoreSheet.objects.of_judge(request.user), pk=pk)


@permitted("contests.score_entry")
def desk(request: HttpRequest) -> HttpResponse:
    """What this judge has to score, contest by contest, in an order of their own."""
    sheets = list(ScoreSheet.objects.of_judge(request.user).order_by("contest", "place"))
    contests: dict[Contest, list[ScoreSheet]] = {}
    for sheet in sheets:
        contests.setdefault(sheet.contest, []).append(sheet)
    chaired = Contest.objects.filter(judges__user=request.user, judges__chairs=True, state="noticed").select_related("notice")
    done = sum(sheet.state != "assigned" for sheet in sheets)
    return render(request, "contests/judge/desk.html", {"contests": contests, "chaired": chaired, "done": done, "count": len(sheets)})


@permitted("contests.score_entry")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with the rubric beside it. Saving keeps a draft; handing in needs every criterion."""
    found = own_sheet(request, pk)
    form = sheet_form(found, request)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, judging.save_scores, found, form.scores, form.cleaned_data["comment"], by=request.actor)
        if saved and "hand_in" in request.POST and attempt(form, judging.seal_scores, saved, by=request.actor):
            messages.success(request, _("Handed in: %(code)s. You may take it back until the scores are frozen.") % {"code": found.entry.code})
            following = ScoreSheet.objects.of_judge(request.user).due().filter(contest=found.contest).order_by("place").first()
            return to(request, "portal:judging:sheet", following.pk) if following else to(request, "portal:judging:desk")
        if saved and "hand_in" not in request.POST:
            messages.success(request, _("The draft is saved. Nobody else sees it."))
            return to(request, "portal:judging:sheet", pk)
    context = {"sheet": found, "entry": found.entry, "contest": found.contest, "form": form, "lines": lines_of(found, form), "total": total(found)}
    return render(request, "contests/judge/sheet.html", context, status=status_of(form))


def sheet_form(found: ScoreSheet, request: HttpRequest) -> SheetForm:
    stored = dict(found.scores) | {"comment": found.comment}
    return SheetForm(found.contest, request.POST if request.method == "POST" else None, initial=stored)


def lines_of(found: ScoreSheet, form: SheetForm) -> list[tuple[Any, Any]]:
    return [(line, form[line.key]) for line in found.contest.criteria.all()]


def total(found: ScoreSheet) -> Any:
    """The weighted total once every criterion has a score."""
    lines = found.contest.criteria.all()
    return judging.total_of(found.contest, found.scores) if all(line.key in found.scores for line in lines) else None


@permitted("contests.score_entry")
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was typed so far; answers the small line under the form."""
    found = own_sheet(request, pk)
    form = sheet_form(found, request)
    if request.method != "POST":
        return to(request, "portal:judging:sheet", pk)
    kept = form.is_valid() and attempt(form, judging.save_scores, found, form.scores, form.cleaned_data["comment"], by=request.actor)
    fresh = ScoreSheet.objects.select_related("contest").get(pk=pk)
    return render(request, "contests/judge/_saved.html", {"sheet": fresh, "kept": kept, "form": form, "total": total(fresh)})


@permitted("contests.score_entry")
def deck(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The blind copy of the deck, named by the code."""
    found = own_sheet(request, pk)
    if found.entry.blind_deck is None:
        raise Http404
    return serve_file(found.entry.blind_deck, by=request.actor, inline=True)


ACTS: dict[str, Any] = {
    "recuse": (lambda: _("Declare a conflict"), lambda: [_("The entry leaves your list for good."), _("Another judge takes the seat.")], judging.recuse, ReasonForm),
    "abstain": (lambda: _("Abstain"), lambda: [_("You give no score; the sheet stays outside of the result.")], judging.abstain, ReasonForm),
    "unseal": (lambda: _("Take the scores back"), lambda: [_("You may change them and hand them in again, until they are frozen.")], judging.unseal_scores, NothingForm),
}


@permitted("contests.score_entry")
def sheet_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Declare a conflict, abstain, or take the own scores back."""
    if act not in ACTS:
        raise Http404
    found = own_sheet(request, pk)
    title, effects, service, form_class = ACTS[act]
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        attempt(form, service, found, by=request.actor, **form.cleaned_data)
        if not form.errors:
            messages.success(request, _("Done."))
            return to(request, "portal:judging:desk") if act != "unseal" else to(request, "portal:judging:sheet", pk)
    context = {"form": form, "title": title(), "effects": effects(), "lead": found.entry.code, "cancel": link(request, "portal:judging:sheet", pk), "danger": act == "recuse"}
    return confirm_page(request, **context)


@permitted("contests.score_entry")
def final(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair makes the result final, with the minutes."""
    found = get_object_or_404(Contest.objects.filter(judges__user=request.user, judges__chairs=True), pk=pk, state="noticed")
    form = MinutesForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, results.finalise_result, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The result is final. Codes are resolved to names on the public page."))
        return to(request, "portal:judging:desk")
    context = {"form": form, "title": _("Make the result final"), "effects": [_("Names stand beside the ranks in public."), _("Teams read their scores and comments."), _("It cannot be undone.")], "lead": found.title, "cancel": link(request, "portal:judging:desk"), "danger": False}
    return confirm_page(request, **context)
