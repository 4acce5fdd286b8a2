"""What the test gateway keeps, in memory: checkout sessions, refunds, answered requests, and events with their deliveries."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

Json = dict[str, Any]
WAY = {"card": "银行卡 Card", "alipay": "支付宝 Alipay", "wechat_pay": "微信支付 WeChat Pay"}


class Bad(Exception):
    """A request that the gateway refuses; `kind` is Stripe's word for why."""

    def __init__(self, message: str, *, kind: str = "invalid_request_error", status: int = 400) -> None:
        super().__init__(message)
        self.kind, self.status = kind, status


def secret_for(key: str) -> str:
    """The secret with which this gateway signs the events of an account."""
    return "whsec_test_" + hashlib.sha256(f"events of {key}".encode()).hexdigest()[:32]


def signature(body: bytes, secret: str, at: float | None = None) -> str:
    """The Stripe-Signature header of a body."""
    moment = int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


@dataclass
class Delivery:
    """One event, and what became of each time it was sent."""

    key: str  # of the account
    organisation: str
    event: Json
    log: list[str] = field(default_factory=list)


def drop(_delivery: Delivery, _body: bytes, _signature: str) -> str:
    return "lost"


class Gateway:
    """All accounts. `deliver` carries a signed event to its organisation and returns what came back."""

    def __init__(self, base: str, deliver: Callable[[Delivery, bytes, str], str] = drop) -> None:
        self.base, self.deliver, self.lose_events = base, deliver, False
        self.lock = threading.RLock()
        self.sessions: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.owner: dict[str, str] = {}  # object → key of the account
        self.answers: dict[tuple[str, str], tuple[str, Json]] = {}
        self.deliveries: list[Delivery] = []

    def once(self, key: str, idempotency: str, request: str, act: Callable[[], Json]) -> Json:
        """The same idempotency key gives the same answer; with other parameters it is an error."""
        with self.lock:
            known = self.answers.get((key, idempotency)) if idempotency else None
            if known is None:
                answer = act()
                if idempotency:
                    self.answers[key, idempotency] = request, json.loads(json.dumps(answer))
                return answer
            if known[0] != request:
                raise Bad("Keys for idempotent requests can only be used with the same parameters.", kind="idempotency_error")
            return known[1]

    def open_session(self, key: str, given: Json) -> Json:
        line = given["line_items"]["0"]
        price = line["price_data"]
        amount = int(price["unit_amount"]) * int(line.get("quantity", 1))
        if amount <= 0 or not given.get("success_url"):
            raise Bad("Invalid amount or success_url")
        known = f"cs_test_{uuid4().hex}"
        methods = list(given.get("payment_method_types", {}).values()) or ["card"]
        session: Json = {
            "id": known, "object": "checkout.session", "amount_total": amount, "currency": price["currency"], "status": "open", "payment_status": "unpaid",
            "client_reference_id": given.get("client_reference_id"), "metadata": given.get("metadata", {}), "livemode": False, "payment_intent": None,
            "url": f"{self.base}/pay/{known}", "success_url": given["success_url"], "cancel_url": given.get("cancel_url") or given["success_url"],
            "payment_method_types": methods, "created": int(time.time()), "expires_at": int(given.get("expires_at") or time.time() + 1800),
            "description": price["product_data"]["name"],
        }  # fmt: skip
        self.sessions[known], self.owner[known] = session, key
        return session

    def find(self, kind: dict[str, Json], key: str, known: str) -> Json:
        found = kind.get(known)
        if found is None or self.owner.get(known) != key:
            raise Bad(f"No such object: {known}", status=404)
        return found

    def list_sessions(self, key: str, since: int) -> list[Json]:
        return [one for one in self.sessions.values() if self.owner[one["id"]] == key and one["created"] >= since][::-1]

    def expire(self, key: str, known: str) -> Json:
        session = self.find(self.sessions, key, known)
        if session["status"] != "open":
            raise Bad("Only open sessions can be expired.")
        session |= {"status": "expired", "url": None}
        self.tell("checkout.session.expired", session)
        return session

    def pay(self, known: str, method: str) -> Json:
        """The payer agrees on the checkout page."""
        with self.lock:
            session = self.sessions[known]
            if session["status"] == "open" and time.time() < session["expires_at"]:
                session |= {"status": "complete", "payment_status": "paid", "payment_intent": f"pi_test_{uuid4().hex}", "payment_method_types": [method], "url": None}
                self.tell("checkout.session.completed", session)
            return session

    def decline(self, known: str) -> Json:
        """The payer's bank says no after the page was left."""
        with self.lock:
            session = self.sessions[known]
            if session["status"] == "open":
                session |= {"status": "complete", "url": None}
                self.tell("checkout.session.async_payment_failed", session)
            return session

    def pay_back(self, key: str, given: Json) -> Json:
        session = next((one for one in self.sessions.values() if one["payment_intent"] == given.get("payment_intent") and self.owner[one["id"]] == key), None)
        if session is None:
            raise Bad("No such payment_intent")
        gone = sum(one["amount"] for one in self.refunds.values() if one["payment_intent"] == given["payment_intent"] and one["status"] == "succeeded")
        amount = int(given.get("amount") or session["amount_total"] - gone)
        if not 0 < amount <= session["amount_total"] - gone:
            raise Bad("Refund amount is greater than unrefunded amount on charge")
        known = f"re_test_{uuid4().hex}"
        refund: Json = {
            "id": known, "object": "refund", "amount": amount, "currency": session["currency"], "payment_intent": given["payment_intent"],
            "status": "succeeded", "metadata": given.get("metadata", {}), "created": int(time.time()),
        }  # fmt: skip
        self.refunds[known], self.owner[known] = refund, key
        self.tell("refund.updated", refund, session)
        return refund

    def list_refunds(self, key: str, intent: str) -> list[Json]:
        return [one for one in self.refunds.values() if self.owner[one["id"]] == key and one["payment_intent"] == intent][::-1]

    def tell(self, kind: str, about: Json, session: Json | None = None) -> Delivery:
        """Make an event and send it."""
        of = session or about
        event = {"id": f"evt_test_{uuid4().hex}", "object": "event", "type": kind, "livemode": False, "created": int(time.time()), "data": {"object": json.loads(json.dumps(about))}}
        delivery = Delivery(self.owner[of["id"]], of["metadata"].get("organisation", ""), event)
        self.deliveries.append(delivery)
        if self.lose_events:
            delivery.log.append("lost")
        else:
            self.send(delivery)
        return delivery

    def send(self, delivery: Delivery, *, trick: str = "") -> None:
        """Send an event, as it is or with a trick: replay, forge, stale, amount, currency, live, new_id."""
        event, at, secret = json.loads(json.dumps(delivery.event)), time.time(), secret_for(delivery.key)
        about = event["data"]["object"]
        if trick in {"amount", "currency", "live"}:
            about |= {"amount": {"amount_total": 1}, "currency": {"currency": "usd"}, "live": {"livemode": True}}[trick]
        if trick in {"amount", "currency", "live", "new_id"}:
            event["id"] = f"evt_test_{uuid4().hex}"
        at = at - 400 if trick == "stale" else at
        secret = "whsec_of_somebody_else" if trick == "forge" else secret
        body = json.dumps(event).encode()
        delivery.log.append(f"{trick or 'sent'}: {self.deliver(delivery, body, signature(body, secret, at))}")
