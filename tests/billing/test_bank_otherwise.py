"""Bank lines that stand for no bill: fees, deposits that went back, the gateway's payout, payments that came back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from billing.models import Account, BankLine
from billing.services import bank, deposits
from incubator.core.errors import BusinessError
from tests.billing.test_bank import take_in
from tests.billing.test_bills import balance, money
from tests.billing.test_deposits import asked, held  # noqa: F401 - fixtures
from tests.billing.test_ledger import at_the_end
from tests.billing.test_payment_pages import open_bill, paid  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def the_line(account, actor, row):
    take_in(account, actor, row)
    return BankLine.objects.get()


def booked(line, kind, actor, **fields):
    """By two persons."""
    done = bank.confirm_match(bank.book_otherwise(line, kind, by=actor("finance"), **fields), by=actor("manager"))
    at_the_end()
    return done


def test_a_fee_leaves_suspense_and_may_be_taken_back(account, actor):
    line = booked(the_line(account, actor, "2026-10-08,,36.00,,吉林银行,,账户管理费,T1"), "fee", actor)
    assert line.state == "matched" and balance(Account.FEES) == Decimal("36.00") and balance(Account.SUSPENSE) == 0
    bank.undo_match(line, reason="是购买支票", by=actor("owner"))
    at_the_end()
    assert balance(Account.FEES) == 0 and balance(Account.SUSPENSE) == Decimal("36.00")
    assert booked(BankLine.objects.get(), "fee", actor).state == "matched"


def test_a_deposit_that_went_back_leaves_the_way(held, account, actor):  # noqa: F811 - the fixture
    deposits.propose_settlement(held, [], reason="交接完好", by=actor("finance"))
    deposits.approve_settlement(held, by=actor("manager"))
    line = the_line(account, actor, "2026-10-08,,1000.00,,云杉,,退押金,T1")
    booked(line, "deposit", actor)
    assert balance(Account.TRANSIT) == 0
    take_in(account, actor, "2026-10-09,,1.00,,云杉,,退押金,T2")
    with pytest.raises(BusinessError):
        bank.book_otherwise(BankLine.objects.get(serial="T2"), "deposit", by=actor("finance"))
    take_in(account, actor, "2026-10-10,1000.00,,,云杉,,退汇,T3")
    booked(BankLine.objects.get(serial="T3"), "returned", actor)
    assert balance(Account.TRANSIT) == Decimal("-1000.00")  # it is on its way again


def test_the_gateways_payout_is_the_clearing_less_its_fee(paid, account, actor):  # noqa: F811 - the fixture
    line = the_line(account, actor, "2026-10-08,3870.00,,,GATEWAY,,payout,T1")
    with pytest.raises(BusinessError):
        bank.book_otherwise(line, "gateway", fee=Decimal("22.51"), by=actor("finance"))
    booked(line, "gateway", actor, fee=Decimal("22.50"))
    assert balance(Account.CLEARING) == 0 and balance(Account.FEES) == Decimal("22.50") and balance(Account.SUSPENSE) == 0


def test_the_direction_must_fit_and_only_the_gateway_keeps_a_fee(account, actor, startup):
    line = the_line(account, actor, "2026-10-08,100.00,,,甲,,x,T1")
    for kind, fee in (("fee", "0.00"), ("deposit", "0.00"), ("returned", "1.00")):
        with pytest.raises(BusinessError):
            bank.book_otherwise(line, kind, fee=Decimal(fee), by=actor("finance"))
    money(startup, actor, "1.00")


def test_finance_books_a_fee_in_the_browser(account, actor, client_of):
    line = the_line(account, actor, "2026-10-08,,36.00,,吉林银行,,账户管理费,T1")
    at = lambda name: reverse(f"office:bank:{name}", args=["jingyue", line.pk])  # noqa: E731
    finance = client_of("finance")
    assert at("book") in finance.get(at("line")).content.decode()
    assert finance.post(at("book"), {"kind": "gateway"}).context["form"].errors["kind"]
    assert finance.post(at("book"), {"kind": "fee"}).status_code == 302
    line.refresh_from_db()
    assert line.state == "waiting" and finance.get(at("line")).status_code == 200
    assert client_of("manager").get(reverse("office:bank:second", args=["jingyue"])).status_code == 200
