"""Invoices and bank slips, with their scans, recorded as they are paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from billing.services import record_fapiao, record_slip
from incubator.demo import papers
from incubator.demo.costs import Bill, bills
from incubator.demo.days import Days
from incubator.demo.organisations import House
from incubator.demo.sheets import press
from incubator.demo.stage import Event, Stage
from incubator.documents.uploads import OwnPrint


@dataclass(frozen=True)
class PaidBill:
    """A bill with the scans of its invoice and of its bank slip."""

    bill: Bill
    invoice: bytes
    slip: bytes


def paid_bills(house: House, days: Days) -> list[PaidBill]:
    """Every bill of the story with its scans, in the order of payment. Reads and writes nothing."""
    found = bills(house, days)
    scanned = []
    for buyer in dict.fromkeys(bill.buyer for bill in found):
        own = [bill for bill in found if bill.buyer == buyer]
        scans = press([draw(bill) for draw in (papers.invoice, papers.slip) for bill in own])
        invoices, slips = scans[: len(own)], scans[len(own) :]
        scanned += [PaidBill(*row) for row in zip(own, invoices, slips, strict=True)]
    return sorted(scanned, key=lambda row: (row.bill.paid_on, row.bill.number))


def payments(stage: Stage, paid: list[PaidBill]) -> Iterator[Event]:
    """Each bill is recorded on the day it was paid, by the founder, or by finance for the organisation itself."""
    for row in paid:
        yield row.bill.paid_on, partial(_record, stage, row)


def _record(stage: Stage, row: PaidBill) -> None:
    bill = row.bill
    startup = stage.startups[bill.tenant] if bill.tenant else None
    by = stage.founders[bill.tenant] if bill.tenant else stage.office["finance"]
    fapiao = record_fapiao(
        by=by, startup=startup, period_from=bill.first, period_to=bill.last,
        upload=OwnPrint(f"{bill.number}.pdf", row.invoice, "application/pdf"),
        kind=bill.kind, number=bill.number, seller_name=bill.seller, seller_uscc=bill.seller_uscc,
        buyer_name=bill.buyer, buyer_uscc=bill.buyer_uscc, issued_on=bill.issued_on, room=bill.room, item=bill.item,
        amount=bill.amount, tax=bill.tax,
    )  # fmt: skip
    record_slip(
        fapiao, by=by, upload=OwnPrint(f"{bill.reference}.pdf", row.slip, "application/pdf"),
        bank=bill.bank, reference=bill.reference, payer_name=bill.buyer, payer_account_tail=bill.payer_account[-4:],
        amount=bill.amount, paid_on=bill.paid_on,
    )  # fmt: skip
