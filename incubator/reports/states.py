"""The states of a frozen month: one person freezes the figures, a second one signs them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.accounts.roles import Role
from incubator.core.states import Move, moves

LEADERS = frozenset({Role.OWNER, Role.MANAGER})


class FrozenState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("frozen month", "Waits for the second signature")
    SIGNED = "signed", pgettext_lazy("frozen month", "Signed by two people")
    REJECTED = "rejected", pgettext_lazy("frozen month", "Not signed")


FROZEN_MOVES = moves(
    Move("sign", _("Sign the figures"), ("proposed",), "signed", LEADERS, unlike=("proposer",), signs="signer", tone="primary"),
    Move("reject", _("Do not sign"), ("proposed",), "rejected", LEADERS, unlike=("proposer",), signs="signer", tone="danger"),
)
