"""Acts on deposits and on credit: ask for a deposit, receive it, settle it by two, use unused credit for open bills.

A deposit is received out of the startup's credit, where its transfer stands once it is matched without a bill. A deduction
settles issued bills; what is left goes back by the bank. Rent is paid out of a deposit only with recorded consent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models.bills import Allocation, Bill, ChargeKind, Receipt
from billing.models.deposits import Deposit
from billing.models.ledger import Account
from billing.querysets import reference
from billing.services.bills import allocate, take_receipt
from billing.services.ledger import credit, debit, post
from billing.states import DEPOSIT_MOVES
from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict
from incubator.core.money import yuan
from incubator.core.refusals import clash
from incubator.journal.services import lock, make_move, moving, next_number, record
from incubator.tenants.models import Startup

ZERO = Decimal("0.00")


@transaction.atomic
def request_deposit(startup: Startup, amount: Decimal, *, text: str, due_on: date, by: Actor, about: str = "") -> Deposit:
    """Ask a startup for a deposit. `about` names the lease: one deposit that stands for each.

    Raises Conflict when the lease has its deposit already."""
    if amount <= 0:
        raise BusinessError(_("Enter an amount above 0."), field="amount")
    year = timezone.localdate().year
    deposit = Deposit(startup=startup, amount=amount, text=text.strip(), due_on=due_on, about=about, requester=by.user, number=f"YJ-{year}-{next_number('YJ', year=year):06d}")
    with clash("deposit_once_for_a_lease", _("This lease has its deposit already.")):
        deposit.save()
    record("request_deposit", deposit, by=by, amount=str(amount))
    return deposit


@transaction.atomic
def receive_deposit(deposit: Deposit, *, by: Actor) -> Deposit:
    """The startup's transfer is here as its credit: from now on it is held for it.

    Raises BusinessError when the credit is below the deposit."""
    with moving(deposit, DEPOSIT_MOVES, "receive", by=by) as held:
        held.received_on = timezone.localdate()
        _take_from_credit(held.startup, held.amount)
    sides = [debit(Account.ACCOUNT_CREDIT, held.amount, held.startup), credit(Account.DEPOSITS, held.amount, held.startup, reference(held))]
    post("deposit.in", sides, key=f"{reference(held)}:in", text=_("Deposit %(number)s received") % {"number": held.number}, by=by, about=reference(held))
    return held


def unused(startup: Startup) -> list[Receipt]:
    """Receipts of a startup with something left, the oldest first."""
    return [one for one in Receipt.objects.filter(startup=startup).order_by("received_on", "pk") if one.rest > 0]


def credit_of(startup: Startup) -> Decimal:
    """What a startup has paid and no bill or deposit has used, in yuan."""
    return sum((one.rest for one in unused(startup)), ZERO)


def _take_from_credit(startup: Startup, amount: Decimal) -> None:
    """So much of the oldest receipts is used otherwise than for bills."""
    rows, missing = list(Receipt.objects.filter(pk__in=[one.pk for one in unused(startup)]).select_for_update(no_key=True).order_by("received_on", "pk")), amount
    if sum((one.rest for one in rows), ZERO) < amount:
        raise BusinessError(
            _("%(startup)s has %(credit)s yuan of unused credit; the deposit is %(amount)s yuan. Match its transfer on the page Bank without a bill first.")
            % {"startup": startup, "credit": yuan(credit_of(startup)), "amount": yuan(amount)}
        )
    for one in rows:
        part = min(one.rest, missing)
        one.refunded += part
        one.save(update_fields=["refunded"])
        missing -= part


def cancel_deposit(deposit: Deposit, *, by: Actor) -> Deposit:
    """Nothing is asked for any more."""
    return make_move(deposit, DEPOSIT_MOVES, "cancel", by=by)


@transaction.atomic
def propose_settlement(deposit: Deposit, parts: Sequence[tuple[Bill, Decimal]], *, reason: str, consent: str = "", by: Actor) -> Deposit:
    """Finance says which issued bills the deposit pays and that the rest goes back; another person approves.

    Raises BusinessError above what is open or held, and for rent without the startup's recorded consent."""
    if not reason.strip():
        raise BusinessError(_("Say why, and where the evidence is."), field="reason")
    for bill, part in parts:
        if bill.startup_id != deposit.startup_id or not 0 < part <= bill.open_amount:
            raise BusinessError(_("Bill %(number)s: between 0.01 and %(most)s yuan are open.") % {"number": bill.number, "most": yuan(bill.open_amount)})
    taken = sum((part for _bill, part in parts), ZERO)
    if taken > deposit.amount:
        raise BusinessError(_("The deductions add up to more than the deposit of %(amount)s yuan.") % {"amount": yuan(deposit.amount)})
    if not consent.strip() and any(bill.lines.exclude(kind=ChargeKind.DAMAGE).exists() for bill, _part in parts):
        raise BusinessError(_("A deposit pays rent or services only with the startup's consent. Write down when and how it agreed."), field="consent")
    plan = {"bills": [[bill.pk, str(part)] for bill, part in parts], "return": str(deposit.amount - taken)}
    return make_move(deposit, DEPOSIT_MOVES, "propose", by=by, note=reason.strip()[:200], plan=plan, reason=reason.strip(), consent=consent.strip())


