"""Acts on a fund: open it, enter money with its paper, confirm or reject it as the second person."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError
from incubator.core.refusals import clash
from incubator.documents.services import attach_upload
from incubator.guarantees.models import Fund, FundOrder
from incubator.guarantees.states import FUND_ENTRY_MOVES
from incubator.journal.services import make_move, record


def open_fund(*, by: Actor, **fields: Any) -> Fund:
    """An owner opens a fund: its multiple, its share of the risk, the most for one borrower. It holds nothing yet."""
    with clash("fund_name", _("A fund of this name is open already."), field="name"):
        fund = Fund.objects.create(opened_by=by.user, **fields)
        record("open_fund", fund, by=by)
    return fund


@transaction.atomic
def enter_money(fund: Fund, upload: Any, *, by: Actor, **fields: Any) -> FundOrder:
    """Finance enters money that came into the fund, with the bank's paper. It counts when a second person confirms."""
    if fields["dated_on"] > timezone.localdate():
        raise BusinessError(_("The money cannot have come after today."), field="dated_on")
    with clash("fund_reference_once", _("This bank reference is entered already."), field="reference"):
        document = attach_upload(upload, kind="bank_slip", by=by)
        order = FundOrder.objects.create(fund=fund, document=document, proposer=by.user, **fields)
        record("enter_money", fund, by=by, amount=str(order.amount))
    return order


def confirm_money(order: FundOrder, *, by: Actor) -> FundOrder:
    """The second person has compared it with the bank's paper: the balance rises."""
    return make_move(order, FUND_ENTRY_MOVES, "confirm", by=by)


def reject_money(order: FundOrder, *, by: Actor) -> FundOrder:
    """The second person does not find it on the paper."""
    return make_move(order, FUND_ENTRY_MOVES, "reject", by=by)
