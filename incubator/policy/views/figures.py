"""The figures of a draft: choose one, set it with the words that say so, take it out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incubator.core.refusals import attempt
from incubator.core.views import link, permitted, to
from incubator.policy import services
from incubator.policy.forms import FigureForm
from incubator.policy.keys import REFERENCE_DAYS, find_key, keys_of
from incubator.policy.models import Parameter, ProgrammeEdition
from incubator.policy.views.editions import form_page, own


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
    row = found.parameters.with_source().filter(key=key, scope={}).order_by("-valid_from").first()
    form = FigureForm(request.POST or None, edition=found, initial=_begin(found, row))
    if form.is_valid() and attempt(form, _set, form, found, key, request.actor):
        messages.success(request, _("“%(figure)s” is set.") % {"figure": known.label})
        return to(request, "office:policy:edition", pk)
    lead = _("Which value holds is decided by %(day)s.") % {"day": REFERENCE_DAYS[known.reference]}
    return form_page(request, form, found, str(known.label), lead)


def _begin(found: ProgrammeEdition, row: Parameter | None) -> dict[str, Any]:
    """What the form shows at first: the figure as it stands, or the first day of the edition."""
    if row is None or row.citation is None or not row.is_set:
        return {"valid_from": found.effective_from}
    return {
        "value": row.value, "clause": row.citation.clause_id, "quote": row.citation.quote,
        "valid_from": row.valid_from, "valid_to": row.valid_to,
    }


def _set(form: FigureForm, found: ProgrammeEdition, key: str, by: Any) -> Parameter:
    data = form.cleaned_data
    return services.set_parameter(
        found, key, data["value"], by=by, citation=form.citation(), valid_from=data["valid_from"],
        valid_to=data["valid_to"], version=data["version"],
    )


@permitted("policy.edit_edition")
@require_POST
def figure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a figure out of a draft."""
    row = get_object_or_404(Parameter.objects.own().select_related("edition"), pk=pk)
    services.remove_parameter(row, by=request.actor)
    messages.success(request, _("“%(figure)s” is taken out.") % {"figure": row.label})
    return to(request, "office:policy:edition", row.edition_id)
