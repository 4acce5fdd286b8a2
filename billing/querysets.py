"""Named reads of invoices and slips."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from incubator.core.periods import Month
from incubator.tenants.models import Startup

if TYPE_CHECKING:
    from billing.models import BankSlip, Fapiao  # noqa: F401 - named in annotations
    from incubator.accounts.actors import Actor

AMOUNT = DecimalField(max_digits=14, decimal_places=2)


class FapiaoQuerySet(models.QuerySet["Fapiao"]):
    def visible_to(self, actor: Actor) -> FapiaoQuerySet:
        """Everything for the office; for founders and members the invoices of their startups."""
        return self.all() if actor.in_office else self.filter(startup__in=Startup.objects.visible_to(actor))

    def of_founder(self, actor: Actor) -> FapiaoQuerySet:
        """Invoices of the startups that name this person, also when the person works in the office."""
        return self.filter(startup__in=Startup.objects.of_founder(actor))

    def with_parties(self) -> FapiaoQuerySet:
        """With startup and file, for the page of one invoice."""
        return self.select_related("startup", "document")

    def of(self, startup: Startup | None) -> FapiaoQuerySet:
        """The costs of a startup; None: the organisation's own."""
        return self.filter(startup=startup)

    def of_kind(self, kind: str) -> FapiaoQuerySet:
        return self.filter(kind=kind)

    def covering(self, startup: Startup | None, kind: str, month: Month) -> FapiaoQuerySet:
        """Invoices of this payer (None: the organisation itself) for this cost whose period holds the month."""
        first = month.first
        return self.filter(startup=startup, kind=kind, period_from__lte=first, period_to__gte=first)

    def with_paid(self) -> FapiaoQuerySet:
        """With `paid`: the sum of the bank slips, in one query."""
        from billing.models import BankSlip

        slips = BankSlip.objects.filter(fapiao=OuterRef("pk")).order_by().values("fapiao")
        total = Subquery(slips.annotate(total=Sum("amount")).values("total"), output_field=AMOUNT)
        return self.annotate(paid=Coalesce(total, Value(Decimal("0.00")), output_field=AMOUNT))

    def paid(self) -> FapiaoQuerySet:
        """Invoices whose slips reach their amount."""
        return self.with_paid().filter(paid__gte=F("amount"))

    def unpaid(self) -> FapiaoQuerySet:
        """Invoices whose slips do not reach their amount."""
        return self.with_paid().filter(paid__lt=F("amount"))

    def matching(self, words: str) -> FapiaoQuerySet:
        """Invoices whose number, parties or item hold these words; all for no words."""
        words = words.strip()
        if not words:
            return self
        parties = Q(seller_name__icontains=words) | Q(buyer_name__icontains=words)
        return self.filter(parties | Q(number__contains=words) | Q(item__icontains=words) | Q(room__icontains=words))

    def latest_first(self) -> FapiaoQuerySet:
        return self.order_by("-issued_on", "-pk")


class BankSlipQuerySet(models.QuerySet["BankSlip"]):
    def visible_to(self, actor: Actor) -> BankSlipQuerySet:
        """Slips of the invoices that the actor sees; slips without an invoice only in the office."""
        from billing.models import Fapiao

        return self.all() if actor.in_office else self.filter(fapiao__in=Fapiao.objects.visible_to(actor))

    def of_founder(self, actor: Actor) -> BankSlipQuerySet:
        """Slips of the startups that name this person."""
        from billing.models import Fapiao

        return self.filter(fapiao__in=Fapiao.objects.of_founder(actor))

    def of(self, fapiao: Fapiao) -> BankSlipQuerySet:
        return self.filter(fapiao=fapiao).select_related("document").order_by("paid_on", "pk")
