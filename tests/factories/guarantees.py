"""A fund with money and a case before the committee. Call them inside an organisation's context, with the policy loaded."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from incubator.accounts.actors import actor_for
from incubator.guarantees.models import Fund, Guarantee
from incubator.guarantees.services import cases, funds
from incubator.policy.models import ReasonCode  # noqa: F401
from tests.factories.accounts import make_person
from tests.factories.documents import an_upload

APPRAISAL = {"visited_on": date(2026, 11, 20), "findings": "经营正常", "counter": "法定代表人保证", "basis": "主管部门书面同意（示例）", "capacity": "guarantor"}


def a_fund(actor: Any, amount: str = "100000.00", **fields: Any) -> Fund:
    """A fund that may guarantee five times what it holds."""
    figures = {"name": "创业担保基金", "bank": "吉林银行", "multiple": Decimal(5), "share": Decimal("0.8"), "borrower_cap": Decimal("400000.00")} | fields
    fund = funds.open_fund(by=actor("owner"), **figures)
    order = funds.enter_money(fund, an_upload("slip.pdf"), by=actor("finance"), kind="contribution", amount=Decimal(amount), reference="1", dated_on=date(2026, 1, 5))
    funds.confirm_money(order, by=actor("manager"))
    fund.refresh_from_db()
    return fund


def a_case(startup: Any, actor: Any, amount: str = "90000.00") -> Guarantee:
    """A draft with its proof of category."""
    draft = Guarantee(startup=startup, borrower="individual", amount=Decimal(amount), months=24, purpose="购置设备", contract_on=date(2026, 12, 15))
    case = cases.save_draft(draft, by=actor("founder"))
    cases.add_paper(case, an_upload("proof.pdf"), item="category_proof", valid_to=date(2027, 12, 31), by=actor("founder"))
    return case


def second_officer(organisation: Any, name: str = "officer-two") -> Any:
    return actor_for(make_person(name, organisation, "officer"), organisation)


def before_committee(case: Guarantee, actor: Any, second: Any, fund: Fund | None = None) -> Guarantee:
    """Sent in, prechecked, and appraised by a second officer."""
    sent = cases.submit_guarantee(case, by=actor("founder"))
    checked = cases.precheck_guarantee(sent, by=actor("officer"))
    given = APPRAISAL | {"fund": fund, "basis_file": an_upload("basis.pdf")} | ({} if fund else {"capacity": "recommender"})
    return cases.appraise_guarantee(checked, given, by=second)


def vote_all(case: Guarantee, actor: Any, choice: str = "yes") -> None:
    for role in ("owner", "manager", "finance"):
        cases.cast_vote(case, choice=choice, reason="同意", by=actor(role))
