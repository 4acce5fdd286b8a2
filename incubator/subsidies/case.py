"""A case: all that the conditions and the formula of a programme read, whoever says it (decision 0068).

The rows of an application fill it (`case_of`), or the words of somebody who only asks (`trial.py`). Conditions and
formulas see nothing else, so that the calculator and the real application cannot give two answers. A value that is
None was not said: a condition on it is open, neither met nor failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from incubator.core.periods import Month
from incubator.subsidies import rivals
from incubator.subsidies.leases import LeaseTerms, lease_terms
from incubator.subsidies.models import ApplicationLine, BenefitKey, SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.passthrough import pass_through_rows
from incubator.subsidies.services.keys import invoice_digest
from incubator.tenants.states import HAS_RUN

NOTHING = Decimal("0.00")


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One month or invoice of a case. `buyer`, `by_bank` and `payers` are what the invoice and its slips say."""

    key: str  # how the formula names it: the month, or the invoice number
    month: Month | None
    number: str
    paid: Decimal
    buyer: str | None = None
    by_bank: bool | None = None
    payers: tuple[str, ...] = ()
    row: int | None = None


@dataclass(frozen=True, kw_only=True)
class Before:
    """What other applications of the same subject for the same cost hold: months, their number, yuan in all and by
    quarter, and the numbers of invoices that are used anywhere."""

    months: tuple[str, ...] = ()
    months_used: int = 0
    paid: Decimal = NOTHING
    by_quarter: Mapping[str, str] = field(default_factory=dict)
    invoices: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Case:
    """One programme, one quarter, one applicant. `figures` are the applicant's own, as text, by the formula's names."""

    edition: Any
    period: Quarter
    today: date
    applicant: str
    of_tenant: bool
    figures: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[CaseLine, ...] = ()
    abnormal_listed: bool | None = None
    incubated: frozenset[Month] | None = None  # the months with an agreement in force
    lease: LeaseTerms | None = None
    before: Before | None = None
    account_verified: bool | None = None
    relief: Decimal | None = None
    amount: Decimal = NOTHING  # what the pass-through check is held against
    papers: frozenset[str] | None = None
    found: Mapping[str, Any] = field(default_factory=dict)  # what its kind alone reads (SubsidyKind.found)

    @property
    def kind(self) -> str:
        return str(self.edition.programme.kind)

    def value(self, key: str) -> str | None:
        """A figure of the edition for this quarter, or None where it sets none."""
        found: str | None = self.edition.reading(self.period.first_day).optional(key)
        return found


def case_of(application: SubsidyApplication, lines: Sequence[ApplicationLine] | None = None) -> Case:
    """The case that the rows of an application make, as they stand now."""
    rows = lines_of(application) if lines is None else lines
    startup = application.startup
    return Case(
        edition=application.edition,
        period=application.quarter,
        today=timezone.localdate(),
        applicant=startup.name if startup else application.organisation.name,
        of_tenant=startup is not None,
        figures=application.facts,
        lines=tuple(case_line(row) for row in rows),
        abnormal_listed=startup.abnormal_listed if startup else False,
        incubated=months_incubated(startup, application.quarter) if startup else None,
        lease=lease_terms(application) if application.lease_id or application.head_lease_id else None,
        before=before(application, rows),
        account_verified=startup.account_is_verified if startup else bool(application.organisation.bank_account_tail),
        relief=None if startup else pass_through_rows(application.site, application.quarter)[1],
        amount=application.amount,
        papers=frozenset(application.evidence.values_list("item", flat=True)) if application.pk else None,
    )


def lines_of(application: SubsidyApplication) -> list[ApplicationLine]:
    """The lines with their invoices and slips."""
    return list(application.lines.select_related("fapiao", "reason").prefetch_related("fapiao__slips"))


def case_line(row: ApplicationLine) -> CaseLine:
    """A line as conditions read it."""
    fapiao = row.fapiao
    return CaseLine(
        key=row.key,
        month=Month.of(row.month) if row.month else None,
        number=fapiao.number,
        paid=row.paid,
        buyer=fapiao.buyer_name,
        by_bank=fapiao.is_paid,
        payers=tuple(slip.payer_name for slip in fapiao.slips.all()),
        row=row.pk,
    )


def before(application: SubsidyApplication, rows: Sequence[ApplicationLine]) -> Before:
    """What other applications hold that bears on this one."""
    digests = {invoice_digest(row.fapiao): row.fapiao.number for row in rows}
    used = BenefitKey.objects.filter(digest__in=digests, freed_at=None).exclude(application=application.pk)
    return Before(
        months=tuple(rivals.months_taken(application)),
        months_used=rivals.months_used(application),
        paid=rivals.paid_before(application),
        by_quarter=rivals.quarter_before(application),
        invoices=frozenset(digests[key.digest] for key in used),
    )


def months_incubated(startup: Any, period: Quarter) -> frozenset[Month]:
    """The months of the quarter with a day on which an incubation agreement was in force."""
    return frozenset(month for month in period.months if agreement_in(startup, month))


def agreement_in(startup: Any, month: Month) -> bool:
    """Whether an incubation agreement was in force on a day of this month."""
    return any(
        agreement.state in HAS_RUN and month.days_inside(agreement.starts_on, agreement.ended_on or agreement.ends_on)
        for agreement in startup.agreements.all()
    )
