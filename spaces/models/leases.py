"""Leases to startups, their lines and what each line costs on each day."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import DateRange, person, yuan_field
from incubator.core.money import round_fen
from incubator.core.scoping import OrganisationModel, walled
from incubator.documents.models import Document
from incubator.tenants.models import Agreement, Startup
from spaces.models.places import Site, Space, area_field
from spaces.querysets import LeaseLineQuerySet, LeaseQuerySet
from spaces.states import LEASE_TONES, LeaseState


class Proration(models.TextChoices):
    """How part of a month is counted (formula `prorated_rent`)."""

    ACTUAL = "actual", _("Days of the month")
    THIRTY = "thirty", _("A thirtieth per day")
    YEAR = "year", _("Twelve 365ths per day")
    FULL = "full", _("The whole month")


class Lease(OrganisationModel):
    """A lease 租赁合同 to a startup. What it gives stands in its lines."""

    number = models.CharField(_("Number"), max_length=30, blank=True, editable=False)
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="leases")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="leases")
    site = models.ForeignKey(Site, models.PROTECT, related_name="leases")
    signed_on = models.DateField(_("Signed on"), null=True, blank=True, editable=False)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    ended_on = models.DateField(_("Ended on"), null=True, blank=True, editable=False)
    owner_consent = models.BooleanField(_("The owner of the building consents to the sub-lease"), default=False)
    renews = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("Renews"))
    proration = models.CharField(_("Part of a month"), max_length=6, choices=Proration.choices, default=Proration.ACTUAL)
    state = models.CharField(max_length=12, choices=LeaseState.choices, default=LeaseState.DRAFT, editable=False)
    drafter = person()
    approver = person(null=True)
    proposer = person(null=True)
    settlement_proposer = person(null=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(LeaseQuerySet)

    class Meta:
        verbose_name = _("lease")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"], condition=~Q(number=""), name="lease_number_once"
            ),
            models.UniqueConstraint(fields=["organisation", "renews"], name="lease_renewed_once", condition=~Q(state="cancelled")),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="lease_span"),
            models.CheckConstraint(condition=Q(approver=None) | ~Q(approver=F("drafter")), name="lease_four_eyes"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "cancelled")) | Q(approver__isnull=False), name="lease_approved"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "approved", "cancelled"))
                | Q(document__isnull=False, signed_on__isnull=False) & ~Q(number=""),
                name="lease_signed",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "startup", "starts_on"], name="lease_of_startup")]

    def __str__(self) -> str:
        return self.number or str(_("draft lease"))

    @property
    def state_tone(self) -> str:
        return LEASE_TONES[self.state]

    @property
    def last_day(self) -> Any:
        """The day it ended, else the day it is to end."""
        return self.ended_on or self.ends_on


class LineKind(models.TextChoices):
    """What a line of a lease gives."""

    PREMISES = "premises", _("Premises")
    PROPERTY_FEE = "property_fee", _("Property fee")
    BROADBAND = "broadband", _("Broadband")
    SOFTWARE = "software", _("Public software")
    SERVICE = "service", _("Service")


class LeaseLine(OrganisationModel):
    """One line of a lease. Premises: area × price per ㎡ and month, on one space. Everything else: a monthly fee.

    `holds_space` follows the lease: while it is true, no other lease may hold the same space on the same day."""

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="lines")
    order = models.PositiveSmallIntegerField(default=1, editable=False)
    kind = models.CharField(_("Kind"), max_length=12, choices=LineKind.choices)
    space = models.ForeignKey(Space, models.PROTECT, null=True, blank=True, related_name="lines")
    area = area_field(_("Area"), null=True, blank=True)
    unit_price = yuan_field(_("Price in yuan per ㎡ and month"), null=True, blank=True)
    monthly_fee = yuan_field(_("Fee in yuan per month"), null=True, blank=True)
    product = models.CharField(_("Product"), max_length=120, blank=True)
    provider = models.CharField(_("Provider"), max_length=120, blank=True)
    speed = models.CharField(_("Speed"), max_length=40, blank=True)
    contract_number = models.CharField(_("Number of the line or licence"), max_length=60, blank=True)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    free_until = models.DateField(_("Free of rent until"), null=True, blank=True)
    step_from = models.DateField(_("New price from"), null=True, blank=True)
    step_price = yuan_field(_("New price in yuan"), null=True, blank=True)
    holds_space = models.BooleanField(default=False, editable=False)

    objects = walled(LeaseLineQuerySet)

    class Meta:
        verbose_name = _("line of a lease")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="lease_line_span"),
            models.CheckConstraint(  # each part names NOT NULL: a comparison with NULL would let the row in
                condition=Q(kind=LineKind.PREMISES, space__isnull=False, monthly_fee=None)
                & Q(area__isnull=False, area__gt=0, unit_price__isnull=False, unit_price__gte=0)
                | ~Q(kind=LineKind.PREMISES)
                & Q(space=None, area=None, unit_price=None, holds_space=False)
                & Q(monthly_fee__isnull=False, monthly_fee__gte=0),
                name="lease_line_shape",
            ),
            models.CheckConstraint(
                condition=Q(step_from=None, step_price=None) | Q(step_from__isnull=False, step_price__isnull=False, step_price__gte=0),
                name="lease_line_step",
            ),
            ExclusionConstraint(
                name="lease_line_no_overlap",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("space", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(holds_space=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.space or self.product}".strip()

    @property
    def monthly_amount(self) -> Decimal:
        """What the line costs in a whole month, in yuan."""
        if self.kind == LineKind.PREMISES:
            return round_fen(self.area * self.unit_price)
        return self.monthly_fee

    @property
    def price(self) -> Decimal:
        """The price of the line's unit: per ㎡ and month for premises, else per month."""
        return self.unit_price if self.kind == LineKind.PREMISES else self.monthly_fee

    @property
    def units(self) -> Decimal:
        """How many units the line has: its area, else 1."""
        return self.area if self.kind == LineKind.PREMISES else Decimal(1)


class StepKind(models.TextChoices):
    """Why a price holds in a span of days."""

    BASE = "base", pgettext_lazy("rent step", "Agreed price")
    FREE = "free", pgettext_lazy("rent step", "Free of rent")
    STEP = "step", pgettext_lazy("rent step", "New price")
    RELIEF = "relief", pgettext_lazy("rent step", "Relief")


class RentStep(OrganisationModel):
    """What a line of an approved lease costs from one day to another: list price and price due, per unit and month.

    Written out at the approval; the steps of a line never overlap and leave no day out (migration 0006)."""

    line = models.ForeignKey(LeaseLine, models.CASCADE, related_name="steps")
    kind = models.CharField(_("Kind"), max_length=6, choices=StepKind.choices)
    first_day = models.DateField(_("From"))
    last_day = models.DateField(_("To"))
    list_price = yuan_field(_("List price"))
    due_price = yuan_field(_("Price due"))

    objects = walled()

    class Meta:
        verbose_name = _("rent step")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="rent_step_span"),
            models.CheckConstraint(condition=Q(due_price__gte=0, list_price__gte=F("due_price")), name="rent_step_price"),
            models.CheckConstraint(
                condition=Q(kind="free", due_price=0) | Q(kind="relief") | Q(kind__in=["base", "step"], due_price=F("list_price")), name="rent_step_kind"
            ),
            ExclusionConstraint(
                name="rent_step_no_overlap",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("line", RangeOperators.EQUAL),
                    (DateRange("first_day", "last_day", RangeBoundary(inclusive_lower=True, inclusive_upper=True)), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}: {self.due_price}"
