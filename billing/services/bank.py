"""Acts on bank statements: look at a file, import it, propose, match by one or two people, suspend, take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from billing.bankfile import Parsed, parse
from billing.matching import OpenBill, Proposal, propose
from billing.models.bank import BankAccount, BankLine, BillingSettings, Statement
from billing.models.bills import Bill, Receipt
from billing.models.ledger import Account
from billing.querysets import reference
from billing.services.bills import allocate, deallocate, take_receipt
from billing.services.ledger import credit, debit, post
from billing.states import LINE_MOVES, STATEMENT_MOVES, BankLineState
from incubator.accounts.actors import Actor, system
from incubator.core.encryption import blind_index
from incubator.core.errors import BusinessError, Conflict
from incubator.core.money import yuan
from incubator.core.refusals import clash
from incubator.core.tables import BadTable, read_table
from incubator.documents.services import keep_table
from incubator.journal.services import lock, make_move, moving, record
from incubator.tenants.models import Startup


@transaction.atomic
def add_account(*, by: Actor, **fields: Any) -> BankAccount:
    """Add an account of the organisation; its number is kept encrypted."""
    account = BankAccount(**fields)
    with clash("bank_account_once", _("This account is listed already."), field="number"):
        account.save()
    record("add_account", account, by=by)
    return account


@transaction.atomic
def look_at(account: BankAccount, upload: UploadedFile, *, by: Actor) -> Statement:
    """Keep an uploaded file as a draft, so that it can be looked at before anything is taken in.

    Raises BadTable at `file` when it is no table."""
    body = upload.read()
    read_table(body)
    document = keep_table(body, name=upload.name or "statement", by=by)
    statement = Statement.objects.create(account=account, document=document, importer=by.user)
    record("look_at", statement, by=by)
    return statement


def parsed(statement: Statement, columns: Mapping[str, str] | None = None) -> Parsed:
    """What the draft's file holds, read by these columns or those kept for the account."""
    return parse(read_table(statement.document.read()), statement.account.columns if columns is None else columns)


@transaction.atomic
def import_statement(statement: Statement, columns: Mapping[str, str], *, by: Actor) -> Statement:
    """Take the lines in, all or none. Lines that are known already add nothing; each new one is booked to suspense.

    Raises BadTable with the first problem; a gap to the last known balance is kept on the statement, not refused."""
    account = lock(statement.account)
    found = parsed(statement, columns)
    if found.problems:
        raise BadTable(" ".join(found.problems))
    with moving(statement, STATEMENT_MOVES, "import", by=by) as taken:
        fresh = [line for line in _rows(taken, account, found) if not _known(line)]
        for line in fresh:
            line.save()
            _post_line(line, by=by)
        taken.first_day, taken.last_day = found.movements[0].day, found.movements[-1].day
        taken.opening, taken.closing = found.opening, found.closing
        taken.added, taken.repeated = len(fresh), len(found.movements) - len(fresh)
        if fresh and account.closing is not None and found.opening is not None and not taken.repeated:
            taken.gap = found.opening - account.closing
    account.columns = dict(columns)
    if account.closing_on is None or taken.last_day >= account.closing_on:
        account.closing, account.closing_on = taken.closing, taken.last_day
    account.save()
    propose_matches(BankLine.objects.filter(pk__in=[line.pk for line in fresh]))
    return taken


def _rows(statement: Statement, account: BankAccount, found: Parsed) -> list[BankLine]:
    return [
        BankLine(
            statement=statement, account=account, row=movement.row, day=movement.day, amount=movement.amount,
            payer=movement.payer, payer_account=movement.payer_account, summary=movement.summary, purpose=movement.purpose,
            balance=movement.balance, serial=movement.serial, fingerprint=movement.fingerprint(), occurrence=movement.occurrence,
            payer_index=blind_index(movement.payer_account, purpose="bank_account") if movement.payer_account else "",
        )
        for movement in found.movements
    ]  # fmt: skip


def _known(line: BankLine) -> bool:
    """Whether this movement was imported before: by the bank's serial number, else by what it reads and its number."""
    same = BankLine.objects.filter(account=line.account)
    if line.serial:
        return same.filter(serial=line.serial).exists()
    return same.filter(serial="", fingerprint=line.fingerprint, occurrence=line.occurrence).exists()


def _post_line(line: BankLine, *, by: Actor) -> None:
    """The bank account is what the bank says; what it was for is decided later."""
    sides = [debit(Account.BANK, line.amount), credit(Account.SUSPENSE, line.amount)]
    post("bank.line", sides, key=reference(line), text=str(line), by=by, day=line.day, about=reference(line))


def propose_matches(lines: Any) -> int:
    """Go up the match ladder for lines that nobody has decided; returns how many got a proposal."""
    bills = [
        OpenBill(bill.pk, bill.startup_id, bill.startup.name, bill.reference, bill.open_amount)
        for bill in Bill.objects.open().select_related("startup").order_by("due_on", "pk")
    ]
    count = 0
    for line in lines.incoming().filter(state__in=[BankLineState.IMPORTED, BankLineState.PROPOSED, BankLineState.SUSPENSE]):
        found = propose(line.amount, line.payer, line.text, bills, known=known_startups(line))
        if found:
            make_move(line, LINE_MOVES, "propose", by=system(line.organisation), rung=found.rung, plan=plan_of(found))
            count += 1
    return count


