from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Cast, Coalesce, Concat

from incubator.accounts.actors import Actor
from incubator.subsidies.states import FREEING, GRANTED, OPEN_CLAIM, RUNNING, ApplicationState, ClaimState

if TYPE_CHECKING:
    from incubator.subsidies.models import Claim, SubsidyApplication  # noqa: F401 - named in annotations

A = ApplicationState


class ApplicationQuerySet(models.QuerySet["SubsidyApplication"]):
    def visible_to(self, actor: Actor) -> ApplicationQuerySet:
        """The office sees what was sent in (and the site's own drafts); a startup's people see their startup's."""
        from incubator.tenants.models import Startup

        if actor.in_office:
            return self.exclude(Q(state=A.DRAFT, startup__isnull=False) | Q(state=A.WITHDRAWN, number=""))
        if actor.in_portal:
            return self.filter(startup__in=Startup.objects.visible_to(actor))
        return self.none()

    def for_pages(self) -> ApplicationQuerySet:
        """With everything that a list row names."""
        return self.select_related("edition__programme", "startup", "founder", "investor", "site", "organisation", "officer", "preparer")

    def with_decided_amount(self) -> ApplicationQuerySet:
        """`decided_amount`: what the authority granted by a confirmed decision; None until then."""
        from incubator.subsidies.models import ClaimLine

        lines = ClaimLine.objects.filter(application=models.OuterRef("pk"), released_at=None).values("decided")[:1]
        return self.annotate(decided_amount=models.Case(models.When(state__in=GRANTED, then=models.Subquery(lines))))

    def sent_in(self) -> ApplicationQuerySet:
        """Those that were ever submitted, whatever came of them."""
        return self.exclude(number="")

    def of_quarters(self, first: str, last: str) -> ApplicationQuerySet:
        """Those of the quarters from one to another, both written 2026-Q3."""
        return self.filter(period__gte=first, period__lte=last)

    def with_subject(self) -> ApplicationQuerySet:
        """`subject_key`: whose benefit it is (`subject`), so that firms and persons can be counted once."""
        named = [
            models.When(**{f"{name}__isnull": False}, then=Concat(models.Value(f"{name}:"), Cast(name, models.CharField())))
            for name in ("founder", "investor", "startup")
        ]
        return self.annotate(subject_key=models.Case(*named, default=Concat(models.Value("site:"), Cast("site", models.CharField()))))

    def with_category(self) -> ApplicationQuerySet:
        """`category`: of the person whom it is for, else of the startup's founder with the largest share; empty for
        what the organisation or an investor asks for."""
        from incubator.tenants.models import Founder

        lead = Founder.objects.filter(startup=models.OuterRef("startup"), role="founder")
        lead = lead.order_by(models.F("share").desc(nulls_last=True), "pk").values("category")[:1]
        return self.annotate(category=Coalesce("founder__category", models.Subquery(lead), models.Value("")))

    def with_paid_amount(self) -> ApplicationQuerySet:
        """`paid_amount`: what was paid out less what came back, in yuan, by the budget entries of the case."""
        from incubator.policy.models import BudgetEntry

        entries = BudgetEntry.objects.filter(subject_type="subsidies.subsidyapplication", subject_id=models.OuterRef("pk"))
        return self.annotate(paid_amount=models.Subquery(entries.paid_by_subject()))

    def awaiting_officer(self) -> ApplicationQuerySet:
        return self.filter(state__in=[A.SUBMITTED, A.IN_REVIEW])

    def awaiting_endorsement(self) -> ApplicationQuerySet:
        return self.filter(state=A.RECOMMENDED)

    def awaiting_applicant(self) -> ApplicationQuerySet:
        return self.filter(state__in=[A.DRAFT, A.RETURNED])

    def ready_for_claim(self) -> ApplicationQuerySet:
        return self.filter(state=A.ENDORSED, assessed__gt=0)

    def under(self, measure: Any, payee: str, period: str) -> ApplicationQuerySet:
        """Applications of one quarter whose editions take their figures from this measure, at this level."""
        from incubator.subsidies.editions import editions_under

        return self.filter(edition__in=editions_under(measure, payee), period=period)

    def counting(self) -> ApplicationQuerySet:
        """Those whose months and amounts count against later ones: sent in, and not freed again."""
        return self.exclude(state__in=[*FREEING, A.DRAFT])

    def under_way(self) -> ApplicationQuerySet:
        """Sent in and not decided yet. The policy desk asks for them when a rule changes."""
        return self.filter(state__in=RUNNING)

    def granted(self) -> ApplicationQuerySet:
        return self.filter(state__in=GRANTED)

    def search(self, words: str) -> ApplicationQuerySet:
        """By number, startup or site."""
        return self.filter(
            Q(number__icontains=words)
            | Q(startup__name__icontains=words)
            | Q(startup__uscc__iexact=words)
            | Q(site__name__icontains=words)
        )

    def queues(self) -> list[tuple[str, int, Decimal]]:
        """What waits for an officer, an endorsement, an answer to an appeal, a claim: how many and how many yuan, by one
        question to the database."""
        parts = {
            "submitted": (Q(state__in=[A.SUBMITTED, A.IN_REVIEW]), "claimed"),
            "recommended": (Q(state=A.RECOMMENDED), "assessed"),
            "appealed": (Q(state=A.APPEALED), "claimed"),
            "endorsed": (Q(state=A.ENDORSED, assessed__gt=0), "assessed"),
        }
        counts = {f"{name}_count": models.Count("pk", filter=which) for name, (which, _field) in parts.items()}
        sums = {f"{name}_sum": Sum(field, filter=which, default=Decimal("0.00")) for name, (which, field) in parts.items()}
        found = self.order_by().aggregate(**counts, **sums)
        return [(name, found[f"{name}_count"], found[f"{name}_sum"]) for name in parts]

    def sum_of(self, field: str) -> Any:
        """The sum of an amount over these, 0 when there are none."""
        return self.aggregate(total=Sum(field))["total"] or 0


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, actor: Actor) -> ClaimQuerySet:
        return self if actor.in_office else self.none()

    def running(self) -> ClaimQuerySet:
        return self.filter(state__in=OPEN_CLAIM)

    def awaiting(self, *states: str) -> ClaimQuerySet:
        return self.filter(state__in=states)

    def verified_by(self, code: str) -> ClaimQuerySet:
        """The claim that printed this code, if it was ever sealed."""
        return self.exclude(verify_code="").filter(verify_code=code)

    def open_for_lines(self) -> ClaimQuerySet:
        return self.filter(state=ClaimState.ASSEMBLING)


