"""What the acts on guarantees are called in the search of the journal."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from incubator.guarantees.states import FUND_ENTRY_MOVES, GUARANTEE_MOVES
from incubator.journal.timeline import labels_of

ACT_LABELS: dict[Any, Any] = {**labels_of("guarantees.guarantee", GUARANTEE_MOVES), **labels_of("guarantees.fundorder", FUND_ENTRY_MOVES)}
WORDS = {
    "draft_guarantee": _("Loan guarantee written down"),
    "enter_money": _("Money of the fund entered"),
    "open_fund": _("Guarantee fund opened"),
    "vote": _("Vote of the committee"),
}
