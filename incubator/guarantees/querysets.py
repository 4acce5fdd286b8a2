"""Named reads of guarantees."""

from __future__ import annotations

from django.db import models

from incubator.accounts.actors import Actor
from incubator.tenants.models import Startup


class GuaranteeQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, actor: Actor) -> GuaranteeQuerySet:
        """The office sees what was sent in once; a startup's people see their startup's."""
        if actor.in_office:
            return self.exclude(number="")
        return self.filter(startup__in=Startup.objects.visible_to(actor)) if actor.in_portal else self.none()

    def for_pages(self) -> GuaranteeQuerySet:
        return self.select_related("startup", "fund", "prechecker", "appraiser", "approver", "refuser", "applicant", "reason", "organisation", "basis_paper")


class PaperQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def of_the_startup(self) -> PaperQuerySet:
        """What the startup put forward itself, without the operator's own legal basis."""
        return self.exclude(item="official_reply").select_related("document")
