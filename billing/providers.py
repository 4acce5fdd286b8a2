"""Our Stripe provider on the seam of django-payments: one client per organisation, nothing global, no form, no callback.

django-payments imports this module while the models are read, so nothing of ours is imported at its top. Every method
talks to the gateway and none opens a transaction; `billing.services.outbox` is the only caller."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from payments import PaymentError, RedirectNeeded
from payments.core import BasicProvider

TIMEOUT = 10  # seconds
RETRIES = 2
TOLERANCE = 300  # seconds between the signing of an event and its coming
CURRENCY = "CNY"
SUBSCRIBED = (
    "checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed", "checkout.session.expired",
    "charge.refunded", "charge.dispute.created", "refund.updated", "refund.failed",
)  # fmt: skip


class SandboxRefused(Exception):
    """The test gateway is asked for where real money moves, or stands on another machine."""


class Unreadable(Exception):
    """A message that is not the gateway's: no signature, a wrong one, an old one, no JSON."""


def provider_for(variant: str, payment: Any = None) -> StripeProvider:
    """The provider of the organisation whose context is open. django-payments asks by this name."""
    from billing.models import GatewayAccount

    return StripeProvider(GatewayAccount.objects.get())


def sandbox_address() -> str:
    """Where the test gateway listens. Raises SandboxRefused outside demonstration and development, or off this machine."""
    address = settings.GATEWAY_ADDRESS
    if not (settings.DEMO or settings.DEBUG):
        raise SandboxRefused("the test gateway is refused outside DEMO and DEBUG")
    if not is_loopback(address):
        raise SandboxRefused(f"the test gateway must listen on this machine, not at {address}")
    return str(address)


def is_loopback(address: str) -> bool:
    """Whether an address of the form http://127.0.0.1:8899 means this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def fen(amount: Any) -> int:
    """Yuan as the gateway counts them."""
    return int(amount * 100)


class StripeProvider(BasicProvider):
    """One organisation's account. Answers are plain dictionaries."""

    def __init__(self, account: Any) -> None:
        import stripe

        super().__init__()
        self.account = account
        base: Any = {"api": sandbox_address()} if account.kind == "sandbox" else {}
        self.client = stripe.StripeClient(
            str(account.secret_key), base_addresses=base, max_network_retries=RETRIES, http_client=stripe.RequestsClient(timeout=TIMEOUT)
        )

    def get_form(self, payment: Any, data: Any = None) -> Any:
        """There is no form: the payer goes to the gateway's page."""
        raise RedirectNeeded(payment.url)

    def refund(self, payment: Any, amount: Any = None) -> Any:
        """A refund is a row that two persons sign."""
        raise PaymentError("refunds go through billing.services.refunds")

    def open_session(self, payment: Any, *, back: str, key: str) -> dict[str, Any]:
        """Open a checkout page for an attempt; `back` is our waiting page. The same key gives the same page."""
        params: dict[str, Any] = {
            "mode": "payment", "client_reference_id": str(payment.token), "success_url": back, "cancel_url": f"{back}?back",
            "expires_at": int(payment.expires_at.timestamp()), "metadata": {"payment": str(payment.token), "organisation": payment.organisation.slug},
            "line_items": [{
                "quantity": 1,
                "price_data": {"currency": CURRENCY.lower(), "unit_amount": fen(payment.total), "product_data": {"name": payment.bill.number}},
            }],
        }  # fmt: skip
        if self.account.methods:
            params["payment_method_types"] = list(self.account.methods)
        if "wechat_pay" in self.account.methods:
            params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
        return self._plain(self.client.v1.checkout.sessions.create(params, {"idempotency_key": key}))  # type: ignore[arg-type]

    def find_session(self, payment: Any) -> dict[str, Any] | None:
        """The page that an earlier try opened for this attempt, if it did."""
        since = int(payment.created.timestamp()) - 60
        for one in self.client.v1.checkout.sessions.list({"created": {"gte": since}, "limit": 100}).auto_paging_iter():
            if one.client_reference_id == str(payment.token):
                return self._plain(one)
        return None

    def session(self, payment: Any) -> dict[str, Any]:
        """How the attempt stands at the gateway."""
        return self._plain(self.client.v1.checkout.sessions.retrieve(payment.transaction_id))

    def expire_session(self, payment: Any, *, key: str) -> dict[str, Any]:
        """Close the page of an attempt. One that was paid already stays as it is and is returned so."""
        import stripe

        try:
            return self._plain(self.client.v1.checkout.sessions.expire(payment.transaction_id, {}, {"idempotency_key": key}))
        except stripe.InvalidRequestError:
            return self.session(payment)

    def pay_back(self, refund: Any, *, key: str) -> dict[str, Any]:
        """Order a refund. The same key orders it once."""
        params: Any = {"payment_intent": refund.payment.intent, "amount": fen(refund.amount), "metadata": {"refund": str(refund.key)}}
        return self._plain(self.client.v1.refunds.create(params, {"idempotency_key": key}))

    def refunds_of(self, payment: Any) -> list[dict[str, Any]]:
        """Every refund of a payment, those of the gateway's own pages included."""
        found = self.client.v1.refunds.list({"payment_intent": payment.intent, "limit": 100})
        return [self._plain(one) for one in found.auto_paging_iter()]

    def event(self, body: bytes, signature: str) -> dict[str, Any]:
        """A verified event. Raises Unreadable for anything else."""
        import stripe

        try:
            found: dict[str, Any] = self.client.construct_event(body, signature, str(self.account.webhook_secret), TOLERANCE).to_dict()
        except (ValueError, stripe.SignatureVerificationError) as error:
            raise Unreadable(str(error)) from error
        if not isinstance(found.get("id"), str) or not isinstance(found.get("data", {}).get("object"), dict):
            raise Unreadable("no event")
        return found

    @staticmethod
    def _plain(answer: Any) -> dict[str, Any]:
        found: dict[str, Any] = answer.to_dict()
        return found


def moment(seconds: int) -> datetime:
    """A time of the gateway's."""
    return datetime.fromtimestamp(seconds, UTC)
