from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from billing.querysets import BankSlipQuerySet, FapiaoQuerySet
from incubator.core.columns import person, yuan_field
from incubator.core.periods import Month, months_from
from incubator.core.scoping import OrganisationModel, walled
from incubator.documents.models import Document
from incubator.tenants.models import USCC_PATTERN, Startup

FAPIAO_NUMBER_PATTERN = r"^([0-9]{18}|[0-9]{20})$"  # 数电票: 20 digits; older kinds: code (10 or 12) + number (8)
ZERO = Decimal("0.00")


class CostKind(models.TextChoices):
    """The costs that clause 九 names, and those of activities (clause 十五)."""

    RENT = "rent", _("Rent")
    BROADBAND = "broadband", _("Broadband")
    SOFTWARE = "software", _("Software")
    ACTIVITY = "activity", _("Contest, camp or other activity")


RENT_AND_LINES = (CostKind.RENT, CostKind.BROADBAND, CostKind.SOFTWARE)  # what clause 九 names; activities are the organisation's alone


class Fapiao(OrganisationModel):
    """A tax invoice 发票 as the seller issued it. `startup` None: a cost of the organisation itself.

    Its identity is number + seller; the months it pays for are stored as their first days."""

    startup = models.ForeignKey(Startup, models.PROTECT, null=True, blank=True, related_name="fapiao")
    kind = models.CharField(_("Kind of cost"), max_length=12, choices=CostKind.choices)
    number = models.CharField(_("Invoice number"), max_length=20)
    seller_name = models.CharField(_("Seller"), max_length=120)
    seller_uscc = models.CharField(_("Credit code of the seller"), max_length=18)
    buyer_name = models.CharField(_("Buyer"), max_length=120)
    buyer_uscc = models.CharField(_("Credit code of the buyer"), max_length=18)
    issued_on = models.DateField(_("Date of issue"))
    period_from = models.DateField(_("First month"))
    period_to = models.DateField(_("Last month"))
    room = models.CharField(_("Room"), max_length=40, blank=True)
    item = models.CharField(_("Item"), max_length=120)
    amount = yuan_field(_("Amount with tax"))
    tax = yuan_field(_("Tax in it"), null=True, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = person()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(FapiaoQuerySet)

    class Meta:
        verbose_name = _("invoice")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number", "seller_uscc"], name="fapiao_once"),
            models.CheckConstraint(condition=Q(number__regex=FAPIAO_NUMBER_PATTERN), name="fapiao_number_form"),
            models.CheckConstraint(
                condition=Q(seller_uscc__regex=USCC_PATTERN, buyer_uscc__regex=USCC_PATTERN), name="fapiao_uscc_form"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="fapiao_amount"),
            models.CheckConstraint(condition=Q(tax=None) | Q(tax__gte=0, tax__lte=F("amount")), name="fapiao_tax"),
            models.CheckConstraint(
                condition=Q(period_from__day=1, period_to__day=1, period_to__gte=F("period_from")),
                name="fapiao_months",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "startup", "kind", "period_from"], name="fapiao_cost"),
            models.Index(fields=["organisation", "issued_on"], name="fapiao_latest"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def months(self) -> tuple[Month, ...]:
        """The months that the invoice pays for."""
        return months_from(Month.of(self.period_from), Month.of(self.period_to))

    @property
    def paid_amount(self) -> Decimal:
        """The sum of its bank slips; taken from `with_paid()` where the list read it already."""
        if "paid" in self.__dict__:
            return self.__dict__["paid"]
        return self.slips.aggregate(total=models.Sum("amount"))["total"] or ZERO

    @property
    def is_paid(self) -> bool:
        return self.paid_amount >= self.amount

    @property
    def state_tone(self) -> str:
        return "jade" if self.is_paid else "amber"

    def get_state_display(self) -> str:
        """Paid or not: derived from the slips, never stored."""
        return pgettext("invoice", "Paid") if self.is_paid else gettext("Not paid in full")


class BankSlip(OrganisationModel):
    """A bank's slip 银行回单 for a payment: it proves that an invoice was paid, by whom, and not in cash."""

    fapiao = models.ForeignKey(Fapiao, models.PROTECT, null=True, blank=True, related_name="slips")
    bank = models.CharField(_("Bank"), max_length=120)
    reference = models.CharField(_("Reference of the slip"), max_length=60)
    payer_name = models.CharField(_("Payer"), max_length=120)
    payer_account_tail = models.CharField(_("Last four digits of the payer's account"), max_length=4, blank=True)
    amount = yuan_field(_("Amount"))
    paid_on = models.DateField(_("Paid on"))
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = person()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(BankSlipQuerySet)

    class Meta:
        verbose_name = _("bank slip")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "bank", "reference"], name="bank_slip_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_slip_amount"),
            models.CheckConstraint(condition=Q(payer_account_tail__regex=r"^([0-9]{4})?$"), name="bank_slip_tail"),
        ]

    def __str__(self) -> str:
        return self.reference
