"""The statement of account of a startup, for the office and for the startup itself; and the portal's pages of bills."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.accounts import statement_of
from billing.models import BankAccount, Bill, Receipt
from billing.papers import paper_of
from billing.views.bills import open_sum, parts_of
from billing.views.ledger import asked_month
from incubator.core.exports import csv_answer
from incubator.core.periods import Month
from incubator.core.views import paginate, permitted
from incubator.documents.services import serve_file
from incubator.tenants.models import Startup

ISSUED = ["draft", "discarded"]  # what a startup does not see


def statement_page(request: HttpRequest, startup: Startup, template: str) -> HttpResponse:
    """One month of an account, with the months beside it."""
    month = asked_month(request)
    found = statement_of(startup, month)
    if "export" in request.GET:
        rows = [[row.day, row.text, row.amount, row.balance] for row in found.rows]
        return csv_answer(f"statement-{month}", [_("Day"), _("Text"), _("Amount"), _("Balance")], rows)
    after = str(month.plus(1)) if month < Month.of(timezone.localdate()) else ""
    context = {"startup": startup, "month": month.first, "before": str(month.plus(-1)), "after": after, "statement": found}
    return render(request, template, context)


@permitted("billing.read_bills")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """The account of a startup."""
    return statement_page(request, get_object_or_404(Startup, pk=pk), "billing/bills/statement.html")


def own(request: HttpRequest) -> Any:
    """The issued bills of the startups that name this person."""
    return Bill.objects.filter(startup__in=Startup.objects.of_founder(request.actor)).exclude(state__in=ISSUED)


def pay_to() -> BankAccount | None:
    """The account to which transfers go."""
    return BankAccount.objects.filter(is_active=True).order_by("pk").first()


@permitted("billing.read_own_bills")
def own_bills(request: HttpRequest) -> HttpResponse:
    """Open bills first, then the others; receipts beside them."""
    rows = own(request).select_related("startup")
    receipts = Receipt.objects.of_founder(request.actor).select_related("startup").order_by("-received_on", "-pk")[:12]
    context = {
        "open": rows.filter(state__in=["issued", "part_paid"]).order_by("due_on", "pk"), "sum": open_sum(rows),
        "page": paginate(request, rows.exclude(state__in=["issued", "part_paid"]).order_by("-month", "-pk")),
        "receipts": receipts, "account": pay_to(), "startups": Startup.objects.of_founder(request.actor).by_name(),
    }  # fmt: skip
    return render(request, "billing/bills/portal_list.html", context)


@permitted("billing.read_own_bills")
def own_bill(request: HttpRequest, pk: int) -> HttpResponse:
    """One bill of one's own: why, how to pay, what was paid."""
    found = get_object_or_404(own(request).select_related("startup"), pk=pk)
    context = parts_of(found)
    context["notes"] = context["notes"].filter(state="issued")
    return render(request, "billing/bills/portal_bill.html", {**context, "account": pay_to()})


@permitted("billing.read_own_bills")
def own_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of one's own bill."""
    found = get_object_or_404(own(request).select_related("startup", "organisation", "document"), pk=pk)
    return serve_file(paper_of(found), by=request.actor, inline="inline" in request.GET)


@permitted("billing.read_own_bills")
def own_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """The account of one's own startup."""
    return statement_page(request, get_object_or_404(Startup.objects.of_founder(request.actor), pk=pk), "billing/bills/portal_statement.html")
