"""Acts on refunds: asked by finance, approved by a manager or owner, carried out by the gateway, booked once.

The money leaves the startup's credit at the approval, so that nobody can spend it twice while the gateway works; when the
gateway refuses, it is credit again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.models.bills import Bill, Receipt
from billing.models.ledger import Account, LedgerEntry
from billing.models.payments import Payment, Refund
from billing.querysets import reference
from billing.services.bills import allocate, deallocate
from billing.services.ledger import credit, debit, post, reverse
from billing.services.payments import say
from billing.states import PAYMENT_MOVES, REFUND_MOVES, RefundState
from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict
from incubator.core.money import yuan
from incubator.core.refusals import clash
from incubator.journal.services import lock, make_move, moving, record
from incubator.notices.services import notify, people_with

ZERO = Decimal("0.00")


def refundable(payment: Payment) -> Decimal:
    """What can still go back of a payment, in yuan: taken, less what is on its way."""
    on_its_way = sum((one.amount for one in payment.refunds.all() if one.state in {"requested", "pending"}), ZERO)
    return payment.captured_amount - on_its_way  # type: ignore[no-any-return]


@transaction.atomic
def request_refund(payment: Payment, amount: Decimal, *, reason: str, by: Actor) -> Refund:
    """Finance asks to pay back so much of a payment, to where it came from. Raises BusinessError above what is left."""
    locked = lock(payment)
    if locked.is_frozen:
        raise Conflict(_("This payment is disputed at the gateway. Nothing goes back before the dispute is closed there."))
    most = refundable(locked)
    if not 0 < amount <= most:
        raise BusinessError(_("Between 0.01 and %(most)s yuan can be paid back.") % {"most": yuan(most)}, field="amount")
    if not reason.strip():
        raise BusinessError(_("Say why the money goes back."), field="reason")
    refund = Refund.objects.create(payment=locked, amount=amount, reason=reason.strip(), requester=by.user)
    record("request_refund", refund, by=by, note=refund.reason, amount=str(amount))
    return refund


@transaction.atomic
def approve_refund(refund: Refund, *, by: Actor) -> Refund:
    """Another person agrees: the money leaves the startup's credit, and the gateway is told."""
    lock(refund.payment)
    above = _("More is on its way back already than was taken. Drop this refund.")
    with clash("refund_within", above), moving(refund, REFUND_MOVES, "approve", by=by) as approved:
        pass
    _take_out(approved, by=by)
    say("refund", approved.payment, approved)
    return approved


def drop_refund(refund: Refund, *, by: Actor) -> Refund:
    """Give a refund up before anybody approved it."""
    return make_move(refund, REFUND_MOVES, "drop", by=by)


def _take_out(refund: Refund, *, by: Actor) -> None:
    """Free so much of the receipt, taking settlements back if need be, and put it on its way."""
    free_receipt(Receipt.objects.get(pk=refund.payment.receipt_id), refund.amount, reason=refund.reason, by=by)
    receipt = lock(Receipt.objects.get(pk=refund.payment.receipt_id))
    receipt.refunded += refund.amount
    receipt.save(update_fields=["refunded"])
    sides = [debit(Account.ACCOUNT_CREDIT, refund.amount, receipt.startup), credit(Account.TRANSIT, refund.amount)]
    text = _("Refund of %(amount)s yuan of receipt %(number)s") % {"amount": yuan(refund.amount), "number": receipt.number}
    post("refund", sides, key=f"{reference(refund)}:out", text=text, by=by, about=reference(refund))


def free_receipt(receipt: Receipt, amount: Decimal, *, reason: str, by: Actor) -> None:
    """Take settlements of a receipt back, the latest first, until so much of it is free; what was too much is used again."""
    for made in receipt.allocations.filter(amount__gt=0, reversed_by=None).order_by("-pk"):
        missing = amount - Receipt.objects.get(pk=receipt.pk).rest
        if missing <= 0:
            return
        back = deallocate(made, reason=reason, by=by)
        if made.amount > missing:
            allocate(back.receipt, Bill.objects.get(pk=made.bill_id), made.amount - missing, by=by)


