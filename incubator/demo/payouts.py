"""Money of the story: the first claim is paid by the authority and closed, one line of it is demanded back in part; a
later claim is passed on through the organisation, and one payment waits for a corrected account."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from billing.models import Payout, Way
from billing.services import payout_files
from billing.services.funds import confirm_funds, record_funds
from billing.services.payouts import Proof, confirm_receipt
from incubator.core.money import yuan
from incubator.demo import papers
from incubator.demo.papers import AUTHORITY, cn
from incubator.demo.sheets import letter
from incubator.demo.stage import Event, Stage
from incubator.documents.models import DocumentKind
from incubator.subsidies.models import Claim, SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.services import clawbacks, payouts

RETURNED = "zhekun rent"  # the case whose payment comes back from the bank
PARTS = {"order": 0.94, "pay": 0.96, "back": 0.97, "claw": 0.98}


def money(stage: Stage) -> Iterator[Event]:
    """The payments of the quarters whose claims are confirmed, in the order in which they happened."""
    days = stage.days
    for place, quarter in enumerate(days.history):
        day = partial(days.after, quarter)
        if place == 0:
            yield day(PARTS["order"]), partial(_order, stage, quarter, Way.AUTHORITY)
            yield day(PARTS["pay"]), partial(_authority_pays, stage, quarter)
            yield day(PARTS["claw"]), partial(_demand_back, stage, quarter)
        else:
            yield day(PARTS["order"]), partial(_money_comes, stage, quarter)
            yield day(PARTS["pay"]), partial(_pass_on, stage, quarter)
            yield day(PARTS["back"]), partial(_bank_answers, stage, quarter)


def claim_of(stage: Stage, quarter: Quarter) -> Claim:
    return Claim.objects.get(measure=stage.measure, payee="tenant", period=str(quarter))


def _order(stage: Stage, quarter: Quarter, way: str) -> None:
    """Finance orders everything whose account is verified."""
    claim = claim_of(stage, quarter)
    ready = [row.line for row in payouts.payables(claim) if row.is_ready]
    payouts.order_payouts(claim, ready, way, by=stage.office["finance"])


def _slip(stage: Stage, payee: str, amount: Decimal, number: str) -> Proof:
    """The bank's slip of a payment by the authority."""
    day = timezone.localdate()
    text = f"{AUTHORITY}向{payee}支付 {yuan(amount)} 元，附言：创业补贴 {number}。"
    sheet = letter("电子银行回单（示例）", (text,), number=f"回单 {papers.digits(number + payee, 8)}", signer="吉林银行（示例）", day=cn(day))
    document = stage.file(sheet, DocumentKind.BANK_SLIP, by=stage.office["finance"], issuer="吉林银行（示例）")
    return Proof(day, papers.digits(number + payee, 8), slip=document)


def _authority_pays(stage: Stage, quarter: Quarter) -> None:
    """The authority pays each startup itself; finance records the slips, the manager confirms, founders say it came."""
    claim = claim_of(stage, quarter)
    for payout in Payout.objects.of_batch(claim).to_record().order_by("pk"):
        noted = payouts.note_payment(payout, _slip(stage, payout.payee_name, payout.net, payout.number), by=stage.office["finance"])
        paid = payouts.record_paid(noted, amount=noted.net, by=stage.office["manager"])
        _receipt(stage, paid)
    payouts.close_claim(Claim.objects.get(pk=claim.pk), by=stage.office["manager2"])


def _receipt(stage: Stage, payout: Payout) -> None:
    key = next((key for key, startup in stage.startups.items() if startup.pk == payout.due.startup_id), None)
    if key in stage.founders:
        confirm_receipt(payout, by=stage.founders[key])


def _demand_back(stage: Stage, quarter: Quarter) -> None:
    """A room was given up for part of a month: the officer opens the case, the manager decides."""
    application: SubsidyApplication = stage.cases[f"heyu rent {quarter}"]
    note = "经现场核查，季末有一间办公室未实际使用，该部分租金补贴应予追回。"
    amount = Decimal("300.00")
    opened = clawbacks.open_clawback(application, "overpaid", amount, note=note, by=stage.office["officer"])
    until = max(stage.days.today, timezone.localdate()) + timedelta(days=30)
    clawbacks.keep_letter(clawbacks.decide_clawback(opened, pay_until=until, note="", by=stage.office["manager"]))


def _money_comes(stage: Stage, quarter: Quarter) -> None:
    """The authority's money for the claim comes to the organisation; finance orders the payments."""
    claim, by = claim_of(stage, quarter), stage.office["finance"]
    due = sum((row.left for row in payouts.payables(claim) if row.is_ready), Decimal("0.00"))
    funds = record_funds(claim, due, _slip(stage, stage.organisation.name, due, claim.number), by=by)
    confirm_funds(funds, amount=due, by=stage.office["manager"])
    _order(stage, quarter, Way.PASS_THROUGH)


def _pass_on(stage: Stage, quarter: Quarter) -> None:
    """The manager approves, finance gives the file to the bank."""
    for payout in Payout.objects.of_batch(claim_of(stage, quarter)).to_approve():
        payouts.approve_payout(payout, by=stage.office["manager"])
    pairs = [(row, payouts.payee_for(payouts.application_of(row))) for row in payout_files.waiting_for_bank()]
    payout_files.make_file(pairs, by=stage.office["finance"])


def _bank_answers(stage: Stage, quarter: Quarter) -> None:
    """The bank paid all but one: there the name does not belong to the account."""
    by, page = stage.office["finance"], io.StringIO()
    writer = csv.writer(page)
    writer.writerow(["付款编号", "金额", "处理结果", "处理日期", "失败原因", "银行流水号"])
    wrong = stage.cases[f"{RETURNED} {quarter}"].number
    sent = list(Payout.objects.of_batch(claim_of(stage, quarter)).filter(state="sent").select_related("due"))
    for payout in sent:
        back = payout.due.title == wrong
        answer = ("退回", "收款人账号与户名不符") if back else ("成功", "")
        writer.writerow([payout.key, payout.net, answer[0], timezone.localdate(), answer[1], papers.digits(payout.number, 10)])
    upload = SimpleUploadedFile("bank-results.csv", page.getvalue().encode())
    payout_files.import_results(upload, by=by, after=lambda row, result: payouts.after_result(row, result, by=by))
    for payout in Payout.objects.of_batch(claim_of(stage, quarter)).paid()[:2]:
        _receipt(stage, payout)
