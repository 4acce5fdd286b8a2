"""Input about people and roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.accounts.models import Membership, Organisation, User
from incubator.accounts.roles import Role
from incubator.core.fields import DayField


class RoleForm(forms.Form):
    """A further role for somebody who belongs to the organisation."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    until = DayField(label=_("Last day of the role"), required=False, help_text=_("Empty: until it is ended."))

    def __init__(self, data: Any = None, *, organisation: Organisation, **options: Any) -> None:
        super().__init__(data, **options)
        members = Membership.objects.running().filter(organisation=organisation).values("user")
        self.fields["user"].queryset = User.objects.filter(pk__in=members, is_active=True).order_by("name")


class EndForm(forms.Form):
    """The last day of a role."""

    until = DayField(label=_("Last day"), help_text=_("Yesterday ends the role at once."))


class ResetForm(forms.Form):
    """Why a second factor is reset."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("How you made sure that it is really this person who asks. It stands in the audit."),
    )


class InvitationForm(forms.Form):
    """Who is invited as what."""

    email = forms.EmailField(label=_("Email"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    until = DayField(label=_("Last day of the role"), required=False, help_text=_("Empty: until it is ended."))


class AccountForm(forms.Form):
    """Name and password of somebody who accepts an invitation and has no account yet."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"), strip=False, max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, email: str) -> None:
        super().__init__(data)
        self.email = email
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password"):
            try:
                validate_password(given["password"], User(email=self.email, name=given.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given
