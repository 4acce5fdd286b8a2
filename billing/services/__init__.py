"""Acts of billing, by noun: costs (evidence of what was paid), ledger, payouts."""

from billing.services.costs import record_fapiao, record_slip
from billing.services.ledger import close_period, credit, debit, drop_close, post, propose_close, reverse
from billing.services.payouts import Decided, Payee, Proof

__all__ = ["Decided", "Payee", "Proof", "close_period", "credit", "debit", "drop_close", "post", "propose_close", "record_fapiao", "record_slip", "reverse"]
