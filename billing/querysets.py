"""Named reads of invoices and slips."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.states import NOT_ISSUED, OPEN_BILL
from incubator.core.periods import Month
from incubator.tenants.models import Startup

if TYPE_CHECKING:
    from billing.models import (  # noqa: F401 - named in annotations
        AuthorityFunds,
        BankLine,
        BankSlip,
        Bill,
        Fapiao,
        LedgerEntry,
        LedgerLine,
        Payout,
        PayoutDue,
        Receipt,
    )
    from incubator.accounts.actors import Actor

AMOUNT = DecimalField(max_digits=14, decimal_places=2)


class FapiaoQuerySet(models.QuerySet["Fapiao"]):
    def visible_to(self, actor: Actor) -> FapiaoQuerySet:
        """Everything for the office; for founders and members the invoices of their startups."""
        return self.all() if actor.in_office else self.filter(startup__in=Startup.objects.visible_to(actor))

    def of_founder(self, actor: Actor) -> FapiaoQuerySet:
        """Invoices of the startups that name this person, also when the person works in the office."""
        return self.filter(startup__in=Startup.objects.of_founder(actor))

    def with_parties(self) -> FapiaoQuerySet:
        """With startup and file, for the page of one invoice."""
        return self.select_related("startup", "document")

    def of(self, startup: Startup | None) -> FapiaoQuerySet:
        """The costs of a startup; None: the organisation's own."""
        return self.filter(startup=startup)

    def of_kind(self, kind: str) -> FapiaoQuerySet:
        return self.filter(kind=kind)

    def covering(self, startup: Startup | None, kind: str, month: Month) -> FapiaoQuerySet:
        """Invoices of this payer (None: the organisation itself) for this cost whose period holds the month."""
        first = month.first
        return self.filter(startup=startup, kind=kind, period_from__lte=first, period_to__gte=first)

    def with_paid(self) -> FapiaoQuerySet:
        """With `paid`: the sum of the bank slips, in one query."""
        from billing.models import BankSlip

        slips = BankSlip.objects.filter(fapiao=OuterRef("pk")).order_by().values("fapiao")
        total = Subquery(slips.annotate(total=Sum("amount")).values("total"), output_field=AMOUNT)
        return self.annotate(paid=Coalesce(total, Value(Decimal("0.00")), output_field=AMOUNT))

    def paid(self) -> FapiaoQuerySet:
        """Invoices whose slips reach their amount."""
        return self.with_paid().filter(paid__gte=F("amount"))

    def unpaid(self) -> FapiaoQuerySet:
        """Invoices whose slips do not reach their amount."""
        return self.with_paid().filter(paid__lt=F("amount"))

    def matching(self, words: str) -> FapiaoQuerySet:
        """Invoices whose number, parties or item hold these words; all for no words."""
        words = words.strip()
        if not words:
            return self
        parties = Q(seller_name__icontains=words) | Q(buyer_name__icontains=words)
        return self.filter(parties | Q(number__contains=words) | Q(item__icontains=words) | Q(room__icontains=words))

    def latest_first(self) -> FapiaoQuerySet:
        return self.order_by("-issued_on", "-pk")


class BankSlipQuerySet(models.QuerySet["BankSlip"]):
    def visible_to(self, actor: Actor) -> BankSlipQuerySet:
        """Slips of the invoices that the actor sees; slips without an invoice only in the office."""
        from billing.models import Fapiao

        return self.all() if actor.in_office else self.filter(fapiao__in=Fapiao.objects.visible_to(actor))

    def of_founder(self, actor: Actor) -> BankSlipQuerySet:
        """Slips of the startups that name this person."""
        from billing.models import Fapiao

        return self.filter(fapiao__in=Fapiao.objects.of_founder(actor))

    def of(self, fapiao: Fapiao) -> BankSlipQuerySet:
        return self.filter(fapiao=fapiao).select_related("document").order_by("paid_on", "pk")


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def between(self, first: date, last: date) -> LedgerEntryQuerySet:
        """Entries of these days, both included."""
        return self.filter(day__gte=first, day__lte=last)

    def about(self, record: models.Model) -> LedgerEntryQuerySet:
        """The entries that a record caused."""
        return self.filter(about=reference(record))


