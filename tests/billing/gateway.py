"""The test gateway in a thread of the tests: its events are kept, and told to the site when a test says so."""

from __future__ import annotations

import threading
from contextlib import contextmanager

from django.test import Client, override_settings

from billing.models import Outbox
from billing.services import outbox
from billing.services.payments import keep_gateway
from billing.testgateway.ledger import secret_for
from billing.testgateway.server import serve

KEY = "sk_test_house"


class Line:
    """The gateway, and what it would have posted: (body, signature)."""

    def __init__(self, gateway, slug):
        self.gateway, self.slug, self.said = gateway, slug, []
        gateway.deliver = lambda _delivery, body, signed: self.said.append((body, signed)) or "kept"

    def post(self, body, signed, slug=""):
        """Carry one message to the site."""
        return Client().post(f"/billing/stripe/{slug or self.slug}/", body, content_type="application/json", HTTP_STRIPE_SIGNATURE=signed)

    def tell(self):
        """Carry the last message; the status and the word that came back."""
        answer = self.post(*self.said[-1])
        return answer.status_code, answer.content.decode()

    def trick(self, name):
        """The last event again, with a trick."""
        self.gateway.send(self.gateway.deliveries[-1], trick=name)
        return self.tell()


@contextmanager
def running(slug="jingyue"):
    server = serve(0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        with override_settings(GATEWAY_ADDRESS=f"http://127.0.0.1:{server.server_port}"):
            yield Line(server.gateway, slug)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def set_up(owner, key=KEY, **fields):
    given = {"kind": "sandbox", "secret_key": key, "webhook_secret": secret_for(key), "methods": ["card", "alipay", "wechat_pay"], "is_active": True}
    return keep_gateway(by=owner, **{**given, **fields})


def say_all(organisation):
    """What the worker does: say everything that is to be said."""
    return [outbox.send(organisation, pk) for pk in Outbox.objects.filter(state="pending").values_list("pk", flat=True)]
