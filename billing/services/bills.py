"""Acts on bills: draft, issue, settle, take back, credit, write off. Each posts to the ledger in its own transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models.bills import Allocation, Bill, BillLine, CreditLine, CreditNote, Receipt, TaxRule
from billing.models.ledger import Account
from billing.querysets import reference
from billing.references import payment_reference
from billing.services.ledger import credit, debit, post
from billing.states import BILL_MOVES, CREDIT_MOVES, OPEN_BILL, BillState
from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict, NotEligible
from incubator.core.money import round_fen, yuan
from incubator.core.periods import Month
from incubator.core.refusals import clash
from incubator.core.templatetags.fuhua import day as day_text
from incubator.journal.services import lock, make_move, moving, next_number, record
from incubator.tenants.models import Startup

ZERO = Decimal("0.00")
CREDIT_SIDES = {"exempt": Account.INCOME_EXEMPT}  # by method of the tax rule; everything else is taxable income
MONEY_SIDES = {
    "bank": Account.SUSPENSE,  # the statement booked it there; the bank account itself is what the bank says
    "payment": Account.CLEARING,
    "subsidy": Account.SUSPENSE,
    "deposit": Account.DEPOSITS,
}


@dataclass(frozen=True)
class Charge:
    """One thing to be billed, as whoever knows the contract states it. Yuan; `why` are the steps for “why this amount”."""

    kind: str
    source_key: str
    text: str
    first_day: date
    last_day: date
    amount: Decimal
    price: Decimal
    quantity: Decimal = Decimal(1)
    unit: str = ""
    relief: Decimal = ZERO
    why: Sequence[Mapping[str, Any]] = field(default=())


@transaction.atomic
def draft_bill(
    startup: Startup, contract_key: str, month: Month, charges: Sequence[Charge], *, due_on: date, by: Actor
) -> Bill:
    """Compile the contract's draft: the same charges give the same draft, and there is only one.

    A charge that stands on an issued bill already is left out; raises NotEligible when nothing is left to bill."""
    fresh = _unbilled(contract_key, charges)
    if not fresh:
        raise NotEligible(_("Everything of %(month)s is billed already.") % {"month": month}, code="billed")
    bill = Bill.objects.select_for_update(no_key=True).filter(contract_key=contract_key, state=BillState.DRAFT).first()
    if bill is None:
        bill = Bill(startup=startup, contract_key=contract_key, month=month.first, due_on=due_on, drafter=by.user)
        with clash("bill_one_draft", _("This contract has a draft bill already. Reload the page to see it.")):
            bill.save()
    else:
        bill.lines.all().delete()
        bill.month, bill.due_on, bill.version = month.first, due_on, bill.version + 1
    _write_lines(bill, fresh)
    record("draft", bill, by=by, total=str(bill.total))
    return bill


def _unbilled(contract_key: str, charges: Sequence[Charge]) -> list[tuple[Charge, int]]:
    """The charges that no live line of another bill holds, each with its take: 2 when take 1 was credited in full."""
    keys = [charge.source_key for charge in charges]
    held = BillLine.objects.filter(source_key__in=keys, is_live=True).exclude(
        bill__contract_key=contract_key, bill__state=BillState.DRAFT
    )
    taken: dict[str, list[BillLine]] = {}
    for line in held.prefetch_related("credits__note"):
        taken.setdefault(line.source_key, []).append(line)
    return [
        (charge, len(taken.get(charge.source_key, ())) + 1)
        for charge in sorted(charges, key=lambda charge: (charge.kind, charge.first_day, charge.source_key))
        if all(_credited(line) >= line.amount > 0 for line in taken.get(charge.source_key, ()))
    ]


def _credited(line: BillLine) -> Decimal:
    """How much of a line issued credit notes took back, in yuan."""
    return sum((part.amount for part in line.credits.all() if part.note.state == "issued"), ZERO)


def _write_lines(bill: Bill, fresh: Sequence[tuple[Charge, int]]) -> None:
    """The lines with their tax as the rules stand now; totals are sums of rounded lines."""
    lines = [_line(bill, position, charge, take) for position, (charge, take) in enumerate(fresh, start=1)]
    message = _("One of these charges stands on another bill already. Compile the draft again.")
    with clash("bill_line_once", message):
        BillLine.objects.bulk_create(lines)
    bill.total = sum((line.amount for line in lines), ZERO)
    bill.tax = sum((line.tax for line in lines), ZERO)
    bill.net = bill.total - bill.tax
    bill.save()


def _line(bill: Bill, position: int, charge: Charge, take: int) -> BillLine:
    line = BillLine(
        organisation=bill.organisation, bill=bill, position=position, take=take, kind=charge.kind,
        source_key=charge.source_key, text=charge.text[:200], quantity=charge.quantity, unit=charge.unit,
        price=charge.price, listed=charge.amount + charge.relief, relief=charge.relief, amount=charge.amount,
        first_day=charge.first_day, last_day=charge.last_day, why=list(charge.why), net=charge.amount,
    )  # fmt: skip
    rule = rule_for(charge.kind, charge.last_day)
    if rule:
        line.rule, line.rate = rule, rule.rate
        line.net, line.tax = taxed(charge.amount, rule.rate)
    return line


def taxed(gross: Decimal, rate: Decimal) -> tuple[Decimal, Decimal]:
    """Net and tax of an amount that includes the tax: 7 × 100.00 at 9 % has 57.82 of tax, line by line."""
    net = round_fen(gross / (1 + rate))
    return net, gross - net


def rule_for(kind: str, day: date) -> TaxRule | None:
    """The verified tax rule of this kind of charge on a day."""
    rules = TaxRule.objects.filter(kind=kind, verifier__isnull=False, valid_from__lte=day)
    found: TaxRule | None = rules.exclude(valid_to__lt=day).first()
    return found


def issue_bill(bill: Bill, *, by: Actor, issued_on: date | None = None) -> Bill:
    """Give the draft its number and reference; from here on it is frozen, and the startup owes it.

    Raises NotEligible when a line has no tax rule: the sentence names kind and day."""
    with moving(bill, BILL_MOVES, "issue", by=by) as issued:
        lines = list(issued.lines.select_related("rule"))
        missing = next((line for line in lines if line.rule is None), None)
        if missing:
            raise NotEligible(
                _("There is no verified tax rule for “%(kind)s” on %(day)s. Add it under Tax rules, let another person verify it, then compile the draft again.")
                % {"kind": missing.get_kind_display(), "day": day_text(missing.last_day)},
                code="tax_rule",
            )
        issued.issued_on = issued_on or timezone.localdate()
        number = next_number("ZD", year=issued.issued_on.year)
        issued.number = f"ZD-{issued.issued_on.year}-{number:06d}"
        issued.reference = payment_reference(next_number("FH", year=0))
        if issued.total == ZERO:
            issued.state = BillState.PAID
    if issued.total:
        _post_issue(issued, lines, by=by)
    return issued


def _post_issue(bill: Bill, lines: Sequence[BillLine], *, by: Actor) -> None:
    """Receivable gross; income net, taxable and exempt apart; output tax."""
    income: dict[str, Decimal] = {}
    for line in lines:
        account = CREDIT_SIDES.get(line.rule.method if line.rule else "", Account.INCOME_TAXABLE)
        income[account] = income.get(account, ZERO) + line.net
    sides = [debit(Account.RECEIVABLE, bill.total, bill.startup, reference(bill))]
    sides += [credit(account, amount) for account, amount in sorted(income.items())]
    sides.append(credit(Account.OUTPUT_TAX, bill.tax))
    text = _("Bill %(number)s issued") % {"number": bill.number}
    post("bill.issued", sides, key=f"{reference(bill)}:issue", text=text, by=by, day=bill.issued_on, about=reference(bill))


@transaction.atomic
def discard_bill(bill: Bill, *, by: Actor) -> Bill:
    """Throw a draft away; its charges may be billed again."""
    discarded = make_move(bill, BILL_MOVES, "discard", by=by)
    discarded.lines.update(is_live=False)
    return discarded


@transaction.atomic
def take_receipt(
    startup: Startup, source: str, amount: Decimal, *, key: str, received_on: date, payer_name: str, by: Actor, about: str = ""
) -> Receipt:
    """Money has come for a startup: book it as its credit. The same `key` again returns the first receipt."""
    known: Receipt | None = Receipt.objects.filter(key=key).first()
    if known:
        return known
    number = f"SJ-{received_on.year}-{next_number('SJ', year=received_on.year):06d}"
    receipt = Receipt(
        startup=startup, source=source, amount=amount, key=key, about=about, payer_name=payer_name[:120],
        received_on=received_on, recorded_by=by.user, number=number,
    )  # fmt: skip
    with clash("receipt_once", _("This money is recorded already.")):
        receipt.save()
    sides = [debit(MONEY_SIDES[source], amount, startup if source == "deposit" else None), credit(Account.ACCOUNT_CREDIT, amount, startup)]
    text = _("Receipt %(number)s of %(payer)s") % {"number": receipt.number, "payer": payer_name}
    post("receipt", sides, key=f"{reference(receipt)}:in", text=text, by=by, day=received_on, about=about or reference(receipt))
    record("take_receipt", receipt, by=by)
    return receipt


@transaction.atomic
def allocate(receipt: Receipt, bill: Bill, amount: Decimal, *, by: Actor) -> Allocation:
    """Settle so much of a bill with a receipt of the same startup.

    Raises BusinessError above what is left of the receipt or open on the bill, Conflict when the bill is not open."""
    receipt, locked = lock(receipt), lock(bill)
    if receipt.startup_id != locked.startup_id:
        raise BusinessError(_("The receipt belongs to another startup than the bill."))
    if locked.state not in OPEN_BILL:
        raise Conflict(_("Bill %(number)s is not open: %(state)s.") % {"number": locked, "state": locked.get_state_display()})
    most = min(receipt.rest, locked.open_amount)
    if not 0 < amount <= most:
        raise BusinessError(_("Between 0.01 and %(most)s yuan can be used for this bill.") % {"most": yuan(most)}, field="amount")
    rest = amount == locked.open_amount
    with moving(locked, BILL_MOVES, "allocate_rest" if rest else "allocate_part", by=by) as settled:
        made = Allocation.objects.create(receipt=receipt, bill=settled, amount=amount, made_by=by.user)
        settled.paid += amount
    _use(receipt, amount)
    _post_allocation(made, by=by)
    return made


def _use(receipt: Receipt, amount: Decimal) -> None:
    receipt.allocated += amount
    receipt.save(update_fields=["allocated"])


def _post_allocation(made: Allocation, *, by: Actor) -> None:
    """From the startup's credit to its receivable; a negative allocation the other way."""
    bill, startup = made.bill, made.bill.startup
    sides = [debit(Account.ACCOUNT_CREDIT, made.amount, startup), credit(Account.RECEIVABLE, made.amount, startup, reference(bill))]
    text = _("Bill %(number)s: %(amount)s yuan settled") % {"number": bill.number, "amount": yuan(made.amount)}
    post("allocation", sides, key=f"{reference(made)}", text=text, by=by, about=reference(bill))


