"""What can be booked: resources with their numbered seats, opening hours, rules and closures."""

from __future__ import annotations

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person, yuan_field
from incubator.core.scoping import OrganisationModel, walled
from spaces.models.places import Site, Space
from spaces.querysets_bookings import ClosureQuerySet, ResourceQuerySet


class ResourceKind(models.TextChoices):
    """What kind of thing is booked."""

    ROOM = "room", _("Meeting room")
    HALL = "hall", _("Hall")
    DESKS = "desks", _("Desks")
    MACHINE = "machine", _("Machine")
    PERSON = "person", _("A person's time")


class ResourceClass(OrganisationModel):
    """Resources that share prices, free hours and, for machines, the training: 会议室, 激光切割机."""

    name = models.CharField(_("Name"), max_length=40)
    permit_required = models.BooleanField(_("Only for people with a machine permit"), default=False)
    permit_course = models.CharField(_("How to get the permit"), max_length=120, blank=True)

    objects = walled()

    class Meta:
        verbose_name = _("class of resources")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="resource_class_once")]

    def __str__(self) -> str:
        return self.name


class Approval(models.TextChoices):
    """Whether somebody of the office decides, and what happens to the time until then."""

    NONE = "none", _("No approval")
    FIRST_COME = "first_come", _("Approval; the first request keeps the time until it is decided")
    COMPETING = "competing", _("Approval; several may ask for the same time")


class BookingPolicy(OrganisationModel):
    """Rules of booking 预约规则 that resources share. Times in minutes unless their name says otherwise."""

    name = models.CharField(_("Name"), max_length=40)
    step = models.PositiveSmallIntegerField(_("Starts every so many minutes"), default=15)
    shortest = models.PositiveSmallIntegerField(_("Shortest booking (minutes)"), default=30)
    longest = models.PositiveIntegerField(_("Longest booking (minutes)"), default=480)
    lead = models.PositiveIntegerField(_("To be booked so many minutes before"), default=0)
    horizon_days = models.PositiveSmallIntegerField(_("Bookable so many days ahead"), default=60)
    before = models.PositiveSmallIntegerField(_("Preparation before (minutes)"), default=0)
    after = models.PositiveSmallIntegerField(_("Tidying up after (minutes)"), default=0)
    approval = models.CharField(_("Approval"), max_length=10, choices=Approval.choices, default=Approval.NONE)
    daily_limit = models.PositiveSmallIntegerField(_("At most so many minutes a day for one startup (0: no limit)"), default=0)
    active_limit = models.PositiveSmallIntegerField(_("At most so many coming bookings of one startup (0: no limit)"), default=0)
    only_free_hours = models.BooleanField(_("Only within the free hours of the plan"), default=False)
    no_show_limit = models.PositiveSmallIntegerField(_("Approval after so many no-shows in 30 days (0: never)"), default=3)
    refuse_arrears = models.BooleanField(_("Not for startups with overdue bills"), default=False)
    release_after = models.PositiveSmallIntegerField(_("Released so many minutes after the start without check-in (0: never)"), default=15)
    free_cancel_hours = models.PositiveSmallIntegerField(_("Free to cancel until so many hours before"), default=2)
    late_fee_percent = models.PositiveSmallIntegerField(_("Part of the price for a later cancellation (%)"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("rules of booking")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="booking_policy_once"),
            models.CheckConstraint(condition=Q(step__gte=5, shortest__gte=F("step"), longest__gte=F("shortest")), name="booking_policy_lengths"),
            models.CheckConstraint(condition=Q(late_fee_percent__lte=100, longest__lte=44640), name="booking_policy_bounds"),
        ]

    def __str__(self) -> str:
        return self.name


def new_secret() -> str:
    """An address that cannot be guessed."""
    return secrets.token_urlsafe(24)


class Resource(OrganisationModel):
    """Something that can be booked 可预约资源. Every one has at least one numbered seat, except a composite one, which takes
    the seats of its parts."""

    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="resources", verbose_name=_("Site"))
    space = models.ForeignKey(Space, models.PROTECT, null=True, blank=True, related_name="resources", verbose_name=_("Space"))
    name = models.CharField(_("Name"), max_length=60)
    kind = models.CharField(_("Kind"), max_length=8, choices=ResourceKind.choices)
    group = models.ForeignKey(ResourceClass, models.PROTECT, related_name="resources", verbose_name=_("Class"))
    policy = models.ForeignKey(BookingPolicy, models.PROTECT, related_name="resources", verbose_name=_("Rules of booking"))
    capacity = models.PositiveSmallIntegerField(_("Holds so many people"), default=1)
    features = ArrayField(models.CharField(max_length=20), verbose_name=_("Equipment"), default=list, blank=True)
    day_cap = yuan_field(_("At most so many yuan a day"), null=True, blank=True)
    note = models.CharField(_("Note for bookers"), max_length=300, blank=True)
    is_public = models.BooleanField(_("Free times stand on the public site"), default=False)
    is_open = models.BooleanField(_("Can be booked"), default=True)
    door = models.CharField(max_length=40, default=new_secret, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = walled(ResourceQuerySet)

    class Meta:
        verbose_name = _("resource")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "site", "name"], name="resource_name_once"),
            models.UniqueConstraint(fields=["organisation", "door"], name="resource_door_once"),
            models.CheckConstraint(condition=Q(site__isnull=False) | Q(kind="person", space=None), name="resource_has_site"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="resource_capacity"),
            models.CheckConstraint(condition=Q(day_cap=None) | Q(day_cap__isnull=False, day_cap__gte=0), name="resource_day_cap"),
        ]

    def __str__(self) -> str:
        return self.name


