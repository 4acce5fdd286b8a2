"""The policy desk: editions of programmes, what each still needs, and the moves that two people make."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incubator.core.pieces import Step, way
from incubator.core.refusals import attempt, refusal_of, status_of
from incubator.core.states import Move, possible_moves
from incubator.core.views import link, permitted, to
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of, labels_of
from incubator.policy import evidence, services
from incubator.policy.changes import predecessor, touched_by_edition
from incubator.policy.forms import EditionForm, NoteForm, NoticeRuleForm, PapersForm, SuccessorForm, WithdrawForm
from incubator.policy.guards import conditions
from incubator.policy.keys import FORMULA_KEYS, place_of
from incubator.policy.models import MeasureDraft, Parameter, PolicyDocument, ProgrammeEdition
from incubator.policy.states import EDITION_MOVES, EditionState

PAGES = {"submit", "approve", "return", "withdraw"}  # moves that have a page of their own
WAY = (EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.PUBLISHED, EditionState.EFFECTIVE, EditionState.CLOSED)


def own(pk: int) -> ProgrammeEdition:
    """An edition of this organisation with everything that its page names, or 404."""
    people = ProgrammeEdition.objects.own().with_words().select_related("drafter", "submitter", "approver")
    return get_object_or_404(people, pk=pk)


@permitted("policy.view_edition")
def editions(request: HttpRequest) -> HttpResponse:
    """Every edition of this organisation, and the shipped programmes that one can start from."""
    shipped = list(ProgrammeEdition.objects.templates().with_rule().order_by("pk"))
    context = {
        "editions": ProgrammeEdition.objects.for_desk(),
        "startable": [row for row in shipped if row.formula_name in FORMULA_KEYS],
        "later": [row for row in shipped if row.formula_name not in FORMULA_KEYS],
        "measures": PolicyDocument.objects.own().order_by("-effective_from", "pk"),
        "drafts": MeasureDraft.objects.open(),
        "to_verify": Parameter.objects.own().to_verify(timezone.localdate()),
        "may_edit": rules.has_perm("policy.edit_edition", request.actor),
    }
    return render(request, "policy/office/editions.html", context)


@permitted("policy.view_edition")
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition: its figures with their words, what is missing, who did what, and what can be done now."""
    found = own(pk)
    is_open = found.state in {EditionState.DRAFT, EditionState.IN_REVIEW}
    may_edit = rules.has_perm("policy.edit_edition", request.actor)
    context = {
        "edition": found,
        "figures": sorted(found.parameters.with_source().prefetch_related("verifications__verified_by"), key=lambda row: place_of(found.formula_name, row.key)),
        "papers": evidence.as_papers(found.evidence),
        "conditions": conditions(found) if is_open else [],
        "moves": moves_of(request, found),
        "may_edit": may_edit,
        "can_edit": may_edit and found.state == EditionState.DRAFT,
        "steps": steps(found),
        "events": history(found),
        "touched": touched_by_edition(found) if is_open else None,
        "before": None if is_open else predecessor(found),
        "may_replace": found.state == EditionState.EFFECTIVE and rules.has_perm("policy.approve_edition", request.actor)
        and ProgrammeEdition.objects.own().successors_of(found).exists(),
    }  # fmt: skip
    return render(request, "policy/office/edition.html", context)


def moves_of(request: HttpRequest, found: ProgrammeEdition) -> list[tuple[Move, str]]:
    """The moves that this person may make now, each with the address of its page."""
    possible = [move for move in possible_moves(EDITION_MOVES, found, request.actor) if move.act in PAGES]
    return [(move, link(request, f"office:policy:edition-{move.act}", found.pk)) for move in possible]


def steps(found: ProgrammeEdition) -> list[Step]:
    """Where the edition stands on its way."""
    stopped = found.state == EditionState.WITHDRAWN
    at = EditionState.EFFECTIVE if stopped else found.state
    return way([(state, state.label) for state in WAY], at, stopped=stopped)


def history(found: ProgrammeEdition) -> list[Any]:
    labels = labels_of(
        "policy.programmeedition", EDITION_MOVES, draft_edition=_("Drafted"), change_edition=_("Changed"),
        verify_parameter=_("Figure verified"), set_parameter=_("Figure set"), remove_parameter=_("Figure removed"),
        plan_succession=_("Its successor follows"),
    )
    return events_of(Entry.objects.about(found).latest_first()[:30], labels)


@permitted("policy.edit_edition")
@require_POST
def edition_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft from a template or from an edition of one's own."""
    source = get_object_or_404(ProgrammeEdition.objects.with_rule(), pk=pk)
    draft = services.draft_from(source, by=request.actor)
    messages.success(request, _("The draft is begun. Set its figures next, each with the words of the local measure."))
    return to(request, "office:policy:edition", draft.pk)


@permitted("policy.edit_edition")
def edition_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a draft rules besides its figures."""
    return rule_page(request, pk, EditionForm, _("Name, days and payee"))


@permitted("policy.edit_edition")
def edition_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Say for how many working days a result is shown to the public, with the words that order it."""
    return rule_page(request, pk, NoticeRuleForm, _("Public notice"))


