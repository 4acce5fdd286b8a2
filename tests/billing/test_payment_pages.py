"""Online payment in the browser: pay, wait, receipt; the office's list, refunds by two, the gateway's keys."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from billing.checks import test_gateway_stays_at_home as gateway_check
from billing.models import GatewayAccount, Payment, Refund
from billing.providers import SandboxRefused, is_loopback, provider_for
from billing.services import payments, refunds
from incubator.core.errors import BusinessError
from tests.billing.gateway import KEY, set_up
from tests.billing.test_bill_pages import at, startup, text  # noqa: F401 - the fixture
from tests.browser import signed_in
from tests.factories.accounts import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_bill(bill, actor):
    set_up(actor("owner"))
    return bill


@pytest.fixture
def paid(open_bill, actor):
    payment = payments.start_payment(open_bill, by=actor("founder"))
    payments.note_session(payment, {"id": "cs_1", "url": "http://127.0.0.1:1/pay/cs_1"})
    session = {"id": "cs_1", "payment_status": "paid", "client_reference_id": str(payment.token), "amount_total": 389250, "currency": "cny", "livemode": False, "payment_intent": "pi_1", "payment_method_types": ["alipay"]}
    payments.take_session(payment, session, by=actor("system"))
    return Payment.objects.get(pk=payment.pk)


def test_a_founder_pays_and_reads_how_it_stands(open_bill, client_of):
    client = client_of("founder")
    assert at("bills:pay", open_bill.pk, face="portal") in text(client.get(at("bills:bill", open_bill.pk, face="portal")))
    assert "3,892.50" in text(client.get(at("bills:pay", open_bill.pk, face="portal")))
    answer = client.post(at("bills:pay", open_bill.pk, face="portal"))
    payment = Payment.objects.get()
    page = at("bills:payment", payment.pk, face="portal")
    assert answer.status_code == 302 and answer.url == page
    assert 'hx-trigger="every 3s"' in text(client.get(page)) and "/pay/cs_1" not in text(client.get(page))
    payments.note_session(payment, {"id": "cs_1", "url": "http://127.0.0.1:1/pay/cs_1"})
    assert 'href="http://127.0.0.1:1/pay/cs_1"' in text(client.get(page))
    assert client.post(at("bills:payment-cancel", payment.pk, face="portal")).url == at("bills:bill", open_bill.pk, face="portal")
    assert Payment.objects.get().state == "cancelled" and at("bills:pay", open_bill.pk, face="portal") in text(client.get(page))


def test_price_and_organisation_in_the_form_are_ignored(open_bill, client_of):
    client_of("founder").post(at("bills:pay", open_bill.pk, face="portal"), {"total": "0.01", "amount": "-1", "organisation": "9", "currency": "USD"})
    assert (Payment.objects.get().total, Payment.objects.get().currency) == (Decimal("3892.50"), "CNY")


def test_nobody_pays_or_sees_the_payment_of_another_startup(paid, organisation):
    stranger = signed_in(make_person("stranger", organisation, "founder"))
    for name, pk in (("pay", paid.bill_id), ("payment", paid.pk), ("payment-cancel", paid.pk), ("receipt", paid.receipt_id)):
        assert stranger.get(at(f"bills:{name}", pk, face="portal")).status_code == 404
        assert stranger.post(at(f"bills:{name}", pk, face="portal")).status_code == 404
    assert Payment.objects.count() == 1


def test_the_receipt_is_a_paper_that_stays(paid, client_of):
    client = client_of("founder")
    assert at("bills:receipt", paid.receipt_id, face="portal") in text(client.get(at("bills:payment", paid.pk, face="portal")))
    first = client.get(at("bills:receipt", paid.receipt_id, face="portal"))
    body = b"".join(first.streaming_content) if first.streaming else first.content
    assert body.startswith(b"%PDF")
    again = client_of("finance").get(at("bills:receipt", paid.receipt_id))
    assert (b"".join(again.streaming_content) if again.streaming else again.content) == body


def test_the_office_lists_exports_and_refunds_by_two(paid, client_of):
    finance, manager = client_of("finance"), client_of("manager")
    assert paid.bill.number in text(finance.get(at("bills:payments")))
    assert paid.bill.number not in text(finance.get(at("bills:payments") + "?state=waiting"))
    assert finance.get(at("bills:payments") + "?export").headers["Content-Disposition"].endswith('"online-payments.xlsx"')
    bad = finance.post(at("bills:refund-request", paid.pk), {"amount": "99999", "reason": "多收"})
    assert bad.status_code == 409 or bad.context["form"].errors["amount"]
    assert finance.post(at("bills:refund-request", paid.pk), {"amount": "92.50", "reason": "多收"}).status_code == 302
    refund = Refund.objects.get()
    assert finance.get(at("bills:refund-act", refund.pk, "approve")).status_code == 403
    assert manager.post(at("bills:refund-act", refund.pk, "approve")).status_code == 302
    assert manager.post(at("bills:refund-act", refund.pk, "approve")).status_code == 409 and manager.get(at("bills:refund-act", refund.pk, "other")).status_code == 404
    assert Refund.objects.get().state == "pending" and refunds.refundable(paid) == Decimal("3800.00")
    assert finance.post(at("bills:payment-ask", paid.pk)).status_code == 302


def test_the_owner_keeps_the_keys_and_nobody_reads_them_again(client_of, organisation, inside):
    owner = client_of("owner")
    given = {"kind": "sandbox", "secret_key": KEY, "webhook_secret": "whsec_1", "methods": ["card"], "is_active": "on"}
    assert owner.post(at("bills:gateway"), {**given, "secret_key": ""}).context["form"].errors["secret_key"]
    assert owner.post(at("bills:gateway"), {**given, "secret_key": "pk_live_1"}).context["form"].errors["secret_key"]
    assert owner.post(at("bills:gateway"), given).status_code == 302
    page = text(owner.get(at("bills:gateway")))
    assert KEY not in page and "whsec_1" not in page and "····ouse" in page and "/billing/stripe/jingyue/" in page
    assert owner.post(at("bills:gateway"), {**given, "secret_key": "", "webhook_secret": "", "methods": ["alipay"]}).status_code == 302
    account = GatewayAccount.objects.get()
    assert str(account.secret_key) == KEY and account.methods == ["alipay"] and not account.is_live
    assert client_of("finance").get(at("bills:gateway")).status_code == 403


# --- the test gateway stays at home


def test_the_test_gateway_is_refused_where_money_is_real(actor, inside, settings):
    account = set_up(actor("owner"))
    assert gateway_check(None) == []
    with override_settings(DEMO=False, DEBUG=False):
        assert [one.id for one in gateway_check(None)] == ["fuhua.E010"]
        with pytest.raises(SandboxRefused):
            provider_for("sandbox")
        with pytest.raises(BusinessError):
            set_up(actor("owner"))
        with pytest.raises(CommandError):
            call_command("gateway", stdout=StringIO())
    with override_settings(GATEWAY_ADDRESS="http://10.0.0.9:80"):
        assert [one.id for one in gateway_check(None)] == ["fuhua.E010"]
        with pytest.raises(SandboxRefused):
            provider_for("sandbox")
    assert str(account) and is_loopback("http://localhost:1") and is_loopback("http://[::1]:1") and not is_loopback("http://example.com")
    with override_settings(GATEWAY_ADDRESS=""):
        assert gateway_check(None) == []


def test_a_real_key_talks_to_stripe_and_is_said_to_be_real(actor, inside):
    account = set_up(actor("owner"), key="sk_live_1", kind="stripe")
    client = provider_for("stripe").client
    assert account.is_live and client._requestor.base_addresses["api"] == "https://api.stripe.com"
