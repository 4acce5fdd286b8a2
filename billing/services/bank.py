"""Acts on lines of bank statements: match by one or two people, suspend, take back. Files come in by `statements`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models.bank import BankLine
from billing.models.bills import Bill, Receipt
from billing.models.ledger import Account, LedgerEntry, LedgerLine
from billing.models.payouts import PayoutTransfer
from billing.querysets import reference
from billing.services.bills import allocate, deallocate, take_receipt
from billing.services.ledger import credit, debit, post, reverse
from billing.services.proposals import free_transfers, look_again, propose_matches
from billing.services.statements import (
    add_account,
    change_account,
    drop_statement,
    examine,
    import_statement,
    look_at,
    parsed,
)
from billing.services.taxes import settings_now
from billing.states import LINE_MOVES
from incubator.accounts.actors import Actor
from incubator.core.canonical import canonical
from incubator.core.errors import BusinessError, Conflict
from incubator.core.money import yuan
from incubator.core.refusals import clash
from incubator.journal.services import lock, make_move, moving
from incubator.tenants.models import Startup

__all__ = [
    "Otherwise", "add_account", "book_otherwise", "change_account", "confirm_match", "decide_many", "drop_statement", "examine", "import_statement", "limit", "look_again", "look_at", "mark_of",
    "match", "match_as_proposed", "match_transfer", "parsed", "propose_matches", "reject_match", "suspend", "undo_match",
]  # fmt: skip


@transaction.atomic
def match(line: BankLine, startup: Startup, parts: Sequence[tuple[Bill, Decimal]], *, by: Actor) -> BankLine:
    """Say whose money it is and which bills it settles; what is left stays the startup's credit.

    Above the organisation's limit nothing is booked before a second person confirms. Raises BusinessError when the
    parts are above the line or above what is open."""
    _check_parts(line, startup, parts)
    plan = {"startup": startup.pk, "bills": [[bill.pk, str(part)] for bill, part in parts]}
    return _settle(line, plan, by=by)


@transaction.atomic
def match_transfer(line: BankLine, transfer: PayoutTransfer, *, by: Actor) -> BankLine:
    """Say which payment of ours this money out is. Raises BusinessError when it is over another amount or taken already."""
    if line.is_incoming:
        raise BusinessError(_("Money that came in is matched with bills."))
    if line.size != transfer.amount:
        raise BusinessError(
            _("The line is over %(line)s yuan, payment %(key)s over %(amount)s yuan. They must be equal.")
            % {"line": yuan(line.size), "key": transfer.key, "amount": yuan(transfer.amount)}
        )
    taken = _("Payment %(key)s has its bank line already.") % {"key": transfer.key}
    if transfer.pk not in {one.pk for one in free_transfers()}:
        raise Conflict(taken)
    with clash("bank_line_transfer_once", taken):
        return _settle(line, {"transfer": transfer.pk}, by=by)


def _settle(line: BankLine, plan: dict[str, Any], *, by: Actor) -> BankLine:
    """Book it, or ask for a second person above the limit."""
    if line.size > limit():
        return make_move(line, LINE_MOVES, "ask", by=by, plan=plan)
    with moving(line, LINE_MOVES, "match", by=by) as matched:
        matched.plan = plan
        matched.about = _booked(matched, by=by)
    return matched


class Otherwise(models.TextChoices):
    """What a line is that stands for no bill and no payout."""

    FEE = "fee", gettext_lazy("A fee of the bank")
    DEPOSIT = "deposit", gettext_lazy("A deposit that went back")
    GATEWAY = "gateway", gettext_lazy("Money that the gateway paid out to us")
    RETURNED = "returned", gettext_lazy("A payment of ours that the bank sent back")


OTHERWISE = {  # the other account, and whether the line is money in
    Otherwise.FEE: (Account.FEES, False), Otherwise.DEPOSIT: (Account.TRANSIT, False), Otherwise.GATEWAY: (Account.CLEARING, True), Otherwise.RETURNED: (Account.TRANSIT, True),
}  # fmt: skip


@transaction.atomic
def book_otherwise(line: BankLine, kind: str, *, fee: Decimal = Decimal("0.00"), by: Actor) -> BankLine:
    """Say what a line is that stands for no bill: a fee, a deposit that went back, the gateway's payout less its `fee`, a
    payment that came back. Raises BusinessError for the wrong direction, and above what the gateway or the way back holds."""
    account, incoming = OTHERWISE[Otherwise(kind)]
    if line.is_incoming is not incoming:
        raise BusinessError(_("This line is money in. Choose what fits.") if line.is_incoming else _("This line is money out. Choose what fits."), field="kind")
    if fee and account != Account.CLEARING:
        raise BusinessError(_("Only the gateway keeps a fee back."), field="fee")
    held = LedgerLine.objects.of_account(account).total()
    if account == Account.CLEARING and line.size + fee > held:
        raise BusinessError(_("The gateway owes us %(held)s yuan; this is more.") % {"held": yuan(held)}, field="fee")
    if kind == Otherwise.DEPOSIT and line.size > -held:
        raise BusinessError(_("%(held)s yuan are on their way to startups; this is more.") % {"held": yuan(-held)}, field="kind")
    return _settle(line, {"book": kind, "fee": str(fee)}, by=by)


def _book_otherwise(line: BankLine, *, by: Actor) -> str:
    """Out of suspense, onto the account that the plan names."""
    account, incoming = OTHERWISE[Otherwise(line.plan["book"])]
    fee, earlier = Decimal(line.plan["fee"]), LedgerEntry.objects.filter(about=reference(line), kind="line.otherwise").count()
    sides = [debit(Account.SUSPENSE, line.size), debit(Account.FEES, fee), credit(account, line.size + fee)] if incoming else [debit(account, line.size), credit(Account.SUSPENSE, line.size)]
    post("line.otherwise", sides, key=f"{reference(line)}:otherwise:{earlier + 1}", text=str(Otherwise(line.plan["book"]).label), by=by, day=line.day, about=reference(line))
    return reference(line)


def match_as_proposed(line: BankLine, *, by: Actor) -> BankLine:
    """Agree with what the product proposes. Raises Conflict when nothing is proposed."""
    plan = line.plan
    if line.state != "proposed":
        raise Conflict(_("Nothing is proposed for this line any more. Open it to see where it stands."))
    if plan.get("transfer"):
        return match_transfer(line, PayoutTransfer.objects.get(pk=plan["transfer"]), by=by)
    bills = Bill.objects.in_bulk([pk for pk, _part in plan["bills"]])
    return match(line, Startup.objects.get(pk=plan["startup"]), [(bills[pk], Decimal(part)) for pk, part in plan["bills"]], by=by)


def mark_of(line: BankLine) -> str:
    """A digest of what a person sees beside the tick box: what is decided is what was seen."""
    return sha256(canonical([line.state, line.rung, line.plan]).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Answer:
    """What became of many lines decided at once."""

    done: list[BankLine] = field(default_factory=list)
    refused: list[tuple[BankLine, str]] = field(default_factory=list)


def decide_many(chosen: Mapping[int, str], act: Callable[..., BankLine], *, by: Actor) -> Answer:
    """Do one act to many lines, each for itself: a refused line keeps none of the others back.

    `chosen`: line → the mark that the person saw; a line that changed since is refused."""
    answer = Answer()
    for line in BankLine.objects.filter(pk__in=list(chosen)).order_by("day", "pk"):
        try:
            with transaction.atomic():
                if mark_of(line) != chosen[line.pk]:
                    raise Conflict(_("It changed since you opened the list. Look at it again."))
                answer.done.append(act(line, by=by))
        except BusinessError as refusal:
            answer.refused.append((line, refusal.message))
    return answer


def limit() -> Decimal:
    """Above so many yuan a second person confirms."""
    return settings_now().single_limit


def _check_parts(line: BankLine, startup: Startup, parts: Sequence[tuple[Bill, Decimal]]) -> None:
    if not line.is_incoming:
        raise BusinessError(_("Money that went out is matched with a payout or a refund, not with bills."))
    if sum((part for _bill, part in parts), Decimal(0)) > line.amount:
        raise BusinessError(_("The parts add up to more than the %(amount)s yuan that came in.") % {"amount": yuan(line.amount)})
    for bill, part in parts:
        if bill.startup_id != startup.pk or not 0 < part <= bill.open_amount:
            raise BusinessError(
                _("Bill %(number)s: between 0.01 and %(most)s yuan are open.") % {"number": bill.number, "most": yuan(bill.open_amount)}
            )


def _booked(line: BankLine, *, by: Actor) -> str:
    """Book what the plan says; the record that the line stands for from now on."""
    if line.plan.get("transfer"):
        return _book_transfer(line, by=by)
    if line.plan.get("book"):
        return _book_otherwise(line, by=by)
    return reference(_book(line, by=by))


def _book_transfer(line: BankLine, *, by: Actor) -> str:
    """The money on its way has left the bank."""
    transfer = PayoutTransfer.objects.select_related("payout").get(pk=line.plan["transfer"])
    earlier = LedgerEntry.objects.filter(about=reference(line), kind="payout.line").count()  # of matches that were taken back
    text = _("%(number)s to %(payee)s left the bank") % {"number": transfer.payout.number, "payee": transfer.payout.payee_name}
    sides = [debit(Account.TRANSIT, transfer.amount), credit(Account.SUSPENSE, transfer.amount)]
    post("payout.line", sides, key=f"{reference(line)}:transfer:{earlier + 1}", text=text, by=by, day=line.day, about=reference(line))
    return reference(transfer)


def _book(line: BankLine, *, by: Actor) -> Receipt:
    """The receipt and its allocations, exactly as the plan says."""
    startup = Startup.objects.get(pk=line.plan["startup"])
    earlier = Receipt.objects.filter(about=reference(line)).count()  # of matches that were taken back
    receipt = take_receipt(
        startup, "bank", line.amount, key=f"{reference(line)}:{earlier + 1}", received_on=line.day, payer_name=line.payer or startup.name, by=by, about=reference(line)
    )
    for pk, part in line.plan["bills"]:
        allocate(receipt, Bill.objects.get(pk=pk), Decimal(part), by=by)
    return receipt


@transaction.atomic
def confirm_match(line: BankLine, *, by: Actor) -> BankLine:
    """The second person agrees; now the money is booked. Raises the sentence of whatever changed in the meantime."""
    if lock(line).plan.get("for"):
        raise Conflict(_("This line stands for a payment of the authority. It is confirmed on the page of that payment."))
    taken = _("This payment has its bank line already. Reject this match.")
    with clash("bank_line_transfer_once", taken), moving(line, LINE_MOVES, "confirm", by=by) as matched:
        matched.about = _booked(matched, by=by)
    return matched


def reject_match(line: BankLine, *, note: str, by: Actor) -> BankLine:
    """The second person disagrees; the line is to be looked at again."""
    if line.plan.get("for"):
        raise Conflict(_("This line stands for a payment of the authority. It is rejected on the page of that payment."))
    return make_move(line, LINE_MOVES, "reject", by=by, note=note, plan={}, matcher=None)


def suspend(line: BankLine, *, reason: str, by: Actor) -> BankLine:
    """Nobody knows yet what the money is for; the reason says what was asked of whom."""
    if not reason.strip():
        raise BusinessError(_("Say why the line cannot be matched and whom you asked."), field="reason")
    return make_move(line, LINE_MOVES, "suspend", by=by, note=reason, reason=reason.strip())


@transaction.atomic
def undo_match(line: BankLine, *, reason: str, by: Actor) -> BankLine:
    """Take a match back: each settlement is reversed, the receipt is paid back into suspense, the line is open again."""
    if not reason.strip():
        raise BusinessError(_("Say why the match is taken back."), field="reason")
    current = lock(line)
    undo = {"billing.receipt": _undo_receipt, "billing.payouttransfer": _undo_transfer, "billing.bankline": _undo_otherwise}.get(current.about.partition(":")[0])
    if current.state == "matched" and undo is None:
        raise Conflict(_("This line stands for a payment of the authority. It is corrected on the page of that payment."))
    if undo is not None:
        undo(current, reason, by=by)
    return make_move(line, LINE_MOVES, "undo", by=by, note=reason, plan={}, rung="", about="", matcher=None, confirmer=None)


def _undo_transfer(line: BankLine, reason: str, *, by: Actor) -> None:
    """The entry of the match is reversed; the payout itself is untouched."""
    entry = LedgerEntry.objects.filter(about=reference(line), kind="payout.line", reversed_by=None).get()
    text = _("Match taken back: %(reason)s") % {"reason": reason}
    reverse(entry, key=f"{entry.key}:back", text=text, by=by)


def _undo_otherwise(line: BankLine, reason: str, *, by: Actor) -> None:
    """The entry is reversed; the line is in suspense again."""
    entry = LedgerEntry.objects.filter(about=reference(line), kind="line.otherwise", reversed_by=None).get()
    reverse(entry, key=f"{entry.key}:back", text=_("Match taken back: %(reason)s") % {"reason": reason}, by=by)


def _undo_receipt(current: BankLine, reason: str, *, by: Actor) -> None:
    """Each settlement is taken back and the receipt is emptied into suspense; what is unallocated elsewhere stays."""
    receipt = Receipt.objects.get(pk=current.about.rpartition(":")[2])
    for made in receipt.allocations.filter(amount__gt=0, reversed_by=None):
        deallocate(made, reason=reason, by=by)
    Receipt.objects.filter(pk=receipt.pk).update(refunded=F("amount"))
    sides = [debit(Account.ACCOUNT_CREDIT, receipt.amount, receipt.startup), credit(Account.SUSPENSE, receipt.amount)]
    text = _("Receipt %(number)s taken back: %(reason)s") % {"number": receipt.number, "reason": reason}
    post("receipt.back", sides, key=f"{reference(receipt)}:back", text=text, by=by, about=reference(current))
