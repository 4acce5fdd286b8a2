"""States of a lease and the acts between them (lifecycles.md 2.1, spaces-billing.md B2)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.accounts.roles import Role
from incubator.core.states import SYSTEM, Move, moves

CLOCK = frozenset({SYSTEM})
MANAGER = frozenset({Role.MANAGER})
OWNER = frozenset({Role.OWNER})
FINANCE = frozenset({Role.FINANCE})


class LeaseState(models.TextChoices):
    """Where a lease stands."""

    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved, to be signed")
    SIGNED = "signed", _("Signed")
    ACTIVE = "active", _("Running")
    NOTICE_GIVEN = "notice_given", _("Notice given")
    ENDED = "ended", _("Ended")
    SETTLED = "settled", _("Settled")
    CANCELLED = "cancelled", _("Cancelled")


LEASE_TONES = {
    "draft": "plain", "approved": "amber", "signed": "amber", "active": "jade", "notice_given": "amber",
    "ended": "plain", "settled": "plain", "cancelled": "plain",
}  # fmt: skip
HOLDING = ("approved", "signed", "active", "notice_given")  # its lines keep their spaces for it
HAS_RUN = ("active", "notice_given", "ended", "settled")

LEASE_MOVES = moves(
    Move("approve", _("Approve"), ("draft",), "approved", MANAGER, unlike=("drafter",), signs="approver"),
    Move("cancel", _("Cancel"), ("draft",), "cancelled", MANAGER),
    Move("cancel", _("Cancel"), ("approved",), "cancelled", MANAGER | {Role.FOUNDER}),
    Move("sign", _("Sign"), ("approved",), "signed", MANAGER),
    Move("start", _("Start the lease"), ("signed",), "active", CLOCK),
    Move("amend", _("Amend"), ("active",), None, MANAGER, unlike=("drafter",)),
    Move("renew", _("Renew"), ("active",), None, MANAGER, unlike=("drafter",)),
    Move("give_notice", _("Give notice"), ("active",), "notice_given", MANAGER | {Role.FOUNDER}, signs="proposer"),
    Move("terminate", _("Terminate"), ("active",), "ended", OWNER, unlike=("proposer",)),
    Move("end", _("End the lease"), ("active", "notice_given"), "ended", CLOCK),
    Move("settle", _("Settle"), ("ended",), "settled", MANAGER, unlike=("settlement_proposer",)),
)


class RepairState(models.TextChoices):
    """Where a repair stands (spaces-billing.md A11)."""

    REPORTED = "reported", pgettext_lazy("repair", "Reported")
    ASSIGNED = "assigned", pgettext_lazy("repair", "Assigned")
    IN_PROGRESS = "in_progress", pgettext_lazy("repair", "Being repaired")
    WAITING = "waiting", pgettext_lazy("repair", "Waiting for parts")
    DONE = "done", pgettext_lazy("repair", "Done, to be accepted")
    CLOSED = "closed", pgettext_lazy("repair", "Accepted")
    REFUSED = "refused", pgettext_lazy("repair", "Refused")
    DUPLICATE = "duplicate", pgettext_lazy("repair", "Reported twice")


REPAIR_TONES = {
    "reported": "amber", "assigned": "amber", "in_progress": "indigo", "waiting": "amber", "done": "jade", "closed": "plain", "refused": "plain", "duplicate": "plain",
}  # fmt: skip
OPEN_REPAIR = ("reported", "assigned", "in_progress", "waiting")  # somebody still has to do something
CARETAKERS = frozenset({Role.OWNER, Role.MANAGER, Role.OFFICER})
STARTUP_PEOPLE = frozenset({Role.FOUNDER, Role.MEMBER})

REPAIR_MOVES = moves(
    Move("assign", pgettext_lazy("repair", "Assign"), ("reported",), "assigned", CARETAKERS),
    Move("reassign", pgettext_lazy("repair", "Give to another person"), ("assigned", "in_progress", "waiting"), "assigned", CARETAKERS),
    Move("start_work", pgettext_lazy("repair", "Start the work"), ("assigned", "waiting"), "in_progress", CARETAKERS),
    Move("wait", pgettext_lazy("repair", "Wait for parts"), ("in_progress",), "waiting", CARETAKERS),
    Move("finish", pgettext_lazy("repair", "Report as done"), ("assigned", "in_progress"), "done", CARETAKERS, signs="finisher"),
    Move("refuse", pgettext_lazy("repair", "Refuse"), ("reported", "assigned"), "refused", CARETAKERS),
    Move("merge", pgettext_lazy("repair", "Mark as reported twice"), ("reported",), "duplicate", CARETAKERS),
    Move("rate", pgettext_lazy("repair", "Accept and rate"), ("done",), "closed", STARTUP_PEOPLE | CARETAKERS),
    Move("close", pgettext_lazy("repair", "Close"), ("done",), "closed", CLOCK),
    Move("reopen", pgettext_lazy("repair", "Report again"), ("done", "closed"), "reported", STARTUP_PEOPLE | CARETAKERS),
)
