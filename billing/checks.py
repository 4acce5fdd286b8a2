"""System checks of online payments: the test gateway never stands where real money moves."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from billing.providers import is_loopback


@register(Tags.security)
def test_gateway_stays_at_home(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """Refuse an address of the test gateway outside DEMO and DEBUG, and one that is not this machine."""
    address = settings.GATEWAY_ADDRESS
    if not address:
        return []
    if not (settings.DEMO or settings.DEBUG):
        why = "is set although neither DEMO nor DEBUG is on: bills could be settled without money"
    elif not is_loopback(address):
        why = f"is {address}, which is not this machine"
    else:
        return []
    return [Error(f"FUHUA_GATEWAY {why}.", hint="Unset FUHUA_GATEWAY (docs/operate/setup.md).", id="fuhua.E010")]
