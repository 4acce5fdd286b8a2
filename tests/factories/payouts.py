"""Decided cases and verified payees for tests of payouts. Call everything inside an organisation's context."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing.models import Way
from billing.services import funds as funds_acts
from billing.services import payouts
from billing.services.payouts import Decided, Payee, Proof
from incubator.core.encryption import blind_index
from incubator.documents.models import DocumentKind
from incubator.documents.services import keep_paper
from incubator.tenants.models import AccountVerification
from tests.factories.budgets import Case, decide
from tests.factories.tenants import a_startup

NUMBER = "62220000111122223333"


def verify(startup, people, number=NUMBER):
    """The account of a startup, entered by the officer and compared by the manager."""
    startup.bank_name, startup.bank_account = startup.bank_name or "吉林银行", number
    startup.account_entered_by, startup.account_verified_by = people["officer"], people["manager"]
    startup.account_verified_on = date(2026, 1, 5)
    startup.save()
    return AccountVerification.objects.create(
        startup=startup, bank_name=startup.bank_name, account_tail=number[-4:], account_index=blind_index(number, purpose="account"),
        method="银行开户许可证", entered_by=people["officer"], verified_by=people["manager"],
    )  # fmt: skip


def payee_of(startup) -> Payee:
    return Payee(startup.name, startup.bank_name, startup.bank_account, startup.account_is_verified, startup)


def a_due(actor, people, amount="1000", *, case=1, claim=900, startup=None):
    """What is owed to a startup with a verified account under a decision of this amount."""
    if startup is None:
        startup = a_startup()
        verify(startup, people)
    decision = decide(Case(case), amount, actor)
    return payouts.due_for(Decided(Case(claim), Case(case), f"SQ-{case}", "房租补贴", decision, startup.name, startup)), startup


def a_paper(actor, tail="slip"):
    return keep_paper(b"%PDF-1.4 " + tail.encode(), title=tail, name="s.pdf", by=actor("finance"), kind=DocumentKind.BANK_SLIP)


def order(due, startup, actor, amount="1000", way=Way.AUTHORITY, **more):
    return payouts.order_payout(due, Decimal(amount), way, payee_of(startup), by=actor("finance"), **more)


def funds(actor, amount, claim=900, tail="funds"):
    """The authority's money for a claim, recorded by finance and confirmed by the manager."""
    recorded = funds_acts.record_funds(Case(claim), Decimal(amount), Proof(date(2026, 1, 20), slip=a_paper(actor, tail)), by=actor("finance"))
    return funds_acts.confirm_funds(recorded, amount=Decimal(amount), by=actor("manager"))


def approve(payout, startup, actor):
    return payouts.approve_payout(payout, payee_of(startup), by=actor("manager"))
