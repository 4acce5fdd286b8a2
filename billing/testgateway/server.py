"""The test gateway's HTTP: the part of Stripe's interface that we use, the checkout page, and the page of tricks."""

from __future__ import annotations

import json
import re
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from billing.testgateway import pages
from billing.testgateway.ledger import Bad, Delivery, Gateway

MOST = 100_000  # bytes of a request
NAMES = re.compile(r"([^\[\]]+)")
TRICKS = ("", "replay", "forge", "stale", "amount", "currency", "live", "new_id")


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Stripe's form encoding, line_items[0][quantity]=1, as nested dictionaries."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        *ways, last = NAMES.findall(name) or [name]
        place = found
        for way in ways:
            place = place.setdefault(way, {})
        place[last] = value
    return found


def post_to(web: str) -> Any:
    """A delivery over HTTP to the site at this address, in a thread of its own: the payer does not wait for it."""

    def deliver(delivery: Delivery, body: bytes, signed: str) -> str:
        address = f"{web}/billing/stripe/{delivery.organisation}/"
        request = urllib.request.Request(address, body, {"Content-Type": "application/json", "Stripe-Signature": signed}, method="POST")  # noqa: S310 - an address of ours

        def carry() -> None:
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                    delivery.log.append(f"{answer.status} {answer.read(200).decode(errors='replace')}")
            except urllib.error.HTTPError as error:
                delivery.log.append(f"{error.code}")
            except OSError as error:
                delivery.log.append(f"not delivered: {error}")

        threading.Thread(target=carry, daemon=True).start()
        return "on its way"

    return deliver


class Handler(BaseHTTPRequestHandler):
    """One request. `gateway` is set on the class that `serve` makes."""

    gateway: Gateway
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: Any) -> None:
        """Silence: the page of tricks shows what happened."""

    def do_GET(self) -> None:
        self.answer("GET")

    def do_POST(self) -> None:
        self.answer("POST")

    def answer(self, verb: str) -> None:
        address = urlsplit(self.path)
        size = min(int(self.headers.get("Content-Length") or 0), MOST)
        text = self.rfile.read(size).decode() if verb == "POST" else address.query
        given = nested(parse_qsl(text, keep_blank_values=True))
        try:
            if address.path.startswith("/v1/"):
                self.write(200, json.dumps(self.call(verb, address.path[4:], given, text)), "application/json")
            else:
                self.page(verb, address.path, given)
        except Bad as bad:
            self.write(bad.status, json.dumps({"error": {"type": bad.kind, "message": str(bad)}}), "application/json")
        except (KeyError, ValueError) as error:
            self.write(400, json.dumps({"error": {"type": "invalid_request_error", "message": f"Missing or wrong: {error}"}}), "application/json")

    def call(self, verb: str, path: str, given: dict[str, Any], text: str) -> dict[str, Any]:
        """The interface of programs."""
        key = self.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if not key.startswith(("sk_test_", "rk_test_")):
            raise Bad("Invalid API Key provided", kind="authentication_error", status=401)
        gate, once = self.gateway, self.headers.get("Idempotency-Key", "")
        match [verb, *path.split("/")]:
            case ["POST", "checkout", "sessions"]:
                return gate.once(key, once, text, lambda: gate.open_session(key, given))
            case ["GET", "checkout", "sessions"]:
                return page_of(gate.list_sessions(key, int(given.get("created", {}).get("gte", 0))), "/v1/checkout/sessions")
            case ["GET", "checkout", "sessions", known]:
                return gate.find(gate.sessions, key, known)
            case ["POST", "checkout", "sessions", known, "expire"]:
                return gate.once(key, once, known, lambda: gate.expire(key, known))
            case ["POST", "refunds"]:
                return gate.once(key, once, text, lambda: gate.pay_back(key, given))
            case ["GET", "refunds"]:
                return page_of(gate.list_refunds(key, given.get("payment_intent", "")), "/v1/refunds")
        raise Bad(f"Unrecognized request: {verb} {path}", status=404)

    def page(self, verb: str, path: str, given: dict[str, Any]) -> None:
        """The pages of people."""
        gate = self.gateway
        match [verb, *path.strip("/").split("/")]:
            case ["GET", "pay", known] if known in gate.sessions:
                return self.write(200, pages.checkout(gate.sessions[known]))
            case ["POST", "pay", known] if known in gate.sessions:
                done = gate.decline(known) if given.get("act") == "decline" else gate.pay(known, str(given.get("method", "card")))
                return self.lead(done["success_url"] if done["payment_status"] == "paid" else done["cancel_url"])
            case ["GET", ""]:
                return self.write(200, pages.control(gate))
            case ["POST", "lose"]:
                gate.lose_events = not gate.lose_events
                return self.lead("/")
            case ["POST", "send", place, trick] if place.isdigit() and int(place) < len(gate.deliveries) and trick in TRICKS:
                gate.send(gate.deliveries[int(place)], trick=trick)
                return self.lead("/")
        return self.write(404, pages.missing())

    def lead(self, address: str) -> None:
        self.write(303, "", location=address)

    def write(self, status: int, body: str, kind: str = "text/html; charset=utf-8", *, location: str = "") -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(data)


def page_of(rows: list[dict[str, Any]], url: str) -> dict[str, Any]:
    return {"object": "list", "data": rows, "has_more": False, "url": url}


def serve(port: int, web: str = "") -> ThreadingHTTPServer:
    """A server on 127.0.0.1, ready to `serve_forever`. `web`: where events go; empty: they are only kept. Port 0: any."""
    handler = type("Bound", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    gateway = Gateway(f"http://127.0.0.1:{server.server_port}", *([post_to(web)] if web else []))
    handler.gateway = gateway  # type: ignore[attr-defined]
    server.gateway = gateway  # type: ignore[attr-defined]
    server.daemon_threads = True
    return server
