"""The second factor of the demonstration's people: one secret for all, whose code its pages show (DEMO only)."""

from __future__ import annotations

import time

from allauth.account.internal.flows.phone_verification import PHONE_VERIFICATION_SESSION_KEY
from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.core.cache import cache
from django.http import HttpRequest

from incubator.accounts.models import User

SECRET = "FUHUADEMONSTRATIONFUHUADEMONSTRA"  # noqa: S105 - of the demonstration; as public as its password
PERIOD = 30


def give_device(user: User) -> None:
    """The device of a person of the demonstration."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, SECRET)


def current_code() -> str:
    """What every device of the demonstration shows now."""
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // PERIOD))


def code_for(request: HttpRequest) -> str:
    """The code for whoever this page asks, or nothing when they have a device of their own."""
    stage = get_pending_stage(request)
    user = stage.login.user if stage else request.user
    held = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first() if user else None
    if held is None or decrypt(held.data["secret"]) != SECRET:
        return ""
    code = current_code()
    cache.delete(TOTP(held)._get_used_cache_key(code))  # visitors sign in twice as one person within its half minute
    return code


def sent_code(request: HttpRequest) -> str:
    """The code that was just sent by mail or short message: in the demonstration neither arrives anywhere."""
    stage = get_pending_stage(request)
    state = stage.state if stage else request.session.get(PHONE_VERIFICATION_SESSION_KEY, {})
    return str(state.get("code", ""))
