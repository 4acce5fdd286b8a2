"""allauth's forms of signing in and of codes, with one field for an e-mail address or a mobile number."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePhoneForm,
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    VerifyPhoneForm,
)
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.characters import half_width
from incubator.core.phones import MobileField


def address_field() -> forms.CharField:
    """Who signs in. Without a way to send short messages only an e-mail address is asked for."""
    label = _("Email or mobile number") if settings.SMS_BACKEND else _("Email")
    return forms.CharField(label=label, max_length=254, widget=forms.TextInput({"autocomplete": "username", "autofocus": True}))


class Login(LoginForm):
    """With a password."""

    takes_phone = bool(settings.SMS_BACKEND)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"login": address_field(), **{name: field for name, field in self.fields.items() if name != "login"}}

    def clean_login(self) -> str:
        """As it was meant: a number in its one form, so that limits and look-ups count it once."""
        typed = half_width(super().clean_login()).strip()
        number = "" if "@" in typed or not self.takes_phone else mobile(typed)
        return number or typed


class RequestCode(RequestLoginCodeForm):
    """With a code that is sent to the address or number typed here, if it belongs to an account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = dict(self.fields)
        self.fields = {"login": address_field()}

    def clean(self) -> dict[str, Any]:
        """Hand what was typed to allauth's own field for it: known and unknown addresses go the same way."""
        given = self.cleaned_data
        typed = half_width(given.get("login", "")).strip()
        if not typed:
            return given
        way = "phone" if "phone" in self.ways and "@" not in typed else "email"
        try:
            given[way] = self.ways[way].clean(typed)
            given[way] = self.clean_phone() if way == "phone" else self.clean_email()
        except forms.ValidationError as error:
            self.add_error("login", error)
            return given
        if self._user and not self._user.is_active:
            self._user = None
        return given


def mobile(typed: str) -> str:
    """The number in its one form, or nothing when it is none."""
    try:
        return str(MobileField(required=False).clean(typed))
    except forms.ValidationError:
        return ""


class SixFigures:
    """One field for the code that was sent, ready to be typed into."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = pgettext_lazy("sent to a person", "Code")
        field.widget = forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True})


class ConfirmCode(SixFigures, ConfirmLoginCodeForm):
    """The code of signing in."""


class ConfirmPhone(SixFigures, VerifyPhoneForm):
    """The code that proves a number."""


class ChangePhone(ChangePhoneForm):
    """A mobile number to sign in with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = _("Mobile number")
        self.fields["phone"].help_text = _("A mainland number. A code goes to it, to check that it is yours.")
