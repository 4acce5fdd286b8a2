"""Where allauth asks us."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy

from incubator.accounts import phones
from incubator.accounts.factor import DEVICES, needs_factor
from incubator.accounts.models import User
from incubator.core.encryption import sealed, unsealed
from incubator.core.errors import Conflict
from incubator.core.phones import MobileField

MISMATCH = gettext_lazy("Address and password do not match. Check both, or let us send you a code.")


class AccountAdapter(DefaultAccountAdapter):
    """People get their account from an organisation; nobody opens one from outside."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        **{f"{way}_password_mismatch": MISMATCH for way in ("email", "phone", "username")},
        "incorrect_code": gettext_lazy("This is not the code that was sent, or it is too old."),
        "phone_taken": gettext_lazy("This number belongs to another account. Remove it there first."),
        "same_as_current": gettext_lazy("This is the number you have already."),
        "too_many_login_attempts": gettext_lazy("Too many tries in a short time. Wait a few minutes, then try again."),
        "rate_limited": gettext_lazy("Too many tries in a short time. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, app: str) -> bool:
        """Who has signed in a minute ago has just shown who they are: not the same password twice in a row."""
        records = get_authentication_records(context.request, context.request.user)
        just_now = bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return super().is_reauthentication_required(app=app) and not just_now

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count for the account, whether its address or its number was typed."""
        typed = credentials.get("phone") or ""
        user = phones.holder(typed) if typed else None
        credentials["email"] = user.email if user else credentials.get("email") or credentials.get("username") or typed
        return str(super()._get_login_attempts_cache_key(request, **credentials))

    # Mobile numbers

    def phone_form_field(self, **options: Any) -> forms.Field:
        return MobileField(**options)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """Only proved numbers are kept."""
        number = phones.number_of(user)
        return (number, True) if number else None

    def get_user_by_phone(self, phone: str) -> User | None:
        return phones.holder(phone)

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Allauth hands over numbers that nobody has proved yet; those are not kept."""
        if verified:
            self.set_phone_verified(user, phone)

    def set_phone_verified(self, user: User, phone: str) -> None:
        """The code was right. Of two accounts that prove one number at the same time, the second is told so."""
        try:
            phones.hold(user, phone)
        except Conflict as taken:
            messages.error(context.request, str(taken.message))
            place = "account_change_phone" if context.request.user.is_authenticated else "account_login"
            raise ImmediateHttpResponse(redirect(place)) from taken

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_rest: Any) -> None:
        if settings.SMS_BACKEND:
            phones.send_code(phone, code)


class MFA(DefaultMFAAdapter):
    """The secrets of second factors stand encrypted, and who needs a device keeps one."""

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unsealed(encrypted_text, "the secret of a second factor")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last device of somebody who works in an office: they would lock themselves out."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=DEVICES).exclude(pk=authenticator.pk)
        return others.exists() or not needs_factor(authenticator.user)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name that devices show for us; a passkey belongs to the host name of the site."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """A passkey that nobody named."""
        return gettext("Passkey %(number)s") % {"number": Authenticator.objects.filter(user=user, type=type).count() + 1}