@transaction.atomic
def deallocate(allocation: Allocation, *, reason: str, by: Actor) -> Allocation:
    """Take a settlement back: the payment bounced or goes elsewhere. The bill is open again."""
    receipt, bill = lock(allocation.receipt), lock(allocation.bill)
    if Allocation.objects.filter(reverses=allocation).exists() or allocation.amount < 0:
        raise Conflict(_("This settlement is taken back already."))
    left = bill.paid - allocation.amount
    with moving(bill, BILL_MOVES, "deallocate_part" if left else "deallocate_all", by=by, note=reason) as opened:
        back = Allocation.objects.create(
            receipt=receipt, bill=opened, amount=-allocation.amount, reverses=allocation, reason=reason, made_by=by.user
        )
        opened.paid = left
    _use(receipt, back.amount)
    _post_allocation(back, by=by)
    return back


@transaction.atomic
def draft_credit(bill: Bill, amounts: Mapping[int, Decimal], *, reason: str, by: Actor) -> CreditNote:
    """Propose to take so many yuan off lines of an issued bill: {line id: amount with tax}.

    Raises BusinessError above what is left of a line, or when nothing is taken off."""
    locked = lock(bill)
    check_creditable(locked)
    lines = {line.pk: line for line in locked.lines.prefetch_related("credits__note")}
    wanted = {lines[pk]: amount for pk, amount in amounts.items() if pk in lines and amount > 0}
    if not wanted or not reason.strip():
        raise BusinessError(_("Say why, and enter an amount for at least one line."), field=None if wanted else "reason")
    for line, amount in wanted.items():
        if amount > line.creditable:
            raise BusinessError(_("“%(line)s”: at most %(left)s yuan can be credited.") % {"line": line.text, "left": yuan(line.creditable)})
    note = CreditNote.objects.create(bill=locked, reason=reason.strip(), total=sum(wanted.values(), ZERO), drafter=by.user)
    for line, amount in wanted.items():
        net, tax = taxed(amount, line.rate or Decimal(0))
        CreditLine.objects.create(note=note, line=line, amount=amount, net=net, tax=tax)
    record("draft_credit", note, by=by, note=note.reason)
    return note


