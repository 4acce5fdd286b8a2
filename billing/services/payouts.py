"""Acts on payouts (lifecycles.md 2.2): order, approve, cancel, record the authority's payment, return, order again.

Whoever decided calls these inside the transaction that also moves the budget: billing only knows what is owed, to whom,
and what the bank said. Every guard stands in the database too (migration 0007)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models.bank import BankLine
from billing.models.ledger import Account, LedgerEntry
from billing.models.payouts import Payout, PayoutBatch, PayoutDue, PayoutResult, Way
from billing.querysets import reference
from billing.services.ledger import credit, debit, post, reverse
from billing.states import LINE_MOVES, PAYOUT_MOVES
from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role
from incubator.core.encryption import blind_index
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.money import yuan
from incubator.core.refusals import clash
from incubator.documents.models import Document
from incubator.journal.services import lock, make_move, moving, next_number, record
from incubator.policy.models import Decision
from incubator.tenants.models import AccountVerification, Startup

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Payee:
    """Whose account it is, and the account as it stands now. `verified`: a second person has compared it."""

    name: str
    bank: str
    number: str
    verified: bool
    startup: Startup | None = None

    @property
    def digest(self) -> str:
        return blind_index(self.number, purpose="account")

    @property
    def verification(self) -> AccountVerification | None:
        """The last comparison of the startup's account; None for payees who are no startups here."""
        return self.startup.account_verifications.order_by("-pk").first() if self.startup else None

    def check(self) -> None:
        """Refuse an account that nobody has verified, or that changed since."""
        kept = self.verification
        if not self.number or not self.verified or (self.startup and (kept is None or kept.account_index != self.digest)):
            raise Conflict(
                _("The account of %(payee)s is not verified, or was changed since. A second person compares it with the bank's paper first.")
                % {"payee": self.name},
                code="payout_account_verified",
            )


@dataclass(frozen=True)
class Decided:
    """What was decided on one case, as whoever decided says it. `batch` and `case` are records."""

    batch: Any
    case: Any
    title: str
    item: str
    decision: Decision
    payee_name: str
    startup: Startup | None = None
    is_own: bool = False


@dataclass(frozen=True)
class Proof:
    """How a payment of the authority is shown: its slip, or the line of our own statement."""

    paid_on: date
    reference: str = ""
    slip: Document | None = None
    line: BankLine | None = None


def batch_of(record: Any) -> PayoutBatch:
    """The batch of a claim; made at the first need."""
    batch: PayoutBatch = PayoutBatch.objects.get_or_create(about=reference(record), defaults={"title": str(record)[:120]})[0]
    return batch


@transaction.atomic
def due_for(said: Decided) -> PayoutDue:
    """What is owed under a decided line, brought to the decision that stands."""
    fields: dict[str, Any] = {"batch": batch_of(said.batch), "title": said.title[:120], "item": said.item[:120], "payee_name": said.payee_name[:120],
              "startup": said.startup, "is_own": said.is_own, "decision": said.decision, "decided": said.decision.amount_after or ZERO}  # fmt: skip
    due, new = PayoutDue.objects.get_or_create(about=reference(said.case), defaults=fields)
    due = PayoutDue.objects.select_for_update().get(pk=due.pk)
    if not new and due.decision_id != said.decision.pk:
        due.decision, due.decided = fields["decision"], fields["decided"]
        due.save(update_fields=["decision", "decided"])
    return due


def ordered_of(due: PayoutDue) -> Decimal:
    """What is ordered or paid under a due, in yuan; cancelled orders do not count."""
    total: Decimal = due.payouts.standing().total()
    return total


@transaction.atomic
def order_payout(due: PayoutDue, amount: Decimal, way: str, payee: Payee, *, offset: Decimal = ZERO, by: Actor) -> Payout:
    """Finance orders a payment. `offset`: a clawback of the same payee that is set off.

    Raises NotAllowed for another role, BusinessError above what was decided or received, Conflict for an account that
    is not verified."""
    if Role.FINANCE not in by.roles:
        raise NotAllowed(_("Only finance orders a payout."))
    due = PayoutDue.objects.select_for_update().get(pk=due.pk)
    left = due.decided - ordered_of(due)
    if not ZERO < amount <= left:
        raise BusinessError(
            _("Of %(case)s, %(left)s yuan can still be ordered: %(decided)s yuan were decided, the rest is ordered or paid.")
            % {"case": due.title, "left": yuan(left), "decided": yuan(due.decided)},
            field="amount",
        )
    payee.check()
    payout = Payout(
        due=due, part=due.payouts.count() + 1, number=f"BF-{timezone.localdate().year}-{next_number('BF'):06d}", way=way, amount=amount,
        offset=offset, orderer=by.user, **_account(payee),
    )  # fmt: skip
    with _walls(due):
        payout.save()
    record("order", payout, by=by, amount=str(amount), way=way, case=due.title)
    return payout


