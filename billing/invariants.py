"""What must be true of bills, money and the books at any time."""

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from billing.models import (
    Bill,
    CreditNote,
    Deposit,
    DunningLetter,
    InvoiceRequest,
    LedgerEntry,
    LedgerLine,
    Payment,
    Payout,
    PayoutFile,
    Receipt,
)
from billing.models.ledger import Account
from incubator.core.invariants import invariant
from incubator.journal.series import numbered

numbered("ZD", lambda: Bill.objects.exclude(number="").values_list("number", flat=True))
numbered("HZ", lambda: CreditNote.objects.exclude(number="").values_list("number", flat=True))
numbered("CJ", lambda: DunningLetter.objects.values_list("number", flat=True))
numbered("KP", lambda: InvoiceRequest.objects.values_list("number", flat=True))
numbered("YJ", lambda: Deposit.objects.values_list("number", flat=True))
numbered("SJ", lambda: Receipt.objects.values_list("number", flat=True))
numbered("BF", lambda: Payout.objects.values_list("number", flat=True))
numbered("BFWJ", lambda: PayoutFile.objects.values_list("number", flat=True))
# FH runs on through the years: its counter stands in the year 0
numbered("FH", lambda: (f"0000-{one[2:-1]}" for one in Bill.objects.exclude(reference="").values_list("reference", flat=True)))


@invariant("billing.ledger", _("Every entry of the ledger adds up to nothing"))
def entries_that_do_not_balance() -> int:
    """Entries whose lines do not add up, or that have fewer than two."""
    return LedgerEntry.objects.annotate(total=Sum("lines__amount")).filter(Q(total=None) | ~Q(total=0)).count()


@invariant("billing.receivable", _("What startups owe in the ledger is what is open on their bills"))
def receivable_beside_bills() -> int:
    """1 when the receivable account is not the sum of open bills."""
    return int(LedgerLine.objects.of_account(Account.RECEIVABLE).total() != Bill.objects.open_total())


@invariant("billing.deposits", _("Deposits held are the deposits of the ledger"))
def deposits_beside_the_ledger() -> int:
    """1 when the account of deposits is not the sum of the deposits that are held."""
    return int(-LedgerLine.objects.of_account(Account.DEPOSITS).total() != Deposit.objects.held().total())


@invariant("billing.clearing", _("What the gateway owes us in the ledger is what online payments took and did not pay back"))
def clearing_beside_payments() -> int:
    """1 when more stands at the gateway than payments took; payouts of the gateway to the bank lower it."""
    taken = Payment.objects.aggregate(sum=Sum("captured_amount"))["sum"] or 0
    return int(LedgerLine.objects.of_account(Account.CLEARING).total() > taken)
