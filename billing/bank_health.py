"""How the money stands with the bank: last imports, what nobody has decided, gaps, suspense, second persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from billing.models import Account, BankAccount, BankLine, LedgerLine, Statement
from billing.states import BankLineState, StatementState

LONG = 7  # days without an import after which the page says so
AGES = ((0, 7), (8, 30), (31, 90), (91, None))  # days since the movement, both ends counted


@dataclass(frozen=True)
class AccountHealth:
    """One account in use: when its last file was taken in and how old its last known balance is."""

    account: BankAccount
    imported_at: Any
    days: int | None  # since the last movement that we know; None: nothing was ever imported

    @property
    def is_late(self) -> bool:
        return self.days is None or self.days > LONG


@dataclass(frozen=True)
class Age:
    """Lines that nobody has decided, by days since the movement."""

    first: int
    last: int | None
    count: int
    total: Decimal


def accounts(today: date) -> list[AccountHealth]:
    imported = dict(Statement.objects.filter(state=StatementState.IMPORTED).order_by().values_list("account").annotate(at=Max("moved_at")))
    return [
        AccountHealth(account, imported.get(account.pk), (today - account.closing_on).days if account.closing_on else None)
        for account in BankAccount.objects.filter(is_active=True)
    ]


def ages(today: date) -> list[Age]:
    """The undecided lines of each age, in one query."""
    spans = {f"s{place}": _span(first, last, today) for place, (first, last) in enumerate(AGES)}
    counted = BankLine.objects.undecided().order_by().aggregate(
        **{name: Count("pk", filter=span) for name, span in spans.items()}, **{f"{name}_total": Sum("amount", filter=span) for name, span in spans.items()}
    )
    return [Age(first, last, counted[f"s{place}"], counted[f"s{place}_total"] or Decimal("0.00")) for place, (first, last) in enumerate(AGES)]


def _span(first: int, last: int | None, today: date) -> Q:
    until = Q(day__lte=today - timedelta(days=first)) if first else Q()
    return until & Q(day__gte=today - timedelta(days=last)) if last is not None else until


def gaps() -> list[Statement]:
    """Imported files that did not begin where the one before ended."""
    return list(Statement.objects.filter(state=StatementState.IMPORTED).exclude(gap=None).exclude(gap=0).select_related("account")[:20])


def suspense_total() -> Decimal:
    """Money that came in and is not matched yet, in yuan; money out that is not explained yet counts against it."""
    return -LedgerLine.objects.of_account(Account.SUSPENSE).total()


def counts() -> dict[str, int]:
    """Lines by state, and drafts of files that were only looked at."""
    found = {state.value: 0 for state in BankLineState}
    found.update(BankLine.objects.order_by().values_list("state").annotate(count=Count("pk")))
    return {**found, "drafts": Statement.objects.filter(state=StatementState.DRAFT).count()}


def health(today: date | None = None) -> dict[str, Any]:
    """Everything for the page."""
    today = today or timezone.localdate()
    return {"accounts": accounts(today), "ages": ages(today), "gaps": gaps(), "suspense": suspense_total(), "counts": counts()}
