"""State tables of billing (lifecycles.md 2.1, spaces-billing.md C4)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.accounts.roles import Role
from incubator.core.states import Move, moves

LEADERS = frozenset({Role.OWNER, Role.MANAGER})


class CloseState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("close of a month", "Proposed")
    CLOSED = "closed", pgettext_lazy("close of a month", "Closed")
    DROPPED = "dropped", pgettext_lazy("close of a month", "Dropped")


CLOSE_MOVES = moves(
    Move("close", _("Close the month"), (CloseState.PROPOSED,), CloseState.CLOSED, LEADERS, unlike=("proposer",), signs="closer"),
    Move("drop", _("Drop the proposal"), (CloseState.PROPOSED,), CloseState.DROPPED, LEADERS),
)
