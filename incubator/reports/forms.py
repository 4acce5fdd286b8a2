"""Forms of the frozen months."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.fields import MonthField
from incubator.core.periods import Month


class FreezeForm(forms.Form):
    """Which month; why, if it was frozen before."""

    month = MonthField(label=_("Month"), help_text=_("A month that is over, for example 2026-03."))
    reason = forms.CharField(
        label=_("Why it is frozen anew"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only where a version of this month was frozen before."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].initial = Month.of(timezone.localdate()).plus(-1)


class WhyForm(forms.Form):
    """Why somebody does not sign."""

    note = forms.CharField(label=_("What is wrong with the figures"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
