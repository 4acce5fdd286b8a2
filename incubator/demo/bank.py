"""The bank of the story: a second account whose file was imported this week, with a line in each state of its way.

It goes by the bills that are open then, leaves the overdue ones to the dunning pages, and does with fewer of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from billing.models import BankLine, Bill
from billing.services.bank import confirm_match, match_as_proposed, suspend
from billing.services.statements import add_account, import_statement, look_at
from incubator.demo.numbers import account, digits
from incubator.demo.stage import Event, Stage

COLUMNS = {"day": "记账日期", "outgoing": "借方发生额", "incoming": "贷方发生额", "balance": "账户余额", "payer": "对方户名", "payer_account": "对方账号", "purpose": "附言", "serial": "交易流水号"}
OPENING = Decimal("186430.55")
BANK = "吉林银行长春净月支行（示例）"
UNKNOWN = "长春远山文化传播有限公司"


@dataclass(frozen=True)
class Told:
    """One movement of the file; `then` names what people did with it."""

    amount: Decimal
    payer: str
    text: str
    then: str = ""


def bank(stage: Stage) -> Iterator[Event]:
    """After the bills and their payments."""
    yield stage.days.today, partial(_import, stage)


def _import(stage: Stage) -> None:
    finance, manager = stage.office["finance"], stage.office["manager"]
    today = timezone.localdate()
    second = add_account(name="一般户（示例）", bank=BANK, number=account(f"{stage.organisation.name}一般户"), by=finance)
    told = _movements(today)
    body = "\n".join(_rows(told, today, second.number))
    upload = SimpleUploadedFile(f"交易明细-{today:%Y%m%d}.csv", body.encode("gb18030"))
    taken = import_statement(look_at(second, upload, by=finance), COLUMNS, by=finance)
    lines = {line.serial: line for line in BankLine.objects.filter(statement=taken)}
    for place, one in enumerate(told):
        line = lines[_serial(place, one)]
        if one.then in {"match", "ask"} and line.state == "proposed":
            asked = match_as_proposed(line, by=finance)
            if one.then == "match" and asked.state == "waiting":
                confirm_match(asked, by=manager)
        elif one.then == "suspend":
            suspend(line, reason="附言无编号，已发函请付款人说明用途，等待回复。", by=finance)


def _movements(today: date) -> list[Told]:
    """What came and went: four transfers for bills that are open, one of an unknown payer, a fee, money nobody looked at."""
    bills = list(Bill.objects.open().filter(due_on__gte=today, paid=0).select_related("startup").order_by("pk")[:4])
    ways = (
        lambda bill: Told(bill.total, bill.startup.name, f"房租 {bill.reference}", "match"),
        lambda bill: Told((bill.total / 2).quantize(Decimal("0.01")), bill.startup.name, f"房租首付 {bill.reference}", "ask"),
        lambda bill: Told(bill.total, bill.startup.name, f"付{bill.month:%m}月房租 {bill.reference}"),
        lambda bill: Told(bill.total, bill.startup.name, "房租"),
    )
    paid = [tell(bill) for tell, bill in zip(ways, bills, strict=False)]
    return [*paid, Told(Decimal("1200.00"), UNKNOWN, "场地费", "suspend"), Told(Decimal("-36.00"), "吉林银行", "账户管理费"), Told(Decimal("350.00"), "王志远", "往来款")]


def _serial(place: int, one: Told) -> str:
    return digits(f"{place} {one.payer} {one.text}", 14)


def _rows(told: list[Told], today: date, number: str) -> Iterator[str]:
    """The file as this bank writes it: titles above the table, money out before money in, the balance of each row."""
    yield f"账号：,{number},,,,,,"
    yield ",".join(COLUMNS.values())
    balance = OPENING
    for place, one in enumerate(told):
        balance += one.amount
        out, into = ("", one.amount) if one.amount > 0 else (-one.amount, "")
        yield f"{today - timedelta(days=(len(told) - place) // 4)},{out},{into},{balance},{one.payer},{account(one.payer)},{one.text},{_serial(place, one)}"
