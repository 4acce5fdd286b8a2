"""Budgets of the story: the lines that pay for the tenants' programmes, each with its document, one of them nearly used
up by a later reduction, so that the last application in the order of filing waits for money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from django.utils import timezone

from incubator.core.money import yuan
from incubator.demo.claims import PARTS
from incubator.demo.papers import AUTHORITY, cn
from incubator.demo.sheets import Sheet, letter
from incubator.demo.stage import Event, Stage
from incubator.documents.models import DocumentKind
from incubator.policy.models import BudgetLine, OfficialReply, ProgrammeEdition, Source
from incubator.policy.services import (
    confirm_order,
    open_line,
    propose_appropriation,
    record_reply,
    say_budget,
)
from incubator.subsidies.editions import editions_under
from incubator.subsidies.services.budgets import waiting_for

GIVEN = {"rent": Decimal(300_000), "broadband": Decimal(60_000), "software": Decimal(120_000)}
FURTHER = Decimal(20_000)


def budgets(stage: Stage) -> Iterator[Event]:
    """Said and appropriated before the first decision of each year."""
    days = stage.days
    yield days.measure_day, partial(_say, stage)
    decided = [days.after(quarter, PARTS["decide"]) for quarter in (*days.history, days.quarter)]
    for year in sorted({day.year for day in decided} | {days.today.year}):
        first = max(date(year, 1, 20), days.measure_day)
        yield min(first, days.today), partial(_appropriate, stage, year)


def _editions(stage: Stage) -> list[ProgrammeEdition]:
    paid = editions_under(stage.measure, "tenant").select_related("programme")
    return [edition for edition in paid if edition.kind in GIVEN and edition.state == "effective"]


def _say(stage: Stage) -> None:
    """Finance says that budget lines pay for the tenants' programmes, in the order of filing."""
    for edition in _editions(stage):
        say_budget(edition, "line", by=stage.office["finance"], waiting_order=True)


def _appropriate(stage: Stage, year: int) -> None:
    """The lines of the year are opened, and what the finance bureau gave is entered and confirmed."""
    by, day = stage.office["finance"], timezone.localdate()
    for place, edition in enumerate(_editions(stage), 1):
        line = open_line(edition.programme, region=edition.region, year=year, source=Source.of(edition.decider), by=by)
        amount = GIVEN[edition.kind]
        number = f"净高财社〔{year}〕{place + 10}号（示例）"
        sheet = _letter("关于下达创业补贴资金预算的通知", f"下达你单位{year}年度“{edition.programme.name}”资金预算 {yuan(amount)} 元，专款专用。", number, day)
        order = propose_appropriation(line, amount, _reply(stage, sheet, number, day), by=by)
        confirm_order(order, by=stage.office["owner"])


def reduce(stage: Stage) -> None:
    """The bureau takes back what it needs elsewhere: the last application in the order of filing finds no money. Finance
    has entered a further appropriation, which waits for the second person."""
    by, today = stage.office["finance"], stage.days.today
    edition = next(edition for edition in _editions(stage) if edition.kind == "rent")
    line = BudgetLine.objects.paying(edition, today.year).get()
    needed = [row.upto for row in waiting_for(line)]
    kept = (needed[-2] if len(needed) > 1 else Decimal(0)) + Decimal("100.00")
    if line.available > kept:
        amount, number = line.available - kept, f"净高财社〔{today.year}〕57号（示例）"
        sheet = _letter("关于调减创业补贴资金预算的通知", f"调减你单位{today.year}年度“{line.programme.name}”资金预算 {yuan(amount)} 元。", number, today)
        order = propose_appropriation(line, amount, _reply(stage, sheet, number, today), by=by, reduction=True)
        confirm_order(order, by=stage.office["owner"])
    number = f"净高财社〔{today.year}〕61号（示例）"
    sheet = _letter("关于追加创业补贴资金预算的通知", f"追加你单位{today.year}年度“{line.programme.name}”资金预算 {yuan(FURTHER)} 元。", number, today)
    propose_appropriation(line, FURTHER, _reply(stage, sheet, number, today), by=by)


def _letter(title: str, text: str, number: str, day: date) -> Sheet:
    return letter(title, (text,), number=number, signer=AUTHORITY, day=cn(day))


def _reply(stage: Stage, sheet: Sheet, number: str, day: date) -> OfficialReply:
    by = stage.office["finance"]
    document = stage.file(sheet, DocumentKind.OFFICIAL_REPLY, by=by, issuer=AUTHORITY)
    return record_reply(document, body=AUTHORITY, number=number, dated_on=day, received_on=day, by=by)
