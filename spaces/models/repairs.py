"""Repairs: what is broken, who mends it by when, how it was rated; with photos."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person, yuan_field
from incubator.core.scoping import OrganisationModel, walled
from incubator.documents.models import Document
from incubator.tenants.models import Startup
from spaces.models.places import Site, Space
from spaces.querysets import RepairQuerySet
from spaces.states import OPEN_REPAIR, REPAIR_TONES, RepairState


class RepairCategory(models.TextChoices):
    """What is broken."""

    WATER = "water", _("Water and pipes")
    ELECTRICITY = "electricity", _("Electricity and light")
    NETWORK = "network", _("Network")
    CLIMATE = "climate", _("Heating and air")
    DOOR = "door", _("Doors, locks, windows")
    FURNITURE = "furniture", _("Furniture")
    CLEANING = "cleaning", _("Cleaning")
    MACHINE = "machine", _("Machine")
    OTHER = "other", pgettext_lazy("repair", "Something else")


# How soon a repair is due when nobody sets another time, by category, in hours.
DUE_HOURS = {
    "water": 8, "electricity": 8, "network": 8, "climate": 48, "door": 24, "furniture": 120, "cleaning": 24, "machine": 72, "other": 72,
}  # fmt: skip


class CostBearer(models.TextChoices):
    """Who bears the cost of a repair."""

    OPERATOR = "operator", _("The house")
    STARTUP = "startup", _("The startup, with its consent")
    DEPOSIT = "deposit", _("The deposit, at the exit")


class Repair(OrganisationModel):
    """A repair request 报修工单, from the report to the rating."""

    number = models.CharField(_("Number"), max_length=30, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="repairs", verbose_name=_("Site"))
    space = models.ForeignKey(Space, models.PROTECT, null=True, blank=True, related_name="repairs", verbose_name=_("Space"))
    place = models.CharField(_("Where exactly"), max_length=80, blank=True)
    startup = models.ForeignKey(Startup, models.PROTECT, null=True, blank=True, related_name="repairs")
    category = models.CharField(_("Category"), max_length=12, choices=RepairCategory.choices)
    words = models.CharField(_("What is wrong"), max_length=1000)
    keeps_closed = models.BooleanField(_("The space cannot be used"), default=False)
    state = models.CharField(max_length=12, choices=RepairState.choices, default=RepairState.REPORTED, editable=False)
    reporter = person()
    assignee = person(null=True)
    due_at = models.DateTimeField(_("Due"), null=True, blank=True, editable=False)
    finisher = person(null=True)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome = models.CharField(_("What was done"), max_length=500, blank=True)
    bearer = models.CharField(_("Cost borne by"), max_length=8, choices=CostBearer.choices, default=CostBearer.OPERATOR)
    cost = yuan_field(_("Cost in yuan"), null=True, blank=True)
    original = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    rating = models.PositiveSmallIntegerField(_("Rating"), null=True, blank=True)
    rating_words = models.CharField(_("Words"), max_length=300, blank=True)
    reported_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(RepairQuerySet)

    class Meta:
        verbose_name = _("repair")
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="repair_number_once"),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__isnull=False, rating__gte=1, rating__lte=5), name="repair_rating"),
            models.CheckConstraint(condition=Q(rating=None) | Q(state__in=("closed", "reported", "assigned", "in_progress", "waiting", "done")), name="repair_rated_when_done"),
            models.CheckConstraint(condition=Q(state="duplicate", original__isnull=False) | ~Q(state="duplicate") & Q(original=None), name="repair_duplicate"),
            models.CheckConstraint(condition=Q(original=None) | ~Q(original=F("id")), name="repair_not_its_own_duplicate"),
            models.CheckConstraint(
                condition=~Q(state__in=("assigned", "in_progress", "waiting")) | Q(assignee__isnull=False, due_at__isnull=False), name="repair_assigned"
            ),
            models.CheckConstraint(condition=~Q(state__in=("done", "closed")) | Q(done_at__isnull=False, finisher__isnull=False), name="repair_done"),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__isnull=False, cost__gte=0), name="repair_cost"),
        ]
        indexes = [models.Index(fields=["organisation", "state", "due_at"], name="repair_by_state")]

    def __str__(self) -> str:
        return self.number

    @property
    def state_tone(self) -> str:
        return REPAIR_TONES[self.state]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_REPAIR

    @property
    def is_late(self) -> bool:
        """Whether somebody still has to do it and its time has passed."""
        return self.is_open and self.due_at is not None and self.due_at < timezone.now()

    @property
    def where(self) -> str:
        return " ".join(part for part in (str(self.space or self.site), self.place) if part)

    @property
    def standard_due(self) -> timedelta:
        """How soon it is due by its category."""
        return timedelta(hours=DUE_HOURS[self.category])


class RepairPhoto(OrganisationModel):
    """A picture of a repair: of the damage, or of the work done."""

    repair = models.ForeignKey(Repair, models.PROTECT, related_name="photos")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    shows_work = models.BooleanField(default=False, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("photo of a repair")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "document"], name="repair_photo_once")]

    def __str__(self) -> str:
        return f"{self.repair} {self.pk}"
