"""What the system already knows of an applicant's cost: the lease, its figures, the paid invoices by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.models import Fapiao
from incubator.core.errors import NotEligible
from incubator.core.money import round_fen
from incubator.core.periods import Month
from incubator.subsidies.models.applications import Quarter, SubsidyApplication
from incubator.subsidies.services.keys import invoice_digest, taken_elsewhere
from spaces.models import HeadLease, Lease


@dataclass(frozen=True)
class Cost:
    """Something that may be claimed, as a line would hold it: its one source (ApplicationLine.SOURCES), the month,
    what was paid for it, and whether it is free. A person, an activity … stands in `source` under its column's name."""

    fapiao: Fapiao | None
    month: Month | None
    paid: Decimal
    free: bool = True
    source: tuple[str, Any] | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the line that it becomes."""
        name, row = self.source or ("fapiao", self.fapiao)
        return {name: row, "month": self.month.first if self.month else None, "paid": self.paid}

    @property
    def key(self) -> str:
        """How forms name it: `12:2026-07` (invoice and month), `12` (invoice), `person12:2026-07`, `activity3` …"""
        name, row = self.source or ("fapiao", self.fapiao)
        return choice_key(name, row.pk, self.month)


def choice_key(name: str, number: int, month: Month | None) -> str:
    """The name of a choice in forms."""
    start = f"{number}" if name == "fapiao" else f"{name}{number}"
    return f"{start}:{month}" if month else start


def key_of(line: Any) -> str:
    """The choice that a stored line was."""
    name = next(name for name in line.SOURCES if getattr(line, f"{name}_id"))
    return choice_key(name, getattr(line, f"{name}_id"), Month.of(line.month) if line.month else None)


def home_of(quarter: Quarter, *, startup: Any = None, site: Any = None) -> tuple[Any, Lease | None, HeadLease | None]:
    """The site, and the lease (of the startup) or head lease (of the organisation), on which the claim stands."""
    for month in quarter.months:
        if startup is not None:
            lease = Lease.objects.running_in(startup, month).select_related("site").first()
            if lease is not None:
                return lease.site, lease, None
        else:
            head = HeadLease.objects.running_in(site, month).first()
            if head is not None:
                return site, None, head
    if startup is not None:
        raise NotEligible(_("No lease of this company was in force in %(quarter)s.") % {"quarter": quarter})
    raise NotEligible(_("No head lease of %(site)s was in force in %(quarter)s. Record it under Spaces first.") % {"site": site, "quarter": quarter})


def paid_invoices(application: SubsidyApplication) -> list[Fapiao]:
    """The applicant's paid invoices for this kind of cost that touch the quarter."""
    quarter = application.quarter
    paid = Fapiao.objects.paid().of(application.startup).of_kind(application.kind)
    inside = paid.filter(period_from__lte=quarter.months[-1].first, period_to__gte=quarter.months[0].first)
    return list(inside.select_related("document").prefetch_related("slips").order_by("period_from", "pk"))


def invoices_used(application: SubsidyApplication, invoices: Sequence[Fapiao]) -> set[int]:
    """Which of these invoices another application holds, here or in another organisation."""
    digests = {invoice_digest(fapiao): fapiao.pk for fapiao in invoices}
    return {digests[digest] for digest in taken_elsewhere(application, list(digests))}


def part_of(fapiao: Fapiao, month: Month) -> Decimal:
    """The part of an invoice that belongs to one of its months: equal parts that add up to the invoice exactly."""
    place, count = fapiao.months.index(month), len(fapiao.months)
    return round_fen(fapiao.amount * (place + 1) / count) - round_fen(fapiao.amount * place / count)
