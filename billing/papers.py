"""The paper of a bill 账单: PDF with amount in words, payment reference and the data attached (fuhua.bill.v1)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from billing.accounts import AccountStatement, ages_of
from billing.models import BankAccount, Bill, DunningLetter, Receipt
from incubator.accounts.actors import system
from incubator.core.canonical import canonical
from incubator.core.money import amount_in_words
from incubator.core.periods import Month
from incubator.documents.models import Document
from incubator.documents.render import render_in_child
from incubator.documents.services import keep_paper
from incubator.journal.services import lock
from incubator.tenants.models import Startup


def pay_to() -> BankAccount | None:
    """The account to which startups transfer what they owe."""
    return BankAccount.objects.filter(is_active=True).order_by("pk").first()


def bill_data(bill: Bill) -> dict[str, Any]:
    """Everything that the paper says, as plain strings."""
    account = pay_to()
    return {
        "schema": "fuhua.bill.v1", "number": bill.number, "organisation": bill.organisation.name, "startup": bill.startup.name, "uscc": bill.startup.uscc,
        "month": f"{bill.month:%Y-%m}", "issued_on": str(bill.issued_on), "due_on": str(bill.due_on), "reference": bill.reference,
        "total": str(bill.total), "net": str(bill.net), "tax": str(bill.tax), "words": amount_in_words(bill.total),
        "account": {"bank": account.bank, "name": bill.organisation.name, "number": str(account.number)} if account else {},
        "lines": [
            {"text": line.text, "first_day": str(line.first_day), "last_day": str(line.last_day), "listed": str(line.listed), "relief": str(line.relief),
             "amount": str(line.amount), "rate": f"{line.rate:.2%}" if line.rate is not None else "", "tax": str(line.tax)}
            for line in bill.lines.all()
        ],
    }  # fmt: skip


def print_bill(bill: Bill) -> bytes:
    """The bill as PDF/A-3a."""
    said = bill_data(bill)
    return render_in_child(
        "billing/pdf/bill.html", {"bill": said}, title=f"{bill.number} 账单", author=said["organisation"],
        created=timezone.make_aware(datetime.combine(bill.issued_on or timezone.localdate(), time())), attachments={"bill.json": canonical(said).encode()},
    )  # fmt: skip


def paper_of(bill: Bill) -> Document:
    """The kept paper of an issued bill; printed at the first look, and the same ever after."""
    return bill.document or kept(bill, print_bill(bill), f"{bill.number} 账单")


def kept(record: Any, body: bytes, title: str) -> Document:
    """Keep a paper with its record, unless somebody else was faster; then theirs is the paper."""
    with transaction.atomic():
        locked = lock(record)
        if locked.document is None:
            locked.document = keep_paper(body, title=title, name=f"{record.number}.pdf", by=system(record.organisation))
            locked.save(update_fields=["document"])
    return locked.document


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """Everything that a receipt says, as plain strings: what it settled when it was first printed."""
    payment = getattr(receipt, "payment", None)
    used = receipt.allocations.filter(amount__gt=0, reversed_by=None).select_related("bill").order_by("pk")
    way = f"{receipt.get_source_display()}{f' · {payment.get_method_display()}' if payment and payment.method else ''}"
    return {
        "schema": "fuhua.receipt.v1", "number": receipt.number, "organisation": receipt.organisation.name, "startup": receipt.startup.name,
        "payer": receipt.payer_name, "received_on": str(receipt.received_on), "way": way, "amount": str(receipt.amount), "words": amount_in_words(receipt.amount),
        "bills": [{"number": one.bill.number, "month": f"{one.bill.month:%Y-%m}", "amount": str(one.amount)} for one in used],
        "rest": str(receipt.rest) if receipt.rest else "", "test": bool(payment and not payment.livemode),
    }  # fmt: skip


def receipt_paper_of(receipt: Receipt) -> Document:
    """The kept paper of a receipt."""
    if receipt.document is not None:
        return receipt.document
    with translation.override("zh-hans"):
        said = receipt_data(receipt)
    body = render_in_child(
        "billing/pdf/receipt.html", {"receipt": said}, title=f"{receipt.number} 收据", author=said["organisation"],
        created=timezone.make_aware(datetime.combine(receipt.received_on, time())), attachments={"receipt.json": canonical(said).encode()},
    )  # fmt: skip
    return kept(receipt, body, f"{receipt.number} 收据")


def letter_paper_of(letter: DunningLetter) -> Document:
    """The kept paper of a dunning letter."""
    if letter.document is not None:
        return letter.document
    account = pay_to()
    said = {
        "schema": "fuhua.letter.v1", "number": letter.number, "organisation": letter.organisation.name, "startup": letter.startup.name, "uscc": letter.startup.uscc,
        "issued_on": str(letter.issued_on), "pay_by": str(letter.pay_by), "total": str(letter.total), "words": amount_in_words(letter.total), "bills": letter.bills,
        "account": {"bank": account.bank, "name": letter.organisation.name, "number": str(account.number)} if account else {},
    }  # fmt: skip
    body = render_in_child(
        "billing/pdf/letter.html", {"letter": said}, title=f"{letter.number} 催缴函", author=said["organisation"],
        created=timezone.make_aware(datetime.combine(letter.issued_on, time())), attachments={"letter.json": canonical(said).encode()},
    )  # fmt: skip
    return kept(letter, body, f"{letter.number} 催缴函")


def print_statement(startup: Startup, month: Month, found: AccountStatement) -> bytes:
    """The statement of account of a month 对账单, as the ledger has it now; it is printed anew each time."""
    account, now = pay_to(), timezone.localtime()
    said = {
        "schema": "fuhua.statement.v1", "organisation": startup.organisation.name, "startup": startup.name, "uscc": startup.uscc, "month": str(month), "printed_at": f"{now:%Y-%m-%d %H:%M}",
        "opening": str(found.opening), "closing": str(found.closing), "credit": str(found.credit), "deposits": str(found.deposits),
        "rows": [{"day": str(row.day), "text": row.text, "amount": str(row.amount), "balance": str(row.balance)} for row in found.rows],
        "account": {"bank": account.bank, "number": str(account.number)} if account else {},
    }  # fmt: skip
    with translation.override("zh-hans"):
        said["ages"] = [{"name": name, "amount": str(amount)} for name, amount in ages_of(startup, now.date())]
    return render_in_child("billing/pdf/statement.html", {"statement": said}, title=f"{month} 对账单", author=said["organisation"], created=now, attachments={"statement.json": canonical(said).encode()})
