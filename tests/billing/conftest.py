"""A startup whose rent is taxed by a verified rule, its issued bill, and the account of the organisation."""

from __future__ import annotations

import pytest

from billing.services import bank, bills
from tests.billing.test_bills import a_rule, draft
from tests.factories.tenants import a_startup


@pytest.fixture
def account(inside, actor):
    return bank.add_account(name="基本户", bank="示例银行", number="6222000011112222", by=actor("finance"))


@pytest.fixture
def startup(inside, people):
    a_rule(people["finance"], people["manager"])
    return a_startup()


@pytest.fixture
def bill(startup, actor):
    return bills.issue_bill(draft(startup, actor), by=actor("finance"))
