"""Contests in the office: list, rules, screening, jury, the acts on the way to the result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.contests.forms import (
    CONTEST_FIELDS,
    ConflictForm,
    ContestForm,
    CriterionRows,
    JudgeForm,
    LeakForm,
    PrizeRows,
    ScreenForm,
    TrackRows,
)
from incubator.contests.models import Contest, Entry, JudgeSeat, LeakHit
from incubator.contests.progress import jury_rows, ways
from incubator.contests.services import blind, contests, entries, judging
from incubator.contests.services.results import ranked_entries
from incubator.contests.states import AFTER_FREEZE, CONTEST_MOVES, ENTRY_MOVES
from incubator.core.confirming import confirm_page
from incubator.core.errors import BusinessError
from incubator.core.exports import xlsx_answer
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.journal.services import record


@permitted("contests.read_contest")
def contest_list(request: HttpRequest) -> HttpResponse:
    """All contests, the latest first."""
    return render(request, "contests/office/contests.html", {"page": paginate(request, Contest.objects.order_by("-registration_from", "-pk"))})


@permitted("contests.read_contest")
def contest(request: HttpRequest, pk: int) -> HttpResponse:
    """One contest: where it stands, what is missing, its entries, jury, progress and ranking."""
    found = get_object_or_404(Contest, pk=pk)
    acts = [move for move in possible_moves(CONTEST_MOVES, found, request.actor) if move.act in offered(found)]
    context = {
        "contest": found, "acts": acts, "steps": ways(found), "missing": missing(found),
        "entries": found.entries.select_related("track", "screener").order_by("code"), "jury": jury_rows(found),
        "open_hits": blind.open_hits(found).select_related("entry"), "ranked": ranked_entries(found) if found.ranked else [],
        "certificates": found.certificates.select_related("entry", "prize"),
    }  # fmt: skip
    return render(request, "contests/office/contest.html", context)


def offered(found: Contest) -> set[str]:
    """The acts that a button of the contest's page starts: each has a page of its own."""
    from incubator.contests.views.acts import ACTS

    early = {"freeze"} if found.freeze_asker_id is None else {"ask_freeze"}
    early |= {"award"} if found.award_orderer_id is None else {"order_award"}
    return set(ACTS) - early


def missing(found: Contest) -> list[str]:
    """What stands in the way of the next step."""
    if found.state == "draft":
        return contests.missing_of(found)
    if found.state == "screening":
        return judging.obstacles(found)
    short = judging.below_quorum(found) if found.state == "judging" else []
    return [_("Sheets are missing for: %(codes)s.") % {"codes": "、".join(short)}] if short else []


@permitted("contests.edit_contest")
def contest_new(request: HttpRequest) -> HttpResponse:
    """Begin a contest."""
    form = ContestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, contests.draft_contest, by=request.actor, **form.cleaned_data)
        if made:
            messages.success(request, _("The draft is there. Add tracks, rubric and prizes."))
            return to(request, "office:contests:rules", made.pk)
    return form_page(request, form, _("New contest"), link(request, "office:contests:contests"))


@permitted("contests.edit_contest")
def contest_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change words, dates and method until registration opens."""
    found = get_object_or_404(Contest, pk=pk)
    contests.refuse_locked(found)
    form = ContestForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in CONTEST_FIELDS}
        if attempt(form, contests.change_contest, Contest.objects.get(pk=pk), by=request.actor, **given):
            messages.success(request, _("Saved."))
            return to(request, "office:contests:contest", pk)
    return form_page(request, form, _("Change the contest"), link(request, "office:contests:contest", pk), lead=found.title)


@permitted("contests.edit_contest")
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Tracks, rubric with anchors, prizes: all on one page."""
    found = get_object_or_404(Contest, pk=pk)
    contests.refuse_locked(found)
    sets = row_sets(request, found)
    if request.method == "POST" and all(valid_each(sets)):
        contests.set_parts(found, by=request.actor, **{name: rows.filled for name, rows in sets.items()})
        if "more" in request.POST:
            return to(request, "office:contests:rules", pk)
        messages.success(request, _("Saved."))
        return to(request, "office:contests:contest", pk)
    weights = sum(found.criteria.values_list("weight", flat=True))
    return render(request, "contests/office/rules.html", {"contest": found, "sets": sets, "weights": weights})


