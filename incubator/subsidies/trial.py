"""A trial: conditions and amount of a case that somebody states, without rows and without storing anything.

The typed facts become the same `Case` that an application's rows make, and go through the same conditions and the
same formula (decision 0068). What the facts leave out stays open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from incubator.core.errors import NotEligible
from incubator.core.exact import BadValueError
from incubator.core.periods import Month
from incubator.subsidies.assessment import Assessment, assess_case
from incubator.subsidies.case import Before, Case, CaseLine
from incubator.subsidies.conditions import Condition, last_day_to_file
from incubator.subsidies.eligibility import conditions
from incubator.subsidies.leases import LeaseTerms
from incubator.subsidies.models.applications import Quarter

NOTHING = Decimal("0.00")
ENTITLED, OPEN, MISSING, REFUSED, UNSET, NOTHING_OUT = "entitled", "open", "missing", "refused", "unset", "nothing"


@dataclass(frozen=True)
class Outcome:
    """What came out: every condition, the amount with its trace, or the sentence why there is none.

    `unset` is said where the right is given and its amount is not: then nothing shows a figure."""

    case: Case
    conditions: list[Condition]
    assessment: Assessment | None = None
    unset: str = ""
    refused: str = ""

    @property
    def amount(self) -> Decimal:
        return self.assessment.amount if self.assessment else NOTHING

    @property
    def last_day(self) -> date | None:
        """Until when it can be applied for; None where the edition does not say."""
        return None if self.unset else last_day_to_file(self.case.edition, self.case.period)

    @property
    def failing(self) -> list[Condition]:
        """The conditions that are not met."""
        return [condition for condition in self.conditions if condition.holds is False]

    @property
    def open(self) -> list[Condition]:
        """What nobody has said or shown yet."""
        return [condition for condition in self.conditions if condition.holds is None]

    @property
    def state(self) -> str:
        """What it comes to: entitled (all met), open (nothing against it, something to show), missing (only papers),
        refused, unset, or nothing (comes to 0)."""
        if self.unset:
            return UNSET
        if self.refused or any(one.rule != "paper" for one in self.failing):
            return REFUSED
        if not self.amount:
            return NOTHING_OUT
        if self.failing:
            return MISSING
        return OPEN if self.open else ENTITLED


def run(case: Case) -> Outcome:
    """Put a case through the conditions and the formula of its edition."""
    assessment, unset, refused = None, "", ""
    try:
        assessment = assess_case(case)
        case = replace(case, amount=assessment.amount)
    except NotEligible as error:
        unset, refused = (error.message, "") if error.code == "PLACEHOLDER" else ("", error.message)
    except BadValueError as error:
        refused = str(error)
    try:
        found = [] if unset else conditions(case)
    except NotEligible as error:  # a figure of the procedure is not set: no window, no claim
        found, unset = [], error.message
    return Outcome(case, found, None if unset else assessment, unset, refused)


def run_again(case: Case, edition: Any) -> Outcome:
    """The same facts under another edition of the same programme: what a change of the rule would do."""
    return run(replace(case, edition=edition))


def stated_case(edition: Any, facts: Mapping[str, Any], today: date) -> Case:
    """The case that typed facts make; amounts and days as text, as docs/formulas.md writes them.

    `period` (2026-Q3) is needed; `applicant`, `level` (tenant or space), `figures`, `lines`, `abnormal_listed`,
    `agreements` (spans of days), `lease`, `before`, `account_verified`, `relief`, `papers` and `found` may be left
    out. A line has `month` or `number`, `paid`, and may have `buyer`, `by_bank`, `payers`."""
    period = Quarter(facts["period"])
    spans = facts.get("agreements")
    return Case(
        edition=edition,
        period=period,
        today=today,
        applicant=facts.get("applicant", ""),
        of_tenant=facts.get("level", edition.payee) != "space",
        figures=facts.get("figures", {}),
        lines=tuple(_line(row) for row in facts.get("lines", ())),
        abnormal_listed=facts.get("abnormal_listed"),
        incubated=None if spans is None else _months_in(period, spans),
        lease=_lease(facts["lease"]) if facts.get("lease") else None,
        before=_before(facts["before"]) if facts.get("before") is not None else None,
        account_verified=facts.get("account_verified"),
        relief=Decimal(facts["relief"]) if facts.get("relief") is not None else None,
        papers=frozenset(facts["papers"]) if facts.get("papers") is not None else None,
        found=facts.get("found", {}),
    )


def _line(row: Mapping[str, Any]) -> CaseLine:
    month = Month.parse(row["month"]) if row.get("month") else None
    number = row.get("number", "")
    return CaseLine(
        key=str(month or number), month=month, number=number, paid=Decimal(row["paid"]),
        buyer=row.get("buyer"), by_bank=row.get("by_bank"), payers=tuple(row.get("payers", ())),
    )


def _months_in(period: Quarter, spans: Any) -> frozenset[Month]:
    """The months of the quarter that one of these spans of days touches."""
    read = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in spans]
    return frozenset(month for month in period.months if any(month.days_inside(*span) for span in read))


def _lease(given: Mapping[str, Any]) -> LeaseTerms:
    first, last = (date.fromisoformat(given[name]) for name in ("starts_on", "ends_on"))
    return LeaseTerms(Decimal(given["area"]), Decimal(given["unit_rent"]), first, last, given.get("owner_consent"))


def _before(given: Mapping[str, Any]) -> Before:
    return Before(
        months=tuple(given.get("months", ())),
        months_used=given.get("months_used", 0),
        paid=Decimal(given.get("paid", "0.00")),
        by_quarter=given.get("by_quarter", {}),
        invoices=frozenset(given.get("invoices", ())),
    )
