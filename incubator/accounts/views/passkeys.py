"""Removing a passkey. Everything else about passkeys is allauth's pages with our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from incubator.core.views import signed_in


class Remove(RemoveWebAuthnView):
    """Asks whether the device may go. allauth does so only for apps that show codes; a passkey may be the last one too."""

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, _("Your role needs a second factor, and this is your only one. Set up another first, then remove this one."))
            return redirect("mfa_index")
        return super().form_valid(form)


remove = signed_in(Remove.as_view())
