"""The way through the bank: the payment file, its download, the bank's results row by row, and credit to a bill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models.bills import Bill
from billing.models.ledger import Account
from billing.models.payouts import Payout, PayoutFile, PayoutResult, PayoutTransfer, Way
from billing.payoutfile import Refused, ResultRow, read_results
from billing.querysets import reference
from billing.services.bills import allocate, take_receipt
from billing.services.ledger import credit, debit, post
from billing.services.payouts import Payee, _same_account, _walls, paid_now, returned_now
from billing.states import PAYOUT_MOVES
from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict
from incubator.core.money import yuan
from incubator.core.tables import read_table
from incubator.documents.models import Document
from incubator.documents.services import keep_table
from incubator.journal.services import lock, moving, next_number, record

ZERO = Decimal("0.00")
type After = Callable[[Payout, PayoutResult], None]


@dataclass(frozen=True)
class Imported:
    """What became of the rows of a result file."""

    document: Document
    taken: list[PayoutResult] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


@transaction.atomic
def make_file(payouts: Sequence[tuple[Payout, Payee]], *, by: Actor) -> PayoutFile:
    """Put approved payouts into one file for the bank. The keys are stored before anybody has the file.

    Raises Conflict when one of them is not approved any more, or its account changed since it was verified."""
    if not payouts:
        raise BusinessError(_("Choose at least one approved payout."), field="payouts")
    total = sum((payout.net for payout, _payee in payouts), ZERO)
    file = PayoutFile.objects.create(
        number=f"BFWJ-{timezone.localdate().year}-{next_number('BFWJ'):04d}", count=len(payouts), total=total, maker=by.user
    )
    for payout, payee in sorted(payouts, key=lambda pair: pair[0].pk):
        _same_account(payout, payee)
        if payout.net <= 0:
            raise BusinessError(_("%(number)s is set off in full; nothing is to be sent.") % {"number": payout.number}, field="payouts")
        with _walls(payout.due), moving(payout, PAYOUT_MOVES, "send", by=by) as sent:
            sent.file = file
        PayoutTransfer.objects.create(
            payout=sent, attempt=sent.attempt, key=sent.key, file=file, amount=sent.net, account_tail=sent.account_tail, account_digest=sent.account_digest
        )
    record("make_file", file, by=by, count=file.count, total=str(total))
    return file


def taken_out(file: PayoutFile, *, by: Actor) -> list[Payout]:
    """The payments of a file for its download, which is written down. Those that were ordered anew since are left out."""
    transfers = {transfer.key for transfer in file.transfers.all()}
    rows = [payout for payout in Payout.objects.filter(file=file).select_related("due").order_by("pk") if payout.key in transfers]
    record("download_file", file, by=by, count=len(rows))
    return rows


@transaction.atomic
def import_results(upload: UploadedFile, *, by: Actor, after: After) -> Imported:
    """Take the bank's answer row by row. A known result adds nothing; a wrong amount or an unknown key is refused by
    its row, the others are taken. `after` does in the same transaction what follows for whoever decided."""
    body = upload.read()
    good, unreadable = read_results(read_table(body))
    document = keep_table(body, name=upload.name or "results", by=by)
    answer = Imported(document, refused=list(unreadable))
    for row in good:
        _take_row(row, answer, by=by, after=after)
    record("import_results", document, by=by, taken=len(answer.taken), known=len(answer.known), refused=len(answer.refused))
    return answer


def _take_row(row: ResultRow, answer: Imported, *, by: Actor, after: After) -> None:
    try:
        with transaction.atomic():
            result = take_result(row, answer.document, by=by)
            if result is None:
                answer.known.append(row.key)
                return
            after(result.payout, result)
            answer.taken.append(result)
    except BusinessError as refusal:
        answer.refused.append(Refused(row.row, row.key, refusal.message))


def take_result(row: ResultRow, document: Document, *, by: Actor) -> PayoutResult | None:
    """Take one answer of the bank; None: it is known already. Raises BusinessError with what is wrong with the row."""
    transfer = PayoutTransfer.objects.filter(key=row.key).select_related("payout").first()
    if transfer is None:
        raise BusinessError(_("No payment with this key was ever given to the bank. Compare it with the payment file."))
    payout = lock(transfer.payout)
    if row.amount != transfer.amount:
        raise BusinessError(
            _("The bank says %(bank)s yuan, but %(ours)s yuan were sent. Ask the bank; nothing was taken.") % {"bank": yuan(row.amount), "ours": yuan(transfer.amount)}
        )
    known = PayoutResult.objects.filter(payout=payout, attempt=transfer.attempt)
    if known.filter(result="paid" if row.paid else "returned").exists():
        return None
    if transfer.attempt != payout.attempt:
        raise Conflict(_("This attempt was answered before and the payment was ordered anew. Ask the bank."))
    if row.paid:
        if known.exists():
            raise Conflict(_("The bank returned this payment before. It is ordered anew, with another key."))
        with moving(payout, PAYOUT_MOVES, "import_paid", by=by) as paid:
            paid.paid_on, paid.reference = row.day, row.reference
        return paid_now(paid, day=row.day, reference_text=row.reference, document=document, by=by)
    return returned_now(payout, day=row.day, reason=row.reason, reference_text=row.reference, document=document, by=by)


@transaction.atomic
def credit_to_bill(payout: Payout, bill: Bill, consent: Document, *, by: Actor, payee: Payee) -> PayoutResult:
    """Use an approved payout for the payee's own bill, with its written consent, instead of a transfer.

    Raises BusinessError when the bill is another startup's or less is open on it than the payout."""
    startup = payout.due.startup
    if startup is None or bill.startup_id != startup.pk:
        raise BusinessError(_("The bill belongs to another startup than the payout."), field="bill")
    if payout.net > bill.open_amount:
        raise BusinessError(
            _("Of this bill %(open)s yuan are open, less than the payout of %(net)s yuan. Choose another bill, or send the payout to the bank.")
            % {"open": yuan(bill.open_amount), "net": yuan(payout.net)},
            field="bill",
        )
    _same_account(payout, payee)
    with _walls(payout.due), moving(payout, PAYOUT_MOVES, "credit", by=by) as credited:
        credited.bill, credited.consent, credited.paid_on = bill, consent, timezone.localdate()
    result = paid_now(credited, day=timezone.localdate(), document=consent, by=by)
    back = [debit(Account.TRANSIT, credited.net), credit(Account.SUSPENSE, credited.net)]  # the money stays here: nothing goes through the bank
    post("payout.credit", back, key=f"{reference(credited)}:{credited.attempt}:credit", text=str(credited), by=by, about=reference(credited))
    receipt = take_receipt(
        startup, "subsidy", credited.net, key=f"{reference(credited)}:{credited.attempt}", received_on=timezone.localdate(),
        payer_name=_("Subsidy"), by=by, about=reference(credited),
    )  # fmt: skip
    allocate(receipt, bill, credited.net, by=by)
    return result


def waiting_for_bank() -> Iterable[Payout]:
    """Approved payouts that can go into a file: ours, with something to send."""
    return [payout for payout in Payout.objects.to_send().for_pages().order_by("pk") if payout.net > 0 and payout.way != Way.AUTHORITY]
