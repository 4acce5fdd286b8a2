"""What is asked when an organisation is opened."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.accounts.models import RESERVED_SLUGS, Organisation
from incubator.core.fields import UsccField


class OwnerForm(forms.Form):
    """The address of an organisation's first owner."""

    owner_email = forms.EmailField(
        label=gettext_lazy("Email of the first owner"), max_length=254,
        help_text=gettext_lazy("Gets an invitation that holds for seven days and works once."),
    )


class OpeningForm(OwnerForm, forms.ModelForm):
    """A new organisation and its first owner. Everything else is filled in by the owner."""

    uscc = UsccField(label=gettext_lazy("Unified social credit code"))

    class Meta:
        model = Organisation
        labels = {"slug": gettext_lazy("Web address")}  # the model's “Address” beside postal ones would be read as one of them
        fields = ("name", "short_name", "slug", "claim_prefix", "uscc", "legal_representative", "region")
        help_texts = {
            "name": gettext_lazy("As in the business licence."),
            "short_name": gettext_lazy("As it stands in menus and on small screens."),
            "slug": gettext_lazy("Lower-case letters, digits and hyphens. It stands in every link and is not changed later."),
            "claim_prefix": gettext_lazy("One to eight characters that begin the numbers of its papers."),
        }

    field_order = ("name", "short_name", "uscc", "legal_representative", "region", "slug", "claim_prefix", "owner_email")

    def clean_slug(self) -> Any:
        slug = self.cleaned_data["slug"]
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError(_("This word is an address of the platform itself. Choose another one."))
        return slug
