"""The conditions of programmes, each read from the case alone: sentence, reason code, what to do (lifecycles.md 2.2, 4).

A condition that nobody has said anything about is open (`holds` None): the calculator shows it as something to bring,
and an application is not sent with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from incubator.core.money import round_fen, yuan
from incubator.core.templatetags.fuhua import day, month, quarter
from incubator.documents.models import DocumentKind
from incubator.subsidies.case import Case, CaseLine
from incubator.subsidies.grounds import Ground
from incubator.subsidies.models.applications import Quarter


@dataclass(frozen=True)
class Condition:
    """One condition: whether it holds (None: not said), in a sentence; if not, under which reason code and at which
    step to mend it, and which paper is missing. `ground` is the clause that asks for it."""

    code: str
    holds: bool | None
    sentence: str
    step: str = ""  # costs, evidence, send: the wizard page where it is put right
    line: int | None = None
    rule: str = ""  # where grounds.py looks, if not under the code
    paper: str = ""
    ground: Ground | None = None


type Check = Callable[[Case], Iterator[Condition]]
type Answers = tuple[Any, Any, Any]  # the sentence where it holds, where it fails, where nothing was said


def stated(code: str, holds: bool | None, sentences: Answers, step: str = "", **more: Any) -> Condition:
    """The condition with the sentence that fits."""
    met, failed, unsaid = sentences
    return Condition(code, holds, unsaid if holds is None else met if holds else failed, step, **more)


def last_day_to_file(edition: Any, period: Quarter) -> date:
    """The last day of the window: so many days after the quarter."""
    days = edition.reading(period.first_day).value("window.days_after_period")
    last: date = period.last_day + timedelta(days=int(days))
    return last


def window(case: Case) -> Iterator[Condition]:
    """The claim is filed after its quarter and inside the window of the edition."""
    last = last_day_to_file(case.edition, case.period)
    values = {"quarter": quarter(case.period.text), "day": day(last)}
    if case.today <= case.period.last_day:
        yield Condition("LATE", False, _("%(quarter)s has not ended yet. Apply after its last day.") % values)
    elif case.today > last:
        yield Condition("LATE", False, _("%(quarter)s could be applied for until %(day)s. Apply for a later quarter.") % values)
    else:
        yield Condition("LATE", True, _("%(quarter)s can be applied for until %(day)s.") % values)


def standing(case: Case) -> Iterator[Condition]:
    """The startup is not on the list of abnormal operations, and in incubation in every claimed month."""
    if not case.of_tenant:
        return
    yield stated(
        "ABNORMAL_LIST",
        None if case.abnormal_listed is None else not case.abnormal_listed,
        (
            _("The company is not on the list of abnormal operations."),
            _("The company is on the list of abnormal operations. Have it removed first."),
            _("The company must not be on the list of abnormal operations."),
        ),
    )
    known = case.incubated
    outside = [line.month for line in case.lines if line.month and known is not None and line.month not in known]
    yield stated(
        "PERIOD_MISMATCH",
        None if known is None else not outside,
        (
            _("An incubation agreement is in force in every claimed month."),
            _("No incubation agreement is in force in %(months)s. Leave these months out.") % {"months": "、".join(month(str(one)) for one in outside)},
            _("An incubation agreement must be in force in every claimed month."),
        ),
        "costs",
        rule="agreement",
    )


def lease_covers(case: Case) -> Iterator[Condition]:
    """Area and unit rent are not above the lease, and its owner has consented."""
    terms, given = case.lease, case.figures
    if terms is None:
        return
    area, unit = Decimal(given["area"]), Decimal(given["unit_rent"])
    figures = {"area": area, "most": terms.area, "unit": unit, "rent": terms.unit_rent}
    yield stated(
        "AREA_OVER",
        area <= terms.area,
        (
            _("The area of %(area)s ㎡ is within the lease's %(most)s ㎡.") % figures,
            _("The area of %(area)s ㎡ is above the lease's %(most)s ㎡. Lower it to the lease.") % figures,
            "",
        ),
        "costs",
    )
    yield stated(
        "AREA_OVER",
        unit <= terms.unit_rent,
        (
            _("The unit rent of %(unit)s yuan is within the lease's %(rent)s yuan.") % figures,
            _("The unit rent of %(unit)s yuan is above the lease's %(rent)s yuan. Lower it to the lease.") % figures,
            "",
        ),
        "costs",
        rule="unit_rent",
    )
    yield stated(
        "NO_OWNER_CONSENT",
        terms.owner_consent,
        (
            _("The owner's consent to the lease is on file."),
            _("The owner's consent to the lease is missing. Ask the operator to add it to the lease."),
            _("The owner must have consented to the lease."),
        ),
        paper=DocumentKind.LEASE.value,
    )


def rent_is_paid(case: Case) -> Iterator[Condition]:
    """Every month of rent lies inside the lease, and its invoice carries the rent that is claimed for it."""
    for line in case.lines:
        fault = rent_fault(case, line)
        if fault:
            yield Condition("PERIOD_MISMATCH", False, fault, "costs", line.row, rule="lease_months")


def rent_fault(case: Case, line: CaseLine) -> str:
    """What is wrong with one month of rent; empty where nothing is."""
    terms, given = case.lease, case.figures
    if terms is None or line.month is None:
        return ""
    days = line.month.days_inside(terms.starts_on, terms.ends_on)
    if not days:
        return _("The lease does not cover %(month)s. Leave this month out.") % {"month": str(line.month)}
    due = (Decimal(given["area"]) * Decimal(given["unit_rent"]) * days / line.month.days).quantize(Decimal("0.01"))
    if line.paid + Decimal("0.01") >= due:
        return ""
    values = {"month": str(line.month), "number": line.number, "paid": yuan(line.paid), "due": yuan(due)}
    sentence = _("Invoice %(number)s carries %(paid)s yuan for %(month)s, less than the rent of %(due)s yuan. Lower the area or the unit rent.")
    return sentence % values


def paid_by_applicant(case: Case) -> Iterator[Condition]:
    """Every line has an invoice to the applicant that the applicant has paid by bank."""
    if not case.lines:
        yield Condition("EVIDENCE_MISSING", False, _("Nothing is claimed yet. Choose at least one month or invoice."), "costs", rule="invoices")
        return
    for line in case.lines:
        for code, sentence in invoice_faults(line, case.applicant):
            yield Condition(code, False, sentence, "costs", line.row, rule="invoices")
    unsaid = any(line.buyer is None or line.by_bank is None for line in case.lines)
    yield stated(
        "CASH_PAID",
        None if unsaid else True,
        (
            _("%(count)d lines rest on invoices with bank slips.") % {"count": len(case.lines)},
            "",
            _("Every month or invoice needs an invoice made out to you and the bank slip of your own payment."),
        ),
        rule="invoices",
        paper=DocumentKind.INVOICE.value,
    )


def invoice_faults(line: CaseLine, name: str) -> Iterator[tuple[str, str]]:
    """What is wrong with one invoice: made out to another, not paid, paid by another."""
    values = {"number": line.number, "name": name, "buyer": line.buyer}
    if line.buyer is not None and line.buyer != name:
        yield "BUYER_MISMATCH", _("Invoice %(number)s is made out to %(buyer)s, not to %(name)s. Have it reissued.") % values
    if line.by_bank is False:
        yield "CASH_PAID", _("Invoice %(number)s has no bank slip for its whole amount. Add the slip.") % values
    for payer in line.payers:
        if payer != name:
            sentence = _("Invoice %(number)s was paid by %(payer)s, not by %(name)s. Only own payments count.")
            yield "PAYER_MISMATCH", sentence % {**values, "payer": payer}


def months_free(case: Case) -> Iterator[Condition]:
    """No claimed month is held by another application of the same subject and cost."""
    if not any(line.month for line in case.lines) and case.before is None:
        return
    taken = set(case.before.months) if case.before else set()
    clash = [str(line.month) for line in case.lines if line.month and str(line.month) in taken]
    yield stated(
        "DUP_MONTH",
        None if case.before is None else not clash,
        (
            _("No claimed month was claimed before."),
            _("%(months)s was already claimed for this cost. Leave it out.") % {"months": "、".join(clash)},
            _("A month can be claimed once for the same cost."),
        ),
        "costs",
    )


def invoices_free(case: Case) -> Iterator[Condition]:
    """No invoice is held by another application, here or in another organisation."""
    if case.before is None:
        yield Condition("DUP_INVOICE", None, _("An invoice can be claimed once, in whichever organisation."), "costs")
        return
    used = [line.number for line in case.lines if line.number in case.before.invoices]
    for number in dict.fromkeys(used):
        sentence = _("Invoice %(number)s is already used in another application. Leave it out.") % {"number": number}
        yield Condition("DUP_INVOICE", False, sentence, "costs")


def passed_on(case: Case) -> Iterator[Condition]:
    """The space's own claim reached the tenants, as far as the edition demands it (policy.md e)."""
    ratio = None if case.of_tenant else case.value("pass_through.ratio")
    if ratio is None:
        return
    demanded = round_fen(Decimal(ratio) * case.amount)
    figures = {"relief": yuan(case.relief or Decimal(0)), "demanded": yuan(demanded)}
    yield stated(
        "NO_PASS_THROUGH",
        None if case.relief is None else case.relief >= demanded,
        (
            _("The tenants were relieved of %(relief)s yuan; at least %(demanded)s yuan are demanded.") % figures,
            _("The tenants were relieved of %(relief)s yuan, but %(demanded)s yuan are demanded. Show more relief, or claim less.") % figures,
            _("At least %(demanded)s yuan must have reached the tenants.") % figures,
        ),
    )


def account(case: Case) -> Iterator[Condition]:
    """The payee's bank account was checked by a second person."""
    yield stated(
        "PAYEE_MISMATCH",
        case.account_verified,
        (
            _("The bank account is verified."),
            _("The bank account is not verified yet. Ask the operator to verify it."),
            _("The bank account must be in your own name; the operator compares it with the bank's paper."),
        ),
    )


def papers(case: Case) -> Iterator[Condition]:
    """Every paper of the edition's list is there."""
    for item in required_items(case.edition):
        label = DocumentKind(item).label
        yield stated(
            "EVIDENCE_MISSING",
            None if case.papers is None else item in case.papers,
            (
                _("%(item)s is attached.") % {"item": label},
                _("%(item)s is missing. Attach it.") % {"item": label},
                _("%(item)s is needed.") % {"item": label},
            ),
            "evidence",
            rule="paper",
            paper=item,
        )


def required_items(edition: Any) -> list[str]:
    """The papers that the edition demands, in its order. Invoices and slips come with the lines."""
    own = {DocumentKind.INVOICE, DocumentKind.BANK_SLIP}
    return [row["item"] for row in edition.evidence if row.get("required") and row["item"] not in own]
