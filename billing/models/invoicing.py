"""The queue of tax invoices 开票: titles of startups, what each kind of charge is called on them, requests and their results.

The invoice itself is issued outside, on the tax authority's platform; here stands what is asked for and what came back."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models.bills import Bill, BillLine, ChargeKind, CreditNote
from billing.states import INVOICING_TONES, InvoicingState
from incubator.core.columns import person, yuan_field
from incubator.core.encryption import EncryptedText
from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled
from incubator.tenants.models import Startup


class InvoiceType(models.TextChoices):
    """The kinds of invoice by the platform's codes."""

    SPECIAL = "81", _("Electronic special VAT invoice")
    NORMAL = "82", _("Electronic normal VAT invoice")
    PAPER = "04", _("Paper normal VAT invoice")


class InvoiceTitle(OrganisationModel):
    """How a startup wants to stand on invoices 发票抬头, and where they go."""

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="invoice_titles")
    kind = models.CharField(_("Kind of invoice"), max_length=2, choices=InvoiceType.choices, default=InvoiceType.NORMAL)
    name = models.CharField(_("Name on the invoice"), max_length=120)
    uscc = models.CharField(_("Unified social credit code"), max_length=18)
    address = models.CharField(_("Address"), max_length=120, blank=True)
    phone = models.CharField(_("Telephone"), max_length=30, blank=True)
    bank = models.CharField(_("Bank"), max_length=120, blank=True)
    account = EncryptedText(_("Account number"), blank=True)
    delivery_email = models.EmailField(_("E-mail for delivery"), blank=True)
    changed_by = person()
    changed_at = models.DateTimeField(auto_now=True)

    objects = walled()

    class Meta:
        verbose_name = _("invoice title")
        constraints = [models.UniqueConstraint(fields=["organisation", "startup"], name="invoice_title_once")]

    def __str__(self) -> str:
        return self.name


class InvoiceItem(OrganisationModel):
    """What a kind of charge is called on an invoice, with its tax classification code of 19 digits."""

    kind = models.CharField(_("Kind of charge"), max_length=12, choices=ChargeKind.choices)
    name = models.CharField(_("Name on the invoice"), max_length=100)
    code = models.CharField(_("Tax classification code"), max_length=19)
    unit = models.CharField(_("Unit"), max_length=12, blank=True)
    is_lease = models.BooleanField(_("Lease of real estate"), default=False)
    changed_by = person()

    objects = walled()

    class Meta:
        verbose_name = _("item of invoices")
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="invoice_item_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{19}$"), name="invoice_item_code"),
        ]

    def __str__(self) -> str:
        return self.name


class InvoiceRequest(OrganisationModel):
    """One invoice that is asked for, blue or red; `title` and lines are kept as they were asked."""

    number = models.CharField(_("Serial"), max_length=20)
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="invoice_requests")
    note = models.ForeignKey(CreditNote, models.PROTECT, null=True, related_name="invoice_requests")  # a red one
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="red")
    kind = models.CharField(_("Kind of invoice"), max_length=2, choices=InvoiceType.choices)
    title = models.JSONField(default=dict)
    total = yuan_field(_("Total"))
    net = yuan_field(_("Net"))
    tax = yuan_field(_("Tax"))
    drawer = models.CharField(_("Drawer"), max_length=40, blank=True)
    remark = models.CharField(_("Remark"), max_length=200, blank=True)
    place = models.CharField(_("Province and city"), max_length=80, blank=True)
    address = models.CharField(_("Detailed address"), max_length=120, blank=True)
    lease_from = models.DateField(_("Lease from"), null=True, blank=True)
    lease_to = models.DateField(_("Lease to"), null=True, blank=True)
    cross_city = models.BooleanField(_("Another city than the lessor's"), default=False)
    deed = models.CharField(_("Title deed number"), max_length=80, blank=True)
    area_unit = models.CharField(_("Unit of area"), max_length=10, blank=True)
    red_reason = models.CharField(_("Reason of the red invoice"), max_length=2, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=InvoicingState.choices, default=InvoicingState.REQUESTED, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    issued_number = models.CharField(_("Invoice number"), max_length=20, blank=True, editable=False)
    issued_on = models.DateField(_("Issued on"), null=True, editable=False)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, editable=False, related_name="+")
    requester = person()
    checker = person(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("request for an invoice")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="invoice_request_number_once"),
            models.UniqueConstraint(fields=["organisation", "issued_number"], condition=~Q(issued_number=""), name="invoice_issued_once"),
            models.UniqueConstraint(fields=["organisation", "note"], condition=Q(note__isnull=False) & ~Q(state="refused"), name="invoice_red_once"),
            models.CheckConstraint(condition=Q(total=F("net") + F("tax"), total__gt=0), name="invoice_request_total"),
            models.CheckConstraint(condition=Q(note=None, red_reason="") | Q(note__isnull=False, red_reason__in=["01", "02", "03", "04"]), name="invoice_red_has_a_note"),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "delivered"]) | ~Q(issued_number="") & Q(issued_on__isnull=False), name="invoice_result"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_red(self) -> bool:
        return self.note_id is not None

    @property
    def state_tone(self) -> str:
        return INVOICING_TONES[self.state]

    @property
    def is_lease(self) -> bool:
        """Whether a line is the lease of real estate, which asks for the place."""
        return any(line.is_lease for line in self.lines.all())

    @property
    def missing(self) -> list[Any]:
        """What a lease of real estate needs and is not there."""
        needed = ("place", "address", "lease_from", "lease_to", "deed", "area_unit") if self.is_lease else ()
        fields = [name for name in ("drawer", *needed) if not getattr(self, name)]
        return [self._meta.get_field(name).verbose_name for name in fields]


class InvoiceRequestLine(AppendOnlyModel):
    """One line of a request: so much of a line of the bill."""

    request = models.ForeignKey(InvoiceRequest, models.PROTECT, related_name="lines")
    line = models.ForeignKey(BillLine, models.PROTECT, related_name="+")
    item = models.CharField(_("Item"), max_length=100)
    code = models.CharField(_("Tax classification code"), max_length=19)
    unit = models.CharField(_("Unit"), max_length=12, blank=True)
    quantity = models.DecimalField(_("Quantity"), max_digits=16, decimal_places=6)
    amount = yuan_field(_("Amount"))
    net = yuan_field(_("Net"))
    tax = yuan_field(_("Tax"))
    rate = models.DecimalField(_("Rate"), max_digits=5, decimal_places=4)
    exempt_code = models.CharField(_("Exemption code"), max_length=20, blank=True)
    is_lease = models.BooleanField(default=False)

    objects = walled()

    class Meta:
        verbose_name = _("line of a request for an invoice")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0, amount=F("net") + F("tax")), name="invoice_line_amount")]

    def __str__(self) -> str:
        return self.item
