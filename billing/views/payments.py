"""The office's pages of online payments: the list, one attempt, refunds by two, and the gateway's keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.acts import ACT_LABELS
from billing.forms import ReasonForm
from billing.models import GatewayAccount, Payment, Receipt, Refund
from billing.models.payments import Method
from billing.papers import receipt_paper_of
from billing.services import payments as acts
from billing.services import refunds
from billing.states import REFUND_MOVES, PaymentState
from billing.tasks import ask_gateway
from incubator.accounts.proof import proved_again
from incubator.core.exports import xlsx_answer
from incubator.core.fields import YuanField
from incubator.core.forms import YuanInput
from incubator.core.listing import asked_choice, asked_words
from incubator.core.money import yuan
from incubator.core.pieces import Figure, Filter
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of

LONG = timedelta(hours=1)  # an attempt that is open longer is looked at
SLOW = timedelta(days=1)  # a refund


class RefundForm(ReasonForm):
    """How much goes back, and why."""

    amount = YuanField(label=gettext_lazy("Amount"), widget=YuanInput)
    field_order = ["amount", "reason"]


class GatewayForm(forms.Form):
    """The gateway and its keys. A key is typed, never shown."""

    kind = forms.ChoiceField(label=gettext_lazy("Gateway"), choices=GatewayAccount.Kind.choices)
    secret_key = forms.CharField(label=gettext_lazy("Secret key"), max_length=200, required=False, widget=forms.PasswordInput({"autocomplete": "off"}), help_text=gettext_lazy("Left empty, the key that is kept stays."))
    webhook_secret = forms.CharField(label=gettext_lazy("Secret of the event address"), max_length=200, required=False, widget=forms.PasswordInput({"autocomplete": "off"}), help_text=gettext_lazy("Left empty, the secret that is kept stays."))
    methods = forms.MultipleChoiceField(label=gettext_lazy("Ways to pay"), choices=Method.choices, widget=forms.CheckboxSelectMultiple)
    is_active = forms.BooleanField(label=gettext_lazy("Startups may pay online"), required=False)

    def clean_secret_key(self) -> str:
        return _key(self.cleaned_data["secret_key"], ("sk_", "rk_"))

    def clean_webhook_secret(self) -> str:
        return _key(self.cleaned_data["webhook_secret"], ("whsec_",))


def _key(text: str, starts: tuple[str, ...]) -> str:
    """A key without blanks around it. Raises ValidationError for one of another kind."""
    text = text.strip()
    if text and not text.startswith(starts):
        raise forms.ValidationError(_("This key begins with %(starts)s.") % {"starts": "、".join(starts)}, "kind")
    return text


@permitted("billing.read_bills")
def payment_list(request: HttpRequest) -> HttpResponse:
    """Every attempt, searched and filtered, with what needs a look."""
    every = Payment.objects.matching(asked_words(request))
    state = asked_choice(request, "state", ["look", *PaymentState.values])
    rows = every.filter(pk__in=to_look_at()) if state == "look" else every.filter(state=state) if state else every
    rows = rows.select_related("bill", "startup", "receipt")
    if "export" in request.GET:
        return export(rows)
    month = timezone.localdate().replace(day=1)
    figures = [
        Figure(_("Paid online this month"), yuan(total(every.filter(receipt__received_on__gte=month))), _("yuan")),
        Figure(_("Not paid yet"), every.waiting().count()),
        Figure(_("Refunds awaiting a second person"), Refund.objects.filter(state="requested").count()),
        Figure(_("To look at"), len(to_look_at()), tone="red" if to_look_at() else "", note=_("does not agree, disputed, or open for long"), url="?state=look"),
    ]
    filters = [Filter("state", _("State"), [("look", _("To look at")), *PaymentState.choices])]
    return render(request, "billing/pay/list.html", {"page": paginate(request, rows), "figures": figures, "filters": filters, "gateway": GatewayAccount.objects.first()})


def total(rows: QuerySet[Payment]) -> Decimal:
    found: Decimal | None = rows.aggregate(sum=Sum("total"))["sum"]
    return found or Decimal("0.00")


def to_look_at() -> list[int]:
    """Attempts that do not agree, are disputed, are open for over an hour, or whose refund is under way for over a day."""
    now = timezone.now()
    odd = Payment.objects.filter(state="error") | Payment.objects.filter(is_frozen=True) | Payment.objects.filter(state="waiting", created__lt=now - LONG)
    slow = Refund.objects.filter(state="pending", moved_at__lt=now - SLOW).values_list("payment", flat=True)
    return list({*odd.values_list("pk", flat=True), *slow})


def export(rows: QuerySet[Payment]) -> HttpResponse:
    """The attempts of the list as a workbook."""
    header = [_("Bill"), _("Startup"), _("Begun"), _("Amount"), _("Way to pay"), _("State"), _("Receipt"), _("Paid back"), _("Session at the gateway")]
    body = ([one.bill.number, one.startup.name, timezone.localtime(one.created).replace(tzinfo=None), one.total, one.get_method_display(), one.get_state_display(), one.receipt.number if one.receipt else "", one.refunded, one.transaction_id] for one in rows)
    return xlsx_answer("online-payments", header, body, title=_("Online payments"))


def find(pk: int) -> Payment:
    return get_object_or_404(Payment.objects.select_related("bill", "startup", "receipt", "starter"), pk=pk)


@permitted("billing.read_bills")
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    """One attempt: what we said, what the gateway said, what went back."""
    found = find(pk)
    rows = [{"refund": one, "acts": {move.act for move in possible_moves(REFUND_MOVES, one, request.actor)}} for one in found.refunds.select_related("requester", "approver")]
    context = {
        "payment": found, "refunds": rows, "gateway_events": found.events.order_by("-pk")[:30], "outbox": found.outbox.all(), "most": refunds.refundable(found),
        "events": events_of(Entry.objects.about(found).select_related("user"), ACT_LABELS),
    }  # fmt: skip
    return render(request, "billing/pay/office_payment.html", context)


@permitted("billing.request_refund")
def refund_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to pay back."""
    found = find(pk)
    form = RefundForm(request.POST or None, initial={"amount": refunds.refundable(found)})
    if form.is_valid() and attempt(form, lambda: refunds.request_refund(found, form.cleaned_data["amount"], reason=form.cleaned_data["reason"], by=request.actor)):
        messages.success(request, _("The refund is asked for. A manager or owner approves it."))
        return to(request, "office:bills:payment", pk)
    effects = [_("A manager or owner approves; until then nothing changes."), _("The money goes back to where it came from. What it had paid is open again.")]
    return render(request, "billing/bills/act.html", {"bill": found.bill, "form": form, "title": _("Ask for a refund"), "effects": effects, "cancel": link(request, "office:bills:payment", pk)}, status=status_of(form))


