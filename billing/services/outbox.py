"""Talking to the gateway, outside every transaction (walls.md 7): take a row and commit, talk, record once.

A second try first looks whether the first one arrived. Ten tries, each later than the one before; then a person looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from billing.models.payments import Outbox, Payment
from billing.providers import StripeProvider, provider_for
from billing.services.payments import fail_payment, note_session, take_session
from billing.services.refunds import fail_refund, take_refund
from incubator.accounts.actors import system
from incubator.accounts.models import Organisation
from incubator.core.scoping import organisation_context

LEASE = timedelta(seconds=60)
MOST = 10  # tries


def send(organisation: Organisation, outbox_id: int) -> str:
    """Say one row to the gateway. Returns its state afterwards. May run twice at once: one of the two finds nothing."""
    import stripe

    with organisation_context(organisation):
        row = Outbox.objects.select_related("payment__bill", "payment__organisation", "refund__payment").get(pk=outbox_id)
        free = Outbox.objects.filter(pk=row.pk, state="pending", until__lte=timezone.now(), tries=row.tries)
        if not free.update(until=timezone.now() + LEASE * 2**row.tries, tries=F("tries") + 1):
            return row.state
        provider = provider_for(row.payment.variant, row.payment)
    try:
        answer = say(provider, row, again=row.tries > 0)
    except stripe.InvalidRequestError as no:  # a definite no
        return hear(organisation, row, {"refused": str(no.user_message or no)})
    except stripe.StripeError as error:
        return wait(organisation, row, str(error))
    return hear(organisation, row, answer)


def say(provider: StripeProvider, row: Outbox, *, again: bool) -> dict[str, Any]:
    """The call itself."""
    if row.kind == "session":
        return (again and provider.find_session(row.payment)) or provider.open_session(row.payment, back=waiting_page(row.payment), key=row.key)
    if row.kind == "expire":
        return provider.expire_session(row.payment, key=row.key) if row.payment.transaction_id else {}
    done = [one for one in provider.refunds_of(row.payment) if (one.get("metadata") or {}).get("refund") == str(row.refund.key)] if again else []
    return done[0] if done else provider.pay_back(row.refund, key=row.key)


def waiting_page(payment: Payment) -> str:
    """Where the gateway leads the payer back to."""
    return settings.SITE_URL + reverse("portal:bills:payment", args=[payment.organisation.slug, payment.pk])


def hear(organisation: Organisation, row: Outbox, answer: dict[str, Any]) -> str:
    """Record what came back, once."""
    refused = answer.get("refused", "")
    with organisation_context(organisation):
        state = "refused" if refused else "done"
        if not Outbox.objects.filter(pk=row.pk, state="pending").update(state=state, error=refused[:300]):
            return state
        by = system(organisation)
        if row.kind == "refund":
            fail_refund(row.refund, refused, by=by) if refused else take_refund(row.payment, answer, by=by)
        elif row.kind == "session" and not refused:
            note_session(row.payment, answer)
        elif row.kind == "session":
            fail_payment(row.payment, by=by, note=refused[:200])
        elif answer:
            take_session(row.payment, answer, by=by)
    return state


def wait(organisation: Organisation, row: Outbox, error: str) -> str:
    """No answer, or none that says no: the sweep tries again; after ten tries a person looks."""
    with organisation_context(organisation):
        state = "stuck" if row.tries + 1 >= MOST else "pending"
        Outbox.objects.filter(pk=row.pk, state="pending").update(state=state, error=error[:300])
    return state


def ask(organisation: Organisation, payment_id: int) -> str:
    """Ask the gateway how an attempt stands: a lost event is made up for by this question."""
    import stripe

    with organisation_context(organisation):
        payment = Payment.objects.select_related("organisation", "bill").get(pk=payment_id)
        if not payment.transaction_id:
            return "no session"
        provider = provider_for(payment.variant, payment)
    try:
        session = provider.session(payment)
    except stripe.InvalidRequestError:
        return "unknown at the gateway"
    refunds = provider.refunds_of(payment) if payment.intent else []
    with organisation_context(organisation):
        by = system(organisation)
        found = [take_session(payment, session, by=by), *(take_refund(payment, one, by=by) for one in refunds)]
    return next((one for one in found if one not in {"nothing new", "known"}), found[0])
