"""States of an erasure of personal data (docs/decisions/0057)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.accounts.roles import Role
from incubator.core.states import SYSTEM, Move, moves

CLOCK = frozenset({SYSTEM})
OWNER = frozenset({Role.OWNER})
LEADERS = frozenset({Role.OWNER, Role.MANAGER})


class ErasureState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("erasure", "Asked for")
    CHECKED = "checked", pgettext_lazy("erasure", "Checked, waits for a second person")
    APPROVED = "approved", pgettext_lazy("erasure", "Approved, being erased")
    ERASED = "erased", pgettext_lazy("erasure", "Erased")
    REFUSED = "refused", pgettext_lazy("erasure", "Refused")


S = ErasureState
TONES = {S.ASKED: "amber", S.CHECKED: "amber", S.APPROVED: "indigo", S.ERASED: "jade", S.REFUSED: "plain"}
ERASURE_MOVES = moves(
    Move("check", _("Check what goes and what stays"), (S.ASKED, S.CHECKED), S.CHECKED, OWNER, unlike=("user",), signs="checker"),
    Move("approve", _("Approve the erasure"), (S.CHECKED,), S.APPROVED, LEADERS, unlike=("checker", "user"), signs="approver"),
    Move("refuse", _("Refuse the erasure"), (S.ASKED, S.CHECKED), S.REFUSED, OWNER, unlike=("user",)),
    Move("erase", _("Erase"), (S.APPROVED,), S.ERASED, CLOCK),
)
