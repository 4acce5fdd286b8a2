"""The startup's way to pay online: agree to the amount, wait for the page, come back, and read that the money is there."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.forms import FEN
from billing.models import Bill, Payment, Receipt
from billing.papers import receipt_paper_of
from billing.services import payments as acts
from billing.services.dunning import send_slip
from billing.tasks import ask_gateway
from incubator.core.fields import DayField, YuanField
from incubator.core.forms import YuanInput
from incubator.core.refusals import attempt, status_of
from incubator.core.views import link, permitted, to
from incubator.documents.services import serve_file
from incubator.tenants.forms import UploadField


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


class SlipForm(forms.Form):
    """The slip of a transfer, so that nobody is reminded of what is under way."""

    amount = YuanField(label=gettext_lazy("Amount"), minimum=FEN, widget=YuanInput)
    paid_on = DayField(label=gettext_lazy("Paid on"))
    file = UploadField(label=gettext_lazy("File of the slip"))


@permitted("billing.pay_own_bill")
def slip_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the slip of a transfer for a bill."""
    bill = get_object_or_404(Bill.objects.of_founder(request.actor).select_related("startup"), pk=pk)
    form = SlipForm(request.POST or None, request.FILES or None, initial={"amount": bill.open_amount, "paid_on": timezone.localdate()})
    if form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: send_slip(bill, data["file"], amount=data["amount"], paid_on=data["paid_on"], by=request.actor)):
            messages.success(request, _("The slip is sent. The finance office looks for the money; you are not reminded meanwhile."))
            return to(request, "portal:bills:bill", pk)
    lead = _("A slip stops reminders for five working days. It never counts as payment.")
    context = {"form": form, "title": _("Send a slip"), "lead": lead, "cancel": link(request, "portal:bills:bill", pk), "submit": _("Send")}
    return render(request, "billing/portal/form.html", context, status=status_of(form))


@permitted("billing.read_own_bills")
def own_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of one's own receipt."""
    found = get_object_or_404(Receipt.objects.of_founder(request.actor).select_related("startup", "organisation", "document"), pk=pk)
    return serve_file(receipt_paper_of(found), by=request.actor, inline="inline" in request.GET)
