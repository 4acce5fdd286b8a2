"""Acts on online payments: start an attempt, give it up, and take what the gateway says about it, once and in one direction.

A page that says “paid” proves nothing; a verified event or our own question at the gateway does. Money that came is
always booked: what its bill no longer needs stays as credit of the startup."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.models.bills import Bill, Receipt
from billing.models.payments import GatewayAccount, Outbox, Payment
from billing.providers import CURRENCY, fen
from billing.querysets import reference
from billing.services.bills import allocate, take_receipt
from billing.states import OPEN_BILL, PAYMENT_MOVES
from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotEligible
from incubator.core.money import yuan
from incubator.core.refusals import clash
from incubator.journal.services import lock, make_move, moving, record
from incubator.notices.services import notify, people_with

LIFE = timedelta(minutes=31)  # of a checkout page; the gateway takes no less than thirty


def gateway_account() -> GatewayAccount | None:
    """The organisation's gateway when startups may pay with it now."""
    account: GatewayAccount | None = GatewayAccount.objects.filter(is_active=True).first()
    return account


@transaction.atomic
def start_payment(bill: Bill, *, by: Actor) -> Payment:
    """Begin to pay what is open of a bill. An attempt over the same amount that may still be paid is given back as it is;
    one over another amount is given up first.

    Raises NotEligible without a gateway, Conflict when nothing is open."""
    account, locked = gateway_account(), lock(bill)
    if account is None:
        raise NotEligible(_("Online payment is not set up. Pay by bank transfer with the payment reference."))
    if locked.state not in OPEN_BILL or not locked.open_amount:
        raise Conflict(_("Nothing is open on bill %(number)s any more. Reload the page to see where it stands.") % {"number": locked})
    open_one = Payment.objects.waiting().filter(bill=locked).first()
    if open_one is not None:
        if open_one.total == locked.open_amount and open_one.expires_at > timezone.now():
            return open_one  # type: ignore[no-any-return]
        cancel_payment(open_one, by=by)
    payment = Payment(
        bill=locked, startup=locked.startup, total=locked.open_amount, currency=CURRENCY, variant=account.kind, livemode=account.is_live,
        expires_at=timezone.now() + LIFE, starter=by.user,
    )  # fmt: skip
    with clash("payment_one_open", _("A payment of this bill is open already. Reload the page to see it.")):
        payment.save()
    say("session", payment)
    record("start_payment", payment, by=by, total=str(payment.total))
    return payment


def say(kind: str, payment: Payment, refund: Any = None) -> Outbox:
    """Write down what the gateway is to be told; a job says it when this transaction stands."""
    from billing.tasks import send_outbox

    key = f"re-{refund.key}" if refund else {"session": "cs", "expire": "ex"}[kind] + f"-{payment.token}"
    row, new = Outbox.objects.get_or_create(key=key, defaults={"kind": kind, "payment": payment, "refund": refund})
    if new:
        send_outbox.configure(queueing_lock=f"outbox:{row.pk}").defer(organisation_id=payment.organisation_id, outbox_id=row.pk)
    return row


@transaction.atomic
def cancel_payment(payment: Payment, *, by: Actor, note: str = "") -> Payment:
    """Give an attempt up; its page at the gateway is closed. If it was paid in the meantime, the money still counts."""
    cancelled = make_move(payment, PAYMENT_MOVES, "cancel", by=by, note=note)
    say("expire", cancelled)
    return cancelled


@transaction.atomic
def note_session(payment: Payment, session: dict[str, Any]) -> None:
    """Keep the page that the gateway opened."""
    locked = lock(payment)
    if not locked.transaction_id:
        locked.transaction_id, locked.url = session["id"], session.get("url") or ""
        locked.save(update_fields=["transaction_id", "url", "modified"])


@transaction.atomic
def take_session(payment: Payment, session: dict[str, Any], *, by: Actor) -> str:
    """What a checkout page says of itself becomes the attempt's state. Returns what that did, in a word for the journal.

    `session` comes from a verified event or from our own question, never from a browser."""
    locked = lock(payment)
    if session.get("payment_status") == "paid":
        if locked.receipt_id is not None:
            return "known"
        wrong = differences(locked, session)
        if wrong:
            return _disagree(locked, wrong, by=by)
        return _confirm(locked, session, by=by) if locked.state != "error" else "kept for review"
    if locked.state != "waiting":
        return "nothing new"
    if session.get("status") == "expired":
        make_move(locked, PAYMENT_MOVES, "cancel", by=by, note=_("The gateway's page expired."))
        return "cancelled"
    return "nothing new"


@transaction.atomic
def fail_payment(payment: Payment, *, by: Actor, note: str = "") -> str:
    """The gateway says that the money did not come."""
    locked = lock(payment)
    if locked.state != "waiting":
        return "nothing new"
    make_move(locked, PAYMENT_MOVES, "fail", by=by, note=note)
    return "rejected"


