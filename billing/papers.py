"""The paper of a bill 账单: PDF with amount in words, payment reference and the data attached (fuhua.bill.v1)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from billing.models import BankAccount, Bill
from incubator.accounts.actors import system
from incubator.core.canonical import canonical
from incubator.core.money import amount_in_words
from incubator.documents.models import Document
from incubator.documents.render import render_in_child
from incubator.documents.services import keep_paper
from incubator.journal.services import lock


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
    if bill.document is not None:
        return bill.document
    body = print_bill(bill)
    with transaction.atomic():
        locked = lock(bill)
        if locked.document is None:
            locked.document = keep_paper(body, title=f"{bill.number} 账单", name=f"{bill.number}.pdf", by=system(bill.organisation))
            locked.save(update_fields=["document"])
    return locked.document
