from billing.models.costs import FAPIAO_NUMBER_PATTERN, BankSlip, CostKind, Fapiao
from billing.models.ledger import Account, LedgerEntry, LedgerLine, PeriodClose

__all__ = ["FAPIAO_NUMBER_PATTERN", "Account", "BankSlip", "CostKind", "Fapiao", "LedgerEntry", "LedgerLine", "PeriodClose"]
