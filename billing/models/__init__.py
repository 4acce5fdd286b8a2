from billing.models.bank import BankAccount, BankLine, BillingSettings, Statement
from billing.models.bills import (
    Allocation,
    Bill,
    BillLine,
    ChargeKind,
    CreditLine,
    CreditNote,
    Receipt,
    TaxRule,
)
from billing.models.costs import FAPIAO_NUMBER_PATTERN, RENT_AND_LINES, BankSlip, CostKind, Fapiao
from billing.models.deposits import Deposit
from billing.models.dunning import DunningLetter, DunningStep, LateFee, LateFeeRule, TransferSlip
from billing.models.invoicing import InvoiceItem, InvoiceRequest, InvoiceRequestLine, InvoiceTitle
from billing.models.ledger import Account, LedgerEntry, LedgerLine, PeriodClose
from billing.models.payments import GatewayAccount, GatewayEvent, Outbox, Payment, Refund
from billing.models.payouts import (
    AuthorityFunds,
    Payout,
    PayoutBatch,
    PayoutDue,
    PayoutFile,
    PayoutResult,
    PayoutTransfer,
    Way,
)
from billing.models.runs import BillingRun, RunItem

__all__ = ["FAPIAO_NUMBER_PATTERN", "RENT_AND_LINES", "Account", "Allocation", "AuthorityFunds", "BankAccount", "BankLine", "BankSlip", "Bill", "BillLine", "BillingRun", "BillingSettings", "ChargeKind", "CostKind", "CreditLine", "CreditNote", "Deposit", "DunningLetter", "DunningStep", "Fapiao", "GatewayAccount", "GatewayEvent", "InvoiceItem", "InvoiceRequest", "InvoiceRequestLine", "InvoiceTitle", "LateFee", "LateFeeRule", "LedgerEntry", "LedgerLine", "Outbox", "Payment", "Payout", "PayoutBatch", "PayoutDue", "PayoutFile", "PayoutResult", "PayoutTransfer", "PeriodClose", "Receipt", "Refund", "RunItem", "Statement", "TaxRule", "TransferSlip", "Way"]
