"""Online payments: whose gateway, one row per attempt, refunds, what the gateway said, and what is still to be said to it.

`Payment` stands on django-payments' model without its address fields; the ledger, not a payment, is the truth about money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from payments.models import BasePayment

from billing.models.bills import Bill, Receipt
from billing.querysets import PaymentQuerySet
from billing.states import PAYMENT_TONES, PaymentState, RefundState
from incubator.core.columns import person, yuan_field
from incubator.core.encryption import EncryptedText
from incubator.core.scoping import OrganisationModel, walled
from incubator.tenants.models import Startup

ZERO = Decimal("0.00")


class Method(models.TextChoices):
    """How somebody pays at the gateway."""

    CARD = "card", _("Bank card")
    ALIPAY = "alipay", _("Alipay")
    WECHAT = "wechat_pay", _("WeChat Pay")


class GatewayAccount(OrganisationModel):
    """The organisation's own account at a gateway: its keys stand encrypted and are never shown again."""

    class Kind(models.TextChoices):
        STRIPE = "stripe", _("Stripe or a gateway that speaks like it")
        SANDBOX = "sandbox", _("Test gateway on this machine, no real money")

    kind = models.CharField(_("Gateway"), max_length=10, choices=Kind.choices)
    secret_key = EncryptedText(_("Secret key"))
    webhook_secret = EncryptedText(_("Secret of the event address"))
    methods = models.JSONField(_("Ways to pay"), default=list)
    is_active = models.BooleanField(_("Startups may pay online"), default=True)
    changed_by = person()
    changed_at = models.DateTimeField(auto_now=True)

    objects = walled()

    class Meta:
        verbose_name = _("gateway account")
        constraints = [models.UniqueConstraint(fields=["organisation"], name="gateway_account_once")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_live(self) -> bool:
        """Whether its key moves real money."""
        return "_live_" in self.secret_key

    @property
    def key_tail(self) -> str:
        return str(self.secret_key)[-4:]

    @property
    def method_labels(self) -> list[str]:
        return [str(label) for value, label in Method.choices if value in self.methods]


class Payment(OrganisationModel, BasePayment):
    """One attempt to pay one bill. `total` never changes; `captured_amount` is what was taken and not paid back."""

    # what django-payments would keep and we do not: its state has other words, addresses belong to nobody's bill
    status = fraud_status = fraud_message = delivery = tax = description = extra_data = customer_ip_address = None
    billing_first_name = billing_last_name = billing_address_1 = billing_address_2 = billing_city = billing_postcode = None
    billing_country_code = billing_country_area = billing_email = billing_phone = None

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="payments")
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="+")
    receipt = models.OneToOneField(Receipt, models.PROTECT, null=True, related_name="payment", editable=False)
    state = models.CharField(_("State"), max_length=10, choices=PaymentState.choices, default=PaymentState.WAITING, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    total = yuan_field(_("Amount"))
    captured_amount = yuan_field(_("Amount taken"), default=ZERO, editable=False)
    token = models.UUIDField(default=uuid4, editable=False)
    transaction_id = models.CharField(max_length=255, blank=True, editable=False)  # the gateway's session
    intent = models.CharField(max_length=255, blank=True, editable=False)  # the gateway's payment
    url = models.URLField(max_length=1000, blank=True, editable=False)  # where the payer goes
    method = models.CharField(_("Way to pay"), max_length=12, choices=Method.choices, blank=True)
    livemode = models.BooleanField(default=False, editable=False)
    is_frozen = models.BooleanField(_("Disputed at the gateway"), default=False, editable=False)
    expires_at = models.DateTimeField(editable=False)
    starter = person()

    objects = walled(PaymentQuerySet)

    class Meta:
        verbose_name = _("online payment")
        ordering = ["-created", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "token"], name="payment_token_once"),
            models.UniqueConstraint(fields=["organisation", "transaction_id"], condition=~Q(transaction_id=""), name="payment_session_once"),
            models.UniqueConstraint(fields=["organisation", "bill"], condition=Q(state="waiting"), name="payment_one_open"),
            models.CheckConstraint(condition=Q(total__gt=0, captured_amount__gte=0, captured_amount__lte=F("total")), name="payment_amounts"),
            models.CheckConstraint(
                condition=Q(state="confirmed", receipt__isnull=False, captured_amount__gt=0)
                | Q(state="refunded", receipt__isnull=False, captured_amount=0)
                | ~Q(state__in=["confirmed", "refunded"]) & Q(receipt=None, captured_amount=0),
                name="payment_taken_has_a_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "created"], name="payment_by_state"),
            models.Index(fields=["organisation", "intent"], name="payment_by_intent", condition=~Q(intent="")),
        ]

    def __str__(self) -> str:
        return f"{self.bill} · {self.total}"

    def change_status(self, status: Any, message: str = "") -> None:
        """django-payments' way of moving a payment; here a state moves only by `billing.services.payments`."""
        raise NotImplementedError("move a payment by billing.services.payments")

    def refund(self, amount: Any = None) -> None:
        """django-payments' way of paying back; here two persons do it, by `billing.services.refunds`."""
        raise NotImplementedError("refund a payment by billing.services.refunds")

    @property
    def state_tone(self) -> str:
        return PAYMENT_TONES[self.state]

    @property
    def refunded(self) -> Decimal:
        """What went back already, in yuan."""
        return self.total - self.captured_amount if self.receipt_id else ZERO


