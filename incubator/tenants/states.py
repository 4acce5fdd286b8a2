"""States of a startup and of its incubation agreement, and the acts between them (lifecycles.md 2.1)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incubator.accounts.roles import Role
from incubator.core.states import SYSTEM, Move, moves

CLOCK = frozenset({SYSTEM})
MANAGER = frozenset({Role.MANAGER})
OFFICER = frozenset({Role.OFFICER})


class StartupState(models.TextChoices):
    """Where a startup stands with us. It follows from its agreement; nobody sets it by hand."""

    REGISTERED = "registered", _("On file")
    INCUBATED = "incubated", _("In incubation")
    GRADUATED = "graduated", _("Graduated")
    LEFT = "left", _("Left")


STARTUP_TONES = {"registered": "amber", "incubated": "jade", "graduated": "indigo", "left": "plain"}
STARTUP_MOVES = moves(
    Move("admit", _("Admit to incubation"), ("registered", "graduated", "left"), "incubated", CLOCK),
    Move("graduate", _("Graduate"), ("incubated",), "graduated", CLOCK),
    Move("leave", _("Leave the incubator"), ("incubated",), "left", CLOCK),
)


class AgreementState(models.TextChoices):
    """Where an incubation agreement stands."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent for signature")
    ACTIVE = "active", _("In force")
    GRADUATING = "graduating", _("Graduation proposed")
    GRADUATED = "graduated", _("Ended by graduation")
    EXITING = "exiting", _("Leaving")
    EXITED = "exited", _("Ended")
    LAPSED = "lapsed", _("Lapsed")
    CANCELLED = "cancelled", _("Cancelled")


AGREEMENT_TONES = {
    "draft": "plain", "sent": "amber", "active": "jade", "graduating": "indigo", "graduated": "indigo",
    "exiting": "amber", "exited": "plain", "lapsed": "red", "cancelled": "plain",
}  # fmt: skip
IN_FORCE = ("active", "graduating", "exiting")  # the incubation clock runs
HAS_RUN = (*IN_FORCE, "graduated", "exited")

AGREEMENT_MOVES = moves(
    Move("send", _("Send for signature"), ("draft",), "sent", OFFICER),
    Move("cancel", _("Cancel"), ("draft",), "cancelled", MANAGER),
    Move("countersign", _("Countersign"), ("sent",), "active", MANAGER, unlike=("drafter",), signs="countersigner"),
    Move("lapse", _("Let lapse"), ("sent",), "lapsed", CLOCK),
    Move("extend", _("Extend"), ("active",), None, MANAGER, unlike=("drafter",)),
    Move("propose_graduation", _("Propose graduation"), ("active",), "graduating", OFFICER, signs="proposer"),
    Move("graduate", _("Graduate"), ("graduating",), "graduated", MANAGER, unlike=("proposer",)),
    Move("keep", _("Keep in incubation"), ("graduating",), "active", MANAGER, unlike=("proposer",)),
    Move("start_exit", _("Start leaving"), ("active",), "exiting", MANAGER | CLOCK | {Role.FOUNDER}, signs="proposer"),
    Move("complete_exit", _("Complete leaving"), ("exiting",), "exited", MANAGER, unlike=("proposer",)),
    Move("stay", _("Stay"), ("exiting",), "active", MANAGER),
)
