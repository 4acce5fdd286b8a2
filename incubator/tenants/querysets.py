"""Named reads of startups and their papers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from incubator.documents.models import EXPIRES_SOON, DocumentKind
from incubator.tenants.states import HAS_RUN, IN_FORCE

if TYPE_CHECKING:
    from incubator.accounts.actors import Actor
    from incubator.tenants.models import Agreement, Founder, Startup, StartupDocument  # noqa: F401 - named in annotations


class StartupQuerySet(models.QuerySet["Startup"]):
    def visible_to(self, actor: Actor) -> StartupQuerySet:
        """All for people of the office; for founders and members the startups that name them; else none."""
        if actor.in_office:
            return self.all()
        if not actor.in_portal or actor.user is None:
            return self.none()
        return self.filter(Exists(self._founder_rows(actor)))

    def of_founder(self, actor: Actor) -> StartupQuerySet:
        """The startups that name this person, also when the person works in the office."""
        return self.filter(Exists(self._founder_rows(actor))) if actor.user else self.none()

    def _founder_rows(self, actor: Actor) -> models.QuerySet[Founder]:
        from incubator.tenants.models import Founder

        return Founder.objects.filter(startup=OuterRef("pk"), user=actor.user)

    def incubated_on(self, day: date) -> StartupQuerySet:
        """Startups whose incubation agreement was in force on this day (在孵企业)."""
        from incubator.tenants.models import Agreement

        return self.filter(Exists(Agreement.objects.in_force_on(day).filter(startup=OuterRef("pk"))))

    def matching(self, words: str) -> StartupQuerySet:
        """Startups whose name, code, contact or pinyin holds these words; all for no words."""
        words = words.strip()
        if not words:
            return self
        plain = Q(name__icontains=words) | Q(short_name__icontains=words) | Q(contact_name__icontains=words)
        return self.filter(plain | Q(uscc__icontains=words.upper()) | Q(sort_key__contains=words.lower()))

    def with_agreement_end(self) -> StartupQuerySet:
        """With `agreement_ends_on`: the last day of the agreement that is in force, or None."""
        from incubator.tenants.models import Agreement

        running = Agreement.objects.filter(startup=OuterRef("pk"), state__in=IN_FORCE).order_by("-ends_on")
        return self.annotate(agreement_ends_on=Subquery(running.values("ends_on")[:1]))

    def by_name(self) -> StartupQuerySet:
        """In the order of pinyin, as a Chinese reader expects."""
        return self.order_by("sort_key", "pk")


class FounderQuerySet(models.QuerySet["Founder"]):
    def of(self, startup: Startup) -> FounderQuerySet:
        """The people of a startup, founders first."""
        return self.filter(startup=startup).select_related("user").order_by("role", "pk")

    def with_category_on(self, day: date) -> FounderQuerySet:
        """People whose category was recognised and valid on this day."""
        valid = Q(category_valid_to=None) | Q(category_valid_to__gte=day)
        return self.exclude(category="none").filter(valid)


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def in_force_on(self, day: date) -> AgreementQuerySet:
        """Agreements that bound both sides on this day, whatever became of them later."""
        until = Q(ended_on__gte=day) | Q(ended_on=None, ends_on__gte=day)
        return self.filter(until, state__in=HAS_RUN, starts_on__lte=day)

    def of(self, startup: Startup) -> AgreementQuerySet:
        """The agreements of a startup, the latest first."""
        return (
            self.filter(startup=startup)
            .select_related("drafter", "countersigner", "document")
            .order_by("-starts_on", "-pk")
        )


class StartupDocumentQuerySet(models.QuerySet["StartupDocument"]):
    def visible_to(self, actor: Actor) -> StartupDocumentQuerySet:
        """Papers of the startups that the actor sees. Proofs of a person's category (health, veteran, hardship) are
        for the startup itself and for the officers of its cases only (policy.md h)."""
        from incubator.tenants.models import Startup
        from incubator.tenants.permissions import may_read_category

        rows = self.filter(startup__in=Startup.objects.visible_to(actor))
        return rows if may_read_category(actor) else rows.exclude(document__kind=DocumentKind.CATEGORY_PROOF)

    def of_founder(self, actor: Actor) -> StartupDocumentQuerySet:
        """Papers of the startups that name this person."""
        from incubator.tenants.models import Startup

        return self.filter(startup__in=Startup.objects.of_founder(actor))

    def of(self, startup: Startup) -> StartupDocumentQuerySet:
        """The papers of a startup that are in use, the newest first."""
        rows = self.filter(startup=startup, withdrawn_at=None).select_related("document", "document__added_by")
        return rows.order_by("-document__added_at", "-pk")

    def of_kind(self, *kinds: str) -> StartupDocumentQuerySet:
        """Only papers of these kinds."""
        return self.filter(document__kind__in=kinds)

    def expiring(self, day: date | None = None) -> StartupDocumentQuerySet:
        """Papers that are no longer valid, or will not be in thirty days."""
        day = day or timezone.localdate()
        return self.filter(document__valid_to__lte=day + timedelta(days=EXPIRES_SOON))

    def beside_costs(self) -> StartupDocumentQuerySet:
        """Without the files of invoices and bank slips: those are found at their invoice."""
        return self.exclude(document__kind__in=(DocumentKind.INVOICE, DocumentKind.BANK_SLIP))
