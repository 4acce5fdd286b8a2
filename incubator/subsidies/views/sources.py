"""Record what can be claimed beside invoices: people, activities, stages, investments; and verify accounts of payees."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.core.refusals import attempt, status_of
from incubator.core.views import paginate, permitted, to
from incubator.subsidies.forms import RetypeForm
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.models import PayeeAccount, SubsidyApplication
from incubator.subsidies.services.applications import take_in
from incubator.subsidies.services.sources import remove_source, verify_payee
from incubator.subsidies.views.shared import done, face
from incubator.subsidies.views.wizard import editable, for_face, page, recorded_sources


def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a person, an activity … of this application; what is new is claimed at once."""
    record = editable(request, pk)
    if record is None:
        return to(request, f"{face(request)}:subsidies:application", pk)
    kind = kind_named(record.kind)
    if not kind.adds:
        return to(request, f"{face(request)}:subsidies:costs", pk)
    form = kind.source_form(record)(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, recorded, record, form.cleaned_data, request.actor):
        return done(request, _("Recorded. What is new is chosen below."), to(request, f"{face(request)}:subsidies:costs", pk))
    context = page(request, record, "costs", form=form, adds=kind.adds)
    return render(request, f"subsidies/wizard/add_{face(request)}.html", context, status=status_of(form))


def recorded(record: SubsidyApplication, given: dict, actor: object) -> SubsidyApplication:
    """Record the source, then claim what it newly allows."""
    kind = kind_named(record.kind)
    known = {cost.key for cost in kind.proposals(record)}
    kind.add_source(record, given, by=actor)
    return take_in(record, known, by=actor)


def remove(request: HttpRequest, pk: int, source: str) -> HttpResponse:
    """Take out a person, an activity … that was recorded by mistake; only from a draft of its own."""
    record = editable(request, pk)
    if record is None:
        return to(request, f"{face(request)}:subsidies:application", pk)
    row = recorded_sources(record).get(source)
    if row is not None and request.method == "POST":
        remove_source(record, row, by=request.actor)
        take_in(record, {cost.key for cost in kind_named(record.kind).proposals(record)}, by=request.actor)
    return to(request, f"{face(request)}:subsidies:costs", pk)


office_add = for_face(add, "subsidies.apply_for_site")
portal_add = for_face(add, "subsidies.apply")
office_remove = for_face(remove, "subsidies.apply_for_site")
portal_remove = for_face(remove, "subsidies.apply")


@permitted("subsidies.verify_payee")
def payees(request: HttpRequest) -> HttpResponse:
    """Accounts of founders and investors, those first that nobody has verified yet."""
    rows = PayeeAccount.objects.select_related("founder__startup", "investor", "entered_by", "verified_by").order_by("-verified_on", "-pk")
    return render(request, "subsidies/office/payees.html", {"page": paginate(request, rows)})


@permitted("subsidies.verify_payee")
def payee_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Type an account again from the bank's own paper: a second person confirms it."""
    account = get_object_or_404(PayeeAccount.objects.select_related("founder__startup", "investor", "entered_by"), pk=pk)
    form = RetypeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, verify_payee, account, typed=form.cleaned_data["typed"], by=request.actor):
        return done(request, _("The account is verified."), to(request, "office:subsidies:payees"))
    return render(request, "subsidies/office/payee_verify.html", {"account": account, "form": form}, status=status_of(form))
