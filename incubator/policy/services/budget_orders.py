"""What people enter into a budget by hand: one enters it with its document, a second one confirms it, then money moves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict
from incubator.core.money import yuan
from incubator.core.refusals import clash
from incubator.core.scoping import current_organisation
from incubator.journal.services import lock, make_move, record
from incubator.policy.models import BudgetEntry, BudgetLine, BudgetOrder, OfficialReply, Programme
from incubator.policy.models.budgets import WAYS, EntryKind
from incubator.policy.services.budgets import post
from incubator.policy.states import BUDGET_MOVES

Kind = BudgetOrder.Kind
HAND = {
    Kind.APPROPRIATION: (EntryKind.APPROPRIATION, None),
    Kind.REDUCTION: (EntryKind.REDUCTION, None),
    Kind.TRANSFER: (EntryKind.TRANSFER_OUT, EntryKind.TRANSFER_IN),
    Kind.CARRY_OVER: (EntryKind.CARRY_OUT, EntryKind.CARRY_IN),
}


@transaction.atomic
def open_line(programme: Programme, *, region: str, year: int, source: str, by: Actor) -> BudgetLine:
    """Open the line that pays for a programme, region and year from one purse. It is empty until it is appropriated."""
    said = _("This line exists already. Choose it in the list and record the appropriation there.")
    with clash("budget_line_once", said, field="year"):
        line = BudgetLine.objects.create(programme=programme, region=region, year=year, source=source, opened_by=by.user)
    record("open_budget_line", line, by=by)
    return line


@transaction.atomic
def propose_appropriation(line: BudgetLine, amount: Decimal, reply: OfficialReply, *, by: Actor, note: str = "", reduction: bool = False) -> BudgetOrder:
    """Enter what a document appropriates to the line, or takes away from it. One document counts once for a line."""
    kind = Kind.REDUCTION if reduction else Kind.APPROPRIATION
    said = _("This document is already entered for this line. If its figure was wrong, have that entry reversed first.")
    with clash("budget_document_once", said, field="file"):
        return _propose(kind, line, amount, by=by, note=note, reply=reply, paper_sha256=reply.document.sha256)


@transaction.atomic
def propose_transfer(line: BudgetLine, target: BudgetLine, amount: Decimal, *, by: Actor, note: str) -> BudgetOrder:
    """Enter a transfer to another line of the same purse and year, with the reason."""
    if not note.strip():
        raise BusinessError(_("Say why the money moves and who allowed it."), field="note")
    if (target.source, target.year) != (line.source, line.year) or target.pk == line.pk:
        raise BusinessError(_("Money moves to another line of the same year and the same purse."), field="target")
    _room(lock(line), amount)
    return _propose(Kind.TRANSFER, line, amount, by=by, note=note, target=target)


@transaction.atomic
def propose_carry_over(line: BudgetLine, *, by: Actor, note: str = "") -> BudgetOrder:
    """Enter that what is available at the end of the year goes over to the line of the next year, which is opened
    where there is none. What is committed stays until it is paid or released."""
    line = lock(line)
    found, _new = BudgetLine.objects.get_or_create(
        programme=line.programme, region=line.region, year=line.year + 1, source=line.source, defaults={"opened_by": by.user}
    )
    if line.available <= 0:
        raise BusinessError(_("Nothing is available in this line that could be carried over."))
    return _propose(Kind.CARRY_OVER, line, line.available, by=by, note=note, target=found)


@transaction.atomic
def propose_reversal(order: BudgetOrder, *, by: Actor, note: str) -> BudgetOrder:
    """Enter that a confirmed entry was a mistake. The entry stays; a second one takes it back."""
    if not note.strip():
        raise BusinessError(_("Say what was wrong with the entry."), field="note")
    order = lock(order)
    if order.state != "confirmed" or order.kind == Kind.REVERSAL:
        raise Conflict(_("Only a confirmed appropriation, reduction, transfer or carry-over can be reversed."))
    with clash("budget_order_reversed_once", _("This entry is already reversed, or its reversal waits for the second person.")):
        return _propose(Kind.REVERSAL, order.line, order.amount, by=by, note=note, reverses=order)


def _propose(kind: str, line: BudgetLine, amount: Decimal, *, by: Actor, note: str, **fields: Any) -> BudgetOrder:
    if amount <= 0:
        raise BusinessError(_("Enter an amount above 0 yuan."), field="amount")
    order = BudgetOrder.objects.create(kind=kind, line=line, amount=amount, note=note, proposer=by.user, **fields)
    record("propose_budget", line, by=by, note=note, order=order.pk, kind=kind, amount=str(amount))
    return order


def _room(line: BudgetLine, amount: Decimal) -> None:
    if amount > line.available:
        raise BusinessError(
            _("Only %(available)s yuan are available in this line. Enter less.") % {"available": yuan(line.available)}, field="amount"
        )


@transaction.atomic
def confirm_order(order: BudgetOrder, *, by: Actor) -> BudgetOrder:
    """The second person compares the entry with its document and confirms it: now the money moves.

    Raises OutOfBudget when a line no longer has what is to leave it."""
    confirmed = make_move(order, BUDGET_MOVES, "confirm", by=by)
    post(_reversed(confirmed, by) if confirmed.kind == Kind.REVERSAL else _moved(confirmed, by))
    record("confirm_budget", confirmed.line, by=by, order=confirmed.pk, kind=confirmed.kind, amount=str(confirmed.amount))
    return confirmed


def _moved(order: BudgetOrder, by: Actor) -> list[BudgetEntry]:
    here, there = HAND[Kind(order.kind)]
    entries = [_entry(order, order.line_id, here, by)]
    if there is not None and order.target_id is not None:
        entries.append(_entry(order, order.target_id, there, by))
    return entries


def _entry(order: BudgetOrder, line: int, kind: EntryKind, by: Actor) -> BudgetEntry:
    source, target = WAYS[kind]
    return BudgetEntry(
        organisation=current_organisation(), line_id=line, kind=kind, source=source, target=target, amount=order.amount,
        key=f"order:{order.pk}:{kind}", order=order, note=order.note[:300], user=by.user,
    )


def _reversed(order: BudgetOrder, by: Actor) -> list[BudgetEntry]:
    """The entries of the order that is reversed, each the other way round."""
    return [
        BudgetEntry(
            organisation=current_organisation(), line_id=entry.line_id, kind=EntryKind.REVERSAL, source=entry.target,
            target=entry.source, amount=entry.amount, key=f"order:{order.pk}:reverses:{entry.pk}", order=order,
            reverses=entry, note=order.note[:300], user=by.user,
        )
        for entry in order.reverses.entries.order_by("pk")
    ]


@transaction.atomic
def reject_order(order: BudgetOrder, *, by: Actor, note: str) -> BudgetOrder:
    """The entry does not agree with its document: nothing moves, and the one who entered it reads why."""
    if not note.strip():
        raise BusinessError(_("Say what does not agree with the document."), field="note")
    return make_move(order, BUDGET_MOVES, "reject", by=by, note=note)


@transaction.atomic
def withdraw_order(order: BudgetOrder, *, by: Actor) -> BudgetOrder:
    """Take back an entry that nobody has confirmed yet."""
    return make_move(order, BUDGET_MOVES, "withdraw", by=by)
