"""Online payments of the story: the test gateway is set up, one bill was paid by Alipay and part of it is to go back, one
attempt was declined. 云杉's bill stays open: whoever looks at the demonstration pays it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from billing.models import Bill, Outbox, Payment
from billing.models.payments import Method
from billing.providers import fen
from billing.services.events import take_event
from billing.services.payments import keep_gateway, note_session, start_payment
from billing.services.refunds import request_refund
from billing.testgateway.ledger import secret_for
from incubator.accounts.actors import system
from incubator.demo.numbers import digits
from incubator.demo.stage import Event, Stage


def pay(stage: Stage) -> Iterator[Event]:
    """After the bank has been told."""
    yield stage.days.today, partial(_set_up, stage)
    yield stage.days.today, partial(_attempts, stage)


def _set_up(stage: Stage) -> None:
    key = f"sk_test_demo_{digits(stage.organisation.name, 20)}"
    keep_gateway(kind="sandbox", secret_key=key, webhook_secret=secret_for(key), methods=Method.values, is_active=True, by=stage.office["owner"])


def _attempts(stage: Stage) -> None:
    """Of the bills that are due later and untouched: one is paid and part asked back, one is declined."""
    by_startup = {startup.pk: key for key, startup in stage.startups.items()}
    rows = [bill for bill in Bill.objects.open().filter(due_on__gte=stage.days.today, paid=0).order_by("-pk") if by_startup.get(bill.startup_id) in stage.founders]
    for bill, method in zip(rows, ("alipay", ""), strict=False):
        payment = _attempt(bill, stage.founders[by_startup[bill.startup_id]])
        if method:
            _say(payment, "checkout.session.completed", payment_status="paid", payment_method_types=[method], payment_intent=f"pi_test_{payment.token.hex}")
            part = min(Decimal("120.00"), bill.total)
            request_refund(Payment.objects.get(pk=payment.pk), part, reason="会议室当月停用一天，经核实退还部分服务费。", by=stage.office["finance"])
        else:
            _say(payment, "checkout.session.async_payment_failed", payment_status="unpaid")


def _attempt(bill: Bill, founder: Any) -> Payment:
    """An attempt whose page was opened before the demonstration began: nothing is left to be said to the gateway."""
    payment = start_payment(bill, by=founder)
    note_session(payment, {"id": f"cs_test_{payment.token.hex}", "url": ""})
    Outbox.objects.filter(payment=payment).update(state="done")
    return Payment.objects.get(pk=payment.pk)


def _say(payment: Payment, kind: str, **said: Any) -> None:
    """What the gateway said then."""
    session = {
        "id": payment.transaction_id, "object": "checkout.session", "amount_total": fen(payment.total), "currency": "cny", "livemode": False, "status": "complete",
        "client_reference_id": str(payment.token), "metadata": {"payment": str(payment.token)}, **said,
    }  # fmt: skip
    take_event({"id": f"evt_test_{payment.token.hex}", "type": kind, "data": {"object": session}}, by=system(payment.organisation))
