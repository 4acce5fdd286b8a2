"""The acts on a contest, each with a page that says what will happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import rules
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.contests.forms import NoteForm, NothingForm, ReasonForm, ReopenForm
from incubator.contests.models import Certificate, Contest, ScoreSheet
from incubator.contests.papers import paper_of
from incubator.contests.services import blind, contests, judging, results
from incubator.contests.views.public import pitch_order
from incubator.core.confirming import confirm_page
from incubator.core.errors import NotAllowed
from incubator.core.refusals import attempt
from incubator.core.views import link, permitted, to
from incubator.documents.services import serve_file


@dataclass(frozen=True)
class Act:
    """One act: its title, what will happen, its form, what it does."""

    title: Callable[[], str]
    effects: Callable[[], list[str]]
    do: Callable[..., Any]
    form: Any = NothingForm
    danger: bool = False
    power: str = "contests.move_contest"


ACTS: dict[str, Act] = {
    "publish": Act(lambda: _("Announce the contest"), lambda: [_("The contest stands on the public site, followers are told."), _("When registration opens, rules, rubric and method are locked for good.")], contests.publish_contest),
    "cancel": Act(lambda: _("Cancel the contest"), lambda: [_("The reason is shown on the public page."), _("It cannot be undone.")], contests.cancel_contest, NoteForm, danger=True),
    "leaks": Act(lambda: _("Run the leak test"), lambda: [_("Everything that judges will read is searched for names, companies, schools and contacts, also in pinyin.")], blind.look_for_leaks, power="contests.screen_entry"),
    "open_judging": Act(lambda: _("Open judging"), lambda: [_("Conflicts are found and the leak test runs once more."), _("Every entry gets its judges; their loads differ by at most one unless conflicts forbid it."), _("Judges are told.")], judging.open_judging),
    "refill": Act(lambda: _("Fill free seats"), lambda: [_("Only open seats are given out; what stands stays.")], judging.refill, power="contests.manage_jury"),
    "ask_freeze": Act(lambda: _("Propose to freeze the scores"), lambda: [_("A second person who is no judge freezes them.")], judging.ask_freeze),
    "freeze": Act(lambda: _("Freeze the scores"), lambda: [_("No score can be changed any more, by nobody."), _("The hash of all sheets is kept and the entries are ranked by the method that was fixed.")], judging.freeze_scores),
    "publish_notice": Act(lambda: _("Put the result on public notice"), lambda: [_("Teams, ranks and scores are public for the working days of the rules; anybody may object.")], results.notice_result),
    "reopen": Act(lambda: _("Take the result back"), lambda: [_("Only after an upheld objection, for the entries that it names."), _("The notice is withdrawn with the reason.")], results.reopen_result, ReopenForm, danger=True),
    "rank_again": Act(lambda: _("Rank again"), lambda: [_("The ranking is made anew from the sheets that count.")], results.rank_again, power="contests.manage_jury"),
    "order_award": Act(lambda: _("Order the prizes"), lambda: [_("A manager who is another person approves.")], results.order_award),
    "award": Act(lambda: _("Approve the prizes and issue certificates"), lambda: [_("Every winning team and each of its people gets a certificate with a code that everybody can check.")], results.award_prizes),
}  # fmt: skip


@permitted("contests.move_contest")
def contest_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do one act, after a page that says what will happen."""
    if act not in ACTS:
        raise Http404
    found, one = get_object_or_404(Contest, pk=pk), ACTS[act]
    if not rules.has_perm(one.power, request.actor):
        raise NotAllowed(_("Your role here does not include this. Ask an owner of your organisation to change your role."))
    form = made_form(one, found, request)
    if request.method == "POST" and form.is_valid() and attempt_act(form, one, found, request):
        messages.success(request, _("Done."))
        return to(request, "office:contests:contest", pk)
    context = {"form": form, "title": one.title(), "effects": one.effects(), "lead": found.title, "danger": one.danger, "cancel": link(request, "office:contests:contest", pk)}
    return confirm_page(request, **context)


def made_form(one: Act, found: Contest, request: HttpRequest) -> Any:
    given = request.POST if request.method == "POST" else None
    return one.form(found, given) if one.form is ReopenForm else one.form(given)


def attempt_act(form: Any, one: Act, found: Contest, request: Any) -> bool:
    given = dict(form.cleaned_data)
    if one.form is ReopenForm:
        given["teams"] = list(given.pop("entries"))
    attempt(form, one.do, found, by=request.actor, **given)
    return not form.errors


@permitted("contests.manage_jury")
def sheet_aside(request: HttpRequest, pk: int, sheet: int) -> HttpResponse:
    """Leave one sheet of a reopened entry out of the result."""
    found = get_object_or_404(ScoreSheet.objects.select_related("contest", "entry", "judge__user"), contest=pk, pk=sheet)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, results.set_sheet_aside, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The sheet no longer counts. Rank again."))
        return to(request, "office:contests:contest", pk)
    context = {"form": form, "title": _("Set a sheet aside"), "lead": f"{found.entry.code} · {found.judge}", "effects": [_("Its scores stay on record and no longer count.")], "cancel": link(request, "office:contests:contest", pk), "danger": True}
    return confirm_page(request, **context)


@permitted("contests.read_contest")
def certificate(request: HttpRequest, pk: int, certificate: int) -> HttpResponseBase:
    """The certificate as PDF; the first look prints it."""
    found = get_object_or_404(Certificate.objects.select_related("document"), contest=pk, pk=certificate)
    return serve_file(paper_of(found), by=request.actor, inline=True)


@permitted("contests.manage_jury")
def certificate_revoke(request: HttpRequest, pk: int, certificate: int) -> HttpResponse:
    """Revoke a certificate with a reason."""
    found = get_object_or_404(Certificate, contest=pk, pk=certificate)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, results.revoke_certificate, found, because=form.cleaned_data["reason"], by=request.actor):
        messages.success(request, _("Revoked. Whoever checks the code reads it."))
        return to(request, "office:contests:contest", pk)
    context = {"form": form, "title": _("Revoke a certificate"), "lead": f"{found.number} · {found.holder}", "effects": [_("Whoever checks the code reads that it was revoked.")], "cancel": link(request, "office:contests:contest", pk), "danger": True}
    return confirm_page(request, **context)


@permitted("contests.manage_jury")
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """The stage of a pitch day: which team is on, and the moment when the ranks are revealed on the second screen."""
    found = get_object_or_404(Contest.objects.filter(is_blind=False), pk=pk)
    if request.method == "POST":
        results.set_stage(found, request.POST.get("to", ""), by=request.actor)
        return to(request, "office:contests:stage", pk)
    return render(request, "contests/office/stage.html", {"contest": found, "teams": list(enumerate(pitch_order(found), 1))})
