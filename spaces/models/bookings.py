"""Bookings: who has which resource from when to when, the seats that are held for it, and who waits."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person as person_column
from incubator.core.columns import yuan_field
from incubator.core.scoping import OrganisationModel, walled
from incubator.tenants.models import Startup
from spaces.models.resources import Closure, Resource, ResourceClass, Seat
from spaces.querysets_bookings import AllocationQuerySet, BookingQuerySet, WaitingQuerySet
from spaces.states import ACTIVE_ALLOCATION, BOOKING_TONES, WAITING_TONES, BookingState, WaitingState


class TsTzRange(models.Func):
    """The PostgreSQL range of two moments."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class BookingKind(models.TextChoices):
    """What a booking is for."""

    MEMBER = "member", pgettext_lazy("booking", "Startup")
    OPERATOR = "operator", pgettext_lazy("booking", "The house itself")
    EVENT = "event", pgettext_lazy("booking", "Event")
    MENTOR = "mentor", pgettext_lazy("booking", "Mentoring")
    CONTEST = "contest", pgettext_lazy("booking", "Contest")


class Repeat(models.TextChoices):
    """How a series goes on."""

    DAILY = "daily", _("Every working day")
    WEEKLY = "weekly", _("Every week")
    FORTNIGHTLY = "fortnightly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month, on the same day")


class BookingSeries(OrganisationModel):
    """A series 周期预订: the local wall time and how it repeats. Each occurrence is a booking of its own."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="series")
    startup = models.ForeignKey(Startup, models.PROTECT, null=True, related_name="booking_series")
    person = person_column()
    repeat = models.CharField(_("Repeats"), max_length=11, choices=Repeat.choices)
    first_day = models.DateField(_("First day"))
    starts = models.TimeField(_("From"))
    minutes = models.PositiveIntegerField(_("Minutes"))
    count = models.PositiveSmallIntegerField(_("How many times"))
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("series of bookings")
        constraints = [models.CheckConstraint(condition=Q(count__gte=1, count__lte=52), name="series_count")]

    def __str__(self) -> str:
        return f"{self.resource} {self.get_repeat_display()}"


class Booking(OrganisationModel):
    """One booking 预约: one span of time, one or more resources. `starts_at` to `ends_at` is what the person asked for; the
    seats are held a little longer where the rules say so."""

    startup = models.ForeignKey(Startup, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("Startup"))
    person = person_column(_("Booked by"))
    kind = models.CharField(_("Kind"), max_length=8, choices=BookingKind.choices, default=BookingKind.MEMBER)
    title = models.CharField(_("What for"), max_length=80)
    people = models.PositiveSmallIntegerField(_("How many people"), default=1)
    starts_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("To"))
    state = models.CharField(max_length=9, choices=BookingState.choices, default=BookingState.HELD, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, editable=False)  # of a hold, or the day of decision of a request
    series = models.ForeignKey(BookingSeries, models.PROTECT, null=True, blank=True, related_name="bookings")
    occurrence = models.DateField(null=True, blank=True, editable=False)
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    approver = person_column(null=True)
    reason = models.CharField(max_length=300, blank=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(BookingQuerySet)

    class Meta:
        verbose_name = _("booking")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_span"),
            models.CheckConstraint(condition=Q(kind="member", startup__isnull=False) | ~Q(kind="member"), name="booking_has_startup"),
            models.CheckConstraint(condition=Q(approver=None) | ~Q(approver=F("person")), name="booking_four_eyes"),
            models.CheckConstraint(condition=~Q(state="held") | Q(expires_at__isnull=False), name="booking_hold_expires"),
            models.UniqueConstraint(fields=["organisation", "uid"], name="booking_uid_once"),
            models.UniqueConstraint(fields=["organisation", "series", "occurrence"], condition=Q(series__isnull=False), name="booking_occurrence_once"),
        ]
        indexes = [
            models.Index(fields=["organisation", "starts_at"], name="booking_by_start"),
            models.Index(fields=["organisation", "startup", "-starts_at"], name="booking_of_startup"),
            models.Index(fields=["organisation", "state", "expires_at"], name="booking_waiting"),
        ]

    def __str__(self) -> str:
        return f"YD-{self.pk:06d}" if self.pk else str(_("new booking"))

    @property
    def state_tone(self) -> str:
        return BOOKING_TONES[self.state]

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def resources(self) -> str:
        """What is booked, in words."""
        return "、".join(str(item) for item in self.items.all())

    @property
    def due(self) -> Decimal:
        """What goes on the bill, in yuan."""
        return sum((item.due for item in self.items.all()), Decimal("0.00"))


class BookingItem(OrganisationModel):
    """One resource of a booking, with the price as the server computed it when it was confirmed."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="items")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="items")
    quantity = models.PositiveSmallIntegerField(_("How many"), default=1)
    price = yuan_field(_("Price"), default=Decimal("0.00"))
    credit_minutes = models.PositiveIntegerField(default=0)
    due = yuan_field(_("To be billed"), default=Decimal("0.00"))
    why = models.JSONField(default=list)

    objects = walled()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "booking", "resource"], name="booking_item_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="booking_item_quantity"),
            models.CheckConstraint(condition=Q(due__gte=0, price__gte=F("due")), name="booking_item_due"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} × {self.quantity}" if self.quantity > 1 else str(self.resource)


