"""States of mentors, pairings, sessions, statements, runs, enrolments and certificates (lifecycles.md 2.3, decision 0080)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.accounts.roles import Role
from incubator.core.states import SYSTEM, Move, moves

CLOCK = frozenset({SYSTEM})
MANAGERS = frozenset({Role.OWNER, Role.MANAGER})
STAFF = frozenset({Role.OWNER, Role.MANAGER, Role.OFFICER})
FINANCE = frozenset({Role.FINANCE})
MENTOR, FOUNDER = frozenset({Role.MENTOR}), frozenset({Role.FOUNDER})
STARTUP = frozenset({Role.FOUNDER, Role.MEMBER})
BOTH = MENTOR | FOUNDER


class MentorState(models.TextChoices):
    APPLIED = "applied", pgettext_lazy("mentor", "Applied")
    REVIEWED = "reviewed", pgettext_lazy("mentor", "Reviewed, waits for approval")
    ACTIVE = "active", pgettext_lazy("mentor", "Active")
    PAUSED = "paused", pgettext_lazy("mentor", "Paused")
    ENDED = "ended", pgettext_lazy("mentor", "Ended")
    REFUSED = "refused", pgettext_lazy("mentor", "Refused")


MENTOR_TONES = {"applied": "amber", "reviewed": "amber", "active": "jade", "paused": "plain", "ended": "plain", "refused": "red"}
MENTOR_MOVES = moves(
    Move("review", _("Recommend the mentor"), ("applied",), "reviewed", STAFF, unlike=("user",), signs="reviewer"),
    Move("approve", _("Approve"), ("reviewed",), "active", MANAGERS, unlike=("reviewer", "user"), signs="approver"),
    Move("refuse", _("Refuse the mentor"), ("applied", "reviewed"), "refused", STAFF),
    Move("pause", _("Pause"), ("active",), "paused", STAFF | MENTOR),
    Move("resume", _("Resume"), ("paused",), "active", STAFF | MENTOR),
    Move("renew", _("Renew the term"), ("active", "paused"), None, MANAGERS, unlike=("user",)),
    Move("end", _("End"), ("active", "paused"), "ended", MANAGERS | CLOCK),
)


class PairingState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("pairing", "Proposed")
    PAIRED = "paired", pgettext_lazy("pairing", "Paired")
    PAUSED = "paused", pgettext_lazy("pairing", "Paused")
    ENDED = "ended", pgettext_lazy("pairing", "Ended")
    DECLINED = "declined", pgettext_lazy("pairing", "Declined")
    LAPSED = "lapsed", pgettext_lazy("pairing", "Lapsed without an answer")
    REMATCHED = "rematched", pgettext_lazy("pairing", "Ended for a new match")


OPEN = ("proposed", "paired", "paused")  # takes one of the mentor's places
PAIRING_TONES = {"proposed": "amber", "paired": "jade", "paused": "plain", "ended": "plain", "declined": "red", "lapsed": "plain", "rematched": "plain"}
PAIRING_MOVES = moves(
    Move("accept_as_mentor", _("Accept"), ("proposed",), None, MENTOR),
    Move("accept_as_startup", _("Accept"), ("proposed",), None, FOUNDER),
    Move("pair", _("Begin the pairing"), ("proposed",), "paired", CLOCK),
    Move("decline", _("Decline"), ("proposed",), "declined", BOTH),
    Move("lapse", _("Let the proposal lapse"), ("proposed",), "lapsed", CLOCK),
    Move("pause", _("Pause"), ("paired",), "paused", BOTH | STAFF),
    Move("resume", _("Resume"), ("paused",), "paired", BOTH | STAFF),
    Move("end", _("End the pairing"), ("paired", "paused"), "ended", BOTH | STAFF),
    Move("rematch", _("End for a new match"), ("paired",), "rematched", STAFF),
)


class SessionState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("session", "Planned")
    LOGGED = "logged", pgettext_lazy("session", "Logged, waits for the founder")
    CONFIRMED = "confirmed", pgettext_lazy("session", "Confirmed by both")
    DISPUTED = "disputed", pgettext_lazy("session", "Disputed")
    CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")
    MISSED = "missed", pgettext_lazy("session", "Missed")
    UNCONFIRMED = "unconfirmed", pgettext_lazy("session", "Not confirmed in time")
    VOID = "void", pgettext_lazy("session", "Void")


HOLDING = ("planned", "logged", "confirmed", "disputed")  # keeps the time of both sides
SESSION_TONES = {
    "planned": "indigo", "logged": "amber", "confirmed": "jade", "disputed": "red", "cancelled": "plain", "missed": "red",
    "unconfirmed": "plain", "void": "plain",
}  # fmt: skip
SESSION_MOVES = moves(
    Move("log", _("Log the session"), ("planned",), "logged", MENTOR, signs="logger"),
    Move("cancel", _("Cancel the session"), ("planned",), "cancelled", BOTH | STAFF),
    Move("miss", _("Note as missed"), ("planned",), "missed", BOTH | CLOCK),
    Move("confirm", _("Confirm"), ("logged",), "confirmed", FOUNDER, unlike=("logger",), signs="confirmer"),
    Move("dispute", _("Dispute"), ("logged",), "disputed", FOUNDER, unlike=("logger",)),
    Move("lapse", _("Let the time to confirm pass"), ("logged",), "unconfirmed", CLOCK),
    Move("answer", _("Answer the dispute"), ("disputed",), None, MENTOR),
    Move("resolve", _("Settle with other minutes"), ("disputed",), "logged", STAFF, unlike=("logger",)),
    Move("void", _("Declare void"), ("disputed",), "void", STAFF, unlike=("logger",)),
    Move("clear", _("Clear for payment"), ("confirmed",), None, STAFF, unlike=("logger", "confirmer"), signs="reviewer"),
    Move("withhold", _("Keep out of payment"), ("confirmed",), None, STAFF, unlike=("logger", "confirmer"), signs="reviewer"),
)


class HonorariumState(models.TextChoices):
    DRAFTED = "drafted", pgettext_lazy("statement", "Drafted, waits for the mentor")
    AGREED = "agreed", pgettext_lazy("statement", "Agreed by the mentor")
    APPROVED = "approved", pgettext_lazy("statement", "Approved")
    PAID = "paid", pgettext_lazy("statement", "Paid")
    CLOSED = "closed", pgettext_lazy("statement", "Closed, tax handed over")
    DROPPED = "dropped", pgettext_lazy("statement", "Dropped")


HONORARIUM_TONES = {"drafted": "amber", "agreed": "amber", "approved": "indigo", "paid": "jade", "closed": "jade", "dropped": "plain"}
HONORARIUM_MOVES = moves(
    Move("agree", _("Agree"), ("drafted",), "agreed", MENTOR, unlike=("preparer",), signs="agreer"),
    Move("approve", _("Approve"), ("agreed",), "approved", MANAGERS, unlike=("preparer", "agreer"), signs="approver"),
    Move("pay", _("Record the payment"), ("approved",), "paid", FINANCE, unlike=("approver",), signs="payer"),
    Move("close", _("Record the tax as handed over"), ("paid",), "closed", FINANCE),
    Move("drop", _("Drop the statement"), ("drafted", "agreed"), "dropped", FINANCE),
)


class RateState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("rule", "Waits for a second person")
    VERIFIED = "verified", pgettext_lazy("rule", "In force")


RATE_TONES = {"draft": "amber", "verified": "jade"}
RATE_MOVES = moves(Move("verify", _("Verify"), ("draft",), "verified", MANAGERS, unlike=("author",), signs="verifier"))


class MatchingState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("matching", "Draft")
    COMPUTED = "computed", pgettext_lazy("matching", "Computed")
    EDITED = "edited", pgettext_lazy("matching", "Edited, to be computed again")
    PUBLISHED = "published", pgettext_lazy("matching", "Published")
    CLOSED = "closed", pgettext_lazy("matching", "Closed")


MATCHING_TONES = {"draft": "plain", "computed": "indigo", "edited": "amber", "published": "jade", "closed": "plain"}
MATCHING_MOVES = moves(
    Move("compute", _("Compute"), ("draft", "computed", "edited"), "computed", STAFF),
    Move("edit", _("Pin or ban a pair"), ("computed", "edited"), "edited", STAFF),
    Move("edit", _("Pin or ban a pair"), ("draft",), None, STAFF),
    Move("publish", _("Publish"), ("computed",), "published", MANAGERS, signs="publisher"),
    Move("close", _("Close the matching"), ("draft", "computed", "edited", "published"), "closed", STAFF),
)


class EnrolmentState(models.TextChoices):
    ENROLLED = "enrolled", pgettext_lazy("enrolment", "Has a place")
    WAITING = "waiting", pgettext_lazy("enrolment", "On the waiting list")
    WITHDRAWN = "withdrawn", pgettext_lazy("enrolment", "Withdrawn")
    SIGNED = "signed", pgettext_lazy("enrolment", "Signed by the trainer")
    PASSED = "passed", pgettext_lazy("enrolment", "Passed")
    FAILED = "failed", pgettext_lazy("enrolment", "Not passed")


SEATED = ("enrolled", "signed", "passed", "failed")  # takes a seat of the class
ENROLMENT_TONES = {"enrolled": "indigo", "waiting": "amber", "withdrawn": "plain", "signed": "amber", "passed": "jade", "failed": "red"}
ENROLMENT_MOVES = moves(
    Move("seat", _("Give a free place"), ("waiting",), "enrolled", CLOCK | STAFF),
    Move("withdraw", _("Withdraw"), ("enrolled", "waiting"), "withdrawn", STARTUP | STAFF),
    Move("mark", _("Enter the exam result"), ("enrolled",), None, STAFF | MENTOR),
    Move("sign", _("Sign as the trainer"), ("enrolled",), "signed", STAFF | MENTOR, signs="signer"),
    Move("fail", _("Not passed"), ("enrolled", "signed"), "failed", STAFF),
    Move("issue", _("Issue the certificate"), ("signed",), "passed", MANAGERS | STAFF, unlike=("signer",), signs="issuer"),
)


class CertificateState(models.TextChoices):
    VALID = "valid", pgettext_lazy("certificate", "Valid")
    REVOKED = "revoked", pgettext_lazy("certificate", "Revoked")


CERTIFICATE_TONES = {"valid": "jade", "revoked": "red"}
CERTIFICATE_MOVES = moves(Move("revoke", _("Revoke"), ("valid",), "revoked", MANAGERS))
