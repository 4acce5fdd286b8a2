"""The address at which a gateway tells an organisation what happened. It believes nothing but a fresh signature."""

from __future__ import annotations

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from billing.models import GatewayAccount
from billing.providers import StripeProvider, Unreadable
from billing.services.events import take_event
from incubator.accounts.actors import system
from incubator.core.views import machine

logger = logging.getLogger(__name__)
MOST = 512 * 1024  # bytes of an event


@csrf_exempt
@machine
def stripe_event(request: HttpRequest) -> HttpResponse:
    """Take one event for the organisation of the address: 400 without its fresh signature, else 200 with what it did."""
    account = GatewayAccount.objects.first()
    if account is None:
        raise Http404
    if request.method != "POST" or int(request.headers.get("Content-Length") or 0) > MOST:
        return HttpResponse("no event", status=400, content_type="text/plain")
    try:
        event = StripeProvider(account).event(request.body, request.headers.get("Stripe-Signature", ""))
    except Unreadable as error:
        logger.warning("event for %s refused: %s", request.organisation.slug, str(error)[:200])
        return HttpResponse("not signed", status=400, content_type="text/plain")
    return HttpResponse(take_event(event, by=system(request.organisation)), content_type="text/plain")
