"""Online payment through the test gateway: every rule of the provider (spaces-billing.md C8), nothing booked twice or on a
word that is not the gateway's."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from billing.models import Account, Bill, GatewayEvent, Outbox, Payment, Receipt, Refund
from billing.services import bills, outbox, payments, refunds
from billing.services.events import take_event
from billing.tasks import ask_about_open
from incubator.accounts.actors import actor_for, system
from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed, NotEligible
from incubator.core.scoping import organisation_context
from incubator.notices.models import Notice
from tests.billing.gateway import running, say_all, set_up
from tests.billing.test_bills import a_rule, balance, draft, money
from tests.billing.test_ledger import at_the_end, refused, together
from tests.factories.accounts import make_organisation, make_person
from tests.factories.tenants import a_founder, a_startup
from tests.walls.report import tell

TOTAL = Decimal("3892.50")


@pytest.fixture
def line(inside, actor, people, bill):
    a_founder(bill.startup, user=people["founder"])
    with running() as open_line:
        set_up(actor("owner"))
        yield open_line


@pytest.fixture
def begun(line, bill, actor, inside):
    """An attempt whose page is open at the gateway."""
    payment = payments.start_payment(bill, by=actor("founder"))
    assert say_all(inside) == ["done"]
    return fresh(payment)


@pytest.fixture
def paid(begun, line):
    line.gateway.pay(begun.transaction_id, "alipay")
    assert line.tell() == (200, "confirmed")
    return fresh(begun)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def back(payment, amount, actor, inside):
    """A refund that two persons decided and the gateway was told of."""
    refund = refunds.approve_refund(refunds.request_refund(fresh(payment), Decimal(amount), reason="多收", by=actor("finance")), by=actor("manager"))
    say_all(inside)
    return fresh(refund)


# --- paid, declined, cancelled


def test_a_paid_page_settles_the_bill_once_the_event_says_so(begun, line, bill):
    session = line.gateway.sessions[begun.transaction_id]
    assert (session["amount_total"], session["currency"], session["client_reference_id"]) == (389250, "cny", str(begun.token))
    assert session["payment_method_types"] == ["card", "alipay", "wechat_pay"] and begun.url.startswith("http://127.0.0.1:")
    line.gateway.pay(begun.transaction_id, "wechat_pay")
    assert fresh(bill).state == "issued"  # the page says so, the event does not yet
    assert line.tell() == (200, "confirmed")
    at_the_end()
    done = fresh(begun)
    assert (done.state, done.captured_amount, done.method, done.receipt.amount) == ("confirmed", TOTAL, "wechat_pay", TOTAL)
    assert fresh(bill).state == "paid" and balance(Account.CLEARING) == TOTAL and balance(Account.RECEIVABLE) == 0
    assert Notice.objects.filter(person=done.starter, key=f"payment:{done.pk}:paid").count() == 1


def test_a_declined_page_leaves_the_bill_open_and_may_be_tried_again(begun, line, bill, actor):
    line.gateway.decline(begun.transaction_id)
    assert line.tell() == (200, "rejected")
    assert fresh(bill).state == "issued" and Receipt.objects.count() == 0
    again = payments.start_payment(bill, by=actor("founder"))
    assert again.pk != begun.pk and again.token != begun.token


def test_an_expired_page_is_cancelled(begun, line):
    line.gateway.expire("sk_test_house", begun.transaction_id)
    assert line.tell() == (200, "cancelled") and fresh(begun).state == "cancelled"


def test_two_tabs_share_one_attempt_and_a_changed_amount_is_a_new_one(begun, line, bill, startup, actor, inside):
    assert payments.start_payment(bill, by=actor("founder")).pk == begun.pk
    bills.allocate(money(startup, actor, "92.50"), bill, Decimal("92.50"), by=actor("finance"))
    other = payments.start_payment(bill, by=actor("founder"))
    assert other.total == Decimal("3800.00") and fresh(begun).state == "cancelled"
    say_all(inside)
    assert line.gateway.sessions[begun.transaction_id]["status"] == "expired"


def test_an_old_page_that_was_paid_still_counts_and_the_rest_is_credit(begun, line, bill, startup, actor, inside):
    bills.allocate(money(startup, actor, "3892.50"), bill, TOTAL, by=actor("finance"))
    payments.cancel_payment(fresh(begun), by=actor("founder"))
    line.gateway.pay(begun.transaction_id, "card")  # before the gateway heard of it
    say_all(inside)
    at_the_end()
    assert fresh(begun).state == "confirmed" and balance(Account.ACCOUNT_CREDIT) == -TOTAL and fresh(bill).paid == TOTAL
    assert line.tell() == (200, "known")
    assert Notice.objects.filter(sentence__contains="stay as credit").exists()


def test_nothing_is_begun_without_a_gateway_or_on_a_settled_bill(bill, actor, startup):
    with pytest.raises(NotEligible):
        payments.start_payment(bill, by=actor("founder"))
    set_up(actor("owner"))
    bills.allocate(money(startup, actor), bill, TOTAL, by=actor("finance"))
    with pytest.raises(Conflict):
        payments.start_payment(bill, by=actor("founder"))


# --- what is not the gateway's word


def test_a_forged_a_stale_and_a_silent_message_are_refused(begun, line, client):
    line.gateway.pay(begun.transaction_id, "card")
    assert [line.trick(name)[0] for name in ("forge", "stale")] == [400, 400]
    address = "/billing/stripe/jingyue/"
    assert client.get(address).status_code == 400 and client.post(address, {}).status_code == 400
    assert line.post(b"{not json", line.said[-1][1]).status_code == 400
    assert client.get("/billing/stripe/nobody/").status_code == 404
    assert fresh(begun).state == "waiting" and GatewayEvent.objects.count() == 0


@pytest.mark.parametrize("trick", ["amount", "currency", "live"])
def test_another_amount_currency_or_mode_is_kept_apart(begun, line, bill, trick):
    line.gateway.pay(begun.transaction_id, "card")
    assert line.trick(trick) == (200, "does not agree")
    assert fresh(begun).state == "error" and fresh(bill).state == "issued" and Receipt.objects.count() == 0
    assert Notice.objects.filter(key=f"payment:{begun.pk}:error").exists()


def test_a_replay_twenty_times_and_a_new_number_do_nothing_more(paid, line):
    told = [line.tell() for _ in range(20)]
    assert told == [(200, "duplicate")] * 20
    assert line.trick("new_id") == (200, "known")
    assert Receipt.objects.count() == 1 and fresh(paid).captured_amount == TOTAL and GatewayEvent.objects.count() == 2


def test_the_secret_of_another_organisation_opens_nothing(begun, line):
    line.gateway.pay(begun.transaction_id, "card")
    line.gateway.deliveries[-1].key = "sk_test_other"  # signed with the secret of somebody else's account
    assert line.trick("replay")[0] == 400
    assert fresh(begun).state == "waiting"


def test_an_event_about_nothing_of_ours_is_kept_for_a_look(begun, line):
    foreign = line.gateway.open_session("sk_test_house", {"line_items": {"0": {"quantity": "1", "price_data": {"currency": "cny", "unit_amount": "100", "product_data": {"name": "x"}}}}, "success_url": "http://x"})
    line.gateway.pay(foreign["id"], "card")
    assert line.tell() == (200, "unknown") and GatewayEvent.objects.get().payment is None


# --- lost words


def test_a_lost_event_is_made_up_for_by_asking(begun, line, bill, inside):
    line.gateway.lose_events = True
    line.gateway.pay(begun.transaction_id, "card")
    assert line.said == [] and fresh(bill).state == "issued"
    assert outbox.ask(inside, begun.pk) == "confirmed"
    assert outbox.ask(inside, begun.pk) == "known" and fresh(bill).state == "paid"


def test_the_clock_asks_about_open_attempts(begun, line, monkeypatch):
    asked = []
    monkeypatch.setattr("billing.tasks._queue", lambda _task, lock, **ids: asked.append((lock, ids["payment_id"])))
    ask_about_open(0)
    assert asked == [(f"ask:{begun.pk}", begun.pk)]


def test_a_second_try_finds_the_page_that_the_first_one_opened(line, bill, actor, inside):
    payment = payments.start_payment(bill, by=actor("founder"))
    row = Outbox.objects.get(payment=payment)
    opened = outbox.say(outbox.provider_for("sandbox"), row, again=False)  # the answer was lost: nothing is recorded
    row.tries = 1
    row.save()
    assert outbox.send(inside, row.pk) == "done"
    assert fresh(payment).transaction_id == opened["id"] and len(line.gateway.sessions) == 1


def test_a_gateway_that_is_away_is_tried_ten_times_and_then_given_up(line, bill, actor, inside, settings):
    payments.start_payment(bill, by=actor("founder"))
    settings.GATEWAY_ADDRESS = "http://127.0.0.1:9"
    row, now = Outbox.objects.get(), timezone.now()
    assert outbox.send(inside, row.pk) == "pending" and fresh(row).until > now + timedelta(seconds=50)
    assert outbox.send(inside, row.pk) == "pending" and fresh(row).tries == 1  # not before its time
    Outbox.objects.filter(pk=row.pk).update(tries=9, until=now)
    assert outbox.send(inside, row.pk) == "stuck"


def test_the_same_key_with_another_amount_is_refused_by_the_gateway(begun, line):
    import stripe

    provider = outbox.provider_for("sandbox")
    begun.total = Decimal("1.00")
    with pytest.raises(stripe.IdempotencyError):
        provider.open_session(begun, back="http://127.0.0.1/", key=f"cs-{begun.token}")


# --- refunds


def test_a_refund_in_part_and_the_rest(paid, line, bill, actor, inside):
    first = back(paid, "1000.00", actor, inside)
    at_the_end()
    assert (first.state, fresh(paid).state, fresh(paid).captured_amount) == ("succeeded", "confirmed", Decimal("2892.50"))
    assert fresh(bill).open_amount == Decimal("1000.00") and balance(Account.CLEARING) == Decimal("2892.50")
    back(paid, "2892.50", actor, inside)
    at_the_end()
    assert fresh(paid).state == "refunded" and fresh(bill).state == "issued" and balance(Account.CLEARING) == balance(Account.TRANSIT) == 0
    assert line.trick("new_id")[1] == "nothing new"


def test_a_paid_event_after_the_whole_refund_changes_nothing(paid, line, actor, inside):
    event = line.said[-1]
    back(paid, "3892.50", actor, inside)
    line.gateway.send(line.gateway.deliveries[0], trick="new_id")
    assert line.tell() == (200, "known") and line.post(*event).content == b"duplicate"
    assert fresh(paid).state == "refunded" and fresh(paid).captured_amount == 0


def test_who_asks_for_a_refund_does_not_approve_it_and_nobody_goes_above_the_rest(paid, actor, people):
    refund = refunds.request_refund(paid, Decimal("3000.00"), reason="多收", by=actor("finance"))
    with pytest.raises(BusinessError):
        refunds.request_refund(paid, Decimal("892.51"), reason="多收", by=actor("finance"))
    with pytest.raises(NotAllowed):
        refunds.approve_refund(refund, by=actor("finance"))
    with refused("refund_four_eyes"), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(state="pending", approver=people["finance"])
    with refused("refund_two_people"), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(state="pending")
    assert refunds.drop_refund(refund, by=actor("finance")).state == "dropped"


def test_a_refund_that_the_gateway_refuses_is_credit_again(paid, line, bill, actor, inside):
    refund = refunds.approve_refund(refunds.request_refund(paid, Decimal("100.00"), reason="多收", by=actor("finance")), by=actor("manager"))
    line.gateway.pay_back("sk_test_house", {"payment_intent": paid.intent, "amount": "389250"})  # the money is gone there already
    assert say_all(inside) == ["refused"]
    at_the_end()
    assert fresh(refund).state == "failed" and balance(Account.TRANSIT) == 0 and balance(Account.ACCOUNT_CREDIT) == Decimal("-100.00")
    assert fresh(bill).open_amount == Decimal("100.00") and fresh(paid).captured_amount == TOTAL


def test_a_refund_on_the_gateways_own_pages_is_booked_and_told(paid, line, bill, actor):
    line.gateway.pay_back("sk_test_house", {"payment_intent": paid.intent, "amount": "50000"})
    assert line.tell() == (200, "refunded")
    at_the_end()
    row = Refund.objects.get()
    assert row.from_gateway and row.approver is None and fresh(paid).captured_amount == Decimal("3392.50") and fresh(bill).open_amount == Decimal("500.00")
    assert line.trick("new_id")[1] == "nothing new" and Notice.objects.filter(key=f"refund:{row.pk}").exists()


def test_a_disputed_payment_is_frozen(paid, line, actor):
    line.gateway.tell("charge.dispute.created", {"id": "dp_1", "object": "dispute", "payment_intent": paid.intent}, line.gateway.sessions[paid.transaction_id])
    assert line.tell() == (200, "frozen")
    with pytest.raises(Conflict):
        refunds.request_refund(fresh(paid), Decimal("1.00"), reason="多收", by=actor("finance"))


# --- the second wall


def test_the_database_lets_a_payment_go_one_way(paid, begun):
    for change in ({"state": "waiting"}, {"total": Decimal("1.00")}, {"captured_amount": Decimal("0.00")}, {"receipt": None}):
        with pytest.raises(Exception, match="payment_"), transaction.atomic():
            Payment.objects.filter(pk=paid.pk).update(**change)
    with refused("payment_forward"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM billing_payment")
    with refused("gateway_said"), transaction.atomic():
        GatewayEvent.objects.update(payload={})
    with pytest.raises(IllegalMove):
        payments.cancel_payment(fresh(paid), by=system(paid.organisation))


def a_house():
    """An organisation with a bill that was paid online, written for good."""
    house = make_organisation("jingyue", "长春净月创客空间")
    people = {role: make_person(role, house, role) for role in ("owner", "finance", "manager", "founder")}
    actor = lambda role: actor_for(people[role], house)  # noqa: E731
    with organisation_context(house):
        a_rule(people["finance"], people["manager"])
        startup = a_startup()
        a_founder(startup, user=people["founder"])
        set_up(actor("owner"))
        bill = bills.issue_bill(draft(startup, actor), by=actor("finance"))
        payment = payments.start_payment(bill, by=actor("founder"))
        payments.note_session(payment, {"id": "cs_race"})
    return house, actor, Payment(pk=payment.pk), payment


def said(payment, number=1):
    session = {"id": "cs_race", "object": "checkout.session", "payment_status": "paid", "client_reference_id": str(payment.token), "amount_total": 389250, "currency": "cny", "livemode": False, "payment_intent": "pi_race"}
    return {"id": f"evt_{number}", "type": "checkout.session.completed", "data": {"object": session}}


@pytest.mark.django_db(transaction=True)
def test_eight_copies_at_once_book_one_receipt_and_refunds_never_pass_what_was_taken():
    house, actor, _key, payment = a_house()
    words = []
    same = together(house, *[lambda: words.append(take_event(said(payment), by=system(house)))] * 8)
    other = together(house, *[lambda number=number: words.append(take_event(said(payment, number), by=system(house))) for number in range(2, 10)])
    with organisation_context(house):
        receipts, taken = Receipt.objects.count(), Payment.objects.get().captured_amount
        asked = [Refund.objects.create(payment=Payment.objects.get(), amount=Decimal("1000.00"), reason="多收", requester=actor("finance").user) for _ in range(8)]
    approved = together(house, *[lambda one=one: refunds.approve_refund(one, by=actor("manager")) for one in asked])
    with organisation_context(house):
        gone, clearing = sum(one.amount for one in Refund.objects.filter(state="pending")), balance(Account.CLEARING)
    assert same == other == ["done"] * 8 and sorted(words)[:1] == ["confirmed"] and words.count("duplicate") == 7 and words.count("known") == 8
    assert (receipts, taken, clearing) == (1, TOTAL, TOTAL) and approved.count("done") == 3 and gone == Decimal("3000.00")
    tell("money: online payment", f"8 copies and 8 new numbers of one event at once: 1 receipt; 8 refunds of 1,000.00 at once out of 3,892.50: {approved.count('done')} stand")


def test_a_second_refund_above_what_is_left_is_refused_by_the_database(paid, actor):
    """Both stand as requests; whoever approves second meets the wall and reads a sentence."""
    asked = [Refund.objects.create(payment=paid, amount=Decimal("3000.00"), reason="多收", requester=actor("finance").user) for _ in range(2)]
    refunds.approve_refund(asked[0], by=actor("manager"))
    with pytest.raises(Conflict):
        refunds.approve_refund(asked[1], by=actor("manager"))


def test_bills_and_the_clearing_account_say_the_same(paid, actor, inside):
    back(paid, "92.50", actor, inside)
    at_the_end()
    assert balance(Account.RECEIVABLE) == Bill.objects.open_total() == Decimal("92.50")
    assert balance(Account.CLEARING) == sum(one.captured_amount for one in Payment.objects.all())
