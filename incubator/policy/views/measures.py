"""Local measures on the policy desk: enter, correct the split, attach the scan, hand in, confirm as the second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rules
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.core.forms import VersionForm
from incubator.core.pieces import way
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, permitted, to
from incubator.documents.services import serve_file
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of, labels_of
from incubator.policy import services
from incubator.policy.changes import clause_changes
from incubator.policy.forms import NoteForm
from incubator.policy.loading import SLUG
from incubator.policy.measure_forms import MeasureChangeForm, MeasureForm, ScanForm, SplitForm
from incubator.policy.models import MeasureDraft, PolicyDocument
from incubator.policy.splitting import doubts
from incubator.policy.states import MEASURE_MOVES, MeasureState

WAY = (MeasureState.DRAFT, MeasureState.IN_REVIEW, MeasureState.FILED)
NAMES = ("path", "title", "chapter", "text")


def own(pk: int) -> MeasureDraft:
    """A draft of this organisation, or 404."""
    people = MeasureDraft.objects.select_related("drafter", "submitter", "approver", "parent", "supersedes", "scan", "document")
    return get_object_or_404(people, pk=pk)


@permitted("policy.edit_edition")
def measure_enter(request: HttpRequest) -> HttpResponse:
    """Enter a local measure: paste its text, which is split into clauses."""
    shipped = PolicyDocument.objects.shared().filter(slug=SLUG).first()
    form = MeasureForm(request.POST or None, request.FILES or None, initial={"parent": shipped})
    draft = attempt(form, services.draft_measure, by=request.actor, **form.given()) if form.is_valid() else None
    if draft:
        messages.success(request, _("The text is split into %(count)s clauses. Compare them with the paper.") % {"count": len(draft.clauses)})
        return to(request, "office:policy:measure-split", draft.pk)
    context = {"form": form, "title": _("Enter a local measure"), "cancel": link(request, "office:policy:editions"),
               "submit": _("Split into clauses")}  # fmt: skip
    return render(request, "policy/office/measure_form.html", context, status=status_of(form))


@permitted("policy.view_edition")
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft: what it says of itself, its clauses, what is doubtful, what it would replace and touch."""
    draft = own(pk)
    can_edit = draft.state == MeasureState.DRAFT and rules.has_perm("policy.edit_edition", request.actor)
    changes = clause_changes(draft.supersedes, draft.clauses, draft.clause_form) if draft.supersedes else []
    context = {
        "measure": draft,
        "can_edit": can_edit,
        "doubts": doubts(draft.clauses),
        "missing": services.missing_of(draft) if draft.state == MeasureState.DRAFT else [],
        "changes": changes,
        "moves": [
            (move, link(request, f"office:policy:measure-{move.act}", pk))
            for move in possible_moves(MEASURE_MOVES, draft, request.actor)
        ],
        "steps": way([(state, state.label) for state in WAY], draft.state, stopped=draft.state == MeasureState.DROPPED),
        "events": history(draft),
    }
    return render(request, "policy/office/measure.html", context)


def history(draft: MeasureDraft) -> list[Any]:
    labels = labels_of("policy.measuredraft", MEASURE_MOVES, draft_measure=_("Drafted"), change_measure=_("Changed"))
    return events_of(Entry.objects.about(draft).latest_first()[:30], labels)


@permitted("policy.edit_edition")
def measure_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct title, issuer, dates, parent."""
    draft = own(pk)
    form = MeasureChangeForm(request.POST or None, draft=draft)
    if form.is_valid() and attempt(form, services.change_measure, draft, by=request.actor, **form.cleaned_data):
        messages.success(request, _("Saved."))
        return to(request, "office:policy:measure", pk)
    return form_page(request, form, draft, _("Correct what it says of itself"))


@permitted("policy.edit_edition")
def measure_split(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the split: numbers, words, clauses that belong together or apart."""
    draft = own(pk)
    version = VersionForm(request.POST or None, initial={"version": draft.version})
    sent = request.method == "POST" and "form-TOTAL_FORMS" in request.POST
    begin = [{name: row[name] for name in NAMES} for row in draft.clauses]
    form = SplitForm(request.POST) if sent else SplitForm(initial=begin)
    if sent and form.is_valid() and version.is_valid() and attempt(version, save_split, draft, form, version, request.actor):
        messages.success(request, _("Saved."))
        again = "measure-split" if "again" in request.POST else "measure"
        return to(request, f"office:policy:{again}", pk)
    context = {"measure": draft, "forms": form, "version": version, "doubts": doubts(draft.clauses),
               "cancel": link(request, "office:policy:measure", pk)}  # fmt: skip
    return render(request, "policy/office/measure_split.html", context, status=status_of(version))


