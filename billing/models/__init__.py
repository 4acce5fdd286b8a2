from billing.models.costs import FAPIAO_NUMBER_PATTERN, RENT_AND_LINES, BankSlip, CostKind, Fapiao
from billing.models.ledger import Account, LedgerEntry, LedgerLine, PeriodClose

__all__ = ["FAPIAO_NUMBER_PATTERN", "RENT_AND_LINES", "Account", "BankSlip", "CostKind", "Fapiao", "LedgerEntry", "LedgerLine", "PeriodClose"]
