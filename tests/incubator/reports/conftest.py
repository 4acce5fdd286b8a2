"""A world with one claim that is decided, and what was granted in it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from incubator.documents.services import keep_paper
from incubator.policy import services as policy
from incubator.policy.models import ReasonCode
from incubator.subsidies.services import claims, decisions
from incubator.subsidies.services.printing import keep_claim_papers
from tests.factories.budgets import a_line
from tests.factories.subsidies import edition, endorse, seal
from tests.incubator.subsidies.conftest import shipped, world  # noqa: F401 - fixtures


def paper(actor, tail, kind="official_reply"):
    return keep_paper(b"%PDF-1.4 " + tail.encode(), title=tail, name="p.pdf", by=actor("finance"), kind=kind)


def a_reply(actor, tail="reply"):
    return policy.record_reply(
        paper(actor, tail), body="净月高新区人社局", number="净人社〔2026〕3号", dated_on=date(2026, 11, 20), received_on=date(2026, 11, 23), by=actor("finance")
    )


def decide(world, applications, cut=None, budget="100000"):
    """The claim of these applications, decided and confirmed; the first line cut to `cut` yuan."""
    actor = world.actor
    if budget:
        rent = edition("rent")
        policy.say_budget(rent, "line", by=actor("finance"))
        world.line = a_line(actor, programme=rent.programme, region=rent.region, amount=budget)
    claim = keep_claim_papers(seal(world, applications))
    claim = claims.file_claim(claim, scan=paper(actor, "signed", "signed_scan"), by=actor("manager"))
    claim = decisions.record_receipt(claim, a_reply(actor, "receipt"), by=actor("finance"))
    answers = []
    for place, line in enumerate(claims.standing(claim)):
        low = cut is not None and place == 0
        reason = ReasonCode.objects.get(code="AUTHORITY") if low else None
        answers.append(decisions.LineReply(line, "cut" if low else "approved", Decimal(cut) if low else line.amount, reason))
    claim = decisions.record_claim_decision(claim, a_reply(actor), answers, by=actor("finance"))
    return decisions.confirm_claim_decision(claim, total=sum(answer.decided for answer in answers), by=actor("owner"))


@pytest.fixture
def decided(world):  # noqa: F811
    """Rent is granted with a cut to 1,000.00; broadband has only been sent in."""
    world.broadband = world.apply("broadband")
    world.rent = endorse(world.apply("rent"), world.actor)
    world.claim = decide(world, [world.rent], cut="1000.00")
    world.rent.refresh_from_db()
    return world
