"""The startup's pages: its loan guarantees, apply, attach papers, see the step and what happens next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.guarantees.caps import why
from incubator.guarantees.forms import DraftForm, PaperForm
from incubator.guarantees.models import Guarantee
from incubator.guarantees.services import cases
from incubator.guarantees.states import GUARANTEE_MOVES
from incubator.guarantees.views.shared import events_of, next_words, steps_of
from incubator.tenants.models import Startup

DOES: dict[str, Any] = {"submit": cases.submit_guarantee, "withdraw": cases.withdraw_guarantee}


def find(request: Any, pk: int) -> Guarantee:
    return get_object_or_404(Guarantee.objects.visible_to(request.actor).for_pages(), pk=pk)


@permitted("guarantees.view_own")
def own(request: HttpRequest) -> HttpResponse:
    """The startup's loan guarantees, with the step each is at."""
    rows = Guarantee.objects.visible_to(request.actor).for_pages()  # type: ignore[attr-defined]
    return render(request, "guarantees/portal/cases.html", {"page": paginate(request, rows)})


@permitted("guarantees.apply")
def apply(request: HttpRequest) -> HttpResponse:
    """Ask that the organisation stands behind a loan."""
    startup = Startup.objects.visible_to(request.actor).by_name().first()  # type: ignore[attr-defined]
    if startup is None:
        raise Http404
    return edit(request, Guarantee(startup=startup))


@permitted("guarantees.apply")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft, or what was returned."""
    return edit(request, find(request, pk))


def edit(request: HttpRequest, case: Guarantee) -> HttpResponse:
    first = {name: getattr(case, name) for name in cases.ASKED} if case.pk else None
    form = DraftForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        for name in cases.ASKED:
            setattr(case, name, form.cleaned_data[name])
        saved = attempt(form, cases.save_draft, case, by=request.actor)  # type: ignore[attr-defined]
        if saved:
            messages.success(request, _("Saved. Attach the papers, then send it in."))
            return to(request, "portal:guarantees:case", saved.pk)
    back = link(request, "portal:guarantees:case", case.pk) if case.pk else link(request, "portal:guarantees:cases")
    context = {"form": form, "label": _("Change the application") if case.pk else _("Apply for a loan guarantee"), "back": back, "lead": case.startup.name}
    return render(request, "guarantees/portal/form.html", context, status=status_of(form))


@permitted("guarantees.view_own")
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One guarantee: the step it is at, what happens next, the cap and why, the papers."""
    found = find(request, pk)
    acts = [
        {"label": move.label, "tone": move.tone, "url": link(request, "portal:guarantees:act", pk, move.act)}
        for move in possible_moves(GUARANTEE_MOVES, found, request.actor)  # type: ignore[attr-defined]
        if move.act in DOES
    ]
    context = {"case": found, "steps": steps_of(found), "next": next_words(found), "reasons": why(found), "papers": found.papers.of_the_startup(),
               "lacking": cases.missing(found), "acts": acts, "events": events_of(request, found)}  # fmt: skip
    return render(request, "guarantees/portal/case.html", context)


@permitted("guarantees.apply")
def paper_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a paper."""
    found = find(request, pk)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PaperForm(data, files)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, cases.add_paper, found, given["file"], item=given["item"], valid_to=given["valid_to"], by=request.actor):  # type: ignore[attr-defined]
            return to(request, "portal:guarantees:case", pk)
    context = {"form": form, "label": _("Attach a paper"), "back": link(request, "portal:guarantees:case", pk), "lead": str(found)}
    return render(request, "guarantees/portal/form.html", context, status=status_of(form))


@permitted("guarantees.view_own")
def paper(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """A paper of the case."""
    found = get_object_or_404(find(request, pk).papers.of_the_startup(), pk=paper_pk)
    return serve_file(found.document, by=request.actor, inline="inline" in request.GET)  # type: ignore[attr-defined,return-value]


@permitted("guarantees.send")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Send it in, or take it back."""
    found = find(request, pk)
    if act not in DOES:
        raise Http404
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, DOES[act], found, by=request.actor):  # type: ignore[attr-defined]
        messages.success(request, _("Sent in. You see here where it stands.") if act == "submit" else _("Taken back."))
        return to(request, "portal:guarantees:case", pk)
    label = next(move.label for move in GUARANTEE_MOVES if move.act == act)
    effect = _("It gets its number; officers are told. You can change it again only if it is returned.") if act == "submit" else _("The case ends. Exposure that was reserved for it is freed.")
    context = {"form": form, "label": label, "effects": [effect], "back": link(request, "portal:guarantees:case", pk), "lead": str(found)}
    return render(request, "guarantees/portal/form.html", context, status=status_of(form))