@permitted("billing.settle_refund")
def refund_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Approve a refund that somebody else asked for, or drop it."""
    refund = get_object_or_404(Refund.objects.select_related("payment__bill__startup"), pk=pk)
    known: dict[str, tuple[Callable[..., Any], str, str, list[str]]] = {
        "approve": (refunds.approve_refund, _("Approve the refund"), _("The refund is approved. The gateway pays it back."), [_("%(amount)s yuan go back to the payer by the gateway.") % {"amount": yuan(refund.amount)}, _("What they had paid of bill %(bill)s is open again.") % {"bill": refund.payment.bill}]),
        "drop": (refunds.drop_refund, _("Drop the refund"), _("The refund is dropped."), [_("Nothing goes back.")]),
    }
    if act not in known:
        raise Http404
    do, title, done, effects = known[act]
    if request.method == "POST":
        do(refund, by=request.actor)
        messages.success(request, done)
        return to(request, "office:bills:payment", refund.payment_id)
    return render(request, "billing/bills/act.html", {"bill": refund.payment.bill, "note": None, "title": title, "effects": effects, "danger": act == "drop", "cancel": link(request, "office:bills:payment", refund.payment_id)})


@permitted("billing.request_refund")
def payment_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the gateway how an attempt stands."""
    found = find(pk)
    if request.method == "POST":
        ask_gateway.defer(organisation_id=found.organisation_id, payment_id=found.pk)
        messages.info(request, _("The gateway is being asked. The answer is here in a moment."))
    return to(request, "office:bills:payment", pk)


@permitted("billing.keep_gateway")
@proved_again
def gateway(request: HttpRequest) -> HttpResponse:
    """Set the gateway up or change it."""
    kept = GatewayAccount.objects.first()
    initial = {"kind": kept.kind, "methods": kept.methods, "is_active": kept.is_active} if kept else {"methods": Method.values, "is_active": True}
    form = GatewayForm(request.POST or None, initial=initial)
    if form.is_valid() and attempt(form, lambda: acts.keep_gateway(by=request.actor, **form.cleaned_data)):
        messages.success(request, _("The gateway is saved."))
        return to(request, "office:bills:payments")
    context = {"form": form, "title": _("Online payment"), "cancel": link(request, "office:bills:payments"), "kept": kept, "address": request.build_absolute_uri(f"/billing/stripe/{request.organisation.slug}/")}
    return render(request, "billing/pay/gateway.html", context, status=status_of(form))


@permitted("billing.read_bills")
def receipt_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of a receipt."""
    found = get_object_or_404(Receipt.objects.select_related("startup", "organisation", "document"), pk=pk)
    return serve_file(receipt_paper_of(found), by=request.actor, inline="inline" in request.GET)
