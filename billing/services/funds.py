"""Money of the authority that we pass on: recorded by finance, confirmed by a second person, held as 待转补贴款."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models.ledger import Account
from billing.models.payouts import AuthorityFunds
from billing.querysets import reference
from billing.services.ledger import credit, debit, post
from billing.services.payouts import Proof, _hold_line, batch_of
from billing.states import FUNDS_MOVES, LINE_MOVES
from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, NotAllowed
from incubator.core.money import yuan
from incubator.core.refusals import clash
from incubator.journal.services import make_move, moving, record


@transaction.atomic
def record_funds(claim: Any, amount: Decimal, proof: Proof, *, by: Actor) -> AuthorityFunds:
    """Finance writes down that the authority's money for a claim has come. It counts once a second person agrees."""
    if Role.FINANCE not in by.roles:
        raise NotAllowed(_("Only finance records the receipt of the authority's money."))
    if amount <= 0:
        raise BusinessError(_("The amount lies above 0 yuan."), field="amount")
    if (proof.slip is None) == (proof.line is None):
        raise BusinessError(_("Give the slip of the authority's payment, or choose the line of our bank statement."), field="slip")
    funds = AuthorityFunds(
        batch=batch_of(claim), amount=amount, received_on=proof.paid_on, reference=proof.reference.strip()[:60], slip=proof.slip,
        bank_line=proof.line, recorder=by.user,
    )  # fmt: skip
    with clash("authority_funds_line_once", _("This bank line already stands for money of the authority."), field="line"):
        funds.save()
    if proof.line is not None:
        _hold_line(proof.line, amount, funds, by=by)
    record("record_funds", funds, by=by, amount=str(amount))
    return funds


@transaction.atomic
def confirm_funds(funds: AuthorityFunds, *, amount: Decimal, by: Actor) -> AuthorityFunds:
    """The second person types the amount from the bank line or slip. From here on it may be passed on, and no more than it."""
    with moving(funds, FUNDS_MOVES, "confirm", by=by) as confirmed:
        if amount != confirmed.amount:
            raise BusinessError(
                _("%(recorded)s yuan are recorded, not %(amount)s. Reject the record, or type the amount again.")
                % {"recorded": yuan(confirmed.amount), "amount": yuan(amount)},
                field="amount",
            )
        if confirmed.bank_line:
            make_move(confirmed.bank_line, LINE_MOVES, "confirm", by=by, about=reference(confirmed))
    where = Account.SUSPENSE if confirmed.bank_line_id else Account.TRANSIT
    text = _("Money of the authority for %(claim)s, to be passed on") % {"claim": confirmed.batch}
    sides = [debit(where, confirmed.amount), credit(Account.PASS_THROUGH, confirmed.amount)]
    post("funds", sides, key=f"{reference(confirmed)}:in", text=text, by=by, day=confirmed.received_on, about=reference(confirmed))
    return confirmed


def reject_funds(funds: AuthorityFunds, *, note: str, by: Actor) -> AuthorityFunds:
    """The record does not agree with its proof: finance records it anew."""
    if not note.strip():
        raise BusinessError(_("Say what does not agree with the paper."), field="note")
    with moving(funds, FUNDS_MOVES, "reject", by=by, note=note) as rejected:
        rejected.note = note.strip()[:200]
        if rejected.bank_line:
            make_move(rejected.bank_line, LINE_MOVES, "reject", by=by, plan={}, matcher=None)
    return rejected
