"""Deposits are a liability: received from credit, settled by two, equal to the ledger; credit is used once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from billing import invariants
from billing.models import Account, Deposit, Receipt
from billing.services import bills, deposits
from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed
from tests.billing.test_bills import a_rule, balance, draft, money, rent
from tests.billing.test_ledger import at_the_end, refused, together

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 1)


@pytest.fixture
def asked(startup, actor):
    return deposits.request_deposit(startup, Decimal("1000.00"), text="A-301 押金", due_on=DUE, about="spaces.lease:1", by=actor("finance"))


@pytest.fixture
def held(asked, startup, actor):
    money(startup, actor, "1500.00")
    return deposits.receive_deposit(asked, by=actor("finance"))


def at(name, *args):
    return reverse(f"office:bills:{name}", args=["jingyue", *args])


def test_a_deposit_is_held_out_of_the_credit_and_is_no_income(held, startup):
    at_the_end()
    assert balance(Account.DEPOSITS) == Decimal("-1000.00") and deposits.credit_of(startup) == Decimal("500.00") == -balance(Account.ACCOUNT_CREDIT)
    assert balance(Account.INCOME_TAXABLE) == 0 and invariants.deposits_beside_the_ledger() == 0 and held.number == "YJ-2026-000001"


def test_without_the_money_it_is_only_asked_for_and_a_lease_has_one(asked, startup, actor):
    with pytest.raises(BusinessError, match=r"0\.00"):
        deposits.receive_deposit(asked, by=actor("finance"))
    with pytest.raises(Conflict):
        deposits.request_deposit(startup, Decimal("1.00"), text="x", due_on=DUE, about="spaces.lease:1", by=actor("finance"))
    with pytest.raises(BusinessError):
        deposits.request_deposit(startup, Decimal("0.00"), text="x", due_on=DUE, by=actor("finance"))
    assert deposits.cancel_deposit(asked, by=actor("finance")).state == "cancelled"


def test_a_settlement_pays_a_bill_and_the_rest_goes_back_by_two(held, startup, actor, people):
    a_rule(people["finance"], people["manager"], kind="damage")
    damage = bills.issue_bill(draft(startup, actor, rent("300.00", "damage:1", kind="damage"), key="damage"), by=actor("finance"))
    deposits.propose_settlement(held, [(damage, Decimal("300.00"))], reason="门损坏，见交接单", by=actor("finance"))
    with pytest.raises(NotAllowed):
        deposits.approve_settlement(held, by=actor("finance"))
    with refused("deposit_four_eyes"), transaction.atomic():
        Deposit.objects.filter(pk=held.pk).update(state="settled", returned=1000, approver=people["finance"])
    done = deposits.approve_settlement(held, by=actor("manager"))
    at_the_end()
    damage.refresh_from_db()
    assert (done.deducted, done.returned, damage.state) == (Decimal("300.00"), Decimal("700.00"), "paid")
    assert balance(Account.DEPOSITS) == 0 and balance(Account.TRANSIT) == Decimal("-700.00") and Receipt.objects.filter(source="deposit").count() == 1
    with refused("deposit_frozen"), transaction.atomic():
        Deposit.objects.filter(pk=held.pk).update(state="held")
    with pytest.raises(IllegalMove):
        deposits.approve_settlement(done, by=actor("owner"))


def test_rent_is_paid_out_of_a_deposit_only_with_consent(held, bill, actor):
    part = [(bill, Decimal("1000.00"))]
    with pytest.raises(BusinessError, match="consent|同意"):
        deposits.propose_settlement(held, part, reason="欠租", by=actor("finance"))
    with pytest.raises(BusinessError):
        deposits.propose_settlement(held, [(bill, Decimal("1000.01"))], reason="欠租", consent="x", by=actor("finance"))
    deposits.propose_settlement(held, part, reason="欠租", consent="2026-11-20 书面同意", by=actor("finance"))
    assert deposits.reject_settlement(held, note="先催缴", by=actor("owner")).plan == {}


def test_unused_credit_settles_the_earliest_bill(bill, startup, actor):
    money(startup, actor, "3000.00")
    made = deposits.use_credit(startup, by=actor("finance"))
    bill.refresh_from_db()
    assert [one.amount for one in made] == [Decimal("3000.00")] and bill.open_amount == Decimal("892.50")
    with pytest.raises(Conflict):
        deposits.use_credit(startup, by=actor("finance"))


def test_the_office_asks_receives_settles_and_uses_credit(bill, startup, actor, client_of):
    finance, owner = client_of("finance"), client_of("owner")
    money(startup, actor, "5000.00")
    assert finance.post(at("deposit-request"), {"startup": startup.pk, "amount": "1000", "text": "A-301", "due_on": "2026-12-01"}).status_code == 302
    deposit = Deposit.objects.get()
    assert finance.post(at("deposit-act", deposit.pk, "receive")).status_code == 302
    assert finance.post(at("settlement", deposit.pk), {"reason": ""}).context["form"].errors["reason"]
    assert finance.post(at("settlement", deposit.pk), {"reason": "交接完好"}).status_code == 302
    assert finance.post(at("deposit-decide", deposit.pk, "approve")).status_code == 403 and owner.get(at("deposit-decide", deposit.pk, "other")).status_code == 404
    assert owner.post(at("deposit-decide", deposit.pk, "reject"), {"reason": "再核"}).status_code == 302
    assert finance.get(at("deposits") + "?export").headers["Content-Disposition"].endswith('"deposits.xlsx"')
    assert finance.get(at("deposit", deposit.pk)).status_code == 200
    assert finance.get(at("credit-use", startup.pk)).status_code == 200 and finance.post(at("credit-use", startup.pk)).status_code == 302
    bill.refresh_from_db()
    assert bill.state == "paid"
    printed = finance.get(at("statement", startup.pk) + "?pdf")
    assert printed.headers["Content-Type"] == "application/pdf" and printed.content.startswith(b"%PDF")


@pytest.mark.django_db(transaction=True)
def test_eight_connections_spend_one_credit_once():
    from tests.billing.test_payments import a_house

    house, actor, _key, payment = a_house()
    from incubator.core.scoping import organisation_context

    with organisation_context(house):
        money(payment.startup, actor, "1000.00")
        rows = [deposits.request_deposit(payment.startup, Decimal("1000.00"), text="押金", due_on=DUE, by=actor("finance")) for _ in range(4)]
    came = together(house, *[lambda one=one: deposits.receive_deposit(one, by=actor("finance")) for one in rows], *[lambda: deposits.use_credit(payment.startup, by=actor("finance"))] * 4)
    with organisation_context(house):
        assert came.count("done") == 1 and deposits.credit_of(payment.startup) == 0
        assert invariants.deposits_beside_the_ledger() == 0 and invariants.receivable_beside_bills() == 0
