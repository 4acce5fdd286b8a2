"""The statement of a startup's account 对账单, and receivables by age: reads of the ledger and of bills."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import Account, Bill, LedgerLine
from incubator.core.periods import Month
from incubator.tenants.models import Startup

ZERO = Decimal("0.00")
BANDS = ("current", "to_30", "to_60", "to_90", "over_90")


def band_of(bill: Bill, day: date) -> str:
    """The band of an open bill by its days past due: current (not due), to_30, to_60, to_90, over_90."""
    late = (day - bill.due_on).days
    return "current" if late <= 0 else "to_30" if late <= 30 else "to_60" if late <= 60 else "to_90" if late <= 90 else "over_90"


@dataclass
class Ageing:
    """What one startup owes, by age."""

    startup: Startup
    bands: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(BANDS, ZERO))

    @property
    def total(self) -> Decimal:
        return sum(self.bands.values(), ZERO)

    @property
    def values(self) -> list[Decimal]:
        return [self.bands[band] for band in BANDS]


def ageing(day: date) -> list[Ageing]:
    """Open bills by startup and age on this day, the largest debt first. Their sum is the receivable account."""
    rows: dict[int, Ageing] = {}
    for bill in Bill.objects.open().select_related("startup"):
        row = rows.setdefault(bill.startup_id, Ageing(bill.startup))
        row.bands[band_of(bill, day)] += bill.open_amount
    return sorted(rows.values(), key=lambda row: (-row.total, row.startup.pk))


@dataclass(frozen=True)
class StatementRow:
    """One line of a statement: what happened on which day, and what was owed after it."""

    day: date
    text: str
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True)
class AccountStatement:
    """The receivable of a startup over a month: opening, movements, closing; its credit and deposit beside it."""

    opening: Decimal
    rows: list[StatementRow]
    closing: Decimal
    credit: Decimal
    deposits: Decimal
    ages: list[tuple[str, Decimal]] = field(default_factory=list)  # what is open today, by age


def band_names() -> list[str]:
    """The bands in the reader's language."""
    return [_("Not due"), _("1–30 days"), _("31–60 days"), _("61–90 days"), _("Over 90 days")]


def ages_of(startup: Startup, day: date) -> list[tuple[str, Decimal]]:
    """What one startup owes on this day, by age."""
    found = Ageing(startup)
    for bill in Bill.objects.open().filter(startup=startup):
        found.bands[band_of(bill, day)] += bill.open_amount
    return list(zip(band_names(), found.values, strict=True))


def statement_of(startup: Startup, month: Month) -> AccountStatement:
    """The account of a startup in a month, as the ledger has it: closing = opening + movements."""
    lines = LedgerLine.objects.filter(startup=startup)
    owed = lines.of_account(Account.RECEIVABLE)
    opening = owed.filter(entry__day__lt=month.first).total()
    balance, rows = opening, []
    for line in owed.filter(entry__day__gte=month.first, entry__day__lte=month.last).select_related("entry").order_by("entry__day", "entry_id", "pk"):
        balance += line.amount
        rows.append(StatementRow(line.entry.day, line.entry.text, line.amount, balance))
    until = lines.until(month.last)
    credit, deposits = -until.of_account(Account.ACCOUNT_CREDIT).total(), -until.of_account(Account.DEPOSITS).total()
    return AccountStatement(opening, rows, balance, credit, deposits, ages_of(startup, timezone.localdate()))
