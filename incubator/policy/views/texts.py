"""Filed texts on the policy desk: the file to take away, what rests on a clause, the scan, a new version."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incubator.core.errors import BusinessError
from incubator.core.refusals import status_of
from incubator.core.views import link, permitted, to
from incubator.documents.services import serve_file
from incubator.journal.services import record
from incubator.policy import exchange, services
from incubator.policy.changes import resting_on, resting_on_all
from incubator.policy.importing import rehearse, take_in
from incubator.policy.measure_forms import ImportForm, free_slug
from incubator.policy.measurefile import MeasureFile, read_measure
from incubator.policy.models import Clause, MeasureDraft, PolicyDocument
from incubator.policy.quotes import digest


def own(pk: int) -> PolicyDocument:
    """A local measure of this organisation, or 404."""
    rows = PolicyDocument.objects.own().select_related("parent", "supersedes", "entered_by", "confirmed_by", "scan")
    return get_object_or_404(rows, pk=pk)


@permitted("policy.view_edition")
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """One filed measure: who entered and who confirmed it, its clauses, and how much rests on each."""
    document = own(pk)
    clauses = list(document.clauses.select_related("document").order_by("ordinal"))
    resting = resting_on_all(clauses)
    person = request.actor.user
    context = {
        "document": document,
        "clauses": [(clause, resting[clause.pk]) for clause in clauses],
        "editions": exchange.editions_of(document),
        "may_edit": rules.has_perm("policy.edit_edition", request.actor),
        "may_confirm": not document.is_confirmed and rules.has_perm("policy.approve_edition", request.actor)
        and document.entered_by_id != person.pk,
        "draft": document.replacement_drafts.open().first(),
    }  # fmt: skip
    return render(request, "policy/office/text.html", context)


@permitted("policy.view_edition")
def clause_resting(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that rests on one clause: figures, editions, applications under way."""
    clause = get_object_or_404(Clause.objects.select_related("document"), pk=pk)
    return render(request, "policy/office/resting.html", {"clause": clause, "resting": resting_on(clause)})


@permitted("policy.approve_edition")
def text_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, as the second person, a text that one person alone took in."""
    document = own(pk)
    if request.method == "POST":
        services.confirm_text(document, by=request.actor)
        messages.success(request, _("“%(title)s” is confirmed.") % {"title": document})
        return to(request, "office:policy:text", pk)
    context = {
        "edition": document, "title": _("Confirm the text"),
        "effects": [_("You say that its words are those of the paper."), _("Editions that cite it can be published.")],
        "cancel": link(request, "office:policy:text", pk),
    }  # fmt: skip
    return render(request, "policy/office/confirm.html", context)


@permitted("policy.view_edition")
def text_scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The scan of a filed measure, for people of the office."""
    document = own(pk)
    if document.scan is None:
        raise Http404
    return serve_file(document.scan, by=request.actor, inline="inline" in request.GET)


@permitted("policy.view_edition")
def text_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The measure with its programmes and editions as a YAML file, which can be imported here or elsewhere."""
    document = own(pk)
    body = exchange.export_yaml(document)
    record("export", document, by=request.actor, sha256=digest(body))
    response = HttpResponse(body, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{document.slug}.yaml"'
    return response


@permitted("policy.edit_edition")
@require_POST
def text_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version of a measure: a draft with the same words that replaces it."""
    document = own(pk)
    draft = document.replacement_drafts.open().first() or services.draft_measure(by=request.actor, **again(document))
    messages.success(request, _("A new version is begun with the same words. Correct what the new paper says otherwise."))
    return to(request, "office:policy:measure", draft.pk)


def again(document: PolicyDocument) -> dict[str, Any]:
    names = ("number", "title", "issuer", "parent", "preamble", "clause_form", "is_example")
    clauses = [
        {"path": clause.path, "chapter": clause.chapter, "title": clause.title, "text": clause.text}
        for clause in document.clauses.order_by("ordinal")
    ]
    given = {name: getattr(document, name) for name in names}
    return given | {"slug": free_slug(timezone.localdate()), "supersedes": document, "clauses": clauses}


@permitted("policy.edit_edition")
def measure_import(request: HttpRequest) -> HttpResponse:
    """Read a YAML file and show what it would change. Nothing is written before the second click."""
    form = ImportForm(request.POST or None, request.FILES or None)
    shown: dict[str, Any] = {}
    if form.is_valid():
        body = form.body()
        try:
            shown = preview(read_measure(body), body, request)
            if "confirm" in request.POST and not shown["locked"] and request.POST.get("sha256") == shown["sha256"]:
                return taken(request, take_in(body, by=request.actor))
        except BusinessError as error:
            form.add_error(None, error.message)
            form.refusal = error
            shown = {}
    context = {"form": form, "cancel": link(request, "office:policy:editions"), **shown}
    return render(request, "policy/office/measure_import.html", context, status=status_of(form))


def preview(file: MeasureFile, body: bytes, request: HttpRequest) -> dict[str, Any]:
    """The differences, and the digest of exactly what was shown: file and differences together."""
    rows = exchange.compare(file)
    locked = [row for row in rows if row.kind == "locked"]
    if not locked:
        rehearse(file, by=request.actor)
    known = PolicyDocument.objects.own().filter(slug=file.document["slug"]).exists()
    return {
        "rows": rows, "locked": locked, "read": file, "is_known": known, "content": body.decode("utf-8-sig"),
        "sha256": digest(body.decode("utf-8-sig") + repr(rows)),
    }  # fmt: skip


def taken(request: HttpRequest, made: Any) -> HttpResponse:
    """Where to go after the second click."""
    if isinstance(made, MeasureDraft):
        messages.success(request, _("The text is a draft now. Attach the scan and hand it in; a second person files it."))
        return to(request, "office:policy:measure", made.pk)
    messages.success(request, _("The file is loaded. Its new and changed editions are drafts."))
    return to(request, "office:policy:text", made.document.pk)
