from __future__ import annotations

import re
import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

CODE = re.compile(r"[23456789ABCDEFGHJKLMNPQRSTUVWXYZ]{12}")


class VerifyForm(forms.Form):
    """The code that stands beside the QR square of a paper. Blanks, small letters and full-width ones are read too."""

    code = forms.CharField(
        label=_("Verification code"),
        help_text=_("Twelve letters and digits beside the QR square, for example ABCD-2345-EFGH."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        plain = unicodedata.normalize("NFKC", self.cleaned_data["code"]).upper()
        letters = re.sub(r"[\s\-–—_.]", "", plain)
        if not CODE.fullmatch(letters):
            raise forms.ValidationError(
                _("This is no verification code: it has twelve letters and digits, never 0, O, 1 or I. Compare it with the paper.")
            )
        return "-".join((letters[:4], letters[4:8], letters[8:]))
