"""Payouts 拨付: what is owed after a decision, each payment order with its persons, what the bank answered.

Billing knows neither claims nor guarantees: it is told what was decided (a `Decision`) and about which record. The
database keeps the rest: never more than decided, never more passed on than received, only to the account that was
verified (migration 0007)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.querysets import FundsQuerySet, PayoutDueQuerySet, PayoutQuerySet
from billing.states import PAYOUT_TONES, FundsState, PayoutState
from incubator.core.columns import person, yuan_field
from incubator.core.encryption import EncryptedText
from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled

ZERO = Decimal("0.00")
HEX = r"^[0-9a-f]{64}$"


class Way(models.TextChoices):
    """Who pays, and from whose money."""

    AUTHORITY = "authority", _("The authority pays itself")
    PASS_THROUGH = "pass_through", _("We pass the authority's money on")
    OWN = "own", _("We pay from our own funds")


class PayoutBatch(OrganisationModel):
    """What was decided together and is paid from the same money: a claim. `about` names it: subsidies.claim:5."""

    about = models.CharField(max_length=60)
    title = models.CharField(_("Claim"), max_length=120)

    objects = walled()

    class Meta:
        verbose_name = _("payout batch")
        constraints = [models.UniqueConstraint(fields=["organisation", "about"], name="payout_batch_once")]

    def __str__(self) -> str:
        return self.title


class PayoutDue(OrganisationModel):
    """What is owed under one decided line. `decided` is the amount of the decision that stands, and of no other."""

    batch = models.ForeignKey(PayoutBatch, models.PROTECT, related_name="dues")
    about = models.CharField(max_length=60)  # the record that was decided on: subsidies.subsidyapplication:4
    title = models.CharField(_("Case"), max_length=120)
    item = models.CharField(_("Programme"), max_length=120, blank=True)
    payee_name = models.CharField(_("Payee"), max_length=120)
    startup = models.ForeignKey("tenants.Startup", models.PROTECT, null=True, related_name="payout_dues")
    is_own = models.BooleanField(default=False)  # the organisation itself is paid: then it is its income
    decision = models.ForeignKey("policy.Decision", models.PROTECT, related_name="+")
    decided = yuan_field(_("Decided"))

    objects = walled(PayoutDueQuerySet)

    class Meta:
        verbose_name = _("amount due")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "about"], name="payout_due_once"),
            models.CheckConstraint(condition=Q(decided__gte=0), name="payout_due_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.payee_name}"


class PayoutFile(AppendOnlyModel):
    """A payment file for the bank. The full account numbers stand in the download only, never here."""

    number = models.CharField(_("Number"), max_length=30)
    count = models.PositiveIntegerField(_("Payments"))
    total = yuan_field(_("Total"))
    maker = person(_("Made by"), null=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("bank payment file")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="payout_file_number"),
            models.CheckConstraint(condition=Q(count__gt=0, total__gt=0), name="payout_file_holds_payments"),
        ]

    def __str__(self) -> str:
        return self.number


class Payout(OrganisationModel):
    """One payment order under a decided line. `part` counts the orders of the line (the attempt group), `attempt` the
    tries of this one: a returned payment is sent again under the same order."""

    due = models.ForeignKey(PayoutDue, models.PROTECT, related_name="payouts")
    part = models.PositiveSmallIntegerField()
    attempt = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(_("Number"), max_length=30)
    way = models.CharField(_("Paid by"), max_length=12, choices=Way.choices)
    state = models.CharField(_("State"), max_length=14, choices=PayoutState.choices, default=PayoutState.ORDERED)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    amount = yuan_field(_("Amount"))
    offset = yuan_field(_("Set off"), default=ZERO)  # a clawback of the same payee that this payout settles
    payee_name = models.CharField(_("Payee"), max_length=120)
    bank_name = models.CharField(_("Bank"), max_length=120)
    account = EncryptedText(_("Bank account"))
    account_tail = models.CharField(max_length=4)
    account_digest = models.CharField(max_length=64)
    verification = models.ForeignKey("tenants.AccountVerification", models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(PayoutFile, models.PROTECT, null=True, related_name="payouts")
    paid_on = models.DateField(_("Paid on"), null=True)
    reference = models.CharField(_("Bank's reference"), max_length=60, blank=True)
    slip = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    bank_line = models.ForeignKey("billing.BankLine", models.PROTECT, null=True, related_name="+")
    bill = models.ForeignKey("billing.Bill", models.PROTECT, null=True, related_name="+")
    consent = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    returned_on = models.DateField(_("Returned on"), null=True)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    ordered_at = models.DateTimeField(default=timezone.now, editable=False)
    receipt_at = models.DateTimeField(null=True, editable=False)
    orderer = person(_("Ordered by"), null=True)
    approver = person(_("Approved by"), null=True)
    canceller = person(_("Cancelled by"), null=True)
    recorder = person(_("Recorded by"), null=True)
    confirmer = person(_("Confirmed by"), null=True)
    sender = person(_("Sent by"), null=True)
    corrector = person(_("Corrected account verified by"), null=True)
    receiver = person(_("Receipt confirmed by"), null=True)

    objects = walled(PayoutQuerySet)

    class Meta:
        verbose_name = _("payout")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "state", "moved_at"], name="payout_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "due", "part"], name="payout_once"),
            models.UniqueConstraint(fields=["organisation", "number"], name="payout_number"),
            models.UniqueConstraint(
                fields=["organisation", "bank_line"], condition=Q(bank_line__isnull=False) & ~Q(state="cancelled"), name="payout_bank_line_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, offset__gte=0, offset__lte=F("amount")), name="payout_amount"),
            models.CheckConstraint(condition=Q(account_digest__regex=HEX), name="payout_account_digest"),
            models.CheckConstraint(condition=Q(orderer__isnull=False), name="payout_ordered_by_somebody"),
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=F("orderer")) & (Q(corrector=None) | ~Q(approver=F("corrector"))),
                name="payout_approved_by_another",
            ),
            models.CheckConstraint(condition=Q(canceller=None) | ~Q(canceller=F("orderer")), name="payout_cancelled_by_another"),
            models.CheckConstraint(
                condition=Q(confirmer=None) | Q(recorder__isnull=False) & ~Q(confirmer=F("recorder")), name="payout_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "sent"]) | Q(approver__isnull=False) & ~Q(way="authority"), name="payout_sent_by_two"
            ),
            models.CheckConstraint(
                condition=~Q(state="paid")
                | Q(paid_on__isnull=False)
                & (
                    Q(way="authority", recorder__isnull=False, confirmer__isnull=False)
                    & (Q(slip__isnull=False) | Q(bank_line__isnull=False))
                    | ~Q(way="authority") & Q(approver__isnull=False)
                ),
                name="payout_paid_by_two_with_proof",
            ),
            models.CheckConstraint(condition=~Q(state="cancelled") | Q(canceller__isnull=False) & ~Q(reason=""), name="payout_cancelled_with_reason"),
            models.CheckConstraint(condition=~Q(state="bank_returned") | Q(returned_on__isnull=False) & ~Q(reason=""), name="payout_returned_with_reason"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def net(self) -> Decimal:
        """What really flows, in yuan: the amount less what is set off."""
        net: Decimal = self.amount - self.offset
        return net

    @property
    def key(self) -> str:
        """The key of this attempt in the bank's files. It is stored before the bank is told, and never used again."""
        return f"{self.number}-{self.attempt}"

    @property
    def state_tone(self) -> str:
        return PAYOUT_TONES[PayoutState(self.state)]

    @property
    def masked_account(self) -> str:
        return f"**** {self.account_tail}"

    @property
    def is_recorded(self) -> bool:
        """Whether the authority's payment is written down and waits for its second person."""
        return self.state == PayoutState.ORDERED and self.recorder_id is not None


