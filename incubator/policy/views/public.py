"""The policy library: every text, clause by clause, with the figures that rest on it. The same pages serve everybody
(`/policy/…`) and one organisation (`/<organisation>/policy/…`, where its local measures appear too)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.core.views import public
from incubator.policy import library
from incubator.policy.models import Citation, Clause, PolicyDocument
from incubator.policy.models.texts import address
from incubator.policy.typeset import paragraphs


@public
def documents(request: HttpRequest) -> HttpResponse:
    """Every text that can be read here."""
    found = list(PolicyDocument.objects.for_library())
    context = {
        "shipped": [document for document in found if document.organisation_id is None],
        "own": [document for document in found if document.organisation_id is not None],
    }
    return render(request, "policy/public/documents.html", context)


@public
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """One text: its chapters and clauses, what it sets and what it leaves open, what it gives a right to."""
    found = get_object_or_404(PolicyDocument.objects.select_related("parent"), slug=slug)
    context = {
        "document": found,
        "chapters": library.chapters(found),
        "figures": library.figures(found),
        "rights": library.rights(found),
        "measures": library.local_measures(found),
        "crumbs": _crumbs((found.short_name, "")),
    }
    return render(request, "policy/public/document.html", context)


@public
def clause(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """One clause at its own address. `?quote=<citation>` marks the quoted words."""
    rows = Clause.objects.select_related("document__parent").filter(document__slug=slug)
    found = get_object_or_404(rows, path=path)
    quote = _quote(request, found)
    context = {
        "clause": found,
        "document": found.document,
        "paragraphs": paragraphs(found, quote),
        "quote": quote,
        "figures": library.figures_on(found),
        "rights": library.rights(found.document, found),
        "crumbs": _crumbs((found.document.short_name, found.document.get_absolute_url()), (found.label, "")),
        **Clause.objects.select_related("document").around(found),
    }
    return render(request, "policy/public/clause.html", context)


def _quote(request: HttpRequest, found: Clause) -> Citation | None:
    """The citation that the address asks to mark; anything else marks nothing."""
    number = request.GET.get("quote", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return Citation.objects.filter(clause=found, pk=int(number)).first()


def _crumbs(*places: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Policy library"), address("documents")), *places]
