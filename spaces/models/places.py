"""Places: sites, floors, spaces, and the leases by which the organisation itself rents a site."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incubator.core.columns import person, yuan_field
from incubator.core.money import round_fen
from incubator.core.scoping import OrganisationModel, walled
from incubator.documents.models import Document
from incubator.tenants.models import USCC_PATTERN
from spaces.querysets import HeadLeaseQuerySet, SpaceQuerySet


def area_field(label: Any, **options: Any) -> Any:
    """An area in square metres with two decimals."""
    return models.DecimalField(label, max_digits=10, decimal_places=2, **options)


class SiteKind(models.TextChoices):
    """What a site is in the words of the policy."""

    MAKER_SPACE = "maker_space", _("Maker space")
    INCUBATOR = "incubator", _("Technology business incubator")
    BASE = "base", _("Entrepreneurship incubation base")
    WORKSHOP = "workshop", _("Makerspace workshop")


class Site(OrganisationModel):
    """A site 园区/基地 that the organisation operates."""

    name = models.CharField(_("Name"), max_length=80)
    kind = models.CharField(_("Kind"), max_length=12, choices=SiteKind.choices)
    region = models.CharField(_("Province and city"), max_length=60)
    address = models.CharField(_("Street address"), max_length=200)
    recognised_title = models.CharField(_("Recognised title"), max_length=80, blank=True)
    gross_area = area_field(_("Gross area"))
    standard_rent = yuan_field(_("Published standard rent in yuan per ㎡ and month"), null=True, blank=True)
    zone = models.CharField(_("Time zone"), max_length=40, default="Asia/Shanghai")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("site")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="site_name_once"),
            models.CheckConstraint(condition=Q(gross_area__gt=0), name="site_area"),
            models.CheckConstraint(
                condition=Q(standard_rent=None) | Q(standard_rent__gte=0), name="site_standard_rent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Floor(OrganisationModel):
    """A floor 楼层 of a building of a site."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="floors")
    building = models.CharField(_("Building"), max_length=20, blank=True)
    name = models.CharField(_("Floor"), max_length=20)
    order = models.SmallIntegerField(_("Order"), default=1)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("floor")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "site", "building", "name"], name="floor_once"),
        ]

    def __str__(self) -> str:
        return f"{self.building} {self.name}".strip()


class SpaceKind(models.TextChoices):
    """What a space is used as."""

    OFFICE = "office", _("Office")
    OPEN_DESKS = "open_desks", _("Open desk area")
    MEETING = "meeting", _("Meeting room")
    HALL = "hall", _("Hall")
    WORKSHOP = "workshop", _("Workshop")
    TRAINING = "training", _("Training base")
    STUDIO = "studio", _("Studio")
    PUBLIC_SERVICE = "public_service", _("Public service")
    MANAGEMENT = "management", _("Management")


class UseClass(models.TextChoices):
    """As what a space counts in the statistics of the house."""

    TENANT = "tenant", _("Used by startups")
    SHARED = "shared", _("Shared services")
    MANAGEMENT = "management", _("Management and service")
    IDLE = "idle", _("Not in use")


class Space(OrganisationModel):
    """A space 场地 with its code and area."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="spaces")
    floor = models.ForeignKey(Floor, models.PROTECT, null=True, blank=True, related_name="spaces")
    code = models.CharField(_("Code"), max_length=20)
    name = models.CharField(_("Name"), max_length=80, blank=True)
    kind = models.CharField(_("Kind"), max_length=16, choices=SpaceKind.choices, default=SpaceKind.OFFICE)
    area = area_field(_("Area"))
    built_area = area_field(_("Built area"), null=True, blank=True)
    use_class = models.CharField(_("Counts as"), max_length=10, choices=UseClass.choices, default=UseClass.TENANT)
    lettable = models.BooleanField(_("For letting"), default=True)
    list_price = yuan_field(_("List price in yuan per ㎡ and month"), null=True, blank=True)
    note = models.CharField(_("Equipment and remarks"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = walled(SpaceQuerySet)

    class Meta:
        verbose_name = _("space")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "site", "code"], name="space_code_once"),
            models.CheckConstraint(condition=Q(area__gt=0), name="space_area"),
            models.CheckConstraint(condition=Q(built_area=None) | Q(built_area__isnull=False, built_area__gte=F("area")), name="space_built_area"),
            models.CheckConstraint(condition=Q(list_price=None) | Q(list_price__isnull=False, list_price__gte=0), name="space_list_price"),
        ]

    def __str__(self) -> str:
        return self.code


class HeadLease(OrganisationModel):
    """The lease 主租赁合同 by which the organisation itself rents a site."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="head_leases")
    landlord = models.CharField(_("Landlord"), max_length=120)
    landlord_uscc = models.CharField(_("Credit code of the landlord"), max_length=18)
    area = area_field(_("Area"))
    unit_rent = yuan_field(_("Rent in yuan per ㎡ and month"))
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = person()

    objects = walled(HeadLeaseQuerySet)

    class Meta:
        verbose_name = _("head lease")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="head_lease_span"),
            models.CheckConstraint(condition=Q(area__gt=0, unit_rent__gte=0), name="head_lease_amounts"),
            models.CheckConstraint(condition=Q(landlord_uscc__regex=USCC_PATTERN), name="head_lease_uscc_form"),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.landlord}"

    @property
    def monthly_rent(self) -> Decimal:
        """Area × price, in yuan a month."""
        return round_fen(self.area * self.unit_rent)
