"""The startup's way to pay online: agree to the amount, wait for the page, come back, and read that the money is there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from billing.models import Bill, Payment, Receipt
from billing.papers import receipt_paper_of
from billing.services import payments as acts
from billing.tasks import ask_gateway
from incubator.core.views import link, permitted, to
from incubator.documents.services import serve_file


@permitted("billing.pay_own_bill")
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how much and by what ways; on POST begin, and lead to the page that waits for the gateway."""
    bill = get_object_or_404(Bill.objects.of_founder(request.actor).select_related("startup"), pk=pk)
    account = acts.gateway_account()
    if request.method == "POST":
        payment = acts.start_payment(bill, by=request.actor)
        return to(request, "portal:bills:payment", payment.pk)
    return render(request, "billing/pay/pay.html", {"bill": bill, "gateway": account, "cancel": link(request, "portal:bills:bill", pk)})


def own(request: HttpRequest, pk: int) -> Payment:
    return get_object_or_404(Payment.objects.of_founder(request.actor).select_related("bill", "startup", "receipt"), pk=pk)


@permitted("billing.read_own_bills")
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    """How an attempt stands. That the gateway led back here proves nothing."""
    return render(request, "billing/pay/payment.html", {"payment": own(request, pk), "came_back": "back" in request.GET})


@permitted("billing.pay_own_bill")
def payment_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the gateway now, for whoever has paid and reads nothing of it here."""
    found = own(request, pk)
    if request.method == "POST" and found.state == "waiting":
        ask_gateway.defer(organisation_id=found.organisation_id, payment_id=found.pk)
        messages.info(request, _("The gateway is being asked. The answer is here in a moment."))
    return to(request, "portal:bills:payment", pk)


@permitted("billing.pay_own_bill")
def payment_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an attempt up."""
    found = own(request, pk)
    if request.method == "POST":
        acts.cancel_payment(found, by=request.actor)
        messages.success(request, _("The payment is cancelled. The bill is still open."))
        return to(request, "portal:bills:bill", found.bill_id)
    return to(request, "portal:bills:payment", pk)


@permitted("billing.read_own_bills")
def own_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of one's own receipt."""
    found = get_object_or_404(Receipt.objects.of_founder(request.actor).select_related("startup", "organisation", "document"), pk=pk)
    return serve_file(receipt_paper_of(found), by=request.actor, inline="inline" in request.GET)
