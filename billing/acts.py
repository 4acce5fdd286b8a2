"""What happened to an invoice or a month, in the reader's words. A slip belongs to its invoice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from billing.states import (
    BILL_MOVES,
    CLOSE_MOVES,
    CREDIT_MOVES,
    DEPOSIT_MOVES,
    INVOICING_MOVES,
    LATE_FEE_MOVES,
    LINE_MOVES,
    PAYMENT_MOVES,
    REFUND_MOVES,
    STATEMENT_MOVES,
)
from incubator.journal.timeline import labels_of

ACT_LABELS = {
    **labels_of("billing.fapiao", record_fapiao=_("Invoice recorded")),
    **labels_of("billing.bill", BILL_MOVES, draft=_("Drafted"), remind=_("Reminded"), send_slip=_("Slip of a transfer sent")),
    **labels_of("billing.dunningletter", issue_letter=_("Dunning letter")),
    **labels_of("billing.latefee", LATE_FEE_MOVES, find_late_fee=_("Late fee computed")),
    **labels_of("billing.latefeerule", draft_fee_rule=_("Terms of the late fee written down"), verify_fee_rule=_("Terms of the late fee verified")),
    **labels_of("billing.creditnote", CREDIT_MOVES, draft_credit=_("Credit note proposed")),
    **labels_of("billing.billingrun", start_run=_("Billing run started")),
    **labels_of("billing.taxrule", draft_rule=_("Tax rule written down"), verify_rule=_("Tax rule verified"), end_rule=_("Tax rule ended")),
    **labels_of("billing.billingsettings", change_settings=_("Billing settings changed")),
    **labels_of("billing.bankaccount", add_account=_("Bank account added"), change_account=_("Bank account changed")),
    **labels_of("billing.statement", STATEMENT_MOVES, look_at=_("Bank file looked at")),
    **labels_of("billing.bankline", LINE_MOVES),
    **labels_of("billing.payment", PAYMENT_MOVES, start_payment=_("Payment begun"), mismatch=_("The gateway says something else"), dispute=_("Disputed at the gateway")),
    **labels_of("billing.refund", REFUND_MOVES, request_refund=_("Refund asked for"), gateway_refund=_("Paid back on the gateway's own pages")),
    **labels_of("billing.invoicerequest", INVOICING_MOVES, request_invoice=_("Invoice asked for")),
    **labels_of("billing.invoicetitle", keep_title=_("Invoice title changed")),
    **labels_of("billing.invoiceitem", keep_item=_("Item of invoices changed")),
    **labels_of("billing.deposit", DEPOSIT_MOVES, request_deposit=_("Deposit asked for")),
    **labels_of("billing.gatewayaccount", keep_gateway=_("Gateway changed")),
    **labels_of("billing.receipt", take_receipt=_("Money received")),
    **labels_of("billing.periodclose", CLOSE_MOVES, propose_close=_("Close proposed")),
}
