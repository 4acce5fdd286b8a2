"""The figures of a draft: choose one, set it with the words that say so, take it out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incubator.core.refusals import attempt, status_of
from incubator.core.views import link, permitted, to
from incubator.policy import services
from incubator.policy.forms import FigureForm, VerifyForm
from incubator.policy.keys import REFERENCE_DAYS, find_key, keys_of
from incubator.policy.models import Certainty, Parameter, ProgrammeEdition
from incubator.policy.views.editions import form_page, own, passages


@permitted("policy.edit_edition")
def figure_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures that this kind of edition can have, set or not."""
    found = own(pk)
    rows = {row.key: row for row in found.parameters.with_source()}
    choices = [
        (key, rows.get(key.name), link(request, "office:policy:figure-set", pk, key.name))
        for key in keys_of(found.formula_name)
    ]
    context = {"edition": found, "choices": choices, "cancel": link(request, "office:policy:edition", pk)}
    return render(request, "policy/office/figure_choose.html", context)


@permitted("policy.edit_edition")
def figure_set(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Set one figure of a draft."""
    found = own(pk)
    known = find_key(found.formula_name, key)
    if known is None:
        raise Http404
    row = _row(found, key, request.GET.get("row", ""))
    form = FigureForm(request.POST or None, edition=found, initial=_begin(found, row))
    if form.is_valid() and attempt(form, _set, form, found, key, request.actor):
        messages.success(request, _("“%(figure)s” is set.") % {"figure": known.label})
        return to(request, "office:policy:edition", pk)
    lead = _("Which value holds is decided by %(day)s.") % {"day": REFERENCE_DAYS[known.reference]}
    return form_page(request, form, found, str(known.label), lead, chosen=row.citation.clause_id if row and row.citation else None)


def _row(found: ProgrammeEdition, key: str, which: str) -> Parameter | None:
    """The figure that the page begins with: the one asked for, none for another span, else the latest."""
    rows = found.parameters.with_source().filter(key=key)
    if which == "new":
        return None
    if which.isascii() and which.isdigit() and len(which) < 19:
        return rows.filter(pk=int(which)).first()
    return rows.filter(scope={}).order_by("-valid_from").first()


def _begin(found: ProgrammeEdition, row: Parameter | None) -> dict[str, Any]:
    """What the form shows at first: the figure as it stands, or the first day of the edition."""
    if row is None or not row.is_set:
        return {"valid_from": found.effective_from}
    cited = {"clause": row.citation.clause_id, "quote": row.citation.quote} if row.citation else {}
    derived = row.certainty == Certainty.DERIVED
    return cited | {
        "value": row.value, "valid_from": row.valid_from, "valid_to": row.valid_to,
        "certainty": Certainty.DERIVED.value if derived else "cited", "source": row.condition if derived else "",
    }


def _set(form: FigureForm, found: ProgrammeEdition, key: str, by: Any) -> Parameter:
    data = form.cleaned_data
    return services.set_parameter(
        found, key, data["value"], by=by, citation=form.citation(), valid_from=data["valid_from"],
        valid_to=data["valid_to"], version=data["version"], certainty=Certainty.DERIVED if form.is_derived else None,
        source=data["source"] if form.is_derived else "",
    )


@permitted("policy.edit_edition")
def figure_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Say where a derived figure stands in the issuing body's own text."""
    rows = Parameter.objects.own().with_source().filter(certainty=Certainty.DERIVED, edition__isnull=False)
    row = get_object_or_404(rows, pk=pk)
    found = own(row.edition_id)
    begin = {"look_again_on": timezone.localdate() + timedelta(days=services.LOOK_AGAIN_DAYS)}
    form = VerifyForm(request.POST or None, edition=found, initial=begin)
    if form.is_valid() and attempt(form, _verify, form, row, request.actor):
        messages.success(request, _("“%(figure)s” is verified.") % {"figure": row.label})
        return to(request, "office:policy:edition", found.pk)
    context = {
        "form": form, "edition": found, "row": row, "looks": row.verifications.latest_first(),
        "passages": passages(form.fields["clause"].queryset), "cancel": link(request, "office:policy:edition", found.pk),
    }  # fmt: skip
    return render(request, "policy/office/verify.html", context, status=status_of(form))


def _verify(form: VerifyForm, row: Parameter, by: Any) -> Parameter:
    data = form.cleaned_data
    return services.verify_parameter(row, by=by, citation=form.citation(), look_again_on=data["look_again_on"], note=data["note"])


@permitted("policy.edit_edition")
@require_POST
def figure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a figure out of a draft."""
    row = get_object_or_404(Parameter.objects.own().select_related("edition"), pk=pk)
    services.remove_parameter(row, by=request.actor)
    messages.success(request, _("“%(figure)s” is taken out.") % {"figure": row.label})
    return to(request, "office:policy:edition", row.edition_id)