class LedgerLineQuerySet(models.QuerySet["LedgerLine"]):
    def of_account(self, account: str) -> LedgerLineQuerySet:
        return self.filter(account=account)

    def until(self, day: date) -> LedgerLineQuerySet:
        """Lines of entries up to this day, included."""
        return self.filter(entry__day__lte=day)

    def total(self) -> Decimal:
        """The sum of the lines in yuan: debit positive, credit negative."""
        found: Decimal | None = self.aggregate(total=Sum("amount"))["total"]
        return found or Decimal("0.00")

    def balances(self, first: date, last: date) -> dict[str, dict[str, Decimal]]:
        """Per account that was ever used: opening, debit, credit and closing of these days, in one query."""
        before, within = Q(entry__day__lt=first), Q(entry__day__gte=first, entry__day__lte=last)
        nothing = Value(Decimal("0.00"), output_field=AMOUNT)

        def summed(condition: Q) -> Coalesce:
            return Coalesce(Sum("amount", filter=condition), nothing)

        rows = self.order_by().values("account").annotate(
            opening=summed(before),
            debit=summed(within & Q(amount__gt=0)),
            credit=-summed(within & Q(amount__lt=0)),
            closing=summed(Q(entry__day__lte=last)),
        )
        return {row.pop("account"): row for row in rows}


def reference(record: models.Model) -> str:
    """How the ledger names the record that an entry or a line is about: billing.bill:12."""
    return f"{record._meta.label_lower}:{record.pk}"


class BillQuerySet(models.QuerySet["Bill"]):
    def of_founder(self, actor: Actor) -> BillQuerySet:
        """The issued bills of the startups that name this person."""
        return self.filter(startup__in=Startup.objects.of_founder(actor)).exclude(state__in=NOT_ISSUED)

    def open(self) -> BillQuerySet:
        """Issued and not settled."""
        return self.filter(state__in=OPEN_BILL)

    def overdue(self, day: date) -> BillQuerySet:
        """Open, and due before this day."""
        return self.open().filter(due_on__lt=day)

    def open_total(self) -> Decimal:
        """What is still to be paid of these bills, in yuan."""
        found: Decimal | None = self.open().aggregate(sum=Sum(F("total") - F("paid") - F("credited")))["sum"]
        return found or Decimal("0.00")

    def matching(self, words: str) -> BillQuerySet:
        """Bills whose number, reference or startup hold these words; all for no words."""
        words = words.strip()
        if not words:
            return self
        return self.filter(Q(number__icontains=words) | Q(reference__icontains=words) | Q(startup__name__icontains=words))


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def of_founder(self, actor: Actor) -> ReceiptQuerySet:
        """Receipts of the startups that name this person."""
        return self.filter(startup__in=Startup.objects.of_founder(actor))


class DepositQuerySet(models.QuerySet["Deposit"]):
    def of_founder(self, actor: Actor) -> DepositQuerySet:
        """Deposits of the startups that name this person."""
        return self.filter(startup__in=Startup.objects.of_founder(actor)).exclude(state="cancelled")

    def held(self) -> DepositQuerySet:
        """Deposits that we hold now."""
        return self.filter(state__in=["held", "settling"])

    def total(self) -> Decimal:
        """The sum in yuan, 0.00 for none."""
        return self.aggregate(total=Sum("amount"))["total"] or Decimal("0.00")

    def matching(self, words: str) -> DepositQuerySet:
        """Deposits whose number, startup or text hold these words; all for no words."""
        words = words.strip()
        if not words:
            return self
        return self.filter(Q(number__icontains=words) | Q(startup__name__icontains=words) | Q(text__icontains=words))


