"""Bills of the story: tax rules, three months of every lease, most of them paid through the bank, one in part, one overdue
for forty days, one reduced by a credit note."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from billing.models import BankAccount, BankLine, Bill, BillingRun, ChargeKind
from billing.services.bank import confirm_match, match
from billing.services.bills import approve_credit, draft_credit
from billing.services.statements import add_account, import_statement, look_at
from billing.services.taxes import draft_rule, verify_rule
from incubator.core.periods import Month
from incubator.demo.numbers import account, digits
from incubator.demo.stage import Event, Stage
from spaces.runs import issue_bills, start_run, work_off

OVERDUE = timedelta(days=40)
BACK = (2, 1, 0)  # so many months ago
HEAD = "交易日期,收入,支出,余额,对方户名,对方账号,附言,交易流水号"
COLUMNS = {"day": "交易日期", "incoming": "收入", "outgoing": "支出", "balance": "余额", "payer": "对方户名", "payer_account": "对方账号", "purpose": "附言", "serial": "交易流水号"}


def bills(stage: Stage) -> Iterator[Event]:
    """The runs of the last months and the payments that followed them."""
    today = stage.days.today
    yield Month.of(today).plus(-BACK[0]).first, partial(_prepare, stage)
    for back in BACK:
        month = Month.of(today).plus(-back)
        due = _due(month, today)
        yield month.first, partial(_bill, stage, month, due)
        yield min(max(month.first, due - timedelta(days=2)), today), partial(_pay, stage, month)
    yield today, partial(_credit, stage, Month.of(today).plus(-1))


def _due(month: Month, today: date) -> date:
    """The 15th; in a week for the running month; for the month of the bill that is overdue for forty days, that day."""
    late = today - OVERDUE
    if Month.of(today) == month:
        return max(month.first.replace(day=15), today + timedelta(days=7))
    return late if Month.of(late) == month else month.first.replace(day=15)


def _prepare(stage: Stage) -> None:
    """Finance writes the example tax rules down, the manager verifies them; the account for transfers is listed."""
    finance, manager = stage.office["finance"], stage.office["manager"]
    for kind in (ChargeKind.RENT, ChargeKind.PROPERTY_FEE, ChargeKind.BROADBAND, ChargeKind.SOFTWARE, ChargeKind.SERVICE):
        rate = Decimal("0.09") if kind == ChargeKind.RENT else Decimal("0.06")
        rule = draft_rule(by=finance, kind=kind, method="general", rate=rate, valid_from=stage.days.opening.first, legal_note="示例税率，仅供演示，以税务机关规定为准")
        verify_rule(rule, by=manager)
    if not BankAccount.objects.exists():
        add_account(name="基本户（示例）", bank=stage.house.bank, number=account(stage.organisation.name), by=finance)


def _bill(stage: Stage, month: Month, due: date) -> None:
    by = stage.office["finance"]
    run: BillingRun = start_run(month, due_on=due, by=by)
    work_off(run)
    issue_bills(Bill.objects.filter(run_items__run=run, state="draft").order_by("pk"), by=by)


def _pay(stage: Stage, month: Month) -> None:
    """The startups transfer with the reference; finance imports the file and matches, the manager confirms."""
    finance, manager, today = stage.office["finance"], stage.office["manager"], stage.days.today
    owed = list(Bill.objects.filter(month=month.first, state="issued").select_related("startup").order_by("pk"))
    paid = {bill.pk: bill.total for bill in owed}
    if Month.of(today - OVERDUE) == month and len(owed) > 3:
        paid.pop(owed[1].pk)  # nothing came: overdue
        paid[owed[2].pk] = (owed[2].total / 2).quantize(Decimal("0.01"))  # half of it came
    if Month.of(today) == month:
        paid = {bill.pk: bill.total for bill in owed[::2]}
    rows = [
        f"{timezone.localdate()},{paid[bill.pk]},,,{bill.startup.name},{account(bill.startup.name)},房租 {bill.reference},{digits(bill.number + bill.startup.name, 12)}"
        for bill in owed
        if bill.pk in paid
    ]
    if not rows:
        return
    upload = SimpleUploadedFile(f"bank-{month}.csv", "\n".join((HEAD, *rows)).encode("gb18030"))
    taken = import_statement(look_at(BankAccount.objects.earliest("pk"), upload, by=finance), COLUMNS, by=finance)
    by_reference = {bill.reference: bill for bill in owed}
    for line in BankLine.objects.filter(statement=taken).order_by("pk"):
        bill = by_reference[line.purpose.split()[-1]]
        waiting = match(line, bill.startup, [(bill, line.amount)], by=finance)
        if waiting.state == "waiting":
            confirm_match(waiting, by=manager)


def _credit(stage: Stage, month: Month) -> None:
    """A room could not be used for some days: part of a paid bill is taken back."""
    bill = Bill.objects.filter(month=month.first, state="paid", total__gt=500).order_by("pk").last()
    if bill is None:
        return
    line = bill.lines.order_by("-amount").first()
    note = draft_credit(bill, {line.pk: Decimal("200.00")}, reason="空调检修三日，房间无法使用，按约定减收。", by=stage.office["finance"])
    approve_credit(note, by=stage.office["manager"])
