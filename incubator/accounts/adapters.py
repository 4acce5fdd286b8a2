"""Where allauth asks us."""

from __future__ import annotations

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from incubator.accounts.factor import DEVICES, needs_factor
from incubator.core.encryption import sealed, unsealed


class AccountAdapter(DefaultAccountAdapter):
    """People get their account from an organisation; nobody opens one from outside."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, app: str) -> bool:
        """Who has signed in a minute ago has just shown who they are: not the same password twice in a row."""
        records = get_authentication_records(context.request, context.request.user)
        just_now = bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return super().is_reauthentication_required(app=app) and not just_now


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
