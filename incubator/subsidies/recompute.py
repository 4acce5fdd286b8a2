"""What should have been paid, seen from today: the recomputation behind a clawback, and who is proposed for one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from billing.models import PayoutDue
from incubator.core.money import round_fen
from incubator.core.periods import Month
from incubator.subsidies.models import ClaimLine, Clawback, SubsidyApplication

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Proposal:
    """An application for which more was paid than is due, with the reason and the amount."""

    application: SubsidyApplication
    trigger: str
    amount: Decimal

    @property
    def reason(self) -> str:
        return str(Clawback.Trigger(self.trigger).label)


def paid_under(application: SubsidyApplication) -> Decimal:
    """What was paid under an application, less what was demanded back already."""
    due = PayoutDue.objects.about(application).first()
    if due is None:
        return NOTHING
    demanded = application.clawbacks.exclude(state__in=["open", "dropped", "waived"])
    return due.payouts.paid().total() - sum((row.amount for row in demanded), NOTHING)


def decided_for(application: SubsidyApplication) -> Decimal:
    """What the decision that stands grants."""
    line = ClaimLine.objects.filter(application=application, released_at=None).first()
    return (line.decided if line else None) or NOTHING


def recomputed(application: SubsidyApplication, trigger: str) -> dict[str, Any]:
    """The recomputation, step by step: what was paid, what is due now, and the difference. Plain strings, kept for good."""
    paid, steps = paid_under(application), []
    if trigger == Clawback.Trigger.LEASE_ENDED:
        steps = list(lease_steps(application))
        excess = sum((Decimal(step["excess"]) for step in steps), NOTHING)
    elif trigger == Clawback.Trigger.OVERPAID:
        granted = decided_for(application)
        excess = max(paid - granted, NOTHING)
        steps = [{"label": "已拨付", "expression": str(paid), "excess": ""}, {"label": "现行决定金额", "expression": str(granted), "excess": str(excess)}]
    else:
        excess = paid
        steps = [{"label": "已拨付", "expression": str(paid), "excess": str(excess)}]
    excess = min(excess, paid)
    return {"paid": str(paid), "due": str(paid - excess), "excess": str(excess), "steps": steps, "trace_sha256": application.trace_sha256}


def settled_at(trace: dict[str, Any], amount: Decimal) -> dict[str, Any]:
    """The recomputation with the amount that is demanded; where the officer demands another one, a step says so."""
    if Decimal(trace["excess"]) == amount:
        return trace
    step = {"label": "立案核定（理由见决定书）", "expression": f"{trace['excess']} → {amount}", "excess": str(amount)}
    return trace | {"steps": [*trace["steps"], step], "excess": str(amount), "due": str(Decimal(trace["paid"]) - amount)}


def lease_end(application: SubsidyApplication) -> date | None:
    """The day on which the lease of an application really ended."""
    lease = application.lease
    if lease is None or lease.state not in {"ended", "settled", "notice_given"}:
        return None
    end: date | None = lease.ends_on
    return end


def lease_steps(application: SubsidyApplication) -> Iterator[dict[str, str]]:
    """For every paid month that the lease did not cover in full: the share of the days after its end."""
    end, granted = lease_end(application), decided_for(application)
    assessed = sum((line.assessed for line in application.lines.all()), NOTHING)
    if end is None or not assessed:
        return
    for line in application.lines.exclude(month=None).order_by("month", "pk"):
        month = Month.of(line.month)
        after = month.days - month.days_inside(month.first, end) if end >= month.first else month.days
        if after <= 0:
            continue
        share = line.assessed * granted / assessed
        excess = round_fen(share * after / month.days)
        yield {"label": f"{month}", "expression": f"{round_fen(share)} × {after} ÷ {month.days}", "excess": str(excess)}


def proposals() -> list[Proposal]:
    """Every application for which more was paid than is due today, and for which no case is open or decided yet."""
    found = []
    for application, trigger in candidates():
        excess = Decimal(recomputed(application, trigger)["excess"])
        if excess > 0:
            found.append(Proposal(application, trigger, excess))
    return found


def candidates() -> Iterator[tuple[SubsidyApplication, str]]:
    """What is worth a recomputation: paid more than the decision that stands grants, or a lease that has ended. Read for
    all paid applications at once."""
    dues = PayoutDue.objects.filter(payouts__state="paid", about__startswith="subsidies.subsidyapplication:").order_by()
    paid = {int(about.rpartition(":")[2]): total for about, total in dues.values_list("about").annotate(Sum("payouts__amount"))}
    lines = ClaimLine.objects.filter(application__in=paid, released_at=None)
    granted = {pk: decided or NOTHING for pk, decided in lines.values_list("application", "decided")}
    rows = SubsidyApplication.objects.for_pages().select_related("lease").prefetch_related("clawbacks")
    for application in rows.filter(pk__in=paid).order_by("pk"):
        known = {case.trigger for case in application.clawbacks.all() if case.state != "waived"}
        if Clawback.Trigger.OVERPAID not in known and paid[application.pk] > granted.get(application.pk, NOTHING):
            yield application, Clawback.Trigger.OVERPAID
        if Clawback.Trigger.LEASE_ENDED not in known and lease_end(application) is not None:
            yield application, Clawback.Trigger.LEASE_ENDED
