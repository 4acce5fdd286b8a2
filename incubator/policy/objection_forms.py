"""Input about objections and notices from the office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incubator.core.fields import DayField
from incubator.core.forms import DateInput, FileInput
from incubator.policy.models import Objection, PublicNotice, ReasonCode


class ReasonsForm(forms.Form):
    """Written reasons that somebody outside reads."""

    note = forms.CharField(label=_("Written reasons"), max_length=2000, widget=forms.Textarea({"rows": 6}))


class ConfirmRulingForm(forms.Form):
    """The second person confirms the authority's ruling; its recorded reasons are sent."""


class InadmissibleForm(ReasonsForm):
    """Coded reasons with a note."""

    codes = forms.ModelMultipleChoiceField(
        queryset=ReasonCode.objects.all(), label=_("Reasons"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one reason.")},
    )
    field_order = ("codes", "note")


class WithdrawalForm(forms.Form):
    """How the objector took it back."""

    note = forms.CharField(label=_("How the objector took it back"), max_length=500, widget=forms.Textarea({"rows": 3}))


class RulingForm(ReasonsForm):
    """The authority's ruling on paper."""

    proposed = forms.ChoiceField(label=_("Ruling"), choices=Objection.Ruling.choices, widget=forms.RadioSelect)
    body = forms.CharField(label=_("Issuing body"), max_length=120)
    number = forms.CharField(label=_("Document number"), max_length=60, required=False)
    dated_on = DayField(label=_("Date of the document"), widget=DateInput())
    received_on = DayField(label=_("Received on"), widget=DateInput())
    file = forms.FileField(label=_("Scan"), widget=FileInput(max_mb=20), error_messages={"empty": _("This file is empty. Choose the file again.")})
    field_order = ("proposed", "note", "body", "number", "dated_on", "received_on", "file")


class PaperObjectionForm(forms.Form):
    """An objection that came on paper, against one of the notices that still take them."""

    notice = forms.ModelChoiceField(
        queryset=None, label=_("Notice"), error_messages={"invalid_choice": _("This notice takes no more objections. Choose one from the list.")}
    )
    row = forms.IntegerField(label=_("Line of the list"), required=False, min_value=1, help_text=_("Empty: the list as a whole."))
    name = forms.CharField(label=_("Name of the objector"), max_length=80)
    contact = forms.CharField(label=_("Contact of the objector"), max_length=254)
    text = forms.CharField(label=_("Reasons"), max_length=5000, widget=forms.Textarea({"rows": 6}))
    received_on = DayField(label=_("Received on"), widget=DateInput())
    file = forms.FileField(label=_("Scan"), widget=FileInput(max_mb=20), error_messages={"empty": _("This file is empty. Choose the file again.")})

    def __init__(self, notices: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["notice"].queryset = notices


def notices_for_paper() -> Any:
    """Notices whose result is not final: an objection received in time may still be written down."""
    return PublicNotice.objects.filter(state__in=("open", "closed"), final_at=None).order_by("-published_on", "-pk")
