"""The books under every order of acts: Σ = 0 at each step, the statement of account is the ledger, bills are the receivable."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from billing import invariants
from billing.accounts import statement_of
from billing.models import Account, Allocation, Bill, LedgerLine, Receipt
from billing.services import bills, deposits, payments, refunds
from incubator.core.errors import BusinessError
from incubator.core.periods import Month
from tests.billing.gateway import set_up
from tests.billing.test_bills import a_rule, draft, rent
from tests.billing.test_ledger import at_the_end
from tests.factories.tenants import a_startup
from tests.walls.report import tell

pytestmark = pytest.mark.django_db
YUAN = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("5000"), places=2)
steps = count()


class Undone(Exception):
    """Ends an example, so that nothing of it stays."""


class Books(RuleBasedStateMachine):
    """Acts in any order; `actor` and `people` are those of the test."""

    actor = people = None

    def __init__(self):
        super().__init__()
        self.all = transaction.atomic()
        self.all.__enter__()
        a_rule(self.people["finance"], self.people["manager"])
        self.startup, self.number = a_startup(), count()
        set_up(self.actor("owner"))

    def teardown(self):
        self.all.__exit__(Undone, Undone(), None)

    def act(self, do):
        """One act of a person; a refusal leaves nothing behind."""
        try:
            with transaction.atomic():
                do()
                at_the_end()
        except BusinessError:
            pass

    def some(self, rows, place):
        found = list(rows.order_by("pk"))
        return found[place % len(found)] if found else None

    @rule(amount=YUAN)
    def bill(self, amount):
        number = next(self.number)
        made = draft(self.startup, self.actor, rent(str(amount), f"rent:{number}"), key=f"lease:{number}")
        bills.issue_bill(made, by=self.actor("finance"), issued_on=date(2026, 10, 1))

    @rule(amount=YUAN)
    def money_comes(self, amount):
        bills.take_receipt(self.startup, "bank", amount, key=f"in:{next(self.number)}", received_on=date(2026, 10, 10), payer_name="云杉", by=self.actor("finance"))

    @precondition(lambda self: Bill.objects.open().exists())
    @rule(place=st.integers(0, 9), share=st.integers(1, 4))
    def allocate(self, place, share):
        bill, receipt = self.some(Bill.objects.open(), place), self.some(Receipt.objects.all(), place)
        if receipt and receipt.rest > 0:
            part = max(min(receipt.rest, bill.open_amount) * share / 4, Decimal("0.01")).quantize(Decimal("0.01"))
            self.act(lambda: bills.allocate(receipt, bill, part, by=self.actor("finance")))

    @rule()
    def use_credit(self):
        self.act(lambda: deposits.use_credit(self.startup, by=self.actor("finance")))

    @rule(place=st.integers(0, 9))
    def take_back(self, place):
        made = self.some(Allocation.objects.filter(amount__gt=0, reversed_by=None), place)
        if made:
            self.act(lambda: bills.deallocate(made, reason="退回", by=self.actor("manager")))

    @rule(place=st.integers(0, 9), share=st.integers(1, 4))
    def credit_note(self, place, share):
        bill = self.some(Bill.objects.filter(state__in=["issued", "part_paid", "paid"]), place)
        if bill:
            line = bill.lines.get()
            amount = (line.creditable * share / 4).quantize(Decimal("0.01"))
            self.act(lambda: bills.approve_credit(bills.draft_credit(bill, {line.pk: amount}, reason="减收", by=self.actor("finance")), by=self.actor("manager")))

    @rule(amount=YUAN)
    def deposit(self, amount):
        def do():
            asked = deposits.request_deposit(self.startup, amount, text="押金", due_on=date(2026, 11, 1), by=self.actor("finance"))
            deposits.propose_settlement(deposits.receive_deposit(asked, by=self.actor("finance")), [], reason="交接", by=self.actor("finance"))

        self.act(do)

    @precondition(lambda self: Bill.objects.open().exists())
    @rule(place=st.integers(0, 9), share=st.integers(0, 4))
    def pay_online_and_back(self, place, share):
        bill = self.some(Bill.objects.open(), place)

        def do():
            payment = payments.start_payment(bill, by=self.actor("founder"))
            payments.note_session(payment, {"id": f"cs_{payment.pk}"})
            said = {"id": f"cs_{payment.pk}", "payment_status": "paid", "client_reference_id": str(payment.token), "amount_total": int(payment.total * 100), "currency": "cny", "livemode": False, "payment_intent": f"pi_{payment.pk}"}
            payments.take_session(payment, said, by=self.actor("system"))
            payment.refresh_from_db()
            amount = (payment.total * share / 4).quantize(Decimal("0.01"))
            if amount:
                refund = refunds.approve_refund(refunds.request_refund(payment, amount, reason="多收", by=self.actor("finance")), by=self.actor("manager"))
                refunds.take_refund(payment, {"id": f"re_{refund.pk}", "status": "succeeded" if share % 2 else "failed", "metadata": {"refund": str(refund.key)}}, by=self.actor("system"))

        self.act(do)

    @invariant()
    def the_books_agree(self):
        at_the_end()
        next(steps)
        assert LedgerLine.objects.total() == 0 == invariants.entries_that_do_not_balance()
        assert invariants.receivable_beside_bills() == invariants.deposits_beside_the_ledger() == invariants.clearing_beside_payments() == 0
        statement = statement_of(self.startup, Month.of(timezone.localdate()))
        owed = LedgerLine.objects.filter(startup=self.startup).of_account(Account.RECEIVABLE).total()
        assert statement.closing == owed == sum((amount for _name, amount in statement.ages), Decimal(0))
        assert statement.credit == deposits.credit_of(self.startup)


def test_no_order_of_acts_brings_the_books_out_of_balance(inside, actor, people):
    run_state_machine_as_test(type("Bound", (Books,), {"actor": staticmethod(actor), "people": people}), settings=settings(max_examples=8, stateful_step_count=12, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)))
    tell("money: the books", f"{next(steps)} steps of bills, money, credit notes, deposits, online payments and refunds in any order: Σ = 0, statement = ledger, bills = receivable")