class PayoutTransfer(AppendOnlyModel):
    """One attempt that was given to the bank: its key, to which account, in which file."""

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="transfers")
    attempt = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    file = models.ForeignKey(PayoutFile, models.PROTECT, related_name="transfers")
    amount = yuan_field(_("Amount"))
    account_tail = models.CharField(max_length=4)
    account_digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("bank transfer")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="payout_transfer_key"),
            models.UniqueConstraint(fields=["organisation", "payout", "attempt"], name="payout_transfer_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_transfer_amount"),
        ]

    def __str__(self) -> str:
        return self.key


class PayoutResult(AppendOnlyModel):
    """What became of one attempt, once for each result: the same answer a second time adds nothing."""

    class Result(models.TextChoices):
        PAID = "paid", _("Paid")
        RETURNED = "returned", _("Returned")

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="results")
    attempt = models.PositiveSmallIntegerField()
    result = models.CharField(_("Result"), max_length=8, choices=Result.choices)
    amount = yuan_field(_("Amount"))
    day = models.DateField(_("Day"))
    reference = models.CharField(_("Bank's reference"), max_length=60, blank=True)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    bank_line = models.ForeignKey("billing.BankLine", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    user = person(_("By"), null=True)

    objects = walled()

    class Meta:
        verbose_name = _("result of a payout")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "payout", "attempt", "result"], name="payout_result_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="payout_result_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.payout}-{self.attempt} {self.get_result_display()}"


class AuthorityFunds(OrganisationModel):
    """Money that the authority paid to the organisation for a claim, to be passed on (待转补贴款). It counts once a second
    person has compared it with the bank line or the slip."""

    batch = models.ForeignKey(PayoutBatch, models.PROTECT, related_name="funds")
    amount = yuan_field(_("Amount"))
    received_on = models.DateField(_("Received on"))
    reference = models.CharField(_("Bank's reference"), max_length=60, blank=True)
    bank_line = models.ForeignKey("billing.BankLine", models.PROTECT, null=True, related_name="+")
    slip = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("State"), max_length=10, choices=FundsState.choices, default=FundsState.RECORDED)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorder = person(_("Recorded by"), null=True)
    confirmer = person(_("Confirmed by"), null=True)

    objects = walled(FundsQuerySet)

    class Meta:
        verbose_name = _("money of the authority")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="authority_funds_amount"),
            models.CheckConstraint(
                condition=Q(bank_line__isnull=False, slip=None) | Q(bank_line=None, slip__isnull=False), name="authority_funds_have_one_proof"
            ),
            models.UniqueConstraint(
                fields=["organisation", "bank_line"], condition=Q(bank_line__isnull=False) & ~Q(state="rejected"), name="authority_funds_line_once"
            ),
            models.CheckConstraint(
                condition=Q(recorder__isnull=False) & (Q(confirmer=None) | ~Q(confirmer=F("recorder"))), name="authority_funds_four_eyes"
            ),
            models.CheckConstraint(condition=~Q(state="confirmed") | Q(confirmer__isnull=False), name="authority_funds_confirmed_by_two"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.amount}"

    @property
    def state_tone(self) -> str:
        return {"confirmed": "jade", "recorded": "amber"}.get(self.state, "plain")
