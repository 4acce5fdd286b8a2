"""The three steps of an application, the same for a startup (portal) and for the organisation's own cost (office)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from incubator.core.errors import BusinessError
from incubator.core.money import amount_in_words
from incubator.core.pieces import Step
from incubator.core.refusals import attempt, refusal_of, status_of, told
from incubator.core.views import View, link, permitted, to
from incubator.documents.models import Document
from incubator.documents.services import attach_upload
from incubator.subsidies.eligibility import conditions_of, listed_items
from incubator.subsidies.forms import CostsForm, EvidenceForm, SendForm
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.payees import payee_of
from incubator.subsidies.services.applications import (
    attach_evidence,
    change_costs,
    detach_evidence,
    submit_application,
)
from incubator.subsidies.snapshots import PLEDGE
from incubator.subsidies.views.shared import (
    checks_of,
    done,
    face,
    find_application,
    lines_of,
    reasons_of,
)
from incubator.tenants.models import StartupDocument
from incubator.tenants.services import add_document

STEPS = ("costs", "evidence", "send")


def wizard_steps(request: HttpRequest, application: SubsidyApplication, here: str) -> list[Step]:
    """The steps of the wizard with their addresses."""
    labels = {"costs": pgettext("wizard", "Costs"), "evidence": pgettext("wizard", "Papers"), "send": pgettext("wizard", "Check and send")}
    place = STEPS.index(here)
    return [
        Step(labels[name], "current" if name == here else "done" if number < place else "todo", "", address(request, name, application.pk))
        for number, name in enumerate(STEPS)
    ]


def address(request: HttpRequest, name: str, *args: Any) -> str:
    return link(request, f"{face(request)}:subsidies:{name}", *args)


def editable(request: HttpRequest, pk: int) -> SubsidyApplication | None:
    """The application if the applicant may change it now."""
    record = find_application(request, pk)
    own_side = record.startup_id is not None if face(request) == "portal" else record.startup_id is None
    return record if record.is_editable and own_side else None


def costs(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 1: area, rent or fee, and the months or invoices that are claimed."""
    record = editable(request, pk)
    if record is None:
        return to(request, f"{face(request)}:subsidies:application", pk)
    form = CostsForm(record, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"figures": form.figures(), "costs": form.chosen(), "version": form.cleaned_data["version"]}
        if attempt(form, lambda: change_costs(record, **given, by=request.actor)):
            return to(request, f"{face(request)}:subsidies:evidence", pk)
        refusal = refusal_of(form)
        if refusal and refusal.code == "stale":
            form.offer_again(SubsidyApplication.objects.get(pk=pk).version)
    context = page(request, record, "costs", form=form, recorded=recorded_sources(record))
    return render(request, f"subsidies/wizard/costs_{face(request)}.html", context, status=status_of(form))


def recorded_sources(record: SubsidyApplication) -> dict[str, Any]:
    """What was recorded for this draft and can be taken out again, by the name its address uses."""
    costs = kind_named(record.kind).proposals(record)
    return {f"{cost.source[0]}{cost.source[1].pk}": cost.source[1] for cost in costs if cost.source and cost.source[0] != "founder"}


def page(request: HttpRequest, record: SubsidyApplication, step: str, **more: Any) -> dict[str, Any]:
    """What every step shows: where we are, the amount as it stands, the note of a return."""
    return {
        "application": record,
        "steps": wizard_steps(request, record, step),
        "lines": lines_of(record),
        "words": amount_in_words(record.claimed),
        "kind": kind_named(record.kind),
        "payee": payee_of(record),
        "add_url": address(request, "add-source", record.pk),
        "back": address(request, STEPS[max(STEPS.index(step) - 1, 0)], record.pk),
        **more,
    }


