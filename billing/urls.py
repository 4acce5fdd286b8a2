from django.urls import path

from billing.views import bank, bank_lines, deposits, dunning, invoicing, ledger, pay, payments, statements, taxes
from billing.views import bills as bill_views
from billing.views import gateway as gateway_views
from billing.views import office as office_views
from billing.views import portal as portal_views

app_name = "billing"

office = [
    path("", office_views.fapiao_list, name="fapiao-list"),
    path("new/", office_views.fapiao_record, name="fapiao-record"),
    path("<int:pk>/", office_views.fapiao, name="fapiao"),
    path("<int:pk>/file/", office_views.fapiao_file, name="fapiao-file"),
    path("<int:pk>/slips/new/", office_views.slip_record, name="slip-record"),
    path("slips/<int:pk>/file/", office_views.slip_file, name="slip-file"),
]

portal = [
    path("", portal_views.fapiao_list, name="fapiao-list"),
    path("new/", portal_views.fapiao_record, name="fapiao-record"),
    path("<int:pk>/", portal_views.fapiao, name="fapiao"),
    path("<int:pk>/file/", portal_views.fapiao_file, name="fapiao-file"),
    path("<int:pk>/slips/new/", portal_views.slip_record, name="slip-record"),
    path("slips/<int:pk>/file/", portal_views.slip_file, name="slip-file"),
]

books = [
    path("", ledger.books, name="books"),
    path("close/", ledger.close_propose, name="close-propose"),
    path("close/<int:pk>/<slug:act>/", ledger.close_act, name="close-act"),
    path("entries/<int:pk>/", ledger.entry, name="entry"),
    path("<slug:name>/", ledger.account, name="account"),
]

bank_pages = [
    path("", bank.health, name="health"),
    path("accounts/", bank.accounts, name="accounts"),
    path("accounts/new/", bank.account_add, name="account-add"),
    path("accounts/<int:pk>/", bank.account_change, name="account-change"),
    path("files/new/", bank.upload, name="upload"),
    path("files/<int:pk>/", bank.statement, name="statement"),
    path("files/<int:pk>/drop/", bank.statement_drop, name="statement-drop"),
    path("lines/", bank_lines.lines, name="lines"),
    path("decide/", bank_lines.decide, name="decide"),
    path("second/", bank_lines.second, name="second"),
    path("again/", bank_lines.again, name="again"),
    path("lines/<int:pk>/", bank_lines.line, name="line"),
    path("lines/<int:pk>/match/", bank_lines.match, name="match"),
    path("lines/<int:pk>/payout/", bank_lines.match_payout, name="match-payout"),
    path("lines/<int:pk>/book/", bank_lines.book, name="book"),
    path("lines/<int:pk>/suspend/", bank_lines.suspend, name="suspend"),
    path("lines/<int:pk>/<slug:act>/", bank_lines.act, name="act"),
]

