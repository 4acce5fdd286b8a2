"""Named reads of spaces and leases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from incubator.core.periods import Month
from incubator.tenants.models import Startup
from spaces.states import HAS_RUN, OPEN_REPAIR

if TYPE_CHECKING:
    from incubator.accounts.actors import Actor
    from spaces.models import HeadLease, Lease, LeaseLine, Repair, Site, Space  # noqa: F401 - named in annotations


class SpaceQuerySet(models.QuerySet["Space"]):
    def in_order(self) -> SpaceQuerySet:
        """Site by site, floor by floor, by code."""
        return self.select_related("site", "floor").order_by("site__name", "floor__order", "code", "pk")

    def free_between(self, start: date, end: date) -> SpaceQuerySet:
        """Lettable spaces that no lease holds on any day of the span (both ends included)."""
        from spaces.models import LeaseLine

        taken = LeaseLine.objects.holding_between(start, end).filter(space=OuterRef("pk"))
        return self.filter(~Exists(taken), lettable=True)

    def with_holder_on(self, day: date) -> SpaceQuerySet:
        """With `held`: the lines that hold the space on this day (one at most), each with its lease and startup."""
        from spaces.models import LeaseLine

        lines = LeaseLine.objects.holding_between(day, day).select_related("lease__startup")
        return self.prefetch_related(Prefetch("lines", queryset=lines, to_attr="held"))

    def matching(self, words: str) -> SpaceQuerySet:
        words = words.strip()
        return self.filter(Q(code__icontains=words) | Q(name__icontains=words)) if words else self


class HeadLeaseQuerySet(models.QuerySet["HeadLease"]):
    def running_in(self, site: Site, month: Month) -> HeadLeaseQuerySet:
        """Head leases of the site that were in force on some day of the month."""
        return self.filter(site=site, starts_on__lte=month.last, ends_on__gte=month.first).order_by("starts_on", "pk")


class LeaseQuerySet(models.QuerySet["Lease"]):
    def visible_to(self, actor: Actor) -> LeaseQuerySet:
        """Everything for the office; for founders and members the leases of their startups."""
        return self.all() if actor.in_office else self.filter(startup__in=Startup.objects.visible_to(actor))

    def of(self, startup: Startup) -> LeaseQuerySet:
        """The leases of a startup with their lines, the latest first."""
        return self.filter(startup=startup).with_lines().order_by("-starts_on", "-pk")

    def with_lines(self) -> LeaseQuerySet:
        """With site, startup and lines, for lists and papers."""
        from spaces.models import LeaseLine

        lines = Prefetch("lines", queryset=LeaseLine.objects.in_order())
        return self.select_related("startup", "site", "agreement", "document").prefetch_related(lines)

    def running_in(self, startup: Startup, month: Month) -> LeaseQuerySet:
        """Leases of the startup that were in force on some day of the month, whatever became of them later."""
        span = Q(starts_on__lte=month.last) & (
            Q(ended_on__gte=month.first) | Q(ended_on=None, ends_on__gte=month.first)
        )
        return self.filter(span, startup=startup, state__in=HAS_RUN).order_by("starts_on", "pk")

    def running_on(self, day: date) -> LeaseQuerySet:
        """Leases in force on this day."""
        until = Q(ended_on__gte=day) | Q(ended_on=None, ends_on__gte=day)
        return self.filter(until, state__in=HAS_RUN, starts_on__lte=day)

    def to_start_by(self, day: date) -> LeaseQuerySet:
        """Signed leases whose first day has come."""
        return self.filter(state="signed", starts_on__lte=day)

    def to_end_before(self, day: date) -> LeaseQuerySet:
        """Running leases whose last day has passed."""
        return self.filter(state__in=("active", "notice_given"), ends_on__lt=day)

    def matching(self, words: str) -> LeaseQuerySet:
        """Leases whose number, startup or room holds these words; all for no words."""
        from spaces.models import LeaseLine

        words = words.strip()
        if not words:
            return self
        room = LeaseLine.objects.filter(lease=OuterRef("pk"), space__code__icontains=words)
        names = Q(startup__name__icontains=words) | Q(startup__sort_key__contains=words.lower())
        return self.filter(names | Q(number__icontains=words) | Exists(room))


class LeaseLineQuerySet(models.QuerySet["LeaseLine"]):
    def in_order(self) -> LeaseLineQuerySet:
        return self.select_related("space").order_by("order", "pk")

    def of_kind(self, kind: str) -> LeaseLineQuerySet:
        return self.filter(kind=kind)

    def running_in(self, startup: Startup, kind: str, month: Month) -> LeaseLineQuerySet:
        """Lines of this kind, of leases in force, that themselves run on some day of the month."""
        from spaces.models import Lease

        leases = Lease.objects.running_in(startup, month)
        span = {"starts_on__lte": month.last, "ends_on__gte": month.first}
        return (
            self.filter(lease__in=leases, kind=kind, **span)
            .select_related("lease", "space")
            .order_by("starts_on", "pk")
        )

    def holding_between(self, start: date, end: date) -> LeaseLineQuerySet:
        """Premises lines that keep their space on some day of the span (both ends included)."""
        return self.filter(holds_space=True, starts_on__lte=end, ends_on__gte=start)


class RepairQuerySet(models.QuerySet["Repair"]):
    def visible_to(self, actor: Actor) -> RepairQuerySet:
        """Everything for the office; for founders and members the repairs of their startups."""
        return self.all() if actor.in_office else self.filter(startup__in=Startup.objects.of_founder(actor))

    def of_founder(self, actor: Actor) -> RepairQuerySet:
        """Repairs of the startups that name this person, also when the person works in the office."""
        return self.filter(startup__in=Startup.objects.of_founder(actor))

    def open(self) -> RepairQuerySet:
        """Repairs that somebody still has to do."""
        return self.filter(state__in=OPEN_REPAIR)

    def late(self) -> RepairQuerySet:
        """Open repairs whose time has passed."""
        return self.open().filter(due_at__lt=timezone.now())

    def for_pages(self) -> RepairQuerySet:
        return self.select_related("site", "space", "startup", "reporter", "assignee", "finisher", "original")

    def matching(self, words: str) -> RepairQuerySet:
        """Repairs whose number, words, place or startup hold these words; all for no words."""
        words = words.strip()
        if not words:
            return self
        named = Q(space__code__icontains=words) | Q(place__icontains=words) | Q(startup__name__icontains=words)
        return self.filter(named | Q(number__icontains=words) | Q(words__icontains=words))
