"""Named reads of resources, bookings, seats and the waiting list."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone

from incubator.tenants.models import Startup
from spaces.states import ACTIVE_ALLOCATION, BILLABLE, COMING

if TYPE_CHECKING:
    from incubator.accounts.actors import Actor
    from spaces.models import Allocation, Booking, Closure, Resource, Waiting  # noqa: F401 - named in annotations


class ResourceQuerySet(models.QuerySet["Resource"]):
    def in_order(self) -> ResourceQuerySet:
        """Site by site, by kind and name."""
        return self.select_related("site", "group", "policy").order_by("site__name", "kind", "name", "pk")

    def bookable(self) -> ResourceQuerySet:
        """What anybody may ask for; a person's time is booked where that person is."""
        return self.filter(is_open=True).exclude(kind="person")

    def public_availability(self) -> ResourceQuerySet:
        """What the public site shows with its free times (spaces.availability.public_days gives the times)."""
        return self.bookable().filter(is_public=True).in_order()

    def with_facts(self) -> ResourceQuerySet:
        """With everything that the rules ask for, in one statement: seats (those of the parts for a composite one) as
        `seat_rows`, opening hours as `hour_rows`."""
        from spaces.models import OpeningHours, ResourcePart, Seat

        seat = JSONObject(id=F("pk"), label=F("label"), number=F("number"))
        standing = Q(retired_on=None) | Q(retired_on__gt=timezone.localdate())
        own = Seat.objects.filter(standing, resource=OuterRef("pk")).order_by("number", "pk")
        parts = Seat.objects.filter(standing, resource__wholes__whole=OuterRef("pk")).order_by("pk")
        hour = JSONObject(day=F("day"), opens=F("opens"), closes=F("closes"))
        of_resource = OpeningHours.objects.filter(resource=OuterRef("pk"))
        of_site = OpeningHours.objects.filter(site=OuterRef("site"))
        used = ResourcePart.objects.filter(whole=OuterRef("pk"))
        return self.in_order().annotate(
            seat_rows=ArraySubquery(own.values(row=seat)), part_rows=ArraySubquery(parts.values(row=seat)), composite=models.Exists(used),
            own_hours=ArraySubquery(of_resource.values(row=hour)), site_hours=ArraySubquery(of_site.values(row=hour)),
        )  # fmt: skip

    def matching(self, words: str) -> ResourceQuerySet:
        words = words.strip()
        return self.filter(Q(name__icontains=words) | Q(group__name__icontains=words) | Q(note__icontains=words)) if words else self


class ClosureQuerySet(models.QuerySet["Closure"]):
    def standing(self) -> ClosureQuerySet:
        """Closures that are not lifted and not over."""
        return self.filter(lifted_at=None, ends_at__gt=timezone.now()).select_related("site", "resource").order_by("starts_at", "pk")


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, actor: Actor) -> BookingQuerySet:
        """Everything for the office; for others what their startups booked, and what they booked themselves."""
        if actor.in_office:
            return self.all()
        return self.of_person(actor)

    def of_person(self, actor: Actor) -> BookingQuerySet:
        """Bookings of the startups that name this person, and of the person itself."""
        return self.filter(Q(startup__in=Startup.objects.of_founder(actor)) | Q(person=actor.user))

    def for_pages(self) -> BookingQuerySet:
        """With what a list names."""
        from spaces.models import BookingItem

        items = BookingItem.objects.select_related("resource__site", "resource__group")
        return self.select_related("startup", "person", "series").prefetch_related(models.Prefetch("items", queryset=items))

    def coming(self) -> BookingQuerySet:
        """What is still to happen or happens now, the next first."""
        return self.filter(state__in=COMING, ends_at__gt=timezone.now()).order_by("starts_at", "pk")

    def over(self) -> BookingQuerySet:
        return self.exclude(state__in=COMING, ends_at__gt=timezone.now()).order_by("-starts_at", "-pk")

    def on_day(self, begins: datetime, ends: datetime) -> BookingQuerySet:
        """Bookings that touch this span."""
        return self.filter(starts_at__lt=ends, ends_at__gt=begins)

    def awaiting_decision(self) -> BookingQuerySet:
        return self.filter(state="requested").order_by("starts_at", "made_at", "pk")

    def to_release(self, now: datetime) -> BookingQuerySet:
        """Confirmed bookings whose start has passed; whether it is late enough the rules of each resource say."""
        return self.filter(state="confirmed", starts_at__lt=now).order_by("pk")

    def no_shows_since(self, startup: Startup, since: datetime) -> BookingQuerySet:
        return self.filter(startup=startup, state="no_show", starts_at__gte=since)

    def billable(self, startup: Startup, begins: datetime, ends: datetime) -> BookingQuerySet:
        """Bookings whose price is settled and whose start lies in the span."""
        return self.filter(startup=startup, state__in=BILLABLE, starts_at__gte=begins, starts_at__lt=ends).order_by("starts_at", "pk")

    def matching(self, words: str) -> BookingQuerySet:
        words = words.strip()
        if not words:
            return self
        names = Q(title__icontains=words) | Q(startup__name__icontains=words) | Q(person__name__icontains=words) | Q(items__resource__name__icontains=words)
        return self.filter(names | Q(pk=int(words.upper().removeprefix("YD-")) if _is_number(words) else -1)).distinct()


def _is_number(words: str) -> bool:
    digits = words.upper().removeprefix("YD-")
    return digits.isascii() and digits.isdigit() and len(digits) < 19


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def holding(self, now: datetime | None = None) -> AllocationQuerySet:
        """What keeps others out now: active, and no hold that has run out."""
        now = now or timezone.now()
        return self.filter(state__in=ACTIVE_ALLOCATION).exclude(state="hold", expires_at__lte=now)

    def meeting(self, starts: datetime, ends: datetime) -> AllocationQuerySet:
        """Whose protected span meets this one."""
        return self.filter(ends_at__gt=starts, starts_at__lt=ends)

    def run_out(self, now: datetime) -> AllocationQuerySet:
        return self.filter(state="hold", expires_at__lte=now)


class WaitingQuerySet(models.QuerySet["Waiting"]):
    def visible_to(self, actor: Actor) -> WaitingQuerySet:
        return self.all() if actor.in_office else self.of_person(actor)

    def of_person(self, actor: Actor) -> WaitingQuerySet:
        return self.filter(startup__in=Startup.objects.of_founder(actor))

    def standing(self) -> WaitingQuerySet:
        """Who waits or has an offer, in the order in which they came."""
        return self.filter(state__in=("waiting", "offered")).select_related("startup", "person", "resource__site", "group", "offer").order_by("joined_at", "pk")


def month_span(first: date, last: date, zone: Any) -> tuple[datetime, datetime]:
    """From the beginning of the first local day to the end of the last, as moments."""
    begins = datetime.combine(first, datetime.min.time(), zone)
    return begins, datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
