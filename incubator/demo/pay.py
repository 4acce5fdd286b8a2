"""Online payments and deposits of the story: the test gateway is set up, one bill was paid by Alipay and part of it is to go back, one
attempt was declined. 云杉's bill stays open: whoever looks at the demonstration pays it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from billing.models import BankAccount, BankLine, Bill, Deposit, Outbox, Payment
from billing.models.payments import Method
from billing.providers import fen
from billing.services.bank import confirm_match, match
from billing.services.bills import approve_credit, draft_credit
from billing.services.deposits import propose_settlement, receive_deposit, request_deposit
from billing.services.dunning import draft_fee_rule, find_late_fees, issue_letter, remind, send_slip, verify_fee_rule
from billing.services.events import take_event
from billing.services.invoicing import (
    check_request,
    deliver,
    keep_item,
    keep_title,
    record_invoice,
    request_invoice,
    request_red,
)
from billing.services.payments import keep_gateway, note_session, start_payment
from billing.services.refunds import request_refund
from billing.services.statements import import_statement, look_at
from billing.testgateway.ledger import secret_for
from incubator.accounts.actors import system
from incubator.core.money import yuan
from incubator.demo.numbers import account, digits
from incubator.demo.papers import cn
from incubator.demo.sheets import Sheet, letter, press
from incubator.demo.stage import Event, Stage
from incubator.documents.uploads import OwnPrint

HEAD = "交易日期,收入,支出,对方户名,对方账号,附言,交易流水号"
COLUMNS = {"day": "交易日期", "incoming": "收入", "outgoing": "支出", "payer": "对方户名", "payer_account": "对方账号", "purpose": "附言", "serial": "交易流水号"}


def pay(stage: Stage) -> Iterator[Event]:
    """After the bank has been told."""
    yield stage.days.today, partial(_set_up, stage)
    yield stage.days.today, partial(_attempts, stage)
    yield stage.days.today, partial(_deposits, stage)
    yield stage.days.today, partial(_late, stage)
    yield stage.days.today, partial(_invoices, stage)


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


def _deposits(stage: Stage) -> None:
    """Three deposits: one asked for, one held, one whose settlement waits for the second person."""
    finance, today = stage.office["finance"], timezone.localdate()
    payers = list(dict.fromkeys(bill.startup for bill in Bill.objects.filter(state="paid").select_related("startup").order_by("pk")))[:3]
    made = [
        request_deposit(one, Decimal(amount), text=f"场地押金（{months} 个月租金）", due_on=today + timedelta(days=7), by=finance)
        for one, amount, months in zip(payers, ("6000.00", "5200.00", "4000.00"), (2, 2, 1), strict=False)
    ]
    _come(stage, [(one.startup, one.amount, f"押金 {one.number}", []) for one in made[1:]], "押金")
    for deposit in made[1:]:
        receive_deposit(deposit, by=finance)
    if len(made) > 2:
        propose_settlement(Deposit.objects.get(pk=made[2].pk), [], reason="房屋交接完好，水电已结清，见交接单。", by=finance)


def _late(stage: Stage) -> None:
    """Reminders of the day, a letter to whom is overdue for weeks, a slip, and terms of the late fee with the fees they give."""
    finance, manager, today = stage.office["finance"], stage.office["manager"], timezone.localdate()
    remind(today, by=system(stage.organisation))
    late = Bill.objects.overdue(today).select_related("startup").order_by("due_on", "pk")
    if late:
        issue_letter(late[0].startup, by=stage.office["officer"])
    by_startup = {startup.pk: key for key, startup in stage.startups.items()}
    half = next((bill for bill in late[1:] if by_startup.get(bill.startup_id) in stage.founders), None)
    if half:
        file = OwnPrint("汇款凭证.pdf", _slip(half), "application/pdf")
        send_slip(half, file, amount=half.open_amount, paid_on=today, by=stage.founders[by_startup[half.startup_id]])
        _come(stage, [(half.startup, half.open_amount, f"补交房租 {half.reference}", [(half, half.open_amount)])], "补交")
    rule = draft_fee_rule(by=finance, daily_rate=Decimal("0.0005"), grace_days=0, cap_ratio=Decimal("0.1"), valid_from=stage.days.opening.first, legal_note="租赁合同第八条（示例）")
    verify_fee_rule(rule, by=manager)
    find_late_fees(by=system(stage.organisation))


def _slip(bill: Bill) -> bytes:
    """The bank's page that the startup printed of its transfer."""
    lines = [f"付款人：{bill.startup.name}", f"金额：¥{yuan(bill.open_amount)}", f"附言：房租 {bill.reference}", "状态：银行处理中"]
    sheet: Sheet = letter("网上银行转账回单（示例）", lines, signer="示例银行", day=cn(timezone.localdate()))
    (body,) = press([sheet])
    return body


def _come(stage: Stage, told: list[tuple[Any, Decimal, str, list[tuple[Bill, Decimal]]]], name: str) -> None:
    """Money that came today: imported, matched by finance, confirmed by the manager."""
    finance, today = stage.office["finance"], timezone.localdate()
    rows = "\n".join(f"{today},{amount},,{startup.name},{account(startup.name)},{text},{digits(text, 14)}" for startup, amount, text, _parts in told)
    upload = SimpleUploadedFile(f"{name}-{today:%Y%m%d}.csv", f"{HEAD}\n{rows}".encode("gb18030"))
    taken = import_statement(look_at(BankAccount.objects.earliest("pk"), upload, by=finance), COLUMNS, by=finance)
    for startup, _amount, text, parts in told:
        line = BankLine.objects.get(statement=taken, purpose=text)
        confirm_match(match(line, startup, parts, by=finance), by=stage.office["manager"])


def _invoices(stage: Stage) -> None:
    """Tax invoices: one delivered with its red one asked for, one checked, one just asked for."""
    finance, today = stage.office["finance"], timezone.localdate()
    keep_item(kind="rent", name="*经营租赁*房屋租赁", code="3040502020200000000", unit="月", is_lease=True, by=finance)
    rows = Bill.objects.filter(state="paid", credit_notes=None, lines__kind="rent", total__gt=500).select_related("startup").distinct().order_by("pk")[:3]
    place = {"place": "吉林省长春市", "address": "净月大街 2800 号（示例）", "lease_from": stage.days.opening.first, "lease_to": today.replace(month=12, day=31), "deed": "吉（2020）长春市不动产权第 0000000 号", "area_unit": "平方米", "drawer": "李静"}
    for step, bill in enumerate(rows):
        keep_title(bill.startup, kind="82", name=bill.startup.name, uscc=bill.startup.uscc, address="", phone="", bank="", account="", delivery_email="", by=finance)
        asked = request_invoice(bill, by=finance)
        if step < 2:
            check_request(asked, by=finance, **place)
        if step == 0:
            record_invoice(asked, number=digits(asked.number, 20), issued_on=today, by=finance)
            deliver(asked, by=finance)
    for bill in rows[:1]:
        note = draft_credit(bill, {bill.lines.order_by("-amount").first().pk: Decimal("100.00")}, reason="暖气维修两日，按约定减收。", by=finance)
        request_red(approve_credit(note, by=stage.office["manager"]), reason="04", by=finance)
