"""What is typed about a request."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from incubator.subjects.models import Ground


class ErasureForm(forms.Form):
    """Why the data must go, and how the person was recognised."""

    ground = forms.ChoiceField(label=_("Ground"), choices=Ground.choices)
    note = forms.CharField(
        label=_("How the person was recognised"), max_length=200,
        help_text=_("For example: came in person with the identity card. No numbers. The note goes with the erasure."),
    )  # fmt: skip


class RefusalForm(forms.Form):
    """Why a request is refused."""

    note = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The person is told this. No names, no numbers."))


class NothingForm(forms.Form):
    """A step that only needs a yes; a refusal is shown above its button."""