@transaction.atomic
def take_refund(payment: Payment, said: dict[str, Any], *, by: Actor) -> str:
    """What the gateway says of a refund: ours by its key, or one that somebody made on the gateway's own pages."""
    locked = lock(payment)
    known = Refund.objects.filter(payment=locked, gateway_id=said["id"]).first()
    key = (said.get("metadata") or {}).get("refund", "")
    known = known or next((one for one in locked.refunds.filter(gateway_id="") if str(one.key) == key), None)
    known = known or _from_gateway(locked, said, by=by)
    if known is None:
        return "nothing new"
    if not known.gateway_id:
        known.gateway_id = said["id"]
        known.save(update_fields=["gateway_id"])
    if said.get("status") == "succeeded" and known.state == RefundState.PENDING:
        return _succeed(known, by=by)
    if said.get("status") in {"failed", "canceled"} and known.state in {RefundState.PENDING, RefundState.SUCCEEDED}:
        return fail_refund(known, str(said.get("failure_reason") or said["status"]), by=by)
    return "nothing new"


def _from_gateway(payment: Payment, said: dict[str, Any], *, by: Actor) -> Refund | None:
    """A refund that we did not order: it is a fact, so it is booked, and finance is told."""
    amount = Decimal(said["amount"]) / 100
    if said.get("status") not in {"pending", "succeeded"} or payment.receipt_id is None:
        return None
    refund = Refund(payment=payment, amount=amount, reason=_("Paid back on the gateway's own pages"), gateway_id=said["id"], from_gateway=True, state=RefundState.PENDING)
    with clash("refund_within", _("The gateway paid back more than was left.")):
        refund.save()
    record("gateway_refund", refund, by=by, amount=str(amount))
    _take_out(refund, by=by)
    url = f"/office/{payment.organisation.slug}/bills/payments/{payment.pk}/"
    sentence = gettext_noop("%(amount)s yuan of bill %(bill)s were paid back on the gateway's own pages. Two persons of this office did not decide it.")
    notify(people_with(payment.organisation, Role.FINANCE, Role.OWNER), sentence, key=f"refund:{refund.pk}", url=url, bill=payment.bill.number, amount=yuan(amount))
    return refund


def _succeed(refund: Refund, *, by: Actor) -> str:
    """The money is with the payer: it has left the gateway's clearing account."""
    make_move(refund, REFUND_MOVES, "succeed", by=by)
    sides = [debit(Account.TRANSIT, refund.amount), credit(Account.CLEARING, refund.amount)]
    text = _("Refund of %(amount)s yuan paid by the gateway") % {"amount": yuan(refund.amount)}
    post("refund.paid", sides, key=f"{reference(refund)}:paid", text=text, by=by, about=reference(refund))
    payment = lock(refund.payment)
    rest = payment.captured_amount - refund.amount
    make_move(payment, PAYMENT_MOVES, "refund_part" if rest else "refund_rest", by=by, captured_amount=rest)
    return "refunded"


@transaction.atomic
def fail_refund(refund: Refund, why: str, *, by: Actor) -> str:
    """The gateway could not pay back: the entries are reversed, the money is the startup's credit again, finance is told."""
    lock(refund.payment)
    failed = make_move(refund, REFUND_MOVES, "fail", by=by, note=why[:200], message=why[:200])
    for entry in LedgerEntry.objects.filter(about=reference(refund), reverses=None, reversed_by=None).order_by("-pk"):
        reverse(entry, key=f"{entry.key}:back", text=_("Refund failed: %(why)s") % {"why": why}, by=by)
    receipt = lock(Receipt.objects.get(pk=failed.payment.receipt_id))
    receipt.refunded -= failed.amount
    receipt.save(update_fields=["refunded"])
    url = f"/office/{failed.organisation.slug}/bills/payments/{failed.payment_id}/"
    sentence = gettext_noop("The refund of %(amount)s yuan of bill %(bill)s failed. The money is credit of the startup again.")
    notify(people_with(failed.organisation, Role.FINANCE), sentence, key=f"refund:{failed.pk}:failed", url=url, bill=failed.payment.bill.number, amount=yuan(failed.amount))
    return "refund failed"