@transaction.atomic
def approve_settlement(deposit: Deposit, *, by: Actor) -> Deposit:
    """Another person agrees: the bills are settled, the rest is on its way back to the startup."""
    plan = lock(deposit).plan
    bills = Bill.objects.in_bulk([pk for pk, _part in plan.get("bills", ())])
    with moving(deposit, DEPOSIT_MOVES, "approve", by=by) as settled:
        settled.returned = Decimal(plan["return"])
        settled.deducted = settled.amount - settled.returned
    for pk, part in plan["bills"]:
        _deduct(settled, bills[pk], Decimal(part), by=by)
    if settled.returned:
        sides = [debit(Account.DEPOSITS, settled.returned, settled.startup, reference(settled)), credit(Account.TRANSIT, settled.returned)]
        post("deposit.out", sides, key=f"{reference(settled)}:out", text=_("Deposit %(number)s goes back") % {"number": settled.number}, by=by, about=reference(settled))
    return settled


def _deduct(deposit: Deposit, bill: Bill, part: Decimal, *, by: Actor) -> None:
    """A receipt out of the deposit settles the bill."""
    if part > bill.open_amount:
        raise Conflict(_("Bill %(number)s is not open over %(amount)s yuan any more. Reject the settlement and propose it anew.") % {"number": bill.number, "amount": yuan(part)})
    receipt = take_receipt(
        deposit.startup, Receipt.Source.DEPOSIT, part, key=f"{reference(deposit)}:{bill.pk}", received_on=timezone.localdate(), payer_name=deposit.startup.name, by=by, about=reference(deposit)
    )
    allocate(receipt, bill, part, by=by)


def reject_settlement(deposit: Deposit, *, note: str, by: Actor) -> Deposit:
    """The second person disagrees; the deposit is held as before."""
    return make_move(deposit, DEPOSIT_MOVES, "reject", by=by, note=note, plan={}, settler=None, reason="", consent="")


@transaction.atomic
def use_credit(startup: Startup, *, by: Actor) -> list[Allocation]:
    """Use a startup's unused credit for its open bills, the oldest receipt and the earliest due day first.

    Raises Conflict when there is no credit, or nothing is open."""
    made = []
    for receipt in unused(startup):
        for bill in Bill.objects.open().filter(startup=startup).order_by("due_on", "pk"):
            part = min(Receipt.objects.get(pk=receipt.pk).rest, bill.open_amount)
            if part > 0:
                made.append(allocate(receipt, bill, part, by=by))
    if not made:
        raise Conflict(_("%(startup)s has no unused credit, or no open bill.") % {"startup": startup})
    return made
