"""What the office's and the startups' pages about costs have in common."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from billing.forms import FapiaoForm, SlipForm
from billing.models import BankSlip, CostKind, Fapiao
from billing.services import record_fapiao, record_slip
from incubator.core.listing import asked_choice, asked_words
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt, status_of
from incubator.core.views import link, paginate, to
from incubator.documents.models import Document
from incubator.documents.services import serve_file
from incubator.tenants.models import Startup


def list_page(request: HttpRequest, face: str, rows: QuerySet[Fapiao]) -> HttpResponse:
    """Invoices, searched and filtered, with what was paid of each."""
    rows = rows.matching(asked_words(request)).with_paid().select_related("startup").latest_first()
    kind = asked_choice(request, "kind", CostKind.values)
    rows = rows.of_kind(kind) if kind else rows
    filters = [Filter("kind", _("Kind of cost"), CostKind.choices)]
    context = {"page": paginate(request, rows), "filters": filters}
    return render(request, f"billing/{face}/fapiao_list.html", context)


def record_page(request: HttpRequest, face: str, payers: QuerySet[Startup], *, own: bool) -> HttpResponse:
    """Record an invoice with its file; the buyer is filled in from the chosen startup."""
    initial = {"startup": request.GET.get("startup", ""), **buyer_of(request, payers, own=own)}
    form = FapiaoForm(request.POST or None, request.FILES or None, payers=payers, own=own, initial=initial)
    if form.is_valid():
        fapiao = attempt(form, record_fapiao, by=request.actor, **form.facts())
        if fapiao:
            messages.success(request, _("Invoice %(number)s is recorded. Add its bank slip next.") % {"number": fapiao})
            return to(request, f"{face}:billing:fapiao", fapiao.pk)
    context = {"form": form, "title": _("Record an invoice"), "cancel": link(request, f"{face}:billing:fapiao-list")}
    return render(request, f"billing/{face}/form.html", context, status=status_of(form))


def buyer_of(request: HttpRequest, payers: QuerySet[Startup], *, own: bool) -> dict[str, object]:
    """The buyer as it should stand on the invoice: the startup of the address, the only one, or ourselves."""
    asked = request.GET.get("startup", "")
    known = asked.isascii() and asked.isdigit() and len(asked) < 19
    chosen = payers.filter(pk=int(asked)).first() if known else None
    if chosen is None and not own and len(payers) == 1:
        chosen = payers[0]
    if chosen is not None:
        return {"startup": chosen.pk, "buyer_name": chosen.name, "buyer_uscc": chosen.uscc}
    if own:
        return {"buyer_name": request.organisation.name, "buyer_uscc": request.organisation.uscc}
    return {}


def fapiao_page(request: HttpRequest, face: str, fapiao: Fapiao) -> HttpResponse:
    """One invoice with its slips and files."""
    slips = list(BankSlip.objects.of(fapiao))
    missing = max(fapiao.amount - fapiao.paid_amount, Decimal("0.00"))
    context = {"fapiao": fapiao, "slips": slips, "missing": missing}
    return render(request, f"billing/{face}/fapiao.html", context)


def slip_page(request: HttpRequest, face: str, fapiao: Fapiao) -> HttpResponse:
    """Record the slip of a payment."""
    initial = {"payer_name": fapiao.buyer_name, "amount": fapiao.amount}
    form = SlipForm(request.POST or None, request.FILES or None, initial=initial)
    if form.is_valid() and attempt(form, record_slip, fapiao, by=request.actor, **form.facts()):
        messages.success(request, _("The slip is recorded."))
        return to(request, f"{face}:billing:fapiao", fapiao.pk)
    cancel = link(request, f"{face}:billing:fapiao", fapiao.pk)
    context = {"form": form, "title": _("Record a bank slip"), "lead": str(fapiao), "cancel": cancel}
    return render(request, f"billing/{face}/form.html", context, status=status_of(form))


def file_page(request: HttpRequest, document: Document | None) -> HttpResponse:
    """The file of an invoice or slip that the person may see."""
    if document is None:
        raise Http404
    return serve_file(document, by=request.actor, inline="inline" in request.GET)