def save_split(draft: MeasureDraft, form: Any, version: VersionForm, by: Any) -> MeasureDraft:
    rows = form.rows(draft.clause_form)
    return services.change_measure(draft, by=by, version=version.cleaned_data["version"], clauses=rows)


@permitted("policy.edit_edition")
def measure_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach the scan of the signed paper."""
    draft = own(pk)
    form = ScanForm(request.POST or None, request.FILES or None, initial={"version": draft.version})
    if form.is_valid():
        data = form.cleaned_data
        if attempt(form, services.attach_scan, draft, data["file"], by=request.actor, version=data["version"]):
            messages.success(request, _("The scan is attached."))
            return to(request, "office:policy:measure", pk)
    return form_page(request, form, draft, _("Attach the scan"))


@permitted("policy.view_edition")
def measure_scan_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The scan, for people of the office."""
    draft = own(pk)
    if draft.scan is None:
        raise Http404
    return serve_file(draft.scan, by=request.actor, inline="inline" in request.GET)


@permitted("policy.edit_edition")
def measure_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a measure in."""
    effects = [_("Its words are locked."), _("An owner or manager who is another person compares them with the scan.")]
    said = _("“%(title)s” waits for a second person now.")
    return move_page(request, pk, services.submit_measure, _("Submit for review"), effects, said)


@permitted("policy.approve_edition")
def measure_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm and file a measure as the second person."""
    draft = own(pk)
    effects = [_("Nobody can change its words any more; a later measure can replace it."),
               _("Its clauses can be cited, and everybody can read it in the library.")]  # fmt: skip
    if draft.supersedes:
        effects.append(_("“%(title)s” ends on the day before. Its editions stay until you replace them.") % {"title": draft.supersedes})
    if draft.source:
        effects.append(_("The programmes of the imported file begin as drafts."))
    said = _("“%(title)s” is filed. Set the figures that it decides.")
    return move_page(request, pk, services.file_measure, _("Confirm and file"), effects, said)


@permitted("policy.approve_edition")
def measure_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a measure back to who entered it."""
    form = NoteForm(request.POST or None)
    effects = [_("It is a draft again and can be corrected.")]
    said = _("“%(title)s” is a draft again.")
    return move_page(request, pk, services.return_measure, _("Return with a note"), effects, said, form, danger=True)


@permitted("policy.edit_edition")
def measure_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    effects = [_("The draft can no longer be changed or handed in. Its record stays.")]
    said = _("“%(title)s” is dropped.")
    return move_page(request, pk, services.drop_measure, _("Drop the draft"), effects, said, danger=True)


def move_page(
    request: HttpRequest, pk: int, act: Callable[..., MeasureDraft], title: str, effects: list[str], said: str,
    form: Any = None, *, danger: bool = False,
) -> HttpResponse:  # fmt: skip
    """What the move does, before it is made; then make it."""
    draft = own(pk)
    if request.method == "POST" and form is None:
        act(draft, by=request.actor)
    elif form is None or not form.is_valid() or not attempt(form, act, draft, by=request.actor, **form.cleaned_data):
        context = {"edition": draft, "title": title, "effects": effects, "form": form, "danger": danger,
                   "cancel": link(request, "office:policy:measure", pk)}  # fmt: skip
        return render(request, "policy/office/confirm.html", context, status=status_of(form) if form else 200)
    messages.success(request, said % {"title": draft})
    return to(request, "office:policy:measure", pk)


def form_page(request: HttpRequest, form: Any, draft: MeasureDraft, title: str) -> HttpResponse:
    context = {"form": form, "measure": draft, "title": title, "cancel": link(request, "office:policy:measure", draft.pk),
               "submit": _("Save")}  # fmt: skip
    return render(request, "policy/office/measure_form.html", context, status=status_of(form))