def _account(payee: Payee) -> dict[str, Any]:
    return {"payee_name": payee.name[:120], "bank_name": payee.bank, "account": payee.number, "account_tail": payee.number[-4:],
            "account_digest": payee.digest, "verification": payee.verification}  # fmt: skip


@contextmanager
def _walls(due: PayoutDue) -> Iterator[None]:
    """The three refusals of the database, in words."""
    above = _("The payouts of %(case)s would be above what was decided. Cancel this one and order what is left.") % {"case": due.title}
    not_there = _("More would be passed on than has come from the authority for %(claim)s. Record the receipt of its money first.") % {"claim": due.batch}
    changed = _("The account of %(payee)s was changed since it was verified. It is verified anew first.") % {"payee": due.payee_name}
    with clash("payout_within_decision", above), clash("payout_within_received", not_there), clash("payout_account_verified", changed):
        yield


@transaction.atomic
def approve_payout(payout: Payout, payee: Payee, *, by: Actor) -> Payout:
    """A leader who did not order it approves a payment of ours; the account is compared with the verified one again."""
    if payout.way == Way.AUTHORITY:
        raise Conflict(_("The authority pays this one itself. Record its payment when it has paid."))
    _same_account(payout, payee)
    with _walls(payout.due):
        return make_move(payout, PAYOUT_MOVES, "approve", by=by)


def _same_account(payout: Payout, payee: Payee) -> None:
    payee.check()
    if payee.digest != payout.account_digest:
        raise Conflict(
            _("%(payee)s has another account now than when %(number)s was ordered. Cancel the order and order it to the verified account.")
            % {"payee": payout.payee_name, "number": payout.number},
            code="payout_account_verified",
        )


def cancel_payout(payout: Payout, *, note: str, by: Actor) -> Payout:
    """A leader who did not order it cancels an order; nothing was paid."""
    if not note.strip():
        raise BusinessError(_("Say why the payout is cancelled; the applicant will read it."), field="note")
    if lock(payout).recorder_id:
        raise Conflict(_("A payment of the authority is recorded for it. Reject that record first."))
    return make_move(payout, PAYOUT_MOVES, "cancel", by=by, note=note, reason=note.strip()[:200])


# The authority's own payment


@transaction.atomic
def note_payment(payout: Payout, proof: Proof, *, by: Actor) -> Payout:
    """Finance writes down that the authority paid, from its slip or our statement. Nothing counts before a second person."""
    if payout.way != Way.AUTHORITY:
        raise Conflict(_("We pay this one ourselves. Send it to the bank after its approval."))
    if lock(payout).recorder_id:
        raise Conflict(_("A payment is recorded for it already and waits for its second person."))
    if (proof.slip is None) == (proof.line is None):
        raise BusinessError(_("Give the slip of the authority's payment, or choose the line of our bank statement."), field="slip")
    _check_day(proof.paid_on, payout)
    if proof.line is not None:
        _hold_line(proof.line, payout.net, payout, by=by)
    with clash("payout_bank_line_once", _("This bank line already stands for another payout."), field="line"):
        return make_move(
            payout, PAYOUT_MOVES, "note_payment", by=by, paid_on=proof.paid_on, reference=proof.reference.strip()[:60], slip=proof.slip, bank_line=proof.line
        )


def _check_day(day: date, payout: Payout) -> None:
    if day > timezone.localdate():
        raise BusinessError(_("The payment lies in the future. Take the day from the slip."), field="paid_on")


def _hold_line(line: BankLine, amount: Decimal, about: Any, *, by: Actor) -> None:
    """Keep a line of the statement for one payment until the second person has agreed."""
    if line.amount != amount:
        raise BusinessError(
            _("The bank line is over %(line)s yuan, the payment over %(amount)s yuan. Choose the line that belongs to it.")
            % {"line": yuan(line.amount), "amount": yuan(amount)},
            field="line",
        )
    make_move(line, LINE_MOVES, "ask", by=by, plan={"for": reference(about)})


@transaction.atomic
def record_paid(payout: Payout, *, amount: Decimal, by: Actor) -> Payout:
    """The second person types the amount from the slip: only now the payment of the authority counts."""
    with _walls(payout.due), moving(payout, PAYOUT_MOVES, "record_paid", by=by) as paid:
        if paid.recorder_id is None or paid.paid_on is None:
            raise Conflict(_("No payment of the authority is recorded for it yet. Finance records it from the slip."))
        if amount != paid.net:
            raise BusinessError(
                _("%(ordered)s yuan are ordered, not %(amount)s. Reject the record, or type the amount of the slip again.")
                % {"ordered": yuan(paid.net), "amount": yuan(amount)},
                field="amount",
            )
        if paid.bank_line:
            make_move(paid.bank_line, LINE_MOVES, "confirm", by=by, about=reference(paid))
    paid_now(paid, day=paid.paid_on, reference_text=paid.reference, document=paid.slip, line=paid.bank_line, by=by)
    return paid