class AllocationState(models.TextChoices):
    """How a seat is held. Only the active ones keep others out."""

    HOLD = "hold", pgettext_lazy("seat", "Held")
    CONFIRMED = "confirmed", pgettext_lazy("seat", "Taken")
    IN_USE = "in_use", pgettext_lazy("seat", "In use")
    BLOCKED = "blocked", pgettext_lazy("seat", "Closed")
    REQUESTED = "requested", pgettext_lazy("seat", "Asked for")
    FREED = "freed", pgettext_lazy("seat", "Freed")


class Allocation(OrganisationModel):
    """One seat × one span 占用: [starts_at, ends_at) is protected, [core_start, core_end) is what was asked for. While it is
    active nobody else can have the seat: the exclusion constraint says so, whoever writes."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="allocations")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    core_start = models.DateTimeField()
    core_end = models.DateTimeField()
    state = models.CharField(max_length=9, choices=AllocationState.choices)
    expires_at = models.DateTimeField(null=True)
    item = models.ForeignKey(BookingItem, models.PROTECT, null=True, related_name="allocations")
    closure = models.ForeignKey(Closure, models.PROTECT, null=True, related_name="allocations")

    objects = walled(AllocationQuerySet)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="allocation_no_overlap",
                condition=Q(state__in=ACTIVE_ALLOCATION),
                expressions=[("organisation", RangeOperators.EQUAL), ("seat", RangeOperators.EQUAL), (TsTzRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(core_start__gte=F("starts_at"), core_end__gt=F("core_start"), ends_at__gte=F("core_end")), name="allocation_span"
            ),
            models.CheckConstraint(condition=Q(state="hold", expires_at__isnull=False) | ~Q(state="hold") & Q(expires_at=None), name="allocation_hold"),
            models.CheckConstraint(condition=Q(item__isnull=False, closure=None) | Q(item=None, closure__isnull=False), name="allocation_of_one"),
            models.CheckConstraint(condition=Q(state="blocked", closure__isnull=False) | ~Q(state="blocked"), name="allocation_blocked"),
        ]
        indexes = [models.Index(fields=["seat", "ends_at", "starts_at"], name="allocation_search")]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.core_start} – {self.core_end}"


class Guest(OrganisationModel):
    """Somebody who is expected at a booking. The name goes 90 days after it."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="guests")
    name = models.CharField(_("Name"), max_length=40)
    company = models.CharField(_("From where"), max_length=60, blank=True)

    objects = walled()

    class Meta:
        verbose_name = _("guest")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Waiting(OrganisationModel):
    """Somebody waits 候补 for a time of a resource, or of any resource of a class."""

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="waitings")
    person = person_column()
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="waitings")
    group = models.ForeignKey(ResourceClass, models.PROTECT, null=True, blank=True, related_name="+")
    earliest = models.DateTimeField(_("Not before"))
    latest = models.DateTimeField(_("Starts at the latest"))
    minutes = models.PositiveIntegerField(_("Minutes"))
    people = models.PositiveSmallIntegerField(_("How many people"), default=1)
    title = models.CharField(_("What for"), max_length=80)
    state = models.CharField(max_length=8, choices=WaitingState.choices, default=WaitingState.WAITING, editable=False)
    offer = models.ForeignKey(Booking, models.PROTECT, null=True, related_name="offered_to", editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(WaitingQuerySet)

    class Meta:
        verbose_name = _("place on the waiting list")
        ordering = ["joined_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(latest__gte=F("earliest")), name="waiting_span"),
            models.CheckConstraint(condition=Q(resource__isnull=False, group=None) | Q(resource=None, group__isnull=False), name="waiting_for_one"),
            models.CheckConstraint(condition=Q(state="offered", offer__isnull=False) | ~Q(state="offered"), name="waiting_offer"),
        ]
        indexes = [models.Index(fields=["organisation", "state", "joined_at"], name="waiting_in_order")]

    def __str__(self) -> str:
        return f"{self.startup}: {self.resource or self.group}"

    @property
    def state_tone(self) -> str:
        return WAITING_TONES[self.state]


class CalendarFeed(OrganisationModel):
    """A secret calendar address 日历订阅 of a person or of a resource. Only its digest is kept; it can be withdrawn."""

    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, related_name="feeds")
    digest = models.CharField(max_length=64)
    made_by = person_column()
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("calendar address")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "digest"], name="calendar_feed_once"),
            models.CheckConstraint(condition=Q(user__isnull=False, resource=None) | Q(user=None, resource__isnull=False), name="calendar_feed_of_one"),
        ]

    def __str__(self) -> str:
        return str(self.resource or self.user)