bills = [
    path("", bill_views.bill_list, name="bills"),
    path("receivables/", bill_views.receivables, name="receivables"),
    path("accounts/<int:pk>/", statements.statement, name="statement"),
    path("tax-rules/", taxes.rules, name="rules"),
    path("tax-rules/new/", taxes.rule_draft, name="rule-draft"),
    path("tax-rules/<int:pk>/verify/", taxes.rule_verify, name="rule-verify"),
    path("settings/", taxes.settings, name="settings"),
    path("accounts/<int:pk>/credit/", deposits.credit_use, name="credit-use"),
    path("dunning/", dunning.overdue, name="dunning"),
    path("dunning/letters/<int:pk>/", dunning.letter, name="letter"),
    path("dunning/<int:pk>/letter/", dunning.letter_issue, name="letter-issue"),
    path("slips/<int:pk>/", dunning.slip, name="transfer-slip"),
    path("late-fees/", dunning.late_fees, name="late-fees"),
    path("late-fees/find/", dunning.late_fees_find, name="late-fees-find"),
    path("late-fees/terms/new/", dunning.fee_rule_draft, name="fee-rule-draft"),
    path("late-fees/terms/<int:pk>/verify/", dunning.fee_rule_verify, name="fee-rule-verify"),
    path("late-fees/<int:pk>/bill/", dunning.fee_bill, name="fee-bill"),
    path("late-fees/<int:pk>/waive/", dunning.fee_waive, name="fee-waive"),
    path("invoices/", invoicing.requests, name="invoices"),
    path("invoices/export/", invoicing.export, name="invoice-export"),
    path("invoices/items/", invoicing.items, name="invoice-items"),
    path("invoices/<int:pk>/", invoicing.invoice_request, name="invoice"),
    path("invoices/<int:pk>/check/", invoicing.check, name="invoice-check"),
    path("invoices/<int:pk>/result/", invoicing.result, name="invoice-result"),
    path("invoices/<int:pk>/refuse/", invoicing.refuse, name="invoice-refuse"),
    path("invoices/<int:pk>/file/", invoicing.file, name="invoice-file"),
    path("invoices/<int:pk>/act/<slug:act>/", invoicing.act, name="invoice-act"),
    path("<int:pk>/invoice/", invoicing.request_new, name="invoice-request"),
    path("accounts/<int:pk>/title/", invoicing.title, name="invoice-title"),
    path("deposits/", deposits.deposit_list, name="deposits"),
    path("deposits/new/", deposits.deposit_request, name="deposit-request"),
    path("deposits/<int:pk>/", deposits.deposit, name="deposit"),
    path("deposits/<int:pk>/settlement/", deposits.settlement, name="settlement"),
    path("deposits/<int:pk>/decide/<slug:act>/", deposits.deposit_decide, name="deposit-decide"),
    path("deposits/<int:pk>/<slug:act>/", deposits.deposit_act, name="deposit-act"),
    path("payments/", payments.payment_list, name="payments"),
    path("payments/gateway/", payments.gateway, name="gateway"),
    path("payments/<int:pk>/", payments.payment, name="payment"),
    path("payments/<int:pk>/ask/", payments.payment_ask, name="payment-ask"),
    path("payments/<int:pk>/refund/", payments.refund_request, name="refund-request"),
    path("refunds/<int:pk>/<slug:act>/", payments.refund_act, name="refund-act"),
    path("receipts/<int:pk>/", payments.receipt_paper, name="receipt"),
    path("credit-notes/<int:pk>/red/", invoicing.red_new, name="invoice-red"),
    path("credit-notes/<int:pk>/<slug:act>/", bill_views.credit_act, name="credit-act"),
    path("<int:pk>/", bill_views.bill, name="bill"),
    path("<int:pk>/paper/", bill_views.bill_paper, name="paper"),
    path("<int:pk>/issue/", bill_views.bill_issue, name="issue"),
    path("<int:pk>/discard/", bill_views.bill_discard, name="discard"),
    path("<int:pk>/credit/", bill_views.credit_draft, name="credit-draft"),
    path("<int:pk>/loss/", bill_views.loss_propose, name="loss-propose"),
    path("<int:pk>/write-off/", bill_views.loss_write_off, name="write-off"),
]

own_bills = [
    path("", statements.own_bills, name="bills"),
    path("accounts/<int:pk>/", statements.own_statement, name="statement"),
    path("<int:pk>/", statements.own_bill, name="bill"),
    path("<int:pk>/paper/", statements.own_paper, name="paper"),
    path("<int:pk>/pay/", pay.pay, name="pay"),
    path("<int:pk>/slip/", pay.slip_send, name="slip-send"),
    path("<int:pk>/invoice/", invoicing.own_request, name="invoice-request"),
    path("invoices/<int:pk>/", invoicing.own_file, name="invoice-file"),
    path("accounts/<int:pk>/title/", invoicing.own_title, name="invoice-title"),
    path("payments/<int:pk>/", pay.payment, name="payment"),
    path("payments/<int:pk>/ask/", pay.payment_ask, name="payment-ask"),
    path("payments/<int:pk>/cancel/", pay.payment_cancel, name="payment-cancel"),
    path("receipts/<int:pk>/", pay.own_receipt, name="receipt"),
]

events = [path("stripe/<slug:org>/", gateway_views.stripe_event, name="stripe-event")]
