"""What the product proposes for lines that nobody has decided: bills by the match ladder, payouts by key or payee."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from billing.matching import OpenBill, OpenBills, Proposal, plain, propose
from billing.models.bank import BankLine
from billing.models.bills import Bill
from billing.models.payouts import PayoutTransfer, Way
from billing.states import LINE_MOVES, BankLineState, PayoutState
from incubator.accounts.actors import Actor, system
from incubator.journal.services import make_move

OPEN = (BankLineState.IMPORTED, BankLineState.PROPOSED, BankLineState.SUSPENSE)


def propose_matches(lines: Any) -> int:
    """Go up the match ladder for lines that nobody has decided; returns how many got a new proposal.

    A proposal that stands is left alone; one that fits no more (its bill was paid meanwhile) is withdrawn."""
    rows = list(lines.filter(state__in=OPEN).select_related("organisation"))
    if not rows:
        return 0
    by, bills, known, transfers = system(rows[0].organisation), open_bills(), payers_before(rows), free_transfers()
    count = 0
    for line in rows:
        rung, plan = proposal_for(line, bills, known, transfers)
        if plan and (plan != line.plan or line.state == BankLineState.IMPORTED):
            make_move(line, LINE_MOVES, "propose", by=by, rung=rung, plan=plan)
            count += 1
        elif not plan and line.state == BankLineState.PROPOSED:
            make_move(line, LINE_MOVES, "withdraw", by=by, rung="", plan={})
    return count


def proposal_for(line: BankLine, bills: OpenBills, known: dict[str, set[int]], transfers: list[PayoutTransfer]) -> tuple[str, dict[str, Any]]:
    """The rung and the plan for one line; nothing when nothing fits surely enough."""
    if line.is_incoming:
        found = propose(line.amount, line.payer, line.text, bills, known=known.get(line.payer_index, ()))
        return (found.rung, plan_of(found)) if found else ("", {})
    return transfer_for(line, transfers)


def transfer_for(line: BankLine, transfers: list[PayoutTransfer]) -> tuple[str, dict[str, Any]]:
    """The payment of ours that this money out is: by its key in the text, else by amount and payee when only one fits."""
    equal = [transfer for transfer in transfers if transfer.amount == line.size]
    keyed = [transfer for transfer in equal if transfer.key in line.text]
    if len(keyed) == 1:
        return "payout_key", {"transfer": keyed[0].pk}
    named = [transfer for transfer in equal if line.payer and plain(transfer.payout.payee_name) == plain(line.payer)]
    return ("payout_payee", {"transfer": named[0].pk}) if len(named) == 1 else ("", {})


def open_bills() -> OpenBills:
    rows = Bill.objects.open().select_related("startup").order_by("due_on", "pk")
    return OpenBills(OpenBill(bill.pk, bill.startup_id, bill.startup.name, bill.reference, bill.open_amount) for bill in rows)


def free_transfers() -> list[PayoutTransfer]:
    """Payments that were given to the bank and that no line of a statement stands for yet."""
    taken = BankLine.objects.filter(about__startswith="billing.payouttransfer:").values_list("about", flat=True)
    held = BankLine.objects.filter(state=BankLineState.WAITING, plan__has_key="transfer").values_list("plan__transfer", flat=True)
    used = {int(one.rpartition(":")[2]) for one in taken} | set(held)
    sent = PayoutTransfer.objects.filter(payout__state__in=[PayoutState.SENT, PayoutState.PAID]).exclude(payout__way=Way.AUTHORITY)
    return [row for row in sent.select_related("payout") if row.pk not in used]


def payers_before(lines: Iterable[BankLine]) -> dict[str, set[int]]:
    """By digest of the payer's account: the startups for which it paid before, as people matched it. One query for all."""
    indexes = {line.payer_index for line in lines if line.payer_index}
    found: dict[str, set[int]] = defaultdict(set)
    earlier = BankLine.objects.filter(payer_index__in=indexes, state=BankLineState.MATCHED, plan__has_key="startup")
    for index, startup in earlier.values_list("payer_index", "plan__startup").distinct():
        found[index].add(startup)
    return found


def plan_of(found: Proposal) -> dict[str, Any]:
    return {"startup": found.startup, "bills": [[pk, str(part)] for pk, part in found.parts]}


def look_again(*, by: Actor) -> int:
    """A person asks for it: bills were issued or paid since the lines came in."""
    return propose_matches(BankLine.objects.undecided())


