"""Loan guarantees of the story: a fund with money, one case guaranteed, one before the committee, one just sent in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.utils import timezone

from incubator.demo.papers import AUTHORITY, cn
from incubator.demo.sheets import letter, press
from incubator.demo.stage import Event, Stage
from incubator.documents.uploads import OwnPrint
from incubator.guarantees.models import Fund, Guarantee
from incubator.guarantees.services import cases, funds

WANTED = (("zhekun", "90000.00", "购置检测设备", 3), ("chongyi", "60000.00", "备货和周转", 2), ("heyu", "80000.00", "租赁冷链车辆", 1))
FUND = {"name": "净月创业担保基金（示例）", "bank": "吉林银行长春净月支行", "multiple": Decimal(5), "share": Decimal("0.8"), "borrower_cap": Decimal(300000)}


def guarantees(stage: Stage) -> Iterator[Event]:
    """The fund two months ago, the cases in the last weeks."""
    today = stage.days.today
    yield today - timedelta(60), partial(_fund, stage)
    for place, row in enumerate(WANTED):
        yield today - timedelta(30 - 8 * place), partial(_case, stage, *row)


def _paper(title: str, text: str) -> OwnPrint:
    (body,) = press([letter(title, (text,), number="（示例）", signer=AUTHORITY, day=cn(timezone.localdate()))])
    return OwnPrint(f"{title}.pdf", body, "application/pdf")


def _fund(stage: Stage) -> None:
    """The owner opens it, finance enters the money, a manager confirms."""
    fund = funds.open_fund(by=stage.office["owner"], **FUND)
    slip = _paper("担保基金入账回单（示例）", "注入担保基金 300,000.00 元。")
    order = funds.enter_money(fund, slip, by=stage.office["finance"], kind="contribution", amount=Decimal(300000), reference="JH-0001", dated_on=timezone.localdate())
    funds.confirm_money(order, by=stage.office["manager"])


def _case(stage: Stage, key: str, amount: str, purpose: str, far: int) -> None:
    """Sent in; from the second step on appraised; from the third approved."""
    founder, today = stage.founders[key], timezone.localdate()
    draft = Guarantee(startup=stage.startups[key], borrower="individual", amount=Decimal(amount), months=24, purpose=purpose, contract_on=stage.days.today + timedelta(21))
    case = cases.save_draft(draft, by=founder)
    cases.add_paper(case, _paper("就业创业证（示例）", "人员类别：登记失业人员。"), item="category_proof", valid_to=today + timedelta(700), by=founder)
    case = cases.submit_guarantee(case, by=founder)
    if far == 1:
        return
    case = cases.precheck_guarantee(case, by=stage.office["officer"])
    case = cases.appraise_guarantee(case, _appraisal(today), by=stage.office["officer2"])
    cases.cast_vote(case, choice="yes", reason="经营稳定，同意担保。", by=stage.office["manager"])
    if far == 3:
        for who in ("owner", "finance"):
            cases.cast_vote(case, choice="yes", reason="风险可控，同意。", by=stage.office[who])
        cases.approve_guarantee(case, by=stage.office["owner"])


def _appraisal(today: object) -> dict[str, object]:
    return {
        "visited_on": today, "findings": "现场查看经营场所，订单和流水与申报一致。", "counter": "法定代表人连带责任保证", "capacity": "guarantor",
        "fund": Fund.objects.get(), "basis": "主管部门书面同意（示例）", "basis_file": _paper("关于同意为基地内创业实体提供担保的函（示例）", "同意你基地为基地内创业实体提供担保。"),
    }  # fmt: skip
