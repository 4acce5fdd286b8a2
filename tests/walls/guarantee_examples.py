"""A fund and cases in each state that an address of guarantees needs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from incubator.guarantees.services import cases, funds
from tests.factories.documents import an_upload
from tests.factories.guarantees import a_case, a_fund, before_committee, second_officer, vote_all


def add_guarantees(world: Any) -> None:
    second = second_officer(world.organisation, "a-officer-two")
    world.fund = a_fund(world.actor)
    given = {"kind": "top_up", "amount": Decimal(500), "reference": "2", "dated_on": date(2026, 2, 2)}
    world.fund_money = funds.enter_money(world.fund, an_upload("s.pdf"), by=world.actor("finance"), **given)
    world.loan_draft = a_case(world.startup, world.actor)
    world.loan_sent = cases.submit_guarantee(a_case(world.startup, world.actor), by=world.actor("founder"))
    world.loan_voted = before_committee(a_case(world.startup, world.actor), world.actor, second, world.fund)
    vote_all(world.loan_voted, world.actor)


def guarantee_addresses(world: Any):
    fund, money, sent = world.fund.pk, world.fund_money.pk, world.loan_sent
    yield from ((f"office:guarantees:{name}", []) for name in ("register", "fund-open"))
    yield from ((f"office:guarantees:{name}", [fund]) for name in ("fund", "money"))
    yield "office:guarantees:money-paper", [fund, money]
    yield from ((f"office:guarantees:money-act · {act}", [fund, money, act]) for act in ("confirm", "reject"))
    yield from (("office:guarantees:case", [sent.pk]), ("office:guarantees:paper", [sent.pk, sent.papers.get().pk]))
    yield from ((f"office:guarantees:case-act · {act}", [sent.pk, act]) for act in ("precheck", "return", "appraise", "vote", "refuse"))
    yield "office:guarantees:case-act · approve", [world.loan_voted.pk, "approve"]
    draft = world.loan_draft
    yield from ((f"portal:guarantees:{name}", []) for name in ("cases", "apply"))
    yield from ((f"portal:guarantees:{name}", [draft.pk]) for name in ("case", "change", "paper-add"))
    yield "portal:guarantees:paper", [draft.pk, draft.papers.get().pk]
    yield from ((f"portal:guarantees:act · {act}", [draft.pk, act]) for act in ("submit", "withdraw"))
