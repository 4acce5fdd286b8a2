"""allauth's forms of the second factor, with our words at the field."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _


class OurWords:
    """One field for the figures of the device (or of a recovery code), ready to be typed into."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("Code from your device")
        field.widget = forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True})


class Authenticate(OurWords, AuthenticateForm):
    """After the password."""


class Reauthenticate(OurWords, ReauthenticateForm):
    """Before the office, in a session that has not shown the device."""


class ActivateTOTP(OurWords, ActivateTOTPForm):
    """When a device is set up."""
