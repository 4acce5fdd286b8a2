"""The case that the rows of an application make, as they stand now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from billing.models import Fapiao
from incubator.core.periods import Month
from incubator.subsidies import rivals
from incubator.subsidies.case import Before, Case, CaseLine
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.leases import lease_terms
from incubator.subsidies.models import ApplicationLine, SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.passthrough import pass_through_rows
from incubator.subsidies.payees import payee_of
from incubator.subsidies.services.keys import invoice_digest, taken_elsewhere
from incubator.tenants.states import HAS_RUN


def case_of(application: SubsidyApplication, lines: Sequence[ApplicationLine] | None = None) -> Case:
    """The case that the rows of an application make, as they stand now."""
    rows = lines_of(application) if lines is None else lines
    startup, payee = application.startup, payee_of(application)
    return Case(
        edition=application.edition,
        period=application.quarter,
        today=timezone.localdate(),
        applicant=payee.name,
        of_tenant=startup is not None,
        figures=application.facts,
        lines=tuple(case_line(row) for row in rows),
        abnormal_listed=startup.abnormal_listed if startup else False,
        incubated=months_incubated(startup, application.quarter) if startup else None,
        lease=lease_terms(application) if application.lease_id or application.head_lease_id else None,
        before=before(application, rows),
        account_verified=payee.verified,
        relief=None if startup or application.investor_id else pass_through_rows(application.site, application.quarter)[1],
        amount=application.amount,
        papers=frozenset(application.evidence.values_list("item", flat=True)) if application.pk else None,
        found=kind_named(application.kind).found(application),
    )


def lines_of(application: SubsidyApplication) -> list[ApplicationLine]:
    """The lines with their invoices and slips. What the officer cut is no part of the case any more."""
    return list(lines_with_sources(application).filter(is_cut=False))


def lines_with_sources(application: SubsidyApplication) -> Any:
    """Every line with its reason and what it stands on, invoices with their slips and what these come to: as many
    statements for ten lines as for one."""
    invoices = Fapiao.objects.with_paid().prefetch_related("slips")
    others = [name for name in ApplicationLine.SOURCES if name != "fapiao"]
    return application.lines.select_related("reason", *others).prefetch_related(Prefetch("fapiao", queryset=invoices))


def case_line(row: ApplicationLine) -> CaseLine:
    """A line as conditions read it."""
    fapiao, month = row.fapiao, Month.of(row.month) if row.month else None
    if fapiao is None:
        return CaseLine(key=row.key, month=month, number=row.proof, paid=row.paid, row=row.pk)
    return CaseLine(
        key=row.key,
        month=month,
        number=fapiao.number,
        paid=row.paid,
        buyer=fapiao.buyer_name,
        by_bank=fapiao.is_paid,
        payers=tuple(slip.payer_name for slip in fapiao.slips.all()),
        row=row.pk,
    )


def before(application: SubsidyApplication, rows: Sequence[ApplicationLine]) -> Before:
    """What other applications hold that bears on this one."""
    digests = {invoice_digest(row.fapiao): row.fapiao.number for row in rows if row.fapiao is not None}
    return Before(
        months=tuple(rivals.months_taken(application)),
        months_used=rivals.months_used(application),
        paid=rivals.paid_before(application),
        by_quarter=rivals.quarter_before(application),
        invoices=frozenset(digests[digest] for digest in taken_elsewhere(application, list(digests))),
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