def check_creditable(bill: Bill) -> None:
    """Refuse a bill that is not issued, or credited in full or written off."""
    if bill.state not in {BillState.ISSUED, BillState.PART_PAID, BillState.PAID}:
        raise Conflict(_("Only an issued bill can be credited; %(number)s is %(state)s.") % {"number": bill, "state": bill.get_state_display()})


@transaction.atomic
def approve_credit(note: CreditNote, *, by: Actor) -> CreditNote:
    """Another person issues the credit note. What was paid above the rest goes back to the startup's credit first."""
    bill = lock(note.bill)
    _free_payments(bill, note.total, by=by, reason=note.reason)
    bill = lock(bill)
    with moving(note, CREDIT_MOVES, "approve", by=by) as issued:
        issued.issued_on = timezone.localdate()
        issued.number = f"HZ-{issued.issued_on.year}-{next_number('HZ', year=issued.issued_on.year):06d}"
    left = bill.total - bill.paid - bill.credited - issued.total
    act = "credit_part" if left else "credit_full" if bill.paid == ZERO else "credit_rest"
    with moving(bill, BILL_MOVES, act, by=by, note=issued.number) as reduced:
        reduced.credited += issued.total
    _post_credit(issued, reduced, by=by)
    return issued


def _free_payments(bill: Bill, amount: Decimal, *, by: Actor, reason: str) -> None:
    """Take settlements back, the latest first, until the bill has `amount` open; settle again what was taken too much."""
    for made in bill.allocations.filter(amount__gt=0, reversed_by=None).order_by("-pk"):
        fresh = Bill.objects.get(pk=bill.pk)
        missing = amount - (fresh.total - fresh.paid - fresh.credited)
        if missing <= 0:
            return
        back = deallocate(made, reason=reason, by=by)
        if made.amount > missing:
            allocate(back.receipt, Bill.objects.get(pk=bill.pk), made.amount - missing, by=by)


