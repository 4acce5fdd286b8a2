"""Named reads of mentors, pairings, sessions, statements and classes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from incubator.core.periods import Month
from incubator.tenants.models import Startup
from mentors.states import OPEN, SEATED

if TYPE_CHECKING:
    from incubator.accounts.actors import Actor
    from mentors.models import CourseRun, Enrolment, Honorarium, HonorariumRate, Mentor, Pairing, Session  # noqa: F401 - named in annotations


class MentorQuerySet(models.QuerySet["Mentor"]):
    def serving_on(self, day: date) -> MentorQuerySet:
        """Active mentors whose term runs on this day, by name."""
        return self.filter(state="active", term_from__lte=day, term_to__gte=day).by_name()

    def by_name(self) -> MentorQuerySet:
        return self.order_by("name", "pk")

    def matching(self, words: str) -> MentorQuerySet:
        """Mentors whose name, employer, title or text holds these words; all for no words."""
        if not words:
            return self
        return self.filter(Q(name__icontains=words) | Q(employer__icontains=words) | Q(title__icontains=words) | Q(bio__icontains=words))

    def of(self, actor: Actor) -> MentorQuerySet:
        """The profile of the person who acts."""
        return self.filter(user=actor.user) if actor.user else self.none()

    def shown_publicly(self, day: date) -> MentorQuerySet:
        """Serving mentors who agreed to be listed."""
        return self.serving_on(day).filter(public_fields__contains=["name"]).prefetch_related("expertise")


class PairingQuerySet(models.QuerySet["Pairing"]):
    def open(self) -> PairingQuerySet:
        return self.filter(state__in=OPEN)

    def with_names(self) -> PairingQuerySet:
        return self.select_related("mentor", "startup", "mentor__user")

    def visible_to(self, actor: Actor) -> PairingQuerySet:
        """All for the office; for a mentor the own ones; for people of a startup those of their startups."""
        if actor.in_office:
            return self.all()
        return self.filter(Q(mentor__user=actor.user) | Q(startup__in=Startup.objects.of_founder(actor))) if actor.user else self.none()

    def latest_first(self) -> PairingQuerySet:
        return self.order_by("-moved_at", "-pk")


class SessionQuerySet(models.QuerySet["Session"]):
    def with_names(self) -> SessionQuerySet:
        return self.select_related("mentor", "startup", "pairing", "space")

    def visible_to(self, actor: Actor) -> SessionQuerySet:
        """All for the office; for a mentor the own ones; for people of a startup those of their startups."""
        if actor.in_office:
            return self.all()
        return self.filter(Q(mentor__user=actor.user) | Q(startup__in=Startup.objects.of_founder(actor))) if actor.user else self.none()

    def latest_first(self) -> SessionQuerySet:
        return self.order_by("-starts_at", "-pk")

    def confirmed_in(self, month: Month) -> SessionQuerySet:
        """Sessions of a month whose minutes both sides confirmed, in their order."""
        return self.filter(state="confirmed", starts_at__date__gte=month.first, starts_at__date__lte=month.last).order_by("starts_at", "pk")

    def payable(self) -> SessionQuerySet:
        """Nothing odd about them, or cleared by a second person."""
        return self.filter(state="confirmed").filter(Q(flags=[], verdict="") | Q(verdict="clear"))

    def waiting_for_a_look(self) -> SessionQuerySet:
        """Confirmed, but odd, and nobody has looked."""
        return self.filter(state="confirmed", verdict="").exclude(flags=[])


class RateQuerySet(models.QuerySet["HonorariumRate"]):
    def on(self, day: date) -> HonorariumRate | None:
        """The verified rate that holds on this day."""
        return self.filter(state="verified", valid_from__lte=day).order_by("-valid_from").first()


class HonorariumQuerySet(models.QuerySet["Honorarium"]):
    def with_names(self) -> HonorariumQuerySet:
        return self.select_related("mentor", "rate", "preparer", "agreer", "approver", "payer", "document")

    def latest_first(self) -> HonorariumQuerySet:
        return self.order_by("-month", "-pk")

    def of(self, actor: Actor) -> HonorariumQuerySet:
        return self.filter(mentor__user=actor.user) if actor.user else self.none()


class CourseRunQuerySet(models.QuerySet["CourseRun"]):
    def open_on(self, day: date) -> CourseRunQuerySet:
        """Classes that can be joined on this day."""
        return self.filter(enrol_until__gte=day).select_related("course").prefetch_related("lessons").order_by("enrol_until", "pk")

    def latest_first(self) -> CourseRunQuerySet:
        return self.select_related("course").order_by("-enrol_until", "-pk")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def seated(self) -> EnrolmentQuerySet:
        return self.filter(state__in=SEATED)

    def waiting(self) -> EnrolmentQuerySet:
        """The waiting list in its order."""
        return self.filter(state="waiting").order_by("enrolled_at", "pk")

    def of(self, actor: Actor) -> EnrolmentQuerySet:
        """Of the person who acts."""
        return self.filter(founder__user=actor.user) if actor.user else self.none()

    def with_names(self) -> EnrolmentQuerySet:
        return self.select_related("founder", "founder__startup", "run", "run__course", "certificate")
