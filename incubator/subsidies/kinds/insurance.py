"""Social insurance of newly hired graduates (社会保险补贴, clause 十六): a contract of a year, a year of subsidy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from incubator.core.periods import whole_months
from incubator.subsidies.conditions import Condition
from incubator.subsidies.kinds.persons import PersonKind, by_person

if TYPE_CHECKING:
    from incubator.subsidies.case import Case


def hired_as_the_rule_asks(case: Case) -> Iterator[Condition]:
    """Each person was hired in the year of graduation, for long enough, and contributions were paid."""
    least, faults = int(case.value("contract_min_months") or 0), False
    for code, lines in by_person(case).items():
        for reason, sentence in _faults(case.found["persons"][code], lines, least):
            faults = True
            yield Condition(
                reason, False, f"{code}：{sentence}" if len(code) > 1 else sentence, "costs", rule="contract_min_months"
            )
    if case.lines and not faults:
        yield Condition(
            "CONTRACT_SHORT",
            True,
            _(
                "Everybody was hired in the year of graduation for at least %(least)s months, and contributions were paid."
            )
            % {"least": least},
            rule="contract_min_months",
        )


def _faults(person: dict, lines: list, least: int) -> Iterator[tuple[str, str]]:
    hired, graduated, ends = (
        date.fromisoformat(person[name]) if person[name] else None for name in ("starts_on", "graduated_on", "ends_on")
    )
    if graduated is None or hired is None or graduated.year != hired.year:
        yield "NOT_GRADUATE", _("not hired in the calendar year of graduation. Leave this person out.")
    months = whole_months(hired, ends + timedelta(days=1)) if hired and ends else least
    if months < least:
        yield (
            "CONTRACT_SHORT",
            _("the contract runs for %(months)s whole months, but %(least)s are required.")
            % {"months": months, "least": least},
        )
    if any(line.paid <= 0 for line in lines):
        yield "NO_INSURED", _("no contributions were paid for this person.")


class GraduateInsurance(PersonKind):
    """A share of the employer's contributions."""

    name = "social_insurance"
    formula = "insurance_subsidy"
    item = "社会保险"
    role = "hire"
    conditions = (*PersonKind.conditions, hired_as_the_rule_asks)