@permitted("policy.edit_edition")
def edition_papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the papers that an application brings."""
    return rule_page(request, pk, PapersForm, _("Papers asked for"), "policy/office/papers.html")


def rule_page(request: HttpRequest, pk: int, form_class: Any, title: str, template: str = "policy/office/form.html") -> HttpResponse:
    """A form over a part of what a draft rules; its `changes` are saved in one act."""
    found = own(pk)
    form = form_class(request.POST or None, edition=found)
    if form.is_valid() and attempt(form, change, form, found, request.actor):
        messages.success(request, _("Saved."))
        return to(request, "office:policy:edition", pk)
    return form_page(request, form, found, title, template=template)


def change(form: Any, found: ProgrammeEdition, by: Any) -> ProgrammeEdition:
    return services.change_edition(found, by=by, version=form.cleaned_data["version"], **form.changes())


@permitted("policy.edit_edition")
def edition_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a draft in for review."""
    effects = [
        _("Its figures are locked."),
        _("An owner or manager who is another person checks it and publishes it or sends it back."),
    ]
    said = _("“%(edition)s” waits for a second person now.")
    return move_page(request, pk, services.submit_edition, _("Submit for review"), effects, said)


@permitted("policy.approve_edition")
def edition_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish an edition as the second person."""
    effects = [
        _("The edition is published and can no longer be changed; a later edition can replace it."),
        _("From its first day, applications are taken under it."),
        _("A decision record with the hash of all its figures is written."),
    ]
    said = _("“%(edition)s” is published.")
    touched = touched_by_edition(own(pk)) if request.method == "GET" else None
    return move_page(request, pk, services.approve_edition, _("Approve and publish"), effects, said, touched=touched)


@permitted("policy.approve_edition")
def edition_supersede(request: HttpRequest, pk: int) -> HttpResponse:
    """End the edition in force when its published successor begins."""
    found = own(pk)
    form = SuccessorForm(request.POST or None, edition=found)
    effects = [
        _("It ends on the day before its successor begins."),
        _("Applications filed under it keep it, with their amounts."),
    ]
    said = _("“%(edition)s” ends when its successor begins.")
    return move_page(request, pk, services.plan_succession, _("Replace by its successor"), effects, said, form)


@permitted("policy.approve_edition")
def edition_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an edition back to its drafter."""
    form = NoteForm(request.POST or None)
    effects = [_("It is a draft again; its figures can be changed.")]
    said = _("“%(edition)s” is a draft again.")
    return move_page(request, pk, services.return_edition, _("Return with a note"), effects, said, form, danger=True)


@permitted("policy.withdraw_edition")
def edition_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a published edition back, together with a manager."""
    form = WithdrawForm(request.POST or None, by=request.actor)
    effects = [_("No application is taken under it any more."), _("It stays readable as withdrawn.")]
    said = _("“%(edition)s” is withdrawn.")
    return move_page(request, pk, services.withdraw_edition, _("Withdraw"), effects, said, form, danger=True)


def move_page(
    request: HttpRequest,
    pk: int,
    act: Callable[..., ProgrammeEdition],
    title: str,
    effects: list[str],
    said: str,
    form: Any = None,
    *,
    danger: bool = False,
    touched: Any = None,
) -> HttpResponse:
    """What the move does, before it is made; then make it. A refusal of the act itself becomes the page of refusals."""
    found = own(pk)
    if request.method == "POST" and form is None:
        act(found, by=request.actor)
    elif form is None or not form.is_valid() or not attempt(form, act, found, by=request.actor, **form.cleaned_data):
        context = {
            "edition": found, "title": title, "effects": effects, "form": form, "danger": danger,
            "cancel": link(request, "office:policy:edition", pk), "touched": touched,
        }
        return render(request, "policy/office/confirm.html", context, status=status_of(form) if form else 200)
    messages.success(request, said % {"edition": found})
    return to(request, "office:policy:edition", pk)


def form_page(
    request: HttpRequest, form: Any, found: ProgrammeEdition, title: str, lead: str = "", *, chosen: int | None = None,
    template: str = "policy/office/form.html",
) -> HttpResponse:
    """A form about one edition with the clauses that it can cite, and the way back to its page."""
    refusal = refusal_of(form)
    if refusal and refusal.code == "stale":
        form.offer_again(ProgrammeEdition.objects.get(pk=found.pk).version)
    context = {
        "form": form, "edition": found, "title": title, "lead": lead, "cancel": link(request, "office:policy:edition", found.pk),
        "passages": passages(form.fields["clause"].queryset) if "clause" in form.fields else [], "chosen_clause": chosen,
    }  # fmt: skip
    return render(request, template, context, status=status_of(form))


def passages(clauses: Any) -> list[tuple[PolicyDocument, list[Any]]]:
    """The clauses that can be cited, text by text, to select words in."""
    return [(document, list(rows)) for document, rows in groupby(clauses, key=lambda clause: clause.document)]