def _post_credit(note: CreditNote, bill: Bill, *, by: Actor) -> None:
    """Income and output tax down, receivable down."""
    sides = [credit(Account.RECEIVABLE, note.total, bill.startup, reference(bill))]
    for part in note.lines.select_related("line__rule"):
        account = CREDIT_SIDES.get(part.line.rule.method if part.line.rule else "", Account.INCOME_TAXABLE)
        sides += [debit(account, part.net), debit(Account.OUTPUT_TAX, part.tax)]
    text = _("Credit note %(number)s to %(bill)s") % {"number": note.number, "bill": bill.number}
    post("credit", sides, key=f"{reference(note)}:issue", text=text, by=by, about=reference(bill))


def drop_credit(note: CreditNote, *, by: Actor) -> CreditNote:
    """Give a proposed credit note up."""
    return make_move(note, CREDIT_MOVES, "drop", by=by)


def propose_loss(bill: Bill, *, reason: str, by: Actor) -> Bill:
    """Finance proposes to write off what is open, with the reason and its evidence in the note."""
    if not reason.strip():
        raise BusinessError(_("Say why the money cannot be had, and what was tried."), field="reason")
    return make_move(bill, BILL_MOVES, "propose_loss", by=by, note=reason)


def write_off(bill: Bill, *, reason: str, by: Actor) -> Bill:
    """The owner writes the open amount off as a loss. The claim stays in the off-book register; late money is a receipt."""
    with moving(bill, BILL_MOVES, "write_off", by=by, note=reason) as lost:
        amount = lost.total - lost.paid - lost.credited
        if lost.loss_proposer_id is None:
            raise Conflict(_("Finance must propose the write-off first."))
    sides = [debit(Account.LOSS, amount), credit(Account.RECEIVABLE, amount, lost.startup, reference(lost))]
    text = _("Bill %(number)s: %(amount)s yuan written off") % {"number": lost.number, "amount": yuan(amount)}
    post("loss", sides, key=f"{reference(lost)}:loss", text=text, by=by, about=reference(lost))
    return lost