class PaymentQuerySet(models.QuerySet["Payment"]):
    def of_founder(self, actor: Actor) -> PaymentQuerySet:
        """Attempts to pay bills of the startups that name this person."""
        return self.filter(startup__in=Startup.objects.of_founder(actor))

    def waiting(self) -> PaymentQuerySet:
        """Attempts that may still be paid."""
        return self.filter(state="waiting")

    def matching(self, words: str) -> PaymentQuerySet:
        """Attempts whose bill, startup or session hold these words; all for no words."""
        words = words.strip()
        if not words:
            return self
        return self.filter(Q(bill__number__icontains=words) | Q(startup__name__icontains=words) | Q(transaction_id__contains=words) | Q(intent__contains=words))


class BankLineQuerySet(models.QuerySet["BankLine"]):
    def undecided(self) -> BankLineQuerySet:
        """Lines that somebody has to look at."""
        return self.exclude(state="matched")

    def incoming(self) -> BankLineQuerySet:
        return self.filter(amount__gt=0)

    def matching(self, words: str) -> BankLineQuerySet:
        """Lines whose other party, texts or serial hold these words; all for no words."""
        words = words.strip()
        if not words:
            return self
        return self.filter(Q(payer__icontains=words) | Q(purpose__icontains=words) | Q(summary__icontains=words) | Q(serial__contains=words))


class PayoutDueQuerySet(models.QuerySet["PayoutDue"]):
    def about(self, record: models.Model) -> PayoutDueQuerySet:
        """What is owed to this record: at most one row."""
        return self.filter(about=reference(record))

    def of_batch(self, record: models.Model) -> PayoutDueQuerySet:
        """What is owed under this claim."""
        return self.filter(batch__about=reference(record))


class PayoutQuerySet(models.QuerySet["Payout"]):
    def of_batch(self, record: models.Model) -> PayoutQuerySet:
        return self.filter(due__batch__about=reference(record))

    def about(self, record: models.Model) -> PayoutQuerySet:
        return self.filter(due__about=reference(record))

    def standing(self) -> PayoutQuerySet:
        """Everything that was not cancelled."""
        return self.exclude(state="cancelled")

    def still_open(self) -> PayoutQuerySet:
        """Neither paid nor cancelled."""
        return self.exclude(state__in=["paid", "cancelled"])

    def paid(self) -> PayoutQuerySet:
        return self.filter(state="paid")

    def to_approve(self) -> PayoutQuerySet:
        """Orders that a leader approves: we pay."""
        return self.filter(state="ordered").exclude(way="authority")

    def to_record(self) -> PayoutQuerySet:
        """Orders that the authority pays, and whose payment nobody has written down yet."""
        return self.filter(state="ordered", way="authority", recorder=None)

    def to_confirm(self) -> PayoutQuerySet:
        """Payments of the authority that wait for the second person."""
        return self.filter(state="ordered", way="authority", recorder__isnull=False)

    def to_send(self) -> PayoutQuerySet:
        return self.filter(state="approved")

    def total(self, field: str = "amount") -> Decimal:
        """The sum in yuan, 0.00 for none."""
        return self.aggregate(total=Sum(field))["total"] or Decimal("0.00")

    def for_pages(self) -> PayoutQuerySet:
        return self.select_related("due__batch", "due__startup", "due__decision", "orderer", "approver", "canceller", "recorder", "confirmer", "sender", "corrector", "receiver")

    def matching(self, words: str) -> PayoutQuerySet:
        """Payouts whose number, case or payee hold these words; all for no words."""
        words = words.strip()
        if not words:
            return self
        return self.filter(Q(number__icontains=words) | Q(due__title__icontains=words) | Q(payee_name__icontains=words))


class FundsQuerySet(models.QuerySet["AuthorityFunds"]):
    def of_batch(self, record: models.Model) -> FundsQuerySet:
        return self.filter(batch__about=reference(record))

    def counting(self) -> FundsQuerySet:
        """Money that two persons agreed has come."""
        return self.filter(state="confirmed")

    def total(self) -> Decimal:
        return self.aggregate(total=Sum("amount"))["total"] or Decimal("0.00")