def known_startups(line: BankLine) -> set[int]:
    """Startups for which this payer's account paid before, as people matched it."""
    if not line.payer_index:
        return set()
    earlier = BankLine.objects.filter(payer_index=line.payer_index, state=BankLineState.MATCHED).exclude(plan={})
    return {plan["startup"] for plan in earlier.values_list("plan", flat=True)[:50] if plan.get("startup")}


def plan_of(found: Proposal) -> dict[str, Any]:
    return {"startup": found.startup, "bills": [[pk, str(part)] for pk, part in found.parts]}


@transaction.atomic
def match(line: BankLine, startup: Startup, parts: Sequence[tuple[Bill, Decimal]], *, by: Actor) -> BankLine:
    """Say whose money it is and which bills it settles; what is left stays the startup's credit.

    Above the organisation's limit nothing is booked before a second person confirms. Raises BusinessError when the
    parts are above the line or above what is open."""
    _check_parts(line, startup, parts)
    plan = {"startup": startup.pk, "bills": [[bill.pk, str(part)] for bill, part in parts]}
    if line.amount > limit():
        return make_move(line, LINE_MOVES, "ask", by=by, plan=plan)
    with moving(line, LINE_MOVES, "match", by=by) as matched:
        matched.plan = plan
        matched.about = reference(_book(matched, by=by))
    return matched


def limit() -> Decimal:
    """Above so many yuan a second person confirms."""
    kept = BillingSettings.objects.first()
    return kept.single_limit if kept else Decimal("0.00")


def _check_parts(line: BankLine, startup: Startup, parts: Sequence[tuple[Bill, Decimal]]) -> None:
    if not line.is_incoming:
        raise BusinessError(_("Money that went out is matched with a payout or a refund, not with bills."))
    if sum((part for _bill, part in parts), Decimal(0)) > line.amount:
        raise BusinessError(_("The parts add up to more than the %(amount)s yuan that came in.") % {"amount": yuan(line.amount)})
    for bill, part in parts:
        if bill.startup_id != startup.pk or not 0 < part <= bill.open_amount:
            raise BusinessError(
                _("Bill %(number)s: between 0.01 and %(most)s yuan are open.") % {"number": bill.number, "most": yuan(bill.open_amount)}
            )


def _book(line: BankLine, *, by: Actor) -> Receipt:
    """The receipt and its allocations, exactly as the plan says."""
    startup = Startup.objects.get(pk=line.plan["startup"])
    earlier = Receipt.objects.filter(about=reference(line)).count()  # of matches that were taken back
    receipt = take_receipt(
        startup, "bank", line.amount, key=f"{reference(line)}:{earlier + 1}", received_on=line.day, payer_name=line.payer or startup.name, by=by, about=reference(line)
    )
    for pk, part in line.plan["bills"]:
        allocate(receipt, Bill.objects.get(pk=pk), Decimal(part), by=by)
    return receipt


@transaction.atomic
def confirm_match(line: BankLine, *, by: Actor) -> BankLine:
    """The second person agrees; now the money is booked. Raises the sentence of whatever changed in the meantime."""
    if lock(line).plan.get("for"):
        raise Conflict(_("This line stands for a payment of the authority. It is confirmed on the page of that payment."))
    with moving(line, LINE_MOVES, "confirm", by=by) as matched:
        matched.about = reference(_book(matched, by=by))
    return matched


def reject_match(line: BankLine, *, note: str, by: Actor) -> BankLine:
    """The second person disagrees; the line is to be looked at again."""
    if line.plan.get("for"):
        raise Conflict(_("This line stands for a payment of the authority. It is rejected on the page of that payment."))
    return make_move(line, LINE_MOVES, "reject", by=by, note=note, plan={}, matcher=None)


def suspend(line: BankLine, *, reason: str, by: Actor) -> BankLine:
    """Nobody knows yet what the money is for; the reason says what was asked of whom."""
    if not reason.strip():
        raise BusinessError(_("Say why the line cannot be matched and whom you asked."), field="reason")
    return make_move(line, LINE_MOVES, "suspend", by=by, note=reason, reason=reason.strip())


@transaction.atomic
def undo_match(line: BankLine, *, reason: str, by: Actor) -> BankLine:
    """Take a match back: each settlement is reversed, the receipt is paid back into suspense, the line is open again."""
    if not reason.strip():
        raise BusinessError(_("Say why the match is taken back."), field="reason")
    current = lock(line)
    if not current.about.startswith("billing.receipt:"):
        raise Conflict(_("Only a match with bills is taken back here."))
    receipt = Receipt.objects.get(pk=current.about.rpartition(":")[2])
    for made in receipt.allocations.filter(amount__gt=0, reversed_by=None):
        deallocate(made, reason=reason, by=by)
    Receipt.objects.filter(pk=receipt.pk).update(refunded=F("amount"))
    sides = [debit(Account.ACCOUNT_CREDIT, receipt.amount, receipt.startup), credit(Account.SUSPENSE, receipt.amount)]
    text = _("Receipt %(number)s taken back: %(reason)s") % {"number": receipt.number, "reason": reason}
    post("receipt.back", sides, key=f"{reference(receipt)}:back", text=text, by=by, about=reference(line))
    return make_move(line, LINE_MOVES, "undo", by=by, note=reason, plan={}, about="", matcher=None, confirmer=None)