def valid_each(sets: dict[str, Any]) -> list[bool]:
    """Look at every set of rows, so that each says what is wrong with it."""
    return [rows.is_valid() for rows in sets.values()]


def row_sets(request: HttpRequest, found: Contest) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else None
    stored = {
        "tracks": (TrackRows, found.tracks.values("name", "name_en")),
        "criteria": (CriterionRows, found.criteria.values("name", "name_en", "weight", "hint", "at_90", "at_75", "at_60")),
        "prizes": (PrizeRows, found.prizes.values("name", "name_en", "rank_from", "rank_to", "amount")),
    }
    return {name: rows(given, prefix=name, initial=list(values)) for name, (rows, values) in stored.items()}


@permitted("contests.read_contest")
def entry(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """One entry with its team, texts, files, conflicts and hits of the leak test."""
    found = get_object_or_404(Entry.objects.select_related("contest", "track", "startup", "deck", "blind_deck"), contest=pk, pk=entry)
    acts = [move.act for move in possible_moves(ENTRY_MOVES, found, request.actor) if move.act in SCREENING]
    context = {
        "entry": found, "contest": found.contest, "acts": acts, "hits": found.leaks.all(), "conflicts": found.conflicts.select_related("judge__user"),
        "sheets": sheets_of(found), "reason": dict(ScreenForm().fields["reason"].choices).get(found.reason, ""),
    }  # fmt: skip
    return render(request, "contests/office/entry.html", context)


def sheets_of(found: Entry) -> list[tuple[Any, Any]]:
    """The sheets of an entry with their totals, once the scores are frozen; nothing before."""
    if found.contest.state not in AFTER_FREEZE:
        return []
    rows = found.sheets.select_related("judge__user").order_by("judge")
    return [(row, judging.total_of(found.contest, row.scores) if row.state in ("sealed", "set_aside") else None) for row in rows]


SCREENING = ("pass", "return", "exclude", "disqualify")
TITLES: dict[str, Any] = {
    "pass": lambda: _("Find the entry eligible"), "return": lambda: _("Return the entry for correction"),
    "exclude": lambda: _("Find the entry not eligible"), "disqualify": lambda: _("Put the entry out of the contest"),
}  # fmt: skip


@permitted("contests.move_contest")
def entry_act(request: HttpRequest, pk: int, entry: int, act: str) -> HttpResponse:
    """Pass, return, exclude or disqualify an entry."""
    if act not in SCREENING:
        raise Http404
    found = get_object_or_404(Entry.objects.select_related("contest"), contest=pk, pk=entry)
    form = ScreenForm(request.POST if request.method == "POST" and act != "pass" else None)
    back = link(request, "office:contests:entry", pk, entry)
    if request.method == "POST" and (act == "pass" or form.is_valid()):
        given = {} if act == "pass" else form.cleaned_data
        if act == "pass":
            entries.screen_entry(found, act, by=request.actor)
        elif act == "disqualify":
            attempt(form, entries.disqualify_entry, found, by=request.actor, **given)
        else:
            attempt(form, entries.screen_entry, found, act, by=request.actor, **given)
        if not form.errors:
            messages.success(request, _("Done. The team is told."))
            return to(request, "office:contests:contest", pk)
    context = {"form": None if act == "pass" else form, "title": TITLES[act](), "lead": f"{found.code} · {found.team}", "cancel": back, "danger": act in ("exclude", "disqualify"), "effects": [_("The team is told by mail.")]}
    return confirm_page(request, **context)


@permitted("contests.read_contest")
def deck(request: HttpRequest, pk: int, entry: int, which: str) -> HttpResponseBase:
    """The deck as it came (`original`) or as judges get it (`blind`)."""
    found = get_object_or_404(Entry, contest=pk, pk=entry)
    document = {"original": found.deck, "blind": found.blind_deck}.get(which)
    if document is None:
        raise Http404
    return serve_file(document, by=request.actor, inline=True)


@permitted("contests.screen_entry")
def blind_checked(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Sign that all pages of the blind copy were looked through."""
    found = get_object_or_404(Entry.objects.exclude(blind_deck=None), contest=pk, pk=entry)
    if request.method == "POST":
        entries.check_blind(found, by=request.actor)
        messages.success(request, _("Signed: the blind copy was looked through."))
        return to(request, "office:contests:entry", pk, entry)
    effects = [_("You looked through all pages: no name, face, logo or address of the team. The product reads text, not pictures."), _("Your name stands beside it.")]
    return confirm_page(request, _("Sign the blind copy"), effects, link(request, "office:contests:entry", pk, entry), lead=found.code)


@permitted("contests.screen_entry")
def leak(request: HttpRequest, pk: int, hit: int) -> HttpResponse:
    """Explain a hit of the leak test."""
    found = get_object_or_404(LeakHit.objects.select_related("entry"), entry__contest=pk, pk=hit)
    form = LeakForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, blind.clear_leak, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("Explained."))
        return to(request, "office:contests:contest", pk)
    lead = f"{found.entry.code} · {found.where} · “{found.term}” — {found.excerpt}"
    return form_page(request, form, _("Explain a hit"), link(request, "office:contests:contest", pk), lead=lead)


@permitted("contests.manage_jury")
def jury(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a judge a seat."""
    found = get_object_or_404(Contest, pk=pk)
    form = JudgeForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, judging.add_judge, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The judge has a seat."))
        return to(request, "office:contests:contest", pk)
    return form_page(request, form, _("Add a judge"), link(request, "office:contests:contest", pk), lead=found.title)


@permitted("contests.manage_jury")
def seat_remove(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """Take a judge out before judging opens."""
    found = get_object_or_404(JudgeSeat.objects.select_related("user", "contest"), contest=pk, pk=seat)
    if request.method == "POST":
        judging.remove_judge(found, by=request.actor)
        messages.success(request, _("The seat is free."))
        return to(request, "office:contests:contest", pk)
    context = {"title": _("Take the judge out of the jury"), "lead": str(found), "effects": [_("Possible only before judging opens.")], "cancel": link(request, "office:contests:contest", pk), "danger": True}
    return confirm_page(request, **context)


@permitted("contests.manage_jury")
def conflict(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Write down a conflict that the office knows of."""
    found = get_object_or_404(Entry.objects.select_related("contest"), contest=pk, pk=entry)
    form = ConflictForm(found.contest, request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(
        form, judging.record_conflict, form.cleaned_data["judge"], found, reason=form.cleaned_data["reason"], by=request.actor
    ):
        messages.success(request, _("The conflict is on record. This judge never gets the entry."))
        return to(request, "office:contests:entry", pk, entry)
    return form_page(request, form, _("Record a conflict"), link(request, "office:contests:entry", pk, entry), lead=f"{found.code} · {found.team}")


@permitted("contests.read_contest")
def result_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The ranking as a workbook, with names: only after the freeze."""
    found = get_object_or_404(Contest, pk=pk)
    if not found.ranked:
        raise BusinessError(_("There is no ranking yet."))
    record("export", found, by=request.actor)
    head = [_("Rank"), _("Code"), _("Team"), _("Track"), _("Score"), _("Prize")]
    rows = [[row["rank"], row["code"], row["entry"].team, row["entry"].track.label, row["score"], str(row["prize"] or "")] for row in ranked_entries(found)]
    return xlsx_answer(f"ranking-{found.slug}", head, rows, title=found.title)


def form_page(request: HttpRequest, form: Any, title: str, cancel: str, *, lead: str = "") -> HttpResponse:
    return render(request, "contests/office/form.html", {"form": form, "title": title, "lead": lead, "cancel": cancel}, status=status_of(form))
