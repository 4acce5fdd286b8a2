"""What the gateway tells us by itself: each event is taken once, and what it says goes the same way as our own questions."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from billing.models.payments import GatewayEvent, Payment
from billing.services.payments import fail_payment, take_session
from billing.services.refunds import take_refund
from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role
from incubator.core.errors import Conflict
from incubator.core.refusals import clash
from incubator.journal.services import lock, record
from incubator.notices.services import notify, people_with


@transaction.atomic
def take_event(event: dict[str, Any], *, by: Actor) -> str:
    """Take a verified event. The same event again does nothing; one about a record that we do not know is kept."""
    about, kind = event["data"]["object"], str(event.get("type", ""))
    row = GatewayEvent(event_id=event["id"], kind=kind[:80], payload=event)
    try:
        with clash("gateway_event_once", "known"):
            row.save()
    except Conflict:
        return "duplicate"
    payment = payment_of(about)
    row.payment, row.outcome = payment, "unknown"
    if payment is not None:
        lock(payment)
        row.outcome = effect(kind, payment, about, by=by)
    row.save(update_fields=["payment", "outcome"])
    return row.outcome


def payment_of(about: dict[str, Any]) -> Payment | None:
    """The attempt that a session, a charge, a refund or a dispute belongs to."""
    if about.get("object") == "checkout.session":
        found = Payment.objects.filter(transaction_id=about.get("id") or "?").first()
        token = (about.get("metadata") or {}).get("payment") or ""
        return found or next(iter(Payment.objects.filter(transaction_id="", token=token)), None) if is_token(token) else found
    intent = about.get("payment_intent")
    return Payment.objects.filter(intent=intent).first() if isinstance(intent, str) and intent else None


def is_token(text: str) -> bool:
    """Whether a text is a token of ours at all."""
    from uuid import UUID

    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def effect(kind: str, payment: Payment, about: dict[str, Any], *, by: Actor) -> str:
    """What this kind of event does to its payment."""
    if kind in {"checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.expired"}:
        return take_session(payment, about, by=by)
    if kind == "checkout.session.async_payment_failed":
        return fail_payment(payment, by=by)
    if kind in {"refund.updated", "refund.failed"}:
        return take_refund(payment, about, by=by)
    if kind == "charge.refunded":
        rows = [take_refund(payment, one, by=by) for one in (about.get("refunds") or {}).get("data", ())]
        return next((one for one in rows if one != "nothing new"), "nothing new")
    return freeze(payment, by=by) if kind == "charge.dispute.created" else "kept"


def freeze(payment: Payment, *, by: Actor) -> str:
    """The payer's bank disputes the payment: nothing goes back by us, and finance is told."""
    locked = lock(payment)
    locked.is_frozen = True
    locked.save(update_fields=["is_frozen", "modified"])
    record("dispute", locked, by=by)
    url = f"/office/{locked.organisation.slug}/bills/payments/{locked.pk}/"
    sentence = gettext_noop("The payment of bill %(bill)s is disputed at the gateway. Answer there; refunds are stopped here.")
    notify(people_with(locked.organisation, Role.FINANCE, Role.OWNER), sentence, key=f"payment:{locked.pk}:dispute", url=url, bill=locked.bill.number)
    return "frozen"
