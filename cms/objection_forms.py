"""Input of the public about a notice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from incubator.core.forms import FileInput
from incubator.core.phones import MobileField
from incubator.policy.models import PublicNotice

LONGEST = 5000


class ContactForm(forms.Form):
    """An e-mail address, or a mobile number where texts can be sent. `website` is a trap: people do not see it."""

    contact = forms.CharField(label=_("E-mail address"), max_length=254, widget=forms.TextInput({"autocomplete": "email", "inputmode": "email"}))
    website = forms.CharField(
        required=False, label=_("Leave this field empty"), widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.SMS_BACKEND:
            self.fields["contact"].label = _("E-mail address or mobile number")

    @property
    def is_robot(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    def clean_contact(self) -> str:
        """The address in small letters, or the number with +86."""
        contact = str(self.cleaned_data["contact"]).strip()
        if "@" not in contact and settings.SMS_BACKEND:
            return MobileField().clean(contact)
        try:
            validate_email(contact)
        except ValidationError:
            raise ValidationError(_("This is not an e-mail address. Write it like name@example.com.")) from None
        return contact.lower()


class ObjectionForm(forms.Form):
    """The code that was sent, who objects, to which line, and why."""

    code = forms.CharField(label=_("Code from the message"), max_length=6, widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}))
    name = forms.CharField(label=_("Your name"), max_length=80, help_text=_("Only the people who examine the objection read it."))
    row = forms.TypedChoiceField(label=_("What you object to"), coerce=lambda value: int(value) or None, empty_value=None)
    text = forms.CharField(label=_("Your reasons"), max_length=LONGEST, widget=forms.Textarea({"rows": 8}), help_text=_("Say what is wrong and how you know."))
    file = forms.FileField(
        required=False, label=_("A paper that shows it"), widget=FileInput(max_mb=20),
        error_messages={"empty": _("This file is empty. Choose the file again.")},
    )

    def __init__(self, notice: PublicNotice, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["row"].choices = row_choices(notice)

    def clean_code(self) -> str:
        return "".join(char for char in self.cleaned_data["code"] if char.isdigit())


def row_choices(notice: PublicNotice) -> list[tuple[str, Any]]:
    """The lines of the list, then the list as a whole."""
    rows = notice.payload.get("rows", [])
    lines = [(str(place), f"{place}. {row.get('name', '')} · {row.get('programme', '')}") for place, row in enumerate(rows, 1)]
    return [*lines, ("0", _("The list or its procedure as a whole"))]
