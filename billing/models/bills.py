"""Bills 账单: our numbered demand for money (never a 发票), what credits reduce, what money settles.

A draft may be compiled again and again; from its issue on a bill is paper: the database freezes it and its lines, and
keeps `paid` and `credited` equal to the rows that say so (migration 0004)."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.querysets import BillQuerySet, ReceiptQuerySet
from billing.states import BILL_TONES, OPEN_BILL, BillState, CreditState
from incubator.core.columns import DateRange, person, yuan_field
from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled
from incubator.tenants.models import Startup

ZERO = Decimal("0.00")


class ChargeKind(models.TextChoices):
    """What a line of a bill is for; a tax rule is found by it."""

    RENT = "rent", _("Rent")
    PROPERTY_FEE = "property_fee", _("Property fee")
    DESK = "desk", _("Desk")
    BROADBAND = "broadband", _("Broadband")
    SOFTWARE = "software", _("Public software")
    SERVICE = "service", _("Service")
    UTILITY = "utility", _("Water and electricity")
    BOOKING = "booking", _("Booking of rooms and machines")
    LATE_FEE = "late_fee", _("Late fee")
    DAMAGE = "damage", _("Damage")


class TaxRule(OrganisationModel):
    """How one kind of charge is taxed in a span of days. Drafted by one person, verified by another; no rate in code."""

    class Method(models.TextChoices):
        GENERAL = "general", pgettext_lazy("tax", "General method")
        SIMPLIFIED = "simplified", pgettext_lazy("tax", "Simplified method")
        EXEMPT = "exempt", pgettext_lazy("tax", "Exempt")
        OUT_OF_SCOPE = "out_of_scope", pgettext_lazy("tax", "Not subject to VAT")

    kind = models.CharField(_("Kind of charge"), max_length=12, choices=ChargeKind.choices)
    method = models.CharField(_("Method"), max_length=12, choices=Method.choices)
    rate = models.DecimalField(_("Rate"), max_digits=5, decimal_places=4, default=Decimal(0))
    exempt_code = models.CharField(_("Exemption code"), max_length=20, blank=True)
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)
    legal_note = models.CharField(_("Legal basis"), max_length=200)
    drafter = person()
    verifier = person(null=True)
    verified_at = models.DateTimeField(null=True, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("tax rule")
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=1), name="tax_rate"),
            models.CheckConstraint(
                condition=Q(method__in=["general", "simplified"]) | Q(rate=0), name="tax_exempt_has_no_rate"
            ),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="tax_span"),
            models.CheckConstraint(condition=Q(verifier=None) | ~Q(verifier=F("drafter")), name="tax_four_eyes"),
            ExclusionConstraint(
                name="tax_rule_no_overlap",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", RangeBoundary(inclusive_upper=True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(verifier__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.rate:.2%}"


class Bill(OrganisationModel):
    """One bill of one startup. `contract_key` says whose bill it is: at most one draft for each."""

    number = models.CharField(_("Number"), max_length=20, blank=True, editable=False)
    reference = models.CharField(_("Payment reference"), max_length=12, blank=True, editable=False)
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="bills")
    contract_key = models.CharField(max_length=60)  # lease:12 = first lease of the chain of renewals; usage
    month = models.DateField(_("Month"))
    issued_on = models.DateField(_("Issued on"), null=True, editable=False)
    due_on = models.DateField(_("Due on"))
    total = yuan_field(_("Total"), default=ZERO)
    net = yuan_field(_("Net"), default=ZERO)
    tax = yuan_field(_("Tax"), default=ZERO)
    paid = yuan_field(_("Paid"), default=ZERO, editable=False)
    credited = yuan_field(_("Credited"), default=ZERO, editable=False)
    state = models.CharField(_("State"), max_length=12, choices=BillState.choices, default=BillState.DRAFT, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    drafter = person(null=True)
    issuer = person(null=True)
    loss_proposer = person(null=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    verify_code = models.CharField(max_length=20, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(BillQuerySet)

    class Meta:
        verbose_name = _("bill")
        ordering = ["-month", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "contract_key"], condition=Q(state="draft"), name="bill_one_draft"),
            models.UniqueConstraint(fields=["organisation", "number"], condition=~Q(number=""), name="bill_number_once"),
            models.UniqueConstraint(fields=["organisation", "reference"], condition=~Q(reference=""), name="bill_reference_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="bill_month"),
            models.CheckConstraint(condition=Q(total__gte=0, total=F("net") + F("tax")), name="bill_total"),
            models.CheckConstraint(
                condition=Q(paid__gte=0, credited__gte=0) & Q(total__gte=F("paid") + F("credited")), name="bill_never_overpaid"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"]) | ~Q(number="") & ~Q(reference="") & Q(issued_on__isnull=False),
                name="bill_issued",
            ),
            models.CheckConstraint(
                condition=~Q(state="written_off") | Q(issuer__isnull=False, loss_proposer__isnull=False), name="bill_loss_has_a_proposer"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "due_on"], name="bill_by_due_day"),
            models.Index(fields=["organisation", "startup", "month"], name="bill_of_startup"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("draft bill"))

    @property
    def open_amount(self) -> Decimal:
        """What is still to be paid, in yuan."""
        return self.total - self.paid - self.credited if self.state in OPEN_BILL else ZERO

    @property
    def is_overdue(self) -> bool:
        """Past its due day with something open: derived, never a state."""
        return self.open_amount > 0 and self.due_on < timezone.localdate()

    @property
    def state_tone(self) -> str:
        return "red" if self.is_overdue else BILL_TONES[self.state]


class BillLine(OrganisationModel):
    """One line: what for, how much, and why. `source_key` names the fact behind it, so that nothing is billed twice."""

    bill = models.ForeignKey(Bill, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("Kind of charge"), max_length=12, choices=ChargeKind.choices)
    source_key = models.CharField(max_length=80)  # rent:<line>:2026-06, use:<item>
    take = models.PositiveSmallIntegerField(default=1)  # 2 after take 1 was credited in full
    text = models.CharField(_("Text"), max_length=200)
    quantity = models.DecimalField(_("Quantity"), max_digits=12, decimal_places=4, default=Decimal(1))
    unit = models.CharField(_("Unit"), max_length=12, blank=True)
    price = models.DecimalField(_("Price"), max_digits=14, decimal_places=4)
    listed = yuan_field(_("List amount"))
    relief = yuan_field(_("Relief"), default=ZERO)
    amount = yuan_field(_("Amount due"))
    net = yuan_field(_("Net"), default=ZERO)
    tax = yuan_field(_("Tax"), default=ZERO)
    rule = models.ForeignKey(TaxRule, models.PROTECT, null=True, related_name="+")
    rate = models.DecimalField(_("Rate"), max_digits=5, decimal_places=4, null=True)
    first_day = models.DateField(_("From"))
    last_day = models.DateField(_("To"))
    why = models.JSONField(default=list)
    is_live = models.BooleanField(default=True, editable=False)  # false when the bill was discarded

    objects = walled()

    class Meta:
        verbose_name = _("line of a bill")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "source_key", "take"], condition=Q(is_live=True), name="bill_line_once"),
            models.UniqueConstraint(fields=["organisation", "bill", "position"], name="bill_line_position"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, relief__gte=0, amount=F("listed") - F("relief")), name="bill_line_never_negative"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="bill_line_span"),
            models.CheckConstraint(condition=Q(rule=None) | Q(amount=F("net") + F("tax")), name="bill_line_tax"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def creditable(self) -> Decimal:
        """What no credit note that stands has taken off, in yuan."""
        return self.amount - sum((part.amount for part in self.credits.all() if part.note.state != "dropped"), ZERO)


class CreditNote(OrganisationModel):
    """A credit note 红字账单: reduces an issued bill, line by line; proposed by one person, issued by another."""

    number = models.CharField(_("Number"), max_length=20, blank=True, editable=False)
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="credit_notes")
    reason = models.CharField(_("Reason"), max_length=200)
    total = yuan_field(_("Total"))
    state = models.CharField(_("State"), max_length=10, choices=CreditState.choices, default=CreditState.DRAFT, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    issued_on = models.DateField(_("Issued on"), null=True, editable=False)
    drafter = person()
    issuer = person(null=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, blank=True, editable=False, related_name="+")

    objects = walled()

    class Meta:
        verbose_name = _("credit note")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], condition=~Q(number=""), name="credit_note_number_once"),
            models.CheckConstraint(condition=Q(total__gt=0), name="credit_note_total"),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(issuer__isnull=False, issued_on__isnull=False) & ~Q(number="") & ~Q(issuer=F("drafter")),
                name="credit_note_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("draft credit note"))

    @property
    def state_tone(self) -> str:
        return {"issued": "jade", "draft": "amber"}.get(self.state, "plain")


class CreditLine(AppendOnlyModel):
    """So many yuan less of one line of a bill."""

    note = models.ForeignKey(CreditNote, models.PROTECT, related_name="lines")
    line = models.ForeignKey(BillLine, models.PROTECT, related_name="credits")
    amount = yuan_field(_("Amount"))
    net = yuan_field(_("Net"))
    tax = yuan_field(_("Tax"))

    objects = walled()

    class Meta:
        verbose_name = _("line of a credit note")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "note", "line"], name="credit_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount=F("net") + F("tax")), name="credit_line_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.note}: {self.amount}"


class Receipt(OrganisationModel):
    """Money that is there for a startup: from the bank, a gateway, the state, its deposit. `key` names the event once."""

    class Source(models.TextChoices):
        BANK = "bank", _("Bank transfer")
        PAYMENT = "payment", _("Online payment")
        SUBSIDY = "subsidy", _("Subsidy paid by the authority")
        DEPOSIT = "deposit", _("Deposit, with consent")

    number = models.CharField(_("Number"), max_length=20)
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="receipts")
    source = models.CharField(_("Source"), max_length=10, choices=Source.choices)
    key = models.CharField(max_length=80)
    about = models.CharField(max_length=60, blank=True)  # the bank line, payment or claim line behind it
    payer_name = models.CharField(_("Payer"), max_length=120)
    received_on = models.DateField(_("Received on"))
    amount = yuan_field(_("Amount"))
    allocated = yuan_field(_("Used for bills"), default=ZERO, editable=False)
    refunded = yuan_field(_("Paid back"), default=ZERO, editable=False)
    recorded_by = person(null=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, blank=True, editable=False, related_name="+")

    objects = walled(ReceiptQuerySet)

    class Meta:
        verbose_name = _("receipt")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="receipt_once"),
            models.UniqueConstraint(fields=["organisation", "number"], name="receipt_number_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, allocated__gte=0, refunded__gte=0) & Q(amount__gte=F("allocated") + F("refunded")),
                name="receipt_never_spent_twice",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def rest(self) -> Decimal:
        """What no bill has used yet, in yuan."""
        return self.amount - self.allocated - self.refunded


class Allocation(AppendOnlyModel):
    """So much of a receipt settles a bill; taken back by a negative row that names the first."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="allocations")
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="allocations")
    amount = yuan_field(_("Amount"))
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    made_by = person(null=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("allocation")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0), name="allocation_sign"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt} → {self.bill}: {self.amount}"
