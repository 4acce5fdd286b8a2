"""The double-entry ledger: entries and lines that are written once, and the months that are closed.

A sub-ledger of the operator's books: its accounts are symbolic. Debit is positive, credit negative, yuan."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.querysets import LedgerEntryQuerySet, LedgerLineQuerySet
from billing.states import CloseState
from incubator.core.columns import person, yuan_field
from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled


class Account(models.TextChoices):
    """Where money is or where it came from. An organisation maps them to its own chart of accounts for export."""

    BANK = "bank", pgettext_lazy("account", "Bank")
    CLEARING = "clearing", _("Gateway clearing")
    RECEIVABLE = "receivable", _("Receivable from startups")
    SUSPENSE = "suspense", _("Suspense: bank lines not yet matched")
    TRANSIT = "transit", _("Money on its way through the bank")
    ACCOUNT_CREDIT = "account_credit", _("Credit of startups")
    DEPOSITS = "deposits", _("Deposits held")
    PASS_THROUGH = "pass_through", _("Subsidies to be passed on")
    OUTPUT_TAX = "output_tax", _("Output tax")
    INCOME_TAXABLE = "income_taxable", _("Income, taxable")
    INCOME_EXEMPT = "income_exempt", _("Income, exempt")
    SUBSIDY_INCOME = "subsidy_income", _("Subsidy income")
    FEES = "fees", _("Bank and gateway fees")
    HONORARIA = "honoraria", _("Honoraria")
    SUBSIDY_PAID = "subsidy_paid", _("Subsidies paid from own funds")
    LOSS = "loss", _("Losses written off")


ASSETS = frozenset({Account.BANK, Account.CLEARING, Account.RECEIVABLE})
EXPENSES = frozenset({Account.FEES, Account.HONORARIA, Account.SUBSIDY_PAID, Account.LOSS})
DEBIT_SIDE = ASSETS | EXPENSES  # accounts whose balance is a debit when all is well


class LedgerEntry(AppendOnlyModel):
    """One event in money: at least two lines that add up to nothing. `key` says which event, once and for all."""

    day = models.DateField(_("Day"))
    kind = models.CharField(_("Kind"), max_length=30)
    key = models.CharField(max_length=80)
    text = models.CharField(_("Text"), max_length=200)
    about = models.CharField(max_length=60, blank=True)  # the record that caused it: billing.bill:12
    about_period = models.DateField(_("Belongs to the month"), null=True, blank=True)  # a late fact of a closed month
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    txid = models.BigIntegerField(editable=False, default=0)  # filled by the database
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField(default=timezone.now)

    objects = walled(LedgerEntryQuerySet)

    class Meta:
        verbose_name = _("ledger entry")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="ledger_entry_once"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(kind="") & ~Q(text=""), name="ledger_entry_named"),
            models.CheckConstraint(condition=Q(about_period=None) | Q(about_period__day=1), name="ledger_entry_period"),
        ]
        indexes = [models.Index(fields=["organisation", "day", "id"], name="ledger_by_day")]

    def __str__(self) -> str:
        return self.text


class LedgerLine(AppendOnlyModel):
    """One side of an entry: so many yuan on one account, with the startup whose money it is."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="lines")
    account = models.CharField(_("Account"), max_length=20, choices=Account.choices)
    amount = yuan_field(_("Amount"))
    startup = models.ForeignKey("tenants.Startup", models.PROTECT, null=True, blank=True, related_name="+")
    document = models.CharField(max_length=60, blank=True)  # the paper that this side settles: billing.bill:12

    objects = walled(LedgerLineQuerySet)

    class Meta:
        verbose_name = _("ledger line")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_line_amount"),
            models.CheckConstraint(condition=Q(account__in=Account.values), name="ledger_line_account"),
            models.CheckConstraint(
                condition=~Q(account__in=["receivable", "account_credit", "deposits"]) | Q(startup__isnull=False),
                name="ledger_line_names_its_startup",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "account", "startup"], name="ledger_by_account"),
            models.Index(fields=["organisation", "document"], name="ledger_by_document", condition=~Q(document="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_account_display()} {self.amount}"

    @property
    def debit(self) -> Decimal | None:
        return self.amount if self.amount > 0 else None

    @property
    def credit(self) -> Decimal | None:
        return -self.amount if self.amount < 0 else None


class PeriodClose(OrganisationModel):
    """The close of a month: proposed by one person, closed by another; nothing is posted into it afterwards."""

    month = models.DateField(_("Month"))
    state = models.CharField(_("State"), max_length=10, choices=CloseState.choices, default=CloseState.PROPOSED)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    proposer = person()
    closer = person(null=True)
    balances = models.JSONField(default=dict)  # account → balance on the last day, as the closer saw them
    note = models.CharField(_("Note"), max_length=200, blank=True)

    objects = walled()

    class Meta:
        verbose_name = _("close of a month")
        ordering = ["-month", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "month"], condition=~Q(state="dropped"), name="period_close_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="period_close_month"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closer__isnull=False) & ~Q(closer=F("proposer")), name="period_close_four_eyes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def state_tone(self) -> str:
        return {"closed": "jade", "proposed": "amber"}.get(self.state, "plain")