def differences(payment: Payment, session: dict[str, Any]) -> list[str]:
    """What a paid session says otherwise than the attempt: page, token, amount, currency, real or test money."""
    said = {
        "session": session.get("id") == payment.transaction_id or not payment.transaction_id,
        "token": session.get("client_reference_id") == str(payment.token),
        "amount": session.get("amount_total") == fen(payment.total),
        "currency": str(session.get("currency", "")).upper() == payment.currency,
        "livemode": session.get("livemode") is payment.livemode,
    }
    return [name for name, agrees in said.items() if not agrees]


def _disagree(payment: Payment, wrong: list[str], *, by: Actor) -> str:
    """Nothing is booked; finance is told. The bill stays open."""
    if payment.state == "waiting":
        payment = make_move(payment, PAYMENT_MOVES, "mismatch", by=by, note=", ".join(wrong), message=", ".join(wrong))
    else:
        record("mismatch", payment, by=by, note=", ".join(wrong))
    _tell_finance(payment, gettext_noop("The gateway says that a payment of bill %(bill)s came otherwise than agreed (%(wrong)s). Nothing was booked. Look at it."), wrong=", ".join(wrong))
    return "does not agree"


def _confirm(payment: Payment, session: dict[str, Any], *, by: Actor) -> str:
    """The money counts: a receipt, and the bill is settled as far as it is still open."""
    late = payment.state != "waiting"
    if not payment.transaction_id:  # the event overtook our own answer
        payment.transaction_id = session["id"]
        payment.save(update_fields=["transaction_id", "modified"])
    with moving(payment, PAYMENT_MOVES, "confirm_late" if late else "confirm", by=by) as paid:
        paid.receipt = take_receipt(
            paid.startup, Receipt.Source.PAYMENT, paid.total, key=reference(paid), received_on=timezone.localdate(), payer_name=paid.startup.name, by=by, about=reference(paid)
        )
        paid.captured_amount, paid.intent = paid.total, session.get("payment_intent") or ""
        paid.method, paid.url = (session.get("payment_method_types") or [""])[0] if len(session.get("payment_method_types") or ()) == 1 else "", ""
    left = _settle(paid, by=by)
    if left:
        _tell_finance(paid, gettext_noop("An online payment for bill %(bill)s came when less was open. %(left)s yuan stay as credit of %(startup)s."), left=yuan(left), startup=str(paid.startup))
    else:
        _thank(paid)
    return "confirmed late" if late else "confirmed"


def _settle(payment: Payment, *, by: Actor) -> Any:
    """Use the receipt for its bill; returns what stays as credit, in yuan."""
    bill, receipt = lock(Bill.objects.get(pk=payment.bill_id)), payment.receipt
    part = min(bill.open_amount, receipt.amount)
    if part > 0:
        allocate(receipt, bill, part, by=by)
    return receipt.amount - part


def _tell_finance(payment: Payment, sentence: str, **values: Any) -> None:
    url = f"/office/{payment.organisation.slug}/bills/payments/{payment.pk}/"
    values = {"bill": payment.bill.number, **values}
    notify(people_with(payment.organisation, Role.FINANCE), sentence, key=f"payment:{payment.pk}:{payment.state}", url=url, **values)


def _thank(payment: Payment) -> None:
    """The startup reads that its money is there."""
    url = f"/portal/{payment.organisation.slug}/bills/payments/{payment.pk}/"
    values = {"bill": payment.bill.number, "receipt": payment.receipt.number, "amount": yuan(payment.total)}
    notify([payment.starter], gettext_noop("Bill %(bill)s: %(amount)s yuan were paid online. Receipt %(receipt)s."), key=f"payment:{payment.pk}:paid", url=url, **values)


@transaction.atomic
def keep_gateway(*, kind: str, secret_key: str, webhook_secret: str, methods: list[str], is_active: bool, by: Actor) -> GatewayAccount:
    """Set the organisation's gateway up, or change it; an empty key leaves the one that is kept.

    Raises BusinessError for the test gateway outside demonstration and development, and for a first set-up without keys."""
    from billing.providers import SandboxRefused, sandbox_address

    if kind == GatewayAccount.Kind.SANDBOX:
        try:
            sandbox_address()
        except SandboxRefused:
            raise BusinessError(_("The test gateway works only in the demonstration, on this machine. Choose a real gateway."), field="kind") from None
    account = GatewayAccount.objects.select_for_update(no_key=True).first() or GatewayAccount()
    account.kind, account.methods, account.is_active, account.changed_by = kind, methods, is_active, by.user
    account.secret_key, account.webhook_secret = secret_key or account.secret_key, webhook_secret or account.webhook_secret
    for name in ("secret_key", "webhook_secret"):
        if not getattr(account, name):
            raise BusinessError(_("Enter the key that the gateway gave you."), field=name)
    account.save()
    record("keep_gateway", account, by=by, kind=kind, methods=methods, is_active=is_active)
    return account
