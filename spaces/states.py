"""States of a lease and the acts between them (lifecycles.md 2.1, spaces-billing.md B2)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

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