def reject_payment(payout: Payout, *, note: str, by: Actor) -> Payout:
    """The record does not agree with its paper: finance records it anew."""
    if not note.strip():
        raise BusinessError(_("Say what does not agree with the paper."), field="note")
    with moving(payout, PAYOUT_MOVES, "reject_payment", by=by, note=note) as rejected:
        if rejected.recorder_id is None:
            raise Conflict(_("No payment is recorded for it."))
        if rejected.bank_line:
            make_move(rejected.bank_line, LINE_MOVES, "reject", by=by, plan={}, matcher=None)
        rejected.recorder = rejected.paid_on = rejected.slip = rejected.bank_line = None
        rejected.reference = ""
    return rejected


# What a result does to the books


def paid_now(
    payout: Payout, *, day: date, reference_text: str = "", document: Document | None = None, line: BankLine | None = None, by: Actor
) -> PayoutResult:
    """Write down that this attempt was paid, once, and post it."""
    result: PayoutResult = PayoutResult.objects.create(
        payout=payout, attempt=payout.attempt, result="paid", amount=payout.net, day=day, reference=reference_text[:60], document=document, bank_line=line, user=by.user
    )
    sides = _sides(payout, line is not None)
    if sides:
        text = _("%(number)s to %(payee)s") % {"number": payout.number, "payee": payout.payee_name}
        post("payout", sides, key=_key(payout, "paid"), text=text, by=by, day=day, about=reference(payout))
    return result


def _key(payout: Payout, what: str) -> str:
    return f"{reference(payout)}:{payout.attempt}:{what}"


def _sides(payout: Payout, on_statement: bool) -> list[Any]:
    """What a payment does to the books. The authority's payment to somebody else does nothing: it was never our money."""
    startup, document = payout.due.startup, reference(payout)
    if payout.way == Way.AUTHORITY:
        if not payout.due.is_own:
            return []
        where = Account.SUSPENSE if on_statement else Account.TRANSIT
        return [debit(where, payout.net, None, document), credit(Account.SUBSIDY_INCOME, payout.net, None, document)]
    purse = Account.PASS_THROUGH if payout.way == Way.PASS_THROUGH else Account.SUBSIDY_PAID
    return [debit(purse, payout.amount, startup, document), credit(Account.TRANSIT, payout.net, startup, document), credit(purse, payout.offset, startup, document)]


@transaction.atomic
def returned_now(
    payout: Payout, *, day: date, reason: str, reference_text: str = "", document: Document | None = None, by: Actor
) -> PayoutResult:
    """Write down that the bank sent this attempt back, once; a posting of the payment is reversed."""
    with moving(payout, PAYOUT_MOVES, "import_returned", by=by, note=reason) as back:
        back.returned_on, back.reason = day, (reason.strip() or _("No reason given by the bank"))[:200]
        back.paid_on = None
    result: PayoutResult = PayoutResult.objects.create(
        payout=back, attempt=back.attempt, result="returned", amount=back.net, day=day, reference=reference_text[:60], reason=back.reason, document=document, user=by.user
    )
    entry = LedgerEntry.objects.filter(key=_key(back, "paid")).first()
    if entry:
        reverse(entry, key=_key(back, "back"), text=_("%(number)s came back: %(reason)s") % {"number": back.number, "reason": back.reason}, by=by, day=day)
    return result


@transaction.atomic
def reorder(payout: Payout, payee: Payee, *, by: Actor) -> Payout:
    """Order a returned payment again, under the same order as a new attempt, to the account that was verified meanwhile.

    Raises Conflict while the account is still the one to which the bank could not pay, and was not verified anew."""
    payee.check()
    with _walls(payout.due), moving(payout, PAYOUT_MOVES, "correct_account", by=by) as again:
        kept = payee.verification
        same = payee.digest == again.account_digest and (kept is None or kept.pk == again.verification_id)
        if same:
            raise Conflict(_("The account is still the one to which the bank could not pay. It is corrected and verified first."))
        for name, value in _account(payee).items():
            setattr(again, name, value)
        again.attempt += 1
        again.approver = again.sender = again.recorder = again.confirmer = again.file = again.slip = again.bank_line = again.paid_on = None
        again.reference = ""
    return again


def confirm_receipt(payout: Payout, *, by: Actor) -> Payout:
    """The startup confirms that the money has come."""
    with moving(payout, PAYOUT_MOVES, "confirm_receipt", by=by) as confirmed:
        if confirmed.receipt_at:
            raise Conflict(_("The receipt is confirmed already."))
        confirmed.receipt_at = timezone.now()
    return confirmed


def totals_of(record: Any) -> Mapping[str, Decimal]:
    """Of a claim: decided, ordered, paid, received from the authority, passed on; in yuan."""
    from billing.models.payouts import AuthorityFunds

    payouts = Payout.objects.of_batch(record).standing()
    passed = payouts.filter(way=Way.PASS_THROUGH)
    return {
        "ordered": payouts.total(), "paid": payouts.paid().total(), "received": AuthorityFunds.objects.of_batch(record).counting().total(),
        "passed": passed.paid().total(), "reserved": passed.total(),
    }  # fmt: skip
