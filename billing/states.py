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
    Move("suspend", _("Put into suspense"), (L.IMPORTED, L.PROPOSED), L.SUSPENSE, FINANCE),
    Move("match", _("Match"), (L.IMPORTED, L.PROPOSED, L.SUSPENSE), L.MATCHED, FINANCE, signs="matcher", tone="primary"),
    Move("ask", _("Match, for a second person to confirm"), (L.IMPORTED, L.PROPOSED, L.SUSPENSE), L.WAITING, FINANCE, signs="matcher"),
    Move("confirm", _("Confirm the match"), (L.WAITING,), L.MATCHED, LEADERS, unlike=("matcher",), signs="confirmer", tone="primary"),
    Move("reject", _("Reject the match"), (L.WAITING,), L.IMPORTED, LEADERS, unlike=("matcher",)),
    Move("undo", _("Take the match back"), (L.MATCHED,), L.IMPORTED, LEADERS, unlike=("matcher",)),
)
