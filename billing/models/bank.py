"""The organisation's bank accounts, their statements, and each line with what became of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.querysets import BankLineQuerySet
from billing.states import LINE_TONES, BankLineState, StatementState
from incubator.core.columns import person, yuan_field
from incubator.core.encryption import EncryptedText, blind_index
from incubator.core.scoping import OrganisationModel, walled


class BankAccount(OrganisationModel):
    """An account of the organisation, with the headings by which its bank's files are read."""

    name = models.CharField(_("Name"), max_length=80)
    bank = models.CharField(_("Bank"), max_length=120)
    number = EncryptedText(_("Account number"))
    number_index = models.CharField(max_length=64, editable=False)
    tail = models.CharField(_("Last four digits"), max_length=4, editable=False)
    columns = models.JSONField(default=dict, blank=True)  # field → heading, as last confirmed
    closing = yuan_field(_("Last balance"), null=True, editable=False)
    closing_on = models.DateField(null=True, editable=False)
    is_active = models.BooleanField(_("In use"), default=True)

    objects = walled()

    class Meta:
        verbose_name = _("bank account")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "number_index"], name="bank_account_once")]

    def __str__(self) -> str:
        return f"{self.name} ····{self.tail}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the digest and the last four digits beside the encrypted number."""
        self.number_index, self.tail = blind_index(self.number, purpose="bank_account"), self.number[-4:]
        super().save(*args, **kwargs)


class Statement(OrganisationModel):
    """One imported file. A draft is looked at before anything is taken in; then it stays."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements")
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=StatementState.choices, default=StatementState.DRAFT, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    first_day = models.DateField(_("From"), null=True)
    last_day = models.DateField(_("To"), null=True)
    opening = yuan_field(_("Opening balance"), null=True)
    closing = yuan_field(_("Closing balance"), null=True)
    added = models.PositiveIntegerField(_("New lines"), default=0)
    repeated = models.PositiveIntegerField(_("Lines known already"), default=0)
    gap = yuan_field(_("Gap to the statement before"), null=True)
    importer = person(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("bank statement")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.account} {self.first_day or ''}–{self.last_day or ''}" if self.first_day else str(self.document)

    @property
    def state_tone(self) -> str:
        return {"imported": "jade", "draft": "amber"}.get(self.state, "plain")


class BankLine(OrganisationModel):
    """One movement on an account: in positive, out negative. Its facts never change; only what became of it does."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField()
    day = models.DateField(_("Day"))
    amount = yuan_field(_("Amount"))
    payer = models.CharField(_("Other party"), max_length=120, blank=True)
    payer_account = EncryptedText(_("Account of the other party"), blank=True)
    payer_index = models.CharField(max_length=64, blank=True, editable=False)
    summary = models.CharField(_("Summary"), max_length=200, blank=True)
    purpose = models.CharField(_("Purpose"), max_length=200, blank=True)
    balance = yuan_field(_("Balance"), null=True)
    serial = models.CharField(_("Serial number"), max_length=60, blank=True)
    fingerprint = models.CharField(max_length=64, editable=False)
    occurrence = models.PositiveSmallIntegerField(default=1, editable=False)
    state = models.CharField(_("State"), max_length=10, choices=BankLineState.choices, default=BankLineState.IMPORTED, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    rung = models.CharField(max_length=20, blank=True, editable=False)  # the step of the match ladder that proposed
    plan = models.JSONField(default=dict, blank=True)  # {"startup": id, "bills": [[id, "yuan"]]}: proposed or awaiting
    about = models.CharField(max_length=60, blank=True)  # what it was matched with: billing.receipt:7
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    matcher = person(null=True)
    confirmer = person(null=True)

    objects = walled(BankLineQuerySet)

    class Meta:
        verbose_name = _("bank line")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "account", "serial"], condition=~Q(serial=""), name="bank_line_serial_once"),
            models.UniqueConstraint(
                fields=["organisation", "account", "fingerprint", "occurrence"], condition=Q(serial=""), name="bank_line_once"
            ),
            models.UniqueConstraint(  # a payment of ours leaves the bank once
                fields=["organisation", "about"], condition=Q(about__startswith="billing.payouttransfer:"), name="bank_line_transfer_once"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="bank_line_amount"),
            models.CheckConstraint(
                condition=~Q(state="matched") | ~Q(about="") & Q(matcher__isnull=False), name="bank_line_matched_with_something"
            ),
            models.CheckConstraint(condition=Q(confirmer=None) | ~Q(confirmer=F("matcher")), name="bank_line_four_eyes"),
            models.CheckConstraint(condition=~Q(state="suspense") | ~Q(reason=""), name="bank_line_suspense_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "day"], name="bank_line_by_state"),
            models.Index(fields=["organisation", "payer_index"], name="bank_line_by_payer", condition=~Q(payer_index="")),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.payer or self.summary} {self.amount}"

    @property
    def text(self) -> str:
        """Everything that the payer wrote."""
        return " ".join(part for part in (self.purpose, self.summary) if part)

    @property
    def is_incoming(self) -> bool:
        return self.amount > 0

    @property
    def size(self) -> Decimal:
        return abs(self.amount)

    @property
    def state_tone(self) -> str:
        return LINE_TONES[self.state]


class BillingSettings(OrganisationModel):
    """How this organisation bills and checks. One row; changed by an owner, journaled."""

    single_limit = models.DecimalField(
        _("Above this many yuan a second person confirms a match"), max_digits=14, decimal_places=2, default=Decimal("0.00")
    )
    due_day = models.PositiveSmallIntegerField(_("Day of the month on which bills are due"), default=15)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("billing settings")
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="billing_settings_once"),
            models.CheckConstraint(condition=Q(single_limit__gte=0, due_day__gte=1, due_day__lte=28), name="billing_settings_sane"),
        ]

    def __str__(self) -> str:
        return str(_("billing settings"))
