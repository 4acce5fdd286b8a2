"""What happened to an invoice or a month, in the reader's words. A slip belongs to its invoice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from billing.states import BILL_MOVES, CLOSE_MOVES, CREDIT_MOVES, LINE_MOVES, STATEMENT_MOVES
from incubator.journal.timeline import labels_of

ACT_LABELS = {
    **labels_of("billing.fapiao", record_fapiao=_("Invoice recorded")),
    **labels_of("billing.bill", BILL_MOVES, draft=_("Drafted")),
    **labels_of("billing.creditnote", CREDIT_MOVES, draft_credit=_("Credit note proposed")),
    **labels_of("billing.billingrun", start_run=_("Billing run started")),
    **labels_of("billing.taxrule", draft_rule=_("Tax rule written down"), verify_rule=_("Tax rule verified"), end_rule=_("Tax rule ended")),
    **labels_of("billing.billingsettings", change_settings=_("Billing settings changed")),
    **labels_of("billing.bankaccount", add_account=_("Bank account added"), change_account=_("Bank account changed")),
    **labels_of("billing.statement", STATEMENT_MOVES, look_at=_("Bank file looked at")),
    **labels_of("billing.bankline", LINE_MOVES),
    **labels_of("billing.periodclose", CLOSE_MOVES, propose_close=_("Close proposed")),
}
