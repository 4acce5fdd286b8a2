"""Input about startups from browsers, cleaned."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.accounts.models import User
from incubator.accounts.roles import PORTAL
from incubator.core.fields import DayField, UsccField
from incubator.core.forms import FileInput, VersionForm
from incubator.documents.models import DocumentKind
from incubator.tenants.fields import AccountField, PhoneField, PrivateField, ResidentIdField
from incubator.tenants.models import Founder, Startup, StartupKind

VAULT_KINDS = [
    (kind.value, kind.label)
    for kind in DocumentKind
    if kind not in {DocumentKind.PAPER, DocumentKind.OFFICIAL_REPLY, DocumentKind.MEASURE, DocumentKind.PASS_THROUGH}
]
MAX_MB = 20


class UploadField(forms.FileField):
    """A paper: PDF, JPEG or PNG up to 20 MB. The content is checked by the service, not here."""

    widget = FileInput(max_mb=MAX_MB)


class StartupForm(forms.ModelForm):
    """A startup as the office registers it. The payee account has a form of its own."""

    uscc = UsccField(label=gettext_lazy("Unified social credit code"), required=False)
    registered_on = DayField(label=gettext_lazy("Registered on"), required=False)
    settled_on = DayField(label=gettext_lazy("Settled here on"), required=False)
    contact_phone = PhoneField(label=gettext_lazy("Telephone"), required=False)

    class Meta:
        model = Startup
        fields = (
            "name", "short_name", "kind", "uscc", "legal_representative", "industry", "size_class", "registered_on",
            "registered_address", "settled_on", "abnormal_listed", "contact_name", "contact_phone", "contact_email",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "uscc" in data and not data["uscc"] and data.get("kind") != StartupKind.TEAM:
            self.add_error("uscc", _("A company or one-person business has a credit code. Copy it from the licence."))
        return data


class StartupChangeForm(VersionForm, StartupForm):
    """The same, for correcting. Telephone and e-mail are shown masked; left empty they stay."""

    def __init__(self, *args: Any, startup: Startup, **kwargs: Any) -> None:
        kept = {name: getattr(startup, name) for name in StartupForm.Meta.fields}
        private = {"contact_phone": startup.masked_contact_phone, "contact_email": startup.masked_contact_email}
        initial = kept | dict.fromkeys(private, "") | {"version": startup.version}
        super().__init__(*args, initial=initial, **kwargs)
        for name, masked in private.items():
            if masked:
                self.fields[name].help_text = format_lazy(gettext_lazy("Leave empty to keep {value}."), value=masked)

    def changes(self) -> dict[str, Any]:
        """What to hand to the service: without the private fields that were left empty."""
        kept = {name for name in ("contact_phone", "contact_email") if not self.cleaned_data[name]}
        return {name: self.cleaned_data[name] for name in StartupForm.Meta.fields if name not in kept}


class ContactForm(VersionForm):
    """What a founder may correct in the company's own profile."""

    contact_name = forms.CharField(label=gettext_lazy("Contact"), max_length=40)
    contact_phone = PhoneField(label=gettext_lazy("Telephone"))
    contact_email = forms.EmailField(label=gettext_lazy("Email"))

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class AccountForm(VersionForm):
    """The payee account, typed anew: the stored one is never shown."""

    bank_name = forms.CharField(label=gettext_lazy("Bank"), max_length=120)
    bank_account = AccountField(label=gettext_lazy("Bank account"))

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class VerifyAccountForm(forms.Form):
    """How the second person compared the account."""

    method = forms.CharField(
        label=gettext_lazy("How it was compared"), max_length=200,
        help_text=gettext_lazy("For example: the bank's account permit, or a transfer of 0.01 yuan that arrived."),
    )  # fmt: skip


class FounderInvitationForm(forms.Form):
    """Where the invitation of a founder or member goes."""

    email = forms.EmailField(
        label=gettext_lazy("Email"), max_length=254,
        help_text=gettext_lazy("Whoever accepts it sees this startup in the portal, under this name."),
    )


class FounderForm(forms.ModelForm):
    """A founder or member."""

    resident_id = ResidentIdField(label=gettext_lazy("Resident identity number"), required=False)
    phone = PhoneField(label=gettext_lazy("Telephone"), required=False)
    share = forms.DecimalField(
        label=gettext_lazy("Share in percent"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    category_number = PrivateField(label=gettext_lazy("Number of the certificate"), max_length=40, required=False)
    category_valid_to = DayField(label=gettext_lazy("Valid until"), required=False)

    class Meta:
        model = Founder
        fields = (
            "name", "role", "share", "user", "resident_id", "phone", "category", "category_number", "category_valid_to",
        )  # fmt: skip
        labels = {"user": gettext_lazy("Sign-in account")}
        help_texts = {"user": gettext_lazy("With an account the person sees this startup in the portal.")}

    def __init__(self, *args: Any, startup: Startup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = User.objects.filter(memberships__organisation=startup.organisation_id, memberships__role__in=PORTAL)
        self.fields["user"].queryset = here.exclude(
            pk__in=startup.founders.exclude(user=None).values("user")
        ).distinct()


class SpanForm(forms.Form):
    """First and last day, both included."""

    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("To"))


class UploadForm(forms.Form):
    """One paper with both signatures."""

    file = UploadField(label=gettext_lazy("Scan with both signatures"))


class NoteForm(forms.Form):
    """Why something is dropped."""

    note = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class DocumentForm(forms.Form):
    """A paper for the vault."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=VAULT_KINDS)
    file = UploadField(label=gettext_lazy("File"))
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Left empty: the name of the file."),
    )
    issuer = forms.CharField(label=gettext_lazy("Issuer"), max_length=120, required=False)
    issued_on = DayField(label=gettext_lazy("Date of issue"), required=False)
    valid_to = DayField(label=gettext_lazy("Valid until"), required=False)
