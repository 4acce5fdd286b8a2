"""State tables of billing (lifecycles.md 2.1, spaces-billing.md C4)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.accounts.roles import Role
from incubator.core.states import SYSTEM, Move, moves

FINANCE = frozenset({Role.FINANCE})
MANAGER = frozenset({Role.MANAGER})
OWNER = frozenset({Role.OWNER})
LEADERS = OWNER | MANAGER
CLOCK = frozenset({SYSTEM})


class CloseState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("close of a month", "Proposed")
    CLOSED = "closed", pgettext_lazy("close of a month", "Closed")
    DROPPED = "dropped", pgettext_lazy("close of a month", "Dropped")


CLOSE_MOVES = moves(
    Move("close", _("Close the month"), (CloseState.PROPOSED,), CloseState.CLOSED, LEADERS, unlike=("proposer",), signs="closer"),
    Move("drop", _("Drop the proposal"), (CloseState.PROPOSED,), CloseState.DROPPED, LEADERS),
)


class BillState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("bill", "Draft")
    ISSUED = "issued", pgettext_lazy("bill", "Issued")
    PART_PAID = "part_paid", pgettext_lazy("bill", "Paid in part")
    PAID = "paid", pgettext_lazy("bill", "Paid")
    CREDITED = "credited", pgettext_lazy("bill", "Credited in full")
    WRITTEN_OFF = "written_off", pgettext_lazy("bill", "Written off")
    DISCARDED = "discarded", pgettext_lazy("bill", "Discarded")


B = BillState
OPEN_BILL = frozenset({B.ISSUED, B.PART_PAID})
NOT_ISSUED = frozenset({B.DRAFT, B.DISCARDED})
BILL_TONES = {
    **dict.fromkeys((B.DRAFT, B.DISCARDED, B.CREDITED), "plain"),
    B.ISSUED: "indigo",
    B.PART_PAID: "amber",
    B.PAID: "jade",
    B.WRITTEN_OFF: "red",
}
BILL_MOVES = moves(
    Move("issue", _("Issue the bill"), (B.DRAFT,), B.ISSUED, FINANCE | CLOCK, signs="issuer", tone="primary"),
    Move("discard", _("Discard the draft"), (B.DRAFT,), B.DISCARDED, FINANCE),
    Move("allocate_part", _("Paid in part"), (B.ISSUED, B.PART_PAID), B.PART_PAID, FINANCE | LEADERS | CLOCK),
    Move("allocate_rest", _("Paid in full"), (B.ISSUED, B.PART_PAID), B.PAID, FINANCE | LEADERS | CLOCK),
    Move("deallocate_part", _("Payment taken back in part"), (B.PART_PAID, B.PAID), B.PART_PAID, LEADERS | CLOCK),
    Move("deallocate_all", _("Payment taken back"), (B.PART_PAID, B.PAID), B.ISSUED, LEADERS | CLOCK),
    Move("credit_part", _("Credited in part"), (B.ISSUED, B.PART_PAID, B.PAID), None, LEADERS),
    Move("credit_rest", _("Settled by a credit note"), (B.PART_PAID,), B.PAID, LEADERS),
    Move("credit_full", _("Credited in full"), (B.ISSUED,), B.CREDITED, LEADERS),
    Move("propose_loss", _("Propose to write off"), (B.ISSUED, B.PART_PAID), None, FINANCE, signs="loss_proposer"),
    Move("write_off", _("Write off"), (B.ISSUED, B.PART_PAID), B.WRITTEN_OFF, OWNER, unlike=("loss_proposer",), tone="danger"),
)


class CreditState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("credit note", "Proposed")
    ISSUED = "issued", pgettext_lazy("credit note", "Issued")
    DROPPED = "dropped", pgettext_lazy("credit note", "Dropped")


CREDIT_MOVES = moves(
    Move("approve", _("Issue the credit note"), (CreditState.DRAFT,), CreditState.ISSUED, LEADERS, unlike=("drafter",), signs="issuer"),
    Move("drop", _("Drop the credit note"), (CreditState.DRAFT,), CreditState.DROPPED, FINANCE | LEADERS),
)


class StatementState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("bank statement", "Being looked at")
    IMPORTED = "imported", pgettext_lazy("bank statement", "Imported")
    DROPPED = "dropped", pgettext_lazy("bank statement", "Dropped")


STATEMENT_MOVES = moves(
    Move("import", _("Import the lines"), (StatementState.DRAFT,), StatementState.IMPORTED, FINANCE, signs="importer", tone="primary"),
    Move("drop", _("Drop the file"), (StatementState.DRAFT,), StatementState.DROPPED, FINANCE),
)


class BankLineState(models.TextChoices):
    IMPORTED = "imported", pgettext_lazy("bank line", "To be looked at")
    PROPOSED = "proposed", pgettext_lazy("bank line", "Match proposed")
    WAITING = "waiting", pgettext_lazy("bank line", "Awaiting a second person")
    SUSPENSE = "suspense", pgettext_lazy("bank line", "In suspense")
    MATCHED = "matched", pgettext_lazy("bank line", "Matched")


L = BankLineState
LINE_TONES = {L.IMPORTED: "amber", L.PROPOSED: "indigo", L.WAITING: "amber", L.SUSPENSE: "red", L.MATCHED: "jade"}
LINE_MOVES = moves(
    Move("propose", _("Propose a match"), (L.IMPORTED, L.PROPOSED, L.SUSPENSE), L.PROPOSED, CLOCK),
    Move("withdraw", _("Withdraw the proposal"), (L.PROPOSED,), L.IMPORTED, CLOCK),
    Move("suspend", _("Put into suspense"), (L.IMPORTED, L.PROPOSED), L.SUSPENSE, FINANCE),
    Move("match", _("Match"), (L.IMPORTED, L.PROPOSED, L.SUSPENSE), L.MATCHED, FINANCE, signs="matcher", tone="primary"),
    Move("ask", _("Match, for a second person to confirm"), (L.IMPORTED, L.PROPOSED, L.SUSPENSE), L.WAITING, FINANCE, signs="matcher"),
    Move("confirm", _("Confirm the match"), (L.WAITING,), L.MATCHED, LEADERS, unlike=("matcher",), signs="confirmer", tone="primary"),
    Move("reject", _("Reject the match"), (L.WAITING,), L.IMPORTED, LEADERS, unlike=("matcher",)),
    Move("undo", _("Take the match back"), (L.MATCHED,), L.IMPORTED, LEADERS, unlike=("matcher",)),
)


class PayoutState(models.TextChoices):
    """Where a payout stands (lifecycles.md 2.2)."""

    ORDERED = "ordered", pgettext_lazy("payout", "Ordered")
    APPROVED = "approved", pgettext_lazy("payout", "Approved")
    SENT = "sent", pgettext_lazy("payout", "Sent to the bank")
    PAID = "paid", pgettext_lazy("payout", "Paid")
    RETURNED = "bank_returned", pgettext_lazy("payout", "Returned by the bank")
    CANCELLED = "cancelled", pgettext_lazy("payout", "Cancelled")


P = PayoutState
PAYOUT_TONES = {P.ORDERED: "amber", P.APPROVED: "indigo", P.SENT: "indigo", P.PAID: "jade", P.RETURNED: "red", P.CANCELLED: "plain"}
PAYOUT_MOVES = moves(
    Move("approve", _("Approve the payout"), (P.ORDERED,), P.APPROVED, LEADERS, unlike=("orderer", "corrector"), signs="approver", tone="primary"),
    Move("cancel", _("Cancel the payout"), (P.ORDERED,), P.CANCELLED, LEADERS, unlike=("orderer",), signs="canceller", tone="danger"),
    Move("note_payment", _("Record the authority's payment"), (P.ORDERED,), None, FINANCE, signs="recorder", tone="primary"),
    Move("record_paid", _("Confirm the authority's payment"), (P.ORDERED,), P.PAID, MANAGER, unlike=("recorder",), signs="confirmer", tone="primary"),
    Move("reject_payment", _("Reject the record"), (P.ORDERED,), None, MANAGER, unlike=("recorder",)),
    Move("send", _("Send to the bank"), (P.APPROVED,), P.SENT, FINANCE, signs="sender", tone="primary"),
    Move("credit", _("Credit to a bill"), (P.APPROVED,), P.PAID, FINANCE, signs="sender"),
    Move("import_paid", _("Paid by the bank"), (P.SENT,), P.PAID, FINANCE),
    Move("import_returned", _("Returned by the bank"), (P.SENT, P.PAID), P.RETURNED, FINANCE),
    Move("correct_account", _("Verify the corrected account"), (P.RETURNED,), P.ORDERED, frozenset({Role.OFFICER}), signs="corrector", tone="primary"),
    Move("confirm_receipt", _("Confirm the receipt"), (P.PAID,), None, frozenset({Role.FOUNDER}), signs="receiver", tone="primary"),
)


class FundsState(models.TextChoices):
    """Money of the authority for a claim that the organisation passes on: it counts once two persons agree."""

    RECORDED = "recorded", pgettext_lazy("funds", "Awaiting a second person")
    CONFIRMED = "confirmed", pgettext_lazy("funds", "Confirmed")
    REJECTED = "rejected", pgettext_lazy("funds", "Rejected")


FUNDS_MOVES = moves(
    Move("confirm", _("Confirm the receipt of the money"), ("recorded",), "confirmed", LEADERS, unlike=("recorder",), signs="confirmer", tone="primary"),
    Move("reject", _("Reject the record"), ("recorded",), "rejected", LEADERS, unlike=("recorder",)),
)


class PaymentState(models.TextChoices):
    """Where an attempt to pay online stands; the words are those of django-payments."""

    WAITING = "waiting", pgettext_lazy("online payment", "Not paid yet")
    CONFIRMED = "confirmed", pgettext_lazy("online payment", "Paid")
    REFUNDED = "refunded", pgettext_lazy("online payment", "Paid back")
    REJECTED = "rejected", pgettext_lazy("online payment", "Declined")
    CANCELLED = "cancelled", pgettext_lazy("online payment", "Cancelled")
    ERROR = "error", pgettext_lazy("online payment", "Does not agree")


Y = PaymentState
PAYMENT_TONES = {Y.WAITING: "amber", Y.CONFIRMED: "jade", Y.REFUNDED: "plain", Y.REJECTED: "red", Y.CANCELLED: "plain", Y.ERROR: "red"}
PAYER = frozenset({Role.FOUNDER, Role.MEMBER})
PAYMENT_MOVES = moves(
    Move("confirm", _("Paid at the gateway"), (Y.WAITING,), Y.CONFIRMED, CLOCK),
    Move("confirm_late", _("Paid after the attempt was given up"), (Y.CANCELLED, Y.REJECTED), Y.CONFIRMED, CLOCK),
    Move("mismatch", _("The gateway says something else"), (Y.WAITING,), Y.ERROR, CLOCK),
    Move("fail", _("Declined by the bank"), (Y.WAITING,), Y.REJECTED, CLOCK),
    Move("cancel", _("Cancel the payment"), (Y.WAITING,), Y.CANCELLED, PAYER | CLOCK),
    Move("refund_part", _("Paid back in part"), (Y.CONFIRMED,), None, CLOCK),
    Move("refund_rest", _("Paid back"), (Y.CONFIRMED,), Y.REFUNDED, CLOCK),
)


class RefundState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("refund", "Awaiting a second person")
    PENDING = "pending", pgettext_lazy("refund", "At the gateway")
    SUCCEEDED = "succeeded", pgettext_lazy("refund", "Paid back")
    FAILED = "failed", pgettext_lazy("refund", "Failed")
    DROPPED = "dropped", pgettext_lazy("refund", "Dropped")


R = RefundState
REFUND_MOVES = moves(
    Move("approve", _("Approve the refund"), (R.REQUESTED,), R.PENDING, LEADERS, unlike=("requester",), signs="approver", tone="primary"),
    Move("drop", _("Drop the refund"), (R.REQUESTED,), R.DROPPED, FINANCE | LEADERS),
    Move("succeed", _("Paid back by the gateway"), (R.PENDING,), R.SUCCEEDED, CLOCK),
    Move("fail", _("Refused by the gateway"), (R.PENDING, R.SUCCEEDED), R.FAILED, CLOCK),
)


class DepositState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("deposit", "Asked for")
    HELD = "held", pgettext_lazy("deposit", "Held")
    SETTLING = "settling", pgettext_lazy("deposit", "Settlement awaits a second person")
    SETTLED = "settled", pgettext_lazy("deposit", "Settled")
    CANCELLED = "cancelled", pgettext_lazy("deposit", "Cancelled")


D = DepositState
DEPOSIT_TONES = {D.REQUESTED: "amber", D.HELD: "jade", D.SETTLING: "indigo", D.SETTLED: "plain", D.CANCELLED: "plain"}
DEPOSIT_MOVES = moves(
    Move("receive", _("Take from the credit"), (D.REQUESTED,), D.HELD, FINANCE, tone="primary"),
    Move("cancel", _("Cancel the request"), (D.REQUESTED,), D.CANCELLED, FINANCE | LEADERS),
    Move("propose", _("Propose the settlement"), (D.HELD,), D.SETTLING, FINANCE, signs="settler"),
    Move("approve", _("Approve the settlement"), (D.SETTLING,), D.SETTLED, LEADERS, unlike=("settler",), signs="approver", tone="primary"),
    Move("reject", _("Reject the settlement"), (D.SETTLING,), D.HELD, LEADERS, unlike=("settler",)),
)


class LateFeeState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("late fee", "To be decided")
    BILLED = "billed", pgettext_lazy("late fee", "Billed")
    WAIVED = "waived", pgettext_lazy("late fee", "Waived")


LATE_FEE_MOVES = moves(
    Move("bill", _("Bill the late fee"), ("proposed",), "billed", FINANCE, signs="decider", tone="primary"),
    Move("waive", _("Waive the late fee"), ("proposed",), "waived", LEADERS, signs="decider"),
)


class InvoicingState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("invoice request", "Asked for")
    CHECKED = "checked", pgettext_lazy("invoice request", "Checked")
    EXPORTED = "exported", pgettext_lazy("invoice request", "Exported")
    CONFIRMING = "confirming", pgettext_lazy("invoice request", "Red confirmation under way")
    ISSUED = "issued", pgettext_lazy("invoice request", "Issued")
    DELIVERED = "delivered", pgettext_lazy("invoice request", "Delivered")
    REFUSED = "refused", pgettext_lazy("invoice request", "Refused")


N = InvoicingState
INVOICING_TONES = {N.REQUESTED: "amber", N.CHECKED: "indigo", N.EXPORTED: "indigo", N.CONFIRMING: "amber", N.ISSUED: "jade", N.DELIVERED: "jade", N.REFUSED: "plain"}
INVOICING_MOVES = moves(
    Move("check", _("Checked, ready to be exported"), (N.REQUESTED, N.CHECKED), N.CHECKED, FINANCE, signs="checker", tone="primary"),
    Move("export", _("Export"), (N.CHECKED, N.EXPORTED), N.EXPORTED, FINANCE),
    Move("ask_red", _("Red confirmation sent"), (N.CHECKED, N.EXPORTED), N.CONFIRMING, FINANCE),
    Move("void_red", _("Red confirmation void after 72 hours"), (N.CONFIRMING,), N.CHECKED, FINANCE),
    Move("issue", _("Record the invoice"), (N.CHECKED, N.EXPORTED, N.CONFIRMING), N.ISSUED, FINANCE, tone="primary"),
    Move("deliver", _("Delivered"), (N.ISSUED,), N.DELIVERED, FINANCE),
    Move("refuse", _("Refuse the request"), (N.REQUESTED, N.CHECKED), N.REFUSED, FINANCE),
)
