"""Prices of bookings, plans of startups, and the free minutes that a plan gives: lots and their append-only ledger."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person, yuan_field
from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled
from incubator.tenants.models import Startup
from spaces.models.resources import Resource, ResourceClass


class Plan(OrganisationModel):
    """A membership 会员方案: its own prices, free hours each month, and whether the house is open to it at any hour."""

    name = models.CharField(_("Name"), max_length=40)
    any_hour = models.BooleanField(_("May use the house at any hour"), default=False)

    objects = walled()

    class Meta:
        verbose_name = _("plan")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="plan_name_once")]

    def __str__(self) -> str:
        return self.name


class PlanGrant(OrganisationModel):
    """So many free minutes of a class of resources each month."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="grants")
    group = models.ForeignKey(ResourceClass, models.PROTECT, related_name="+", verbose_name=_("Class"))
    minutes = models.PositiveIntegerField(_("Free minutes a month"))

    objects = walled()

    class Meta:
        verbose_name = _("free minutes of a plan")
        constraints = [models.UniqueConstraint(fields=["organisation", "plan", "group"], name="plan_grant_once")]

    def __str__(self) -> str:
        return f"{self.plan}: {self.group} {self.minutes}"


class PlanMembership(OrganisationModel):
    """A startup has a plan from one day to another."""

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="plans")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="memberships", verbose_name=_("Plan"))
    first_day = models.DateField(_("From"))
    last_day = models.DateField(_("To"))
    entered_by = person()

    objects = walled()

    class Meta:
        verbose_name = _("membership")
        ordering = ["-first_day", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="plan_membership_span")]

    def __str__(self) -> str:
        return f"{self.startup}: {self.plan}"


class DayKind(models.TextChoices):
    """The days on which a price holds."""

    ANY = "any", _("Every day")
    WORKDAY = "workday", _("Working days")
    WEEKEND = "weekend", _("Days off")
    HOLIDAY = "holiday", _("Public holidays")


class Tariff(OrganisationModel):
    """A price per hour of a resource or a class, for a plan or everybody, on some days between two times of the day."""

    group = models.ForeignKey(ResourceClass, models.PROTECT, null=True, blank=True, related_name="tariffs", verbose_name=_("Class"))
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="tariffs", verbose_name=_("Resource"))
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="tariffs", verbose_name=_("Plan"))
    days = models.CharField(_("Days"), max_length=8, choices=DayKind.choices, default=DayKind.ANY)
    starts = models.TimeField(_("From"), default="00:00")
    ends = models.TimeField(_("To"), default="00:00")
    price = yuan_field(_("Yuan per hour"))
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)
    entered_by = person()

    objects = walled()

    class Meta:
        verbose_name = pgettext_lazy("booking", "price")
        ordering = ["group__name", "resource__name", "starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(group__isnull=False, resource=None) | Q(group=None, resource__isnull=False), name="tariff_of_one"),
            models.CheckConstraint(condition=Q(price__gte=0), name="tariff_price"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")) | Q(ends="00:00"), name="tariff_times"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__isnull=False, valid_to__gte=F("valid_from")), name="tariff_span"),
        ]

    def __str__(self) -> str:
        return f"{self.resource or self.group} {self.price}"


class CreditLot(OrganisationModel):
    """Free minutes 额度 of one month: granted, used, and until when they can be used."""

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="credit_lots")
    group = models.ForeignKey(ResourceClass, models.PROTECT, related_name="+")
    granted = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField()
    key = models.CharField(max_length=80)

    objects = walled()

    class Meta:
        verbose_name = _("free minutes")
        ordering = ["valid_to", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="credit_lot_once"),
            models.CheckConstraint(condition=Q(used__lte=F("granted")), name="credit_not_overdrawn"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="credit_lot_span"),
        ]

    def __str__(self) -> str:
        return f"{self.startup} {self.group} {self.left}/{self.granted}"

    @property
    def left(self) -> int:
        """Minutes that can still be used."""
        return self.granted - self.used


class CreditKind(models.TextChoices):
    """Why free minutes changed."""

    DEBIT = "debit", pgettext_lazy("free minutes", "Used for a booking")
    RETURN = "return", pgettext_lazy("free minutes", "Given back")


class CreditEntry(AppendOnlyModel):
    """One change of a lot, for good: negative minutes are used, positive ones given back. A return names what it reverses."""

    lot = models.ForeignKey(CreditLot, models.PROTECT, related_name="entries")
    minutes = models.IntegerField()
    kind = models.CharField(max_length=6, choices=CreditKind.choices)
    item = models.ForeignKey("spaces.BookingItem", models.PROTECT, related_name="credit_entries")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = walled()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reverses"], condition=Q(reverses__isnull=False), name="credit_returned_once"),
            models.CheckConstraint(
                condition=Q(kind="debit", minutes__lt=0, reverses=None) | Q(kind="return", minutes__gt=0, reverses__isnull=False), name="credit_entry_sign"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.minutes}"
