"""What happens at the door, written down: ways in, factors, and pages that were refused as out of sight."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa import signals as mfa
from django.contrib.auth import get_user_model
from django.contrib.auth import signals as auth
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address

from incubator.accounts import phones
from incubator.journal.models import SecurityEvent, typed_digest

What = SecurityEvent.What
TYPED_NAMES = ("email", "username", "phone", "login")  # what the ways in call the address that was typed


def note(what: str, request: Any, *, user: Any = None, organisation: Any = None, typed: str = "") -> SecurityEvent:
    """Write down that this happened, from where. `request` is None where no browser took part."""
    meta = getattr(request, "META", {})
    return SecurityEvent.objects.create(
        what=what,
        user=user if getattr(user, "pk", None) else None,
        organisation=organisation,
        typed=typed,
        address=printable(getattr(request, "path", ""), 300),
        client_ip=ip_of(request) if meta else None,
        agent=printable(meta.get("HTTP_USER_AGENT", ""), 120),
    )


def printable(text: str, longest: int) -> str:
    """The beginning of what a browser sent. PostgreSQL keeps no NUL; other controls would garble a list."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:longest])


def ip_of(request: Any) -> str | None:
    """The address of the browser as far as the trusted proxies tell it, or nothing when what they tell is none."""
    address = get_client_ip(request)
    try:
        validate_ipv46_address(address)
    except ValidationError:
        return None
    return address


def came(sender: Any, request: Any, user: Any, **_: Any) -> None:
    note(What.SIGNED_IN, request, user=user)


def went(sender: Any, request: Any, user: Any, **_: Any) -> None:
    if user is not None:  # an expired session signs nobody out
        note(What.SIGNED_OUT, request, user=user)


def failed(sender: Any, credentials: dict[str, Any], request: Any = None, **_: Any) -> None:
    """A wrong password. Of an address that nobody here has only a digest is kept: people type passwords there."""
    typed = next((str(credentials[name]) for name in TYPED_NAMES if credentials.get(name)), "")
    user = get_user_model()._default_manager.filter(email__iexact=typed.replace("\0", "")).first() if typed else None
    user = user or (phones.holder(typed) if credentials.get("phone") else None)
    note(What.SIGN_IN_FAILED, request, user=user, typed="" if user or not typed else typed_digest(typed))


def code_failed(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """A wrong code of those that are sent."""
    note(What.SIGN_IN_FAILED, request, user=user)


def password_changed(sender: Any, request: Any, user: Any, **_: Any) -> None:
    note(What.PASSWORD_CHANGED, request, user=user)


def factor_added(sender: Any, request: Any, user: Any, **_: Any) -> None:
    note(What.FACTOR_ADDED, request, user=user)


def factor_removed(sender: Any, request: Any, user: Any, **_: Any) -> None:
    note(What.FACTOR_REMOVED, request, user=user)


def factor_failed(sender: Any, request: Any, user: Any, **_: Any) -> None:
    note(What.FACTOR_FAILED, request, user=user)


HEARD = (
    (auth.user_logged_in, came),
    (auth.user_logged_out, went),
    (auth.user_login_failed, failed),
    (account.login_code_rejected, code_failed),
    (account.password_changed, password_changed),
    (account.password_set, password_changed),
    (account.password_reset, password_changed),
    (mfa.authenticator_added, factor_added),
    (mfa.authenticator_reset, factor_added),
    (mfa.authenticator_removed, factor_removed),
    (mfa.authentication_failed, factor_failed),
)


def listen() -> None:
    """Hear the signals of Django and allauth (third-party ends, docs/architecture.md)."""
    for signal, heard in HEARD:
        signal.connect(heard, dispatch_uid=f"door {heard.__name__} {id(signal)}")