def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2: a paper for each item of the list, from the vault or as a new file."""
    record = editable(request, pk)
    if record is None:
        return to(request, f"{face(request)}:subsidies:application", pk)
    items, papers = listed_items(record), papers_for(record)
    form = EvidenceForm(papers, items, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: put_forward(record, form, request.actor)):
        return to(request, f"{face(request)}:subsidies:evidence", pk)
    context = page(request, record, "evidence", rows=evidence_rows(record, items, papers, form))
    return render(request, f"subsidies/wizard/evidence_{face(request)}.html", context)


def papers_for(record: SubsidyApplication) -> Any:
    """The papers that may be put forward: the startup's vault, or the organisation's own papers."""
    if record.startup is None:
        return Document.objects.exclude(pk__in=StartupDocument.objects.values("document")).exclude(kind="paper").order_by("-added_at")
    vault = StartupDocument.objects.of(record.startup)
    return Document.objects.filter(pk__in=vault.values("document")).order_by("-added_at")


def put_forward(record: SubsidyApplication, form: EvidenceForm, actor: Any) -> Any:
    """Attach the chosen paper, or take the new file into the vault and attach it."""
    given = form.cleaned_data
    document = given["document"]
    if given["file"] is not None:
        try:
            document = store(record, given["file"], given["item"], actor)
        except BusinessError as error:
            error.field = "file"
            raise
    return attach_evidence(record, given["item"], document, by=actor)


def store(record: SubsidyApplication, upload: Any, kind: str, actor: Any) -> Document:
    if record.startup is None:
        return attach_upload(upload, kind=kind, by=actor)
    return add_document(record.startup, upload, kind=kind, by=actor).document


def evidence_rows(record: SubsidyApplication, items: list[dict[str, Any]], papers: Any, bound: EvidenceForm) -> list[dict[str, Any]]:
    """For each item of the list: what is attached, and the form for more; what was typed stays in its form."""
    given: dict[str, list[Any]] = {}
    for row in record.evidence.select_related("document"):
        given.setdefault(row.item, []).append(row)
    sent = bound.data.get("item") if bound.is_bound else None
    rows = []
    for item in items:
        fresh = EvidenceForm(papers.filter(kind=item["item"]), items, initial={"item": item["item"]}, auto_id=f"id_{item['item']}_%s")
        rows.append({**item, "given": given.get(item["item"], []), "form": bound if sent == item["item"] else fresh})
    return rows


def remove(request: HttpRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """Take a paper out of the application again."""
    record = editable(request, pk)
    if record is not None and request.method == "POST":
        detach_evidence(get_object_or_404(record.evidence, pk=evidence_pk), by=request.actor)
    return to(request, f"{face(request)}:subsidies:evidence", pk)


def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 3: why this amount, what still stands in the way, the pledge, and the button that sends it."""
    record = editable(request, pk)
    if record is None:
        return to(request, f"{face(request)}:subsidies:application", pk)
    form = SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sent = told(form, lambda: submit_application(record, by=request.actor, pledged=form.cleaned_data["pledge"]))
        if sent is not None:
            return after_sending(request, sent)
    found = conditions_of(record)
    context = page(
        request, record, "send",
        form=form, checks=checks_of(found), ready=all(condition.holds for condition in found),
        reasons=reasons_of(record), pledge=PLEDGE,
    )
    return render(request, f"subsidies/wizard/send_{face(request)}.html", context)


def after_sending(request: HttpRequest, sent: SubsidyApplication) -> HttpResponse:
    """On to the next draft of the same quarter, or to the page of what was sent."""
    name = face(request)
    drafts = SubsidyApplication.objects.visible_to(request.actor).filter(state="draft", period=sent.period, startup=sent.startup)
    following = drafts.order_by("pk").first() if sent.startup_id else None
    sentence = _("%(number)s was sent. You can follow it here.") % {"number": sent.number}
    if following is None:
        return done(request, sentence, to(request, f"{name}:subsidies:application", sent.pk))
    return done(request, sentence, to(request, f"{name}:subsidies:costs", following.pk))


def for_face(view: View, permission: str) -> View:
    """The same step under the permission of its face."""
    return permitted(permission)(view)


office_costs = for_face(costs, "subsidies.apply_for_site")
office_evidence = for_face(evidence, "subsidies.apply_for_site")
office_remove = for_face(remove, "subsidies.apply_for_site")
office_send = for_face(send, "subsidies.apply_for_site")
portal_costs = for_face(costs, "subsidies.apply")
portal_evidence = for_face(evidence, "subsidies.apply")
portal_remove = for_face(remove, "subsidies.apply")
portal_send = for_face(send, "subsidies.send")
