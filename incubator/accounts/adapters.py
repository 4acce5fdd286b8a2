"""Where allauth asks us."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """People get their account from an organisation; nobody opens one from outside."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
