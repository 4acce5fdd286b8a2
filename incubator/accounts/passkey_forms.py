"""allauth's forms of passkeys, with our words; whatever is no passkey's answer becomes a sentence, never an error page."""

from __future__ import annotations

import struct
from typing import Any

from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as theirs
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What the parsers of fido2 raise for an answer that somebody made up.
MADE_UP = (
    TypeError, ValueError, KeyError, AttributeError, IndexError, AssertionError, NotImplementedError, OverflowError,
    struct.error, InvalidSignature, UnsupportedAlgorithm,
)  # fmt: skip
REFUSED = _("The passkey did not answer as expected. Try again, or use another way.")
LONGEST = 60


def name_field() -> forms.CharField:
    return forms.CharField(label=_("Name"), max_length=LONGEST, help_text=_("So that you can tell your passkeys apart, for example “office computer”."))


class AddPasskey(theirs.AddWebAuthnForm):
    """A new passkey and its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)  # each of ours can be; the browser decides
        self.fields["name"] = name_field()
        self.fields["name"].required = False  # a passkey that was just made is not lost for want of a name
        self.order_fields(["name", "credential"])

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except ValidationError:
            raise
        except MADE_UP as error:
            raise ValidationError(REFUSED) from error


class RenamePasskey(theirs.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = name_field()


class Answer:
    """What a passkey signed. A wrong answer is noted for whoever is known to be asked."""

    user: Any

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc,no-any-return]
        except (ValidationError, *MADE_UP) as error:
            self.note()
            raise error if isinstance(error, ValidationError) else ValidationError(REFUSED) from error

    def note(self) -> None:
        asked = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.WEBAUTHN).first() if self.user else None
        if asked:
            signals.authentication_failed.send(
                sender=Authenticator, request=context.request, user=self.user, authenticator=asked, reauthentication=False
            )


class Authenticate(Answer, theirs.AuthenticateWebAuthnForm):
    """After the password."""


class Login(Answer, theirs.LoginWebAuthnForm):
    """In place of the password."""


class Reauthenticate(Answer, theirs.ReauthenticateWebAuthnForm):
    """Before the office, in a session that has not shown the device."""
