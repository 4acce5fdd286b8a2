"""The conditions of an application, each with its sentence, its reason code and what to do (lifecycles.md 2.2, 4).

The same list is shown to the founder before sending, to the officer while checking, and refuses on submission."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.money import yuan
from incubator.core.periods import Month
from incubator.core.templatetags.fuhua import day, month, quarter
from incubator.documents.models import DocumentKind
from incubator.subsidies.rivals import months_taken
from incubator.subsidies.models import ApplicationLine, BenefitKey, SubsidyApplication
from incubator.subsidies.passthrough import pass_through_check
from incubator.subsidies.prefill import premises_line
from incubator.subsidies.services.keys import invoice_digest
from incubator.tenants.states import HAS_RUN


@dataclass(frozen=True)
class Condition:
    """One condition: whether it holds, in a sentence; if not, under which reason code and at which step to mend it."""

    code: str
    holds: bool
    sentence: str
    step: str = ""  # costs, evidence, send: the wizard page where it is put right
    line: int | None = None


type Check = Callable[[SubsidyApplication, Sequence[ApplicationLine]], Iterator[Condition]]


def conditions(application: SubsidyApplication, *, on_submission: bool = True) -> list[Condition]:
    """Every condition of this application as it stands now."""
    lines = list(application.lines.select_related("fapiao"))
    checks: tuple[Check, ...] = (window, subject, lease_covers, invoices, not_used_before, passed_on, account, papers)
    return [
        condition
        for check in (checks if on_submission else checks[1:])
        for condition in check(application, lines)
    ]


def failing(application: SubsidyApplication) -> list[Condition]:
    """What must be put right before it can be sent."""
    return [condition for condition in conditions(application) if not condition.holds]


def window(application: SubsidyApplication, lines: Sequence[ApplicationLine]) -> Iterator[Condition]:
    """The claim is filed after its quarter and inside the window of the edition."""
    today, last = timezone.localdate(), last_day_to_file(application)
    opened = today > application.quarter.last_day
    values = {"quarter": quarter(application.period), "day": day(last)}
    if not opened:
        yield Condition("LATE", False, _("%(quarter)s has not ended yet. Apply after its last day.") % values)
    elif today > last:
        yield Condition("LATE", False, _("%(quarter)s could be applied for until %(day)s. Apply for a later quarter.") % values)
    else:
        yield Condition("LATE", True, _("%(quarter)s can be applied for until %(day)s.") % values)


def last_day_to_file(application: SubsidyApplication) -> Any:
    """The last day of the window: so many days after the quarter."""
    days = application.edition.reading(application.quarter.first_day).value("window.days_after_period")
    return application.quarter.last_day + timedelta(days=int(days))


def subject(application: SubsidyApplication, lines: Sequence[ApplicationLine]) -> Iterator[Condition]:
    """The startup is in incubation in every claimed month and not on the list of abnormal operations."""
    startup = application.startup
    if startup is None:
        return
    yield Condition(
        "ABNORMAL_LIST",
        not startup.abnormal_listed,
        _("The company is on the list of abnormal operations. Have it removed first.")
        if startup.abnormal_listed
        else _("The company is not on the list of abnormal operations."),
    )
    outside = [line for line in lines if line.month and not agreement_in(startup, Month.of(line.month))]
    months = "、".join(month(line.month) for line in outside if line.month)
    yield Condition(
        "PERIOD_MISMATCH",
        not outside,
        _("No incubation agreement is in force in %(months)s. Leave these months out.") % {"months": months}
        if outside
        else _("An incubation agreement is in force in every claimed month."),
        "costs",
    )


def agreement_in(startup: Any, month: Month) -> bool:
    """Whether an incubation agreement was in force on a day of this month."""
    return any(
        agreement.state in HAS_RUN and month.days_inside(agreement.starts_on, agreement.ended_on or agreement.ends_on)
        for agreement in startup.agreements.all()
    )


def lease_covers(application: SubsidyApplication, lines: Sequence[ApplicationLine]) -> Iterator[Condition]:
    """Area and unit rent are not above the lease, and every claimed month touches it."""
    if application.kind != "rent":
        return
    terms, given = lease_terms(application), application.facts
    area, unit = Decimal(given["area"]), Decimal(given["unit_rent"])
    figures = {"area": area, "most": terms.area, "unit": unit, "rent": terms.unit_rent}
    yield Condition(
        "AREA_OVER",
        area <= terms.area,
        _("The area of %(area)s ㎡ is above the lease's %(most)s ㎡. Lower it to the lease.") % figures
        if area > terms.area
        else _("The area of %(area)s ㎡ is within the lease's %(most)s ㎡.") % figures,
        "costs",
    )
    yield Condition(
        "AREA_OVER",
        unit <= terms.unit_rent,
        _("The unit rent of %(unit)s yuan is above the lease's %(rent)s yuan. Lower it to the lease.") % figures
        if unit > terms.unit_rent
        else _("The unit rent of %(unit)s yuan is within the lease's %(rent)s yuan.") % figures,
        "costs",
    )
    yield Condition(
        "NO_OWNER_CONSENT",
        terms.owner_consent,
        _("The owner's consent to the lease is on file.")
        if terms.owner_consent
        else _("The owner's consent to the lease is missing. Ask the operator to add it to the lease."),
    )


@dataclass(frozen=True)
class LeaseTerms:
    """What a lease allows to be claimed: area in ㎡, unit rent in yuan per ㎡ and month, both ends of the span."""

    area: Decimal
    unit_rent: Decimal
    starts_on: Any
    ends_on: Any
    owner_consent: bool


def lease_terms(application: SubsidyApplication) -> LeaseTerms:
    """The lease's figures for the quarter: the startup's lease, or the organisation's head lease."""
    head = application.head_lease
    if head is not None:
        return LeaseTerms(head.area, head.unit_rent, head.starts_on, head.ends_on, owner_consent=True)
    lease = application.lease
    line = premises_line(lease)
    return LeaseTerms(line.area, line.unit_price, lease.starts_on, lease.last_day, lease.owner_consent)


