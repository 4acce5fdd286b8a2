"""What happened to an invoice or a month, in the reader's words. A slip belongs to its invoice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from billing.states import CLOSE_MOVES
from incubator.journal.timeline import labels_of

ACT_LABELS = {
    **labels_of("billing.fapiao", record_fapiao=_("Invoice recorded")),
    **labels_of("billing.periodclose", CLOSE_MOVES, propose_close=_("Close proposed")),
}
