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


class BookingState(models.TextChoices):
    """Where a booking stands."""

    HELD = "held", pgettext_lazy("booking", "Held")
    REQUESTED = "requested", pgettext_lazy("booking", "Waiting for approval")
    CONFIRMED = "confirmed", pgettext_lazy("booking", "Confirmed")
    IN_USE = "in_use", pgettext_lazy("booking", "In use")
    FINISHED = "finished", pgettext_lazy("booking", "Finished")
    NO_SHOW = "no_show", pgettext_lazy("booking", "Did not come")
    CANCELLED = "cancelled", pgettext_lazy("booking", "Cancelled")
    REJECTED = "rejected", pgettext_lazy("booking", "Rejected")
    LAPSED = "lapsed", pgettext_lazy("booking", "Not decided in time")
    EXPIRED = "expired", pgettext_lazy("booking", "Expired")


BOOKING_TONES = {
    "held": "amber", "requested": "amber", "confirmed": "jade", "in_use": "jade", "finished": "plain", "no_show": "red",
    "cancelled": "plain", "rejected": "red", "lapsed": "plain", "expired": "plain",
}  # fmt: skip
COMING = ("held", "requested", "confirmed", "in_use")  # it still holds or asks for its time
BILLABLE = ("finished", "no_show", "cancelled")  # what it costs is settled
ACTIVE_ALLOCATION = ("hold", "confirmed", "in_use", "blocked")
BOOKERS = frozenset({Role.FOUNDER, Role.MEMBER, Role.MENTOR})
DESK = frozenset({Role.OFFICER, Role.MANAGER})
BOOKING_MOVES = moves(
    Move("confirm", pgettext_lazy("booking", "Confirm"), ("held",), "confirmed", BOOKERS | DESK | CLOCK),
    Move("request", _("Ask for approval"), ("held",), "requested", BOOKERS | DESK | CLOCK),
    Move("expire", _("Let the hold expire"), ("held",), "expired", CLOCK),
    Move("approve", pgettext_lazy("booking", "Approve"), ("requested",), "confirmed", DESK, unlike=("person",), signs="approver"),
    Move("reject", pgettext_lazy("booking", "Reject"), ("requested",), "rejected", DESK),
    Move("lapse", _("Close without decision"), ("requested",), "lapsed", CLOCK),
    Move("reschedule", _("Move to another time"), ("confirmed",), None, BOOKERS | DESK),
    Move("cancel", pgettext_lazy("booking", "Cancel"), ("held", "requested", "confirmed"), "cancelled", BOOKERS | DESK | CLOCK),
    Move("check_in", _("Check in"), ("confirmed",), "in_use", BOOKERS | DESK),
    Move("release", _("Release: nobody came"), ("confirmed",), "no_show", CLOCK),
    Move("undo_release", _("They came after all"), ("no_show",), "in_use", DESK),
    Move("finish", _("Finish"), ("in_use",), "finished", BOOKERS | DESK | CLOCK),
    Move("finish", _("Finish"), ("confirmed",), "finished", CLOCK),
)


class WaitingState(models.TextChoices):
    """Where a place on the waiting list stands."""

    WAITING = "waiting", pgettext_lazy("waiting list", "Waiting")
    OFFERED = "offered", pgettext_lazy("waiting list", "Offered")
    TAKEN = "taken", pgettext_lazy("waiting list", "Taken")
    LEFT = "left", pgettext_lazy("waiting list", "Left")
    OVER = "over", pgettext_lazy("waiting list", "Time is over")


WAITING_TONES = {"waiting": "amber", "offered": "jade", "taken": "jade", "left": "plain", "over": "plain"}
WAITING_MOVES = moves(
    Move("offer", _("Offer the time"), ("waiting",), "offered", CLOCK | DESK),
    Move("take_offer", _("Take the offer"), ("offered",), "taken", BOOKERS | DESK | CLOCK),
    Move("pass_offer", _("Let the offer pass"), ("offered",), "waiting", BOOKERS | DESK | CLOCK),
    Move("leave", _("Leave the waiting list"), ("waiting", "offered"), "left", BOOKERS | DESK | CLOCK),
    Move("close_waiting", _("The time is over"), ("waiting", "offered"), "over", CLOCK),
)
