"""The statement of account of a startup, for the office and for the startup itself; and the portal's pages of bills."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from billing.accounts import statement_of
from billing.models import Bill, Deposit, Receipt
from billing.papers import paper_of, pay_to, print_statement
from billing.services.payments import gateway_account
from billing.states import OPEN_BILL
from billing.views.bills import parts_of
from billing.views.ledger import asked_month, beside
from incubator.core.exports import csv_answer
from incubator.core.views import paginate, permitted
from incubator.documents.services import FILE_CSP, serve_file
from incubator.tenants.models import Startup


def statement_page(request: HttpRequest, startup: Startup, template: str) -> HttpResponse:
    """One month of an account, with the months beside it."""
    month = asked_month(request)
    found = statement_of(startup, month)
    if "export" in request.GET:
        rows = [[row.day, row.text, row.amount, row.balance] for row in found.rows]
        return csv_answer(f"statement-{month}", [_("Day"), _("Text"), _("Amount"), _("Balance")], rows)
    if "pdf" in request.GET:
        return paper_answer(print_statement(startup, month, found), f"statement-{month}.pdf")
    deposits = Deposit.objects.filter(startup=startup).exclude(state="cancelled")
    return render(request, template, {"startup": startup, **beside(month), "statement": found, "deposits": deposits})


def paper_answer(body: bytes, name: str) -> HttpResponse:
    """A paper that is printed for this request and not kept."""
    return HttpResponse(body, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"', "Content-Security-Policy": FILE_CSP, "Cache-Control": "private, no-store"})


@permitted("billing.read_bills")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """The account of a startup."""
    return statement_page(request, get_object_or_404(Startup, pk=pk), "billing/bills/statement.html")


@permitted("billing.read_own_bills")
def own_bills(request: HttpRequest) -> HttpResponse:
    """Open bills first, then the others; receipts beside them."""
    rows = Bill.objects.of_founder(request.actor).select_related("startup")
    receipts = Receipt.objects.of_founder(request.actor).select_related("startup").order_by("-received_on", "-pk")[:12]
    context = {
        "open": rows.open().order_by("due_on", "pk"), "sum": rows.open_total(),
        "page": paginate(request, rows.exclude(state__in=OPEN_BILL).order_by("-month", "-pk")),
        "receipts": receipts, "account": pay_to(), "startups": Startup.objects.of_founder(request.actor).by_name(),
    }  # fmt: skip
    return render(request, "billing/bills/portal_list.html", context)


@permitted("billing.read_own_bills")
def own_bill(request: HttpRequest, pk: int) -> HttpResponse:
    """One bill of one's own: why, how to pay, what was paid."""
    found = get_object_or_404(Bill.objects.of_founder(request.actor).select_related("startup"), pk=pk)
    context = parts_of(found)
    context["notes"] = context["notes"].filter(state="issued")
    return render(request, "billing/bills/portal_bill.html", {**context, "account": pay_to(), "gateway": gateway_account(), "attempts": found.payments.all(), "invoices": found.invoice_requests.all()})


@permitted("billing.read_own_bills")
def own_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of one's own bill."""
    found = get_object_or_404(Bill.objects.of_founder(request.actor).select_related("startup", "organisation", "document"), pk=pk)
    return serve_file(paper_of(found), by=request.actor, inline="inline" in request.GET)


@permitted("billing.read_own_bills")
def own_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """The account of one's own startup."""
    return statement_page(request, get_object_or_404(Startup.objects.of_founder(request.actor), pk=pk), "billing/bills/portal_statement.html")
