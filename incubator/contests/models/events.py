"""Events 活动, their seats and the people who registered. A trigger counts the seats; no event is overbooked."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.contests.models.contests import Contest, bilingual, secret_key
from incubator.contests.states import EVENT_TONES, SEAT_TONES, EventState, SeatState
from incubator.core.columns import person
from incubator.core.encryption import EncryptedText
from incubator.core.scoping import OrganisationModel, walled
from incubator.documents.codes import LETTERS


class EventKind(models.TextChoices):
    """What kind of event it is."""

    TALK = "talk", _("Talk or salon")
    TRAINING = "training", _("Training")
    CAMP = "camp", _("Startup camp")
    DEMO_DAY = "demo_day", _("Demo day")
    VISIT = "visit", _("Open house")
    OTHER = "other", _("Other event")


class EventQuerySet(models.QuerySet["Event"]):
    def on_the_site(self) -> EventQuerySet:
        return self.exclude(state=EventState.DRAFT)

    def coming(self, now: datetime) -> EventQuerySet:
        return self.filter(state=EventState.PUBLISHED, ends_at__gte=now).order_by("starts_at", "pk")

    def past(self, now: datetime) -> EventQuerySet:
        return self.on_the_site().exclude(state=EventState.PUBLISHED, ends_at__gte=now).order_by("-starts_at", "-pk")

    def over(self, now: datetime) -> EventQuerySet:
        return self.filter(state=EventState.PUBLISHED, ends_at__lt=now)


class Event(OrganisationModel):
    """An event with its time, place and seats."""

    title = models.CharField(_("Title"), max_length=100)
    title_en = models.CharField(_("Title in English"), max_length=160, blank=True)
    slug = models.SlugField(_("Word in the address"), max_length=50)
    kind = models.CharField(_("Kind"), max_length=10, choices=EventKind.choices, default=EventKind.TALK)
    summary = models.TextField(_("What it is about"), max_length=600)
    summary_en = models.TextField(_("What it is about, in English"), max_length=900, blank=True)
    programme = models.TextField(_("Programme"), max_length=4000, blank=True)
    programme_en = models.TextField(_("Programme in English"), max_length=6000, blank=True)
    starts_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"))
    place = models.CharField(_("Place"), max_length=160)
    capacity = models.PositiveIntegerField(_("Seats"), validators=[MinValueValidator(1), MaxValueValidator(5000)])
    taken = models.PositiveIntegerField(default=0, editable=False)  # kept by the trigger of Attendee
    contest = models.ForeignKey(Contest, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("Contest"))
    state = models.CharField(_("State"), max_length=10, choices=EventState.choices, default=EventState.DRAFT, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)
    drafter = person()
    cancelled_because = models.CharField(max_length=300, blank=True, editable=False)

    objects = walled(EventQuerySet)

    class Meta:
        verbose_name = _("event")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="event_slug_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_start"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="event_not_overbooked"),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(cancelled_because=""), name="event_cancelled_with_reason"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state_tone(self) -> str:
        return EVENT_TONES.get(self.state, "plain")

    @property
    def name(self) -> str:
        return bilingual(self, "title")

    @property
    def about(self) -> str:
        return bilingual(self, "summary")

    @property
    def programme_text(self) -> str:
        return bilingual(self, "programme")

    @property
    def free(self) -> int:
        return max(self.capacity - self.taken, 0)

    @property
    def takes_people(self) -> bool:
        """Whether anybody may register now."""
        return self.state == EventState.PUBLISHED and self.starts_at > timezone.now()


def ticket() -> str:
    """The code of a ticket: six characters, read aloud at the door if need be."""
    return "".join(secrets.choice(LETTERS) for _place in range(6))


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    def on_the_list(self) -> AttendeeQuerySet:
        return self.exclude(state=SeatState.CANCELLED).order_by("pk")

    def first_waiting(self) -> Any:
        return self.filter(state=SeatState.WAITING).order_by("pk").first()


class Attendee(OrganisationModel):
    """A person's registration for an event."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="attendees", editable=False)
    name = models.CharField(_("Name"), max_length=60)
    employer = models.CharField(_("Company or school"), max_length=120, blank=True)
    email = EncryptedText(_("E-mail address"))
    email_index = models.CharField(max_length=64, editable=False)
    phone_tail = models.CharField(_("Last four digits of your mobile number"), max_length=4, blank=True, help_text=_("Helps at the door if you forget your ticket."))
    code = models.CharField(max_length=6, default=ticket, editable=False)
    key = models.CharField(max_length=32, default=secret_key, editable=False)
    state = models.CharField(_("State"), max_length=10, choices=SeatState.choices, default=SeatState.SEATED, editable=False)
    walked_in = models.BooleanField(default=False, editable=False)
    language = models.CharField(max_length=10, default="zh-hans", editable=False)
    registered_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)
    came_at = models.DateTimeField(null=True, editable=False)

    objects = walled(AttendeeQuerySet)

    class Meta:
        verbose_name = _("registration for an event")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "event", "code"], name="attendee_code_once"),
            models.UniqueConstraint(fields=["organisation", "key"], name="attendee_key_once"),
            models.UniqueConstraint(fields=["organisation", "event", "email_index"], condition=~Q(state="cancelled") & ~Q(email_index=""), name="attendee_once"),
            models.CheckConstraint(condition=~Q(state="attended") | Q(came_at__isnull=False), name="attendee_came_at"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code

    @property
    def state_tone(self) -> str:
        return SEAT_TONES.get(self.state, "plain")
