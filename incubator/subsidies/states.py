"""State tables of subsidies (lifecycles.md 2.2)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.accounts.roles import Role
from incubator.core.states import SYSTEM, Move, moves

CLOCK = frozenset({SYSTEM})
FOUNDER = frozenset({Role.FOUNDER})
OFFICER = frozenset({Role.OFFICER})
MANAGER = frozenset({Role.MANAGER})
FINANCE = frozenset({Role.FINANCE})
LEADERS = frozenset({Role.OWNER, Role.MANAGER})
APPLICANT = FOUNDER | OFFICER  # tenant level: the founder; space level: an officer for the site


class ApplicationState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("application", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("application", "Submitted")
    IN_REVIEW = "in_review", pgettext_lazy("application", "In review")
    RETURNED = "returned", pgettext_lazy("application", "Returned for correction")
    RECOMMENDED = "recommended", pgettext_lazy("application", "Recommended")
    REFUSED = "refused", pgettext_lazy("application", "Refused")
    APPEALED = "appealed", pgettext_lazy("application", "Appealed")
    REFUSED_FINAL = "refused_final", pgettext_lazy("application", "Refusal upheld")
    ENDORSED = "endorsed", pgettext_lazy("application", "Endorsed")
    IN_CLAIM = "in_claim", pgettext_lazy("application", "In a claim")
    APPROVED = "approved", pgettext_lazy("application", "Approved")
    CUT = "cut", pgettext_lazy("application", "Approved with a cut")
    REFUSED_IN_CLAIM = "refused_in_claim", pgettext_lazy("application", "Refused by the authority")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("application", "Lapsed")


A = ApplicationState
FREEING = frozenset({A.REFUSED, A.REFUSED_FINAL, A.REFUSED_IN_CLAIM, A.WITHDRAWN, A.LAPSED})
RUNNING = frozenset({A.SUBMITTED, A.IN_REVIEW, A.RETURNED, A.RECOMMENDED, A.APPEALED, A.ENDORSED, A.IN_CLAIM})
GRANTED = frozenset({A.APPROVED, A.CUT})

APPLICATION_MOVES = moves(
    Move("submit", _("Submit"), (A.DRAFT,), A.SUBMITTED, APPLICANT),
    Move("take", _("Take the case"), (A.SUBMITTED,), A.IN_REVIEW, OFFICER, unlike=("preparer",), signs="officer", tone="primary"),
    Move("return", _("Return for correction"), (A.IN_REVIEW,), A.RETURNED, OFFICER, unlike=("preparer",)),
    Move("resubmit", _("Submit again"), (A.RETURNED,), A.IN_REVIEW, APPLICANT),
    Move("lapse", _("Let it lapse"), (A.RETURNED,), A.LAPSED, CLOCK),
    Move("recommend", _("Recommend"), (A.IN_REVIEW,), A.RECOMMENDED, OFFICER, unlike=("preparer",), signs="officer", tone="primary"),
    Move("refuse", _("Refuse"), (A.IN_REVIEW,), A.REFUSED, OFFICER, unlike=("preparer",), signs="officer"),
    Move("appeal", _("Appeal"), (A.REFUSED,), A.APPEALED, APPLICANT),
    Move("reopen", _("Reopen the case"), (A.APPEALED, A.REFUSED), A.IN_REVIEW, MANAGER, unlike=("officer",)),
    Move("uphold", _("Uphold the refusal"), (A.APPEALED,), A.REFUSED_FINAL, MANAGER, unlike=("officer",)),
    Move("endorse", _("Endorse"), (A.RECOMMENDED,), A.ENDORSED, MANAGER, unlike=("officer", "preparer"), signs="endorser", tone="primary"),
    Move("send_back", _("Send back to the officer"), (A.RECOMMENDED,), A.IN_REVIEW, MANAGER, unlike=("officer", "preparer")),
    Move("batch", _("Put into a claim"), (A.ENDORSED,), A.IN_CLAIM, FINANCE),
    Move("unbatch", _("Take out of the claim"), (A.IN_CLAIM,), A.ENDORSED, FINANCE | CLOCK),
    Move("approve_line", _("Approve"), (A.IN_CLAIM, A.APPROVED, A.CUT, A.REFUSED_IN_CLAIM), A.APPROVED, CLOCK),
    Move("cut_line", _("Approve with a cut"), (A.IN_CLAIM, A.APPROVED, A.CUT, A.REFUSED_IN_CLAIM), A.CUT, CLOCK),
    Move("refuse_line", _("Refuse"), (A.IN_CLAIM, A.APPROVED, A.CUT, A.REFUSED_IN_CLAIM), A.REFUSED_IN_CLAIM, CLOCK),
    Move(
        "withdraw", _("Withdraw"),
        (A.DRAFT, A.SUBMITTED, A.IN_REVIEW, A.RETURNED, A.RECOMMENDED, A.ENDORSED), A.WITHDRAWN, FOUNDER | MANAGER,
    ),
)


class ClaimState(models.TextChoices):
    ASSEMBLING = "assembling", pgettext_lazy("claim", "Being assembled")
    SEALED = "sealed", pgettext_lazy("claim", "Sealed")
    FILED = "filed", pgettext_lazy("claim", "Filed with the authority")
    ACCEPTED = "accepted", pgettext_lazy("claim", "Accepted by the authority")
    RETURNED = "returned", pgettext_lazy("claim", "Returned by the authority")
    WITHDRAWN = "withdrawn", pgettext_lazy("claim", "Abandoned")
    RECORDED = "recorded", pgettext_lazy("claim", "Decision recorded")
    DECIDED = "decided", pgettext_lazy("claim", "Decided")
    NOTICED = "noticed", pgettext_lazy("claim", "On public notice")
    CONFIRMED = "confirmed", pgettext_lazy("claim", "Result confirmed")
    PAYING = "paying", pgettext_lazy("claim", "Being paid")
    PAID = "paid", pgettext_lazy("claim", "Paid")
    CLOSED = "closed", pgettext_lazy("claim", "Closed")


C = ClaimState
OPEN_CLAIM = frozenset({C.ASSEMBLING, C.SEALED, C.FILED, C.ACCEPTED, C.RETURNED, C.RECORDED})

CLAIM_MOVES = moves(
    Move("change_lines", _("Change the lines"), (C.ASSEMBLING,), None, FINANCE),
    Move("seal", _("Seal"), (C.ASSEMBLING,), C.SEALED, FINANCE, signs="sealer", tone="primary"),
    Move("unseal", _("Open again"), (C.SEALED,), C.ASSEMBLING, MANAGER, unlike=("sealer",)),
    Move("file", _("File with the authority"), (C.SEALED,), C.FILED, LEADERS, unlike=("sealer",), signs="filer", tone="primary"),
    Move("record_receipt", _("Record the receipt"), (C.FILED,), C.ACCEPTED, FINANCE, tone="primary"),
    Move("record_return", _("Record the return"), (C.FILED, C.ACCEPTED), C.RETURNED, FINANCE),
    Move("reopen", _("Correct the claim"), (C.RETURNED,), C.ASSEMBLING, FINANCE, tone="primary"),
    Move("abandon", _("Abandon the claim"), (C.RETURNED,), C.WITHDRAWN, frozenset({Role.OWNER})),
    Move("record_decision", _("Record the decision"), (C.ACCEPTED,), C.RECORDED, FINANCE, signs="recorder", tone="primary"),
    Move("confirm_record", _("Confirm the record"), (C.RECORDED,), C.DECIDED, LEADERS, unlike=("recorder",), signs="confirmer", tone="primary"),
    Move("reject_record", _("Reject the record"), (C.RECORDED,), C.ACCEPTED, LEADERS, unlike=("recorder",)),
    Move("publish_notice", _("Publish the notice"), (C.DECIDED,), C.NOTICED, MANAGER, signs="publisher", tone="primary"),
    Move("skip_notice", _("Go on without a notice"), (C.DECIDED,), C.CONFIRMED, MANAGER, unlike=("recorder",), signs="publisher"),
    Move("record_notice", _("Record the authority's notice"), (C.DECIDED,), C.NOTICED, FINANCE, signs="publisher"),
    Move("withdraw_notice", _("Withdraw the notice"), (C.NOTICED,), C.DECIDED, MANAGER),
    Move("renotice", _("Put the changed lines on notice"), (C.NOTICED,), None, MANAGER, signs="publisher"),
    Move("revise", _("Record a new decision"), (C.DECIDED, C.NOTICED, C.CONFIRMED, C.PAYING, C.PAID, C.CLOSED), None, FINANCE),
    Move("confirm_result", _("Confirm the result"), (C.NOTICED,), C.CONFIRMED, MANAGER, unlike=("publisher",), signs="finisher", tone="primary"),
    Move("order_payouts", _("Order the payouts"), (C.CONFIRMED, C.PAYING), C.PAYING, FINANCE, signs="payer", tone="primary"),
    Move("complete", _("Everything is paid"), (C.PAYING,), C.PAID, CLOCK),
    Move("reopen_payment", _("Paid again"), (C.PAID, C.CLOSED), C.PAYING, CLOCK),
    Move("close", _("Close the claim"), (C.PAID,), C.CLOSED, MANAGER, unlike=("payer",), signs="closer", tone="primary"),
)


class RevisionState(models.TextChoices):
    """Where a new decision on a claim stands: it counts once a second person has confirmed it."""

    RECORDED = "recorded", pgettext_lazy("revision", "Waits for the second person")
    CONFIRMED = "confirmed", pgettext_lazy("revision", "Confirmed")
    REJECTED = "rejected", pgettext_lazy("revision", "Rejected")


REVISION_MOVES = moves(
    Move("confirm", _("Confirm the new decision"), ("recorded",), "confirmed", LEADERS, unlike=("recorder",), signs="confirmer", tone="primary"),
    Move("reject", _("Reject the record"), ("recorded",), "rejected", LEADERS, unlike=("recorder",)),
)

class ClawbackState(models.TextChoices):
    OPEN = "open", pgettext_lazy("clawback", "Opened")
    DECIDED = "decided", pgettext_lazy("clawback", "Decided")
    DROPPED = "dropped", pgettext_lazy("clawback", "Dropped")
    REFERRED = "referred", pgettext_lazy("clawback", "Referred for enforcement")
    OFFSET = "offset", pgettext_lazy("clawback", "Set off")
    REPAID = "repaid", pgettext_lazy("clawback", "Repaid")
    WAIVED = "waived", pgettext_lazy("clawback", "Waived by the authority")


K = ClawbackState
DEMANDED = frozenset({K.DECIDED, K.REFERRED})
OWNER = frozenset({Role.OWNER})
CLAWBACK_MOVES = moves(
    Move("decide", _("Decide the clawback"), (K.OPEN,), K.DECIDED, MANAGER, unlike=("officer",), signs="decider", tone="primary"),
    Move("drop", _("Drop the clawback"), (K.OPEN,), K.DROPPED, MANAGER, unlike=("officer",), signs="decider"),
    Move("offset", _("Set off"), (K.DECIDED, K.REFERRED), K.OFFSET, CLOCK),
    Move("note_repayment", _("Record the repayment"), (K.DECIDED, K.REFERRED), None, FINANCE, signs="recorder", tone="primary"),
    Move("repay", _("Confirm the repayment"), (K.DECIDED, K.REFERRED), K.REPAID, MANAGER, unlike=("recorder",), signs="confirmer", tone="primary"),
    Move("reject_repayment", _("Reject the record"), (K.DECIDED, K.REFERRED), None, MANAGER, unlike=("recorder",)),
    Move("refer", _("Refer for enforcement"), (K.DECIDED,), K.REFERRED, OWNER),
    Move("note_waiver", _("Record the authority's waiver"), (K.DECIDED,), None, FINANCE, signs="waiver_recorder"),
    Move("waive", _("Confirm the waiver"), (K.DECIDED,), K.WAIVED, OWNER, unlike=("waiver_recorder",), signs="waiver_confirmer"),
)

TONES = {
    **dict.fromkeys((A.DRAFT, A.WITHDRAWN, A.LAPSED), "plain"),
    **dict.fromkeys((A.SUBMITTED, A.IN_REVIEW, A.RETURNED, A.APPEALED, A.CUT), "amber"),
    **dict.fromkeys((A.RECOMMENDED, A.ENDORSED, A.IN_CLAIM), "indigo"),
    **dict.fromkeys((A.REFUSED, A.REFUSED_FINAL, A.REFUSED_IN_CLAIM), "red"),
    A.APPROVED: "jade",
    **dict.fromkeys((C.ASSEMBLING, C.WITHDRAWN), "plain"),
    **dict.fromkeys((C.SEALED, C.FILED, C.ACCEPTED, C.RECORDED), "indigo"),
    C.RETURNED: "red",
    C.DECIDED: "jade",
    C.NOTICED: "amber",
    C.CONFIRMED: "jade",
    C.PAYING: "amber",
    C.PAID: "jade",
    C.CLOSED: "plain",
    K.OPEN: "amber",
    K.DROPPED: "plain",
    K.REFERRED: "red",
    K.OFFSET: "jade",
    K.REPAID: "jade",
    K.WAIVED: "plain",
}