class ResourcePart(OrganisationModel):
    """A part of a composite resource 组合资源: 整厅 = A厅 + B厅."""

    whole = models.ForeignKey(Resource, models.PROTECT, related_name="parts")
    part = models.ForeignKey(Resource, models.PROTECT, related_name="wholes")

    objects = walled()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "whole", "part"], name="resource_part_once"),
            models.CheckConstraint(condition=~Q(whole=F("part")), name="resource_part_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.whole} + {self.part}"


class Seat(OrganisationModel):
    """A numbered seat 座席 of a resource: the thing that nobody can take twice at the same time."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField()
    label = models.CharField(_("Label"), max_length=30, blank=True)
    retired_on = models.DateField(_("Taken out on"), null=True, blank=True)

    objects = walled()

    class Meta:
        verbose_name = _("seat")
        ordering = ["number", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "resource", "number"], name="seat_number_once")]

    def __str__(self) -> str:
        return self.label or f"{self.resource} {self.number}"


class OpenDay(models.IntegerChoices):
    """The day that opening hours are for. A weekend day that is worked has the hours of Monday."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")
    HOLIDAY = 7, pgettext_lazy("opening hours", "Public holiday")


class OpeningHours(OrganisationModel):
    """When a site, or one resource in its place, is open: local wall time. Until 00:00 means until midnight."""

    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="hours")
    resource = models.ForeignKey(Resource, models.CASCADE, null=True, blank=True, related_name="hours")
    day = models.PositiveSmallIntegerField(_("Day"), choices=OpenDay.choices)
    opens = models.TimeField(_("From"))
    closes = models.TimeField(_("To"))

    objects = walled()

    class Meta:
        verbose_name = _("opening hours")
        ordering = ["day", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(site__isnull=False, resource=None) | Q(site=None, resource__isnull=False), name="hours_of_one"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")) | Q(closes="00:00"), name="hours_span"),
            models.CheckConstraint(condition=Q(day__lte=7), name="hours_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_day_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class ClosureKind(models.TextChoices):
    """Why something cannot be booked for a time."""

    CLOSED = "closed", _("Closed")
    MAINTENANCE = "maintenance", _("Maintenance")
    BREAKDOWN = "breakdown", _("Broken")
    OWN_USE = "own_use", _("Own use of the house")


class Closure(OrganisationModel):
    """A time in which a resource, or a whole site, cannot be booked 停用. It holds every seat, so nothing can slip in."""

    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="closures")
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="closures")
    kind = models.CharField(_("Reason"), max_length=11, choices=ClosureKind.choices)
    words = models.CharField(_("In words"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("To"))
    made_by = person()
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    lifted_at = models.DateTimeField(null=True, editable=False)

    objects = walled(ClosureQuerySet)

    class Meta:
        verbose_name = _("closure")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="closure_span"),
            models.CheckConstraint(condition=Q(site__isnull=False, resource=None) | Q(site=None, resource__isnull=False), name="closure_of_one"),
        ]
        indexes = [models.Index(fields=["organisation", "ends_at"], name="closure_until")]

    def __str__(self) -> str:
        return self.words or self.get_kind_display()


class MachinePermit(OrganisationModel):
    """A person's permit 机时通行证 for a class of machines: what it rests on and until when. One that stands for each."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("Person"))
    group = models.ForeignKey(ResourceClass, models.PROTECT, related_name="permits", verbose_name=_("Class"))
    basis = models.CharField(_("Rests on"), max_length=200)
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"))
    suspended_at = models.DateTimeField(null=True, editable=False)
    suspended_for = models.CharField(max_length=200, blank=True, editable=False)
    granted_by = person()
    reminded_for = models.DateField(null=True, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("machine permit")
        ordering = ["-valid_to", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="machine_permit_span"),
            models.CheckConstraint(condition=~Q(granted_by=F("user")), name="machine_permit_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.group}"
