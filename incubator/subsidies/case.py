"""A case: all that the conditions and the formula of a programme read, whoever says it (decision 0068).

The rows of an application fill it (`gather.case_of`), or the words of somebody who only asks (`trial.py`). Conditions and
formulas see nothing else, so that the calculator and the real application cannot give two answers. A value that is
None was not said: a condition on it is open, neither met nor failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from incubator.core.periods import Month
from incubator.subsidies.leases import LeaseTerms
from incubator.subsidies.models.applications import Quarter

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