def invoices(application: SubsidyApplication, lines: Sequence[ApplicationLine]) -> Iterator[Condition]:
    """Every line has an invoice to the applicant that the applicant has paid by bank."""
    if not lines:
        yield Condition("EVIDENCE_MISSING", False, _("Nothing is claimed yet. Choose at least one month or invoice."), "costs")
    name = application.startup.name if application.startup else application.organisation.name
    for line in lines:
        found = [*invoice_faults(line, name), *rent_faults(application, line)]
        for code, sentence in found:
            yield Condition(code, False, sentence, "costs", line.pk)
    if lines:
        yield Condition("CASH_PAID", True, _("%(count)d lines rest on invoices with bank slips.") % {"count": len(lines)})


def invoice_faults(line: ApplicationLine, name: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the invoice of one line."""
    fapiao = line.fapiao
    values = {"number": fapiao.number, "name": name, "buyer": fapiao.buyer_name}
    if fapiao.buyer_name != name:
        yield "BUYER_MISMATCH", _("Invoice %(number)s is made out to %(buyer)s, not to %(name)s. Have it reissued.") % values
    if not fapiao.is_paid:
        yield "CASH_PAID", _("Invoice %(number)s has no bank slip for its whole amount. Add the slip.") % values
    for slip in fapiao.slips.all():
        if slip.payer_name != name:
            yield (
                "PAYER_MISMATCH",
                _("Invoice %(number)s was paid by %(payer)s, not by %(name)s. Only own payments count.")
                % {**values, "payer": slip.payer_name},
            )


def rent_faults(application: SubsidyApplication, line: ApplicationLine) -> Iterator[tuple[str, str]]:
    """A month of rent lies inside the lease, and its invoice carries the rent that is claimed for it."""
    if application.kind != "rent" or line.month is None:
        return
    month, given = Month.of(line.month), application.facts
    terms = lease_terms(application)
    days = month.days_inside(terms.starts_on, terms.ends_on)
    values = {"month": str(month), "number": line.fapiao.number, "paid": yuan(line.paid)}
    if not days:
        yield "PERIOD_MISMATCH", _("The lease does not cover %(month)s. Leave this month out.") % values
        return
    due = Decimal(given["area"]) * Decimal(given["unit_rent"]) * days / month.days
    if line.paid + Decimal("0.01") < due.quantize(Decimal("0.01")):
        yield (
            "PERIOD_MISMATCH",
            _("Invoice %(number)s carries %(paid)s yuan for %(month)s, less than the rent of %(due)s yuan. Lower the area or the unit rent.")
            % {**values, "due": yuan(due.quantize(Decimal("0.01")))},
        )


def not_used_before(application: SubsidyApplication, lines: Sequence[ApplicationLine]) -> Iterator[Condition]:
    """No claimed month and no invoice is held by another application, here or in another organisation."""
    taken = set(months_taken(application))
    clash = [str(Month.of(line.month)) for line in lines if line.month and str(Month.of(line.month)) in taken]
    yield Condition(
        "DUP_MONTH",
        not clash,
        _("%(months)s was already claimed for this cost. Leave it out.") % {"months": "、".join(clash)}
        if clash
        else _("No claimed month was claimed before."),
        "costs",
    )
    digests = {invoice_digest(line.fapiao): line.fapiao.number for line in lines}
    used = BenefitKey.objects.filter(digest__in=digests, freed_at=None).exclude(application=application.pk)
    for key in used:
        yield Condition(
            "DUP_INVOICE", False,
            _("Invoice %(number)s is already used in another application. Leave it out.") % {"number": digests[key.digest]},
            "costs",
        )


def passed_on(application: SubsidyApplication, lines: Sequence[ApplicationLine]) -> Iterator[Condition]:
    """The space's own claim reached the tenants, as far as the edition demands it (policy.md e)."""
    if application.startup is not None:
        return
    check = pass_through_check(application.edition, application.site, application.quarter, application.amount)
    if check.demanded is None:
        return
    figures = {"relief": yuan(check.relief), "demanded": yuan(check.demanded)}
    yield Condition(
        "NO_PASS_THROUGH",
        check.holds,
        _("The tenants were relieved of %(relief)s yuan; at least %(demanded)s yuan are demanded.") % figures
        if check.holds
        else _("The tenants were relieved of %(relief)s yuan, but %(demanded)s yuan are demanded. Show more relief, or claim less.") % figures,
    )


def account(application: SubsidyApplication, lines: Sequence[ApplicationLine]) -> Iterator[Condition]:
    """The payee's bank account was checked by a second person."""
    verified = application.startup.account_is_verified if application.startup else bool(application.organisation.bank_account_tail)
    yield Condition(
        "PAYEE_MISMATCH",
        verified,
        _("The bank account is verified.") if verified else _("The bank account is not verified yet. Ask the operator to verify it."),
    )


def papers(application: SubsidyApplication, lines: Sequence[ApplicationLine]) -> Iterator[Condition]:
    """Every paper of the edition's list is there."""
    given = set(application.evidence.values_list("item", flat=True))
    for item in required_items(application):
        label = DocumentKind(item).label
        there = item in given
        yield Condition(
            "EVIDENCE_MISSING",
            there,
            _("%(item)s is attached.") % {"item": label} if there else _("%(item)s is missing. Attach it.") % {"item": label},
            "evidence",
        )


def required_items(application: SubsidyApplication) -> list[str]:
    """The papers that the edition demands, in its order. Invoices and slips come with the lines."""
    own = {DocumentKind.INVOICE, DocumentKind.BANK_SLIP}
    return [row["item"] for row in application.edition.evidence if row.get("required") and row["item"] not in own]


def listed_items(application: SubsidyApplication) -> list[dict[str, Any]]:
    """Every paper of the edition's list with its label, whether it is demanded, and the note."""
    own = {DocumentKind.INVOICE, DocumentKind.BANK_SLIP}
    return [
        {**row, "label": DocumentKind(row["item"]).label} for row in application.edition.evidence if row["item"] not in own
    ]