class Refund(OrganisationModel):
    """So much of a payment goes back: asked by one person, approved by another, carried out by the gateway.

    A refund that somebody made on the gateway's own pages comes as a row without people."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    amount = yuan_field(_("Amount"))
    reason = models.CharField(_("Reason"), max_length=200)
    state = models.CharField(_("State"), max_length=10, choices=RefundState.choices, default=RefundState.REQUESTED, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    key = models.UUIDField(default=uuid4, editable=False)
    gateway_id = models.CharField(max_length=255, blank=True, editable=False)
    from_gateway = models.BooleanField(default=False, editable=False)
    message = models.CharField(max_length=200, blank=True, editable=False)
    requester = person(null=True)
    approver = person(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("refund")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="refund_key_once"),
            models.UniqueConstraint(fields=["organisation", "gateway_id"], condition=~Q(gateway_id=""), name="refund_gateway_id_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount"),
            models.CheckConstraint(condition=Q(approver=None) | ~Q(approver=F("requester")), name="refund_four_eyes"),
            models.CheckConstraint(
                condition=Q(from_gateway=True) | Q(requester__isnull=False) & (Q(state__in=["requested", "dropped"]) | Q(approver__isnull=False)),
                name="refund_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment}: −{self.amount}"

    @property
    def state_tone(self) -> str:
        return {"succeeded": "jade", "failed": "red", "dropped": "plain"}.get(self.state, "amber")


OUTCOMES = {
    "confirmed": pgettext_lazy("gateway event", "The bill is settled"), "confirmed late": pgettext_lazy("gateway event", "Taken after the attempt was given up"),
    "rejected": pgettext_lazy("gateway event", "Declined"), "cancelled": pgettext_lazy("gateway event", "Cancelled"), "does not agree": pgettext_lazy("gateway event", "Does not agree, nothing booked"),
    "kept for review": pgettext_lazy("gateway event", "Kept for a look"), "refunded": pgettext_lazy("gateway event", "Paid back"), "refund failed": pgettext_lazy("gateway event", "Refund failed"),
    "frozen": pgettext_lazy("gateway event", "Disputed"), "unknown": pgettext_lazy("gateway event", "About nothing of ours"),
}  # fmt: skip


class GatewayEvent(OrganisationModel):
    """One message of the gateway, verified; taken once, whatever it says and however often it comes."""

    event_id = models.CharField(max_length=255)
    kind = models.CharField(_("Kind"), max_length=80)
    payload = models.JSONField()
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="events")
    outcome = models.CharField(_("What it did"), max_length=40, blank=True)
    received_at = models.DateTimeField(default=timezone.now)

    objects = walled()

    class Meta:
        verbose_name = _("event of the gateway")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "event_id"], name="gateway_event_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"

    @property
    def outcome_label(self) -> Any:
        """What it did, in words."""
        return OUTCOMES.get(self.outcome, _("Nothing new"))


class Outbox(OrganisationModel):
    """Something to be said to the gateway, written with the act that causes it; said outside every transaction."""

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("outbox", "To be sent")
        DONE = "done", pgettext_lazy("outbox", "Done")
        REFUSED = "refused", pgettext_lazy("outbox", "Refused by the gateway")
        STUCK = "stuck", pgettext_lazy("outbox", "Given up")

    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)  # session, expire, refund
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="outbox")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="outbox")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=300, blank=True)

    objects = walled()

    class Meta:
        verbose_name = _("message to the gateway")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="outbox_once")]
        indexes = [models.Index(fields=["organisation", "until"], name="outbox_pending", condition=Q(state="pending"))]

    def __str__(self) -> str:
        return self.key
