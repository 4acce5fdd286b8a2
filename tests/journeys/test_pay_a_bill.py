"""A founder pays a bill in a real browser with no network beyond this machine: our site, the test gateway, the receipt."""

from __future__ import annotations

import threading
from decimal import Decimal
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.test import override_settings

from billing.models import Account, Bill, LedgerLine, Outbox, Payment
from billing.services import bills, outbox
from billing.testgateway.server import serve
from incubator.accounts.actors import actor_for
from incubator.core.scoping import organisation_context
from tests.billing.gateway import set_up
from tests.billing.test_bills import a_rule, draft
from tests.factories.accounts import make_organisation, make_person
from tests.factories.tenants import a_founder, a_startup
from tests.journeys.conftest import Visitor
from tests.walls.report import tell

pytestmark = pytest.mark.browser


@pytest.fixture
def house(transactional_db):
    """A startup with one open bill, and its founder."""
    organisation = make_organisation("jingyue", "长春净月创客空间")
    people = {role: make_person(role, organisation, role) for role in ("owner", "finance", "manager", "founder")}
    EmailAddress.objects.create(user=people["founder"], email=people["founder"].email, verified=True, primary=True)
    actor = lambda role: actor_for(people[role], organisation)  # noqa: E731
    with organisation_context(organisation):
        a_rule(people["finance"], people["manager"])
        startup = a_startup()
        a_founder(startup, user=people["founder"])
        set_up(actor("owner"))
        bill = bills.issue_bill(draft(startup, actor), by=actor("finance"))
    return SimpleNamespace(organisation=organisation, people=people, bill=bill)


@pytest.fixture
def gateway(live_server):
    """The test gateway, which tells its events to the live server over HTTP as the real one would."""
    server = serve(0, live_server.url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    with override_settings(GATEWAY_ADDRESS=f"http://127.0.0.1:{server.server_port}", SITE_URL=live_server.url):
        yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_a_founder_pays_by_alipay_and_holds_the_receipt(page, live_server, house, gateway):
    abroad = []
    page.on("request", lambda request: abroad.append(request.url) if "//127.0.0.1:" not in request.url and "//localhost:" not in request.url and not request.url.startswith("data:") else None)
    visitor = Visitor(page, live_server.url, house)
    visitor.sign_in("founder")
    visitor.go(f"/portal/jingyue/bills/{house.bill.pk}/")
    visitor.follow("/pay/")
    visitor.submit()
    with organisation_context(house.organisation):
        (row,) = Outbox.objects.values_list("pk", flat=True)
    assert outbox.send(house.organisation, row) == "done"  # the worker's part
    page.wait_for_selector("a[href*='/pay/cs_test_']")  # the page finds it by itself
    visitor.press("a[href*='/pay/cs_test_']")
    assert "3,892.50" in visitor.text
    page.locator("input[value=alipay]").check()
    visitor.press("button.go")
    assert page.url.startswith(live_server.url)
    page.wait_for_selector("main a[href*='/receipts/']")
    with organisation_context(house.organisation):
        payment = Payment.objects.get()
        assert (payment.state, payment.method, Bill.objects.get().state) == ("confirmed", "alipay", "paid")
        assert LedgerLine.objects.of_account(Account.CLEARING).total() == Decimal("3892.50")
    printed = page.request.get(live_server.url + page.locator("main a[href*='/receipts/']").first.get_attribute("href"))
    assert printed.status == 200 and printed.body().startswith(b"%PDF")
    assert (abroad, visitor.faults) == ([], [])
    tell("journey: pay a bill", "bill → Alipay at the test gateway → receipt as PDF, no address beyond this machine, nothing in the console")
