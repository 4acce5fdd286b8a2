"""Budget lines for tests: opened, appropriated by two people, and cases that draw on them.

Call everything inside an organisation's context."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from incubator.documents.models import DocumentKind
from incubator.documents.services import keep_paper
from incubator.policy import services
from incubator.policy.models import BudgetLine, Programme

PAPER = b"%PDF-1.4 budget "


@dataclass(frozen=True)
class Case:
    """Something that was decided on, in an app that policy knows nothing of."""

    pk: int
    _meta = SimpleNamespace(label_lower="test.case")

    def __str__(self) -> str:
        return f"case {self.pk}"


def a_reply(actor, tail: str = "", number: str = "吉财社〔2026〕12号"):
    """The paper by which money is appropriated."""
    scan = keep_paper(PAPER + tail.encode(), title="预算下达文件", name="b.pdf", by=actor("finance"), kind=DocumentKind.OFFICIAL_REPLY)
    return services.record_reply(
        scan, body="市财政局", number=number, dated_on=date(2026, 1, 20), received_on=date(2026, 1, 26), by=actor("finance")
    )


def a_line(actor, *, programme=None, year=2026, amount="0", region="", source="authority") -> BudgetLine:
    """A line with this much appropriated: finance enters it, the manager confirms it."""
    programme = programme or Programme.objects.shared().order_by("pk").first()
    line = services.open_line(programme, region=region, year=year, source=source, by=actor("finance"))
    if Decimal(amount):
        order = services.propose_appropriation(line, Decimal(amount), a_reply(actor, f"{line.pk}"), by=actor("finance"))
        services.confirm_order(order, by=actor("manager"))
    return BudgetLine.objects.get(pk=line.pk)


def decide(case, amount, actor, **more):
    """A decision on a case over this amount."""
    return services.record_decision(case, "approved", by=actor("manager"), after=Decimal(amount), **more)


def commit_to(line, case, amount, actor, *, key="", partial=False, decision=None):
    """Commit an amount that was decided for a case."""
    decision = decision or decide(case, amount, actor)
    need = services.Need(case, decision, line, Decimal(amount), key or f"decision:{decision.pk}:commit", partial)
    return services.commit([need], by=actor("manager"))
