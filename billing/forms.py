"""Invoices, slips and reasons from browsers, cleaned."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import FAPIAO_NUMBER_PATTERN, RENT_AND_LINES, CostKind
from incubator.core.characters import half_width
from incubator.core.fields import DayField, MonthField, UsccField, YuanField
from incubator.core.forms import MonthInput, YuanInput
from incubator.core.periods import Month
from incubator.tenants.forms import UploadField
from incubator.tenants.models import Startup

FEN = Decimal("0.01")
LONGEST = 36  # months that one invoice may pay for


class ReasonForm(forms.Form):
    """Why something is done; the other person reads it."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea({"rows": 3}))


class FapiaoNumberField(forms.CharField):
    """The number of an invoice: 20 digits, or code and number of the older kinds together."""

    default_error_messages = {
        "invalid": gettext_lazy(
            "An invoice number has 20 digits (older kinds: 10 or 12 of the code and 8 of the number)."
        ),
    }

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[ \-]", "", half_width(super().to_python(value) or ""))
        if text and not re.fullmatch(FAPIAO_NUMBER_PATTERN, text):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return text


class TailField(forms.CharField):
    """The last four digits of an account."""

    default_error_messages = {"invalid": gettext_lazy("Write the last four digits only.")}

    def to_python(self, value: Any) -> str:
        text = half_width(super().to_python(value) or "").strip()
        if text and not re.fullmatch(r"[0-9]{4}", text):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return text


class FapiaoForm(forms.Form):
    """A tax invoice with its file. `payers`: the startups that may be chosen; `own`: whether "our own cost" may."""

    startup = forms.ModelChoiceField(None, label=gettext_lazy("Whose cost"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of cost"), choices=CostKind.choices)
    number = FapiaoNumberField(label=gettext_lazy("Invoice number"), max_length=40)
    issued_on = DayField(label=gettext_lazy("Date of issue"))
    seller_name = forms.CharField(label=gettext_lazy("Seller"), max_length=120)
    seller_uscc = UsccField(label=gettext_lazy("Credit code of the seller"))
    buyer_name = forms.CharField(label=gettext_lazy("Buyer"), max_length=120)
    buyer_uscc = UsccField(label=gettext_lazy("Credit code of the buyer"))
    period_from = MonthField(label=gettext_lazy("First month"), widget=MonthInput)
    period_to = MonthField(label=gettext_lazy("Last month"), widget=MonthInput)
    room = forms.CharField(label=gettext_lazy("Room"), max_length=40, required=False)
    item = forms.CharField(label=gettext_lazy("Item"), max_length=120)
    amount = YuanField(label=gettext_lazy("Amount with tax"), minimum=FEN, widget=YuanInput)
    tax = YuanField(label=gettext_lazy("Tax in it"), required=False, widget=YuanInput)
    file = UploadField(label=gettext_lazy("File of the invoice"))

    def __init__(self, *args: Any, payers: QuerySet[Startup], own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["startup"].queryset = payers
        self.fields["startup"].required = not own
        if not own:
            self.fields["kind"].choices = [(kind.value, kind.label) for kind in RENT_AND_LINES]
        self.fields["startup"].empty_label = _("Our own cost") if own else _("Choose a company")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("period_from"), data.get("period_to")
        if first and last and last < first:
            self.add_error("period_to", _("The last month lies before the first. Change one of them."))
        elif first and last and last > first.plus(LONGEST - 1):
            self.add_error("period_to", _("An invoice pays for at most %(most)d months.") % {"most": LONGEST})
        elif first and not Month(2000, 1) <= first <= Month(2100, 12):
            self.add_error("period_from", _("The year must lie between 2000 and 2100."))
        if data.get("tax") and data.get("amount") and data["tax"] > data["amount"]:
            self.add_error("tax", _("The tax is larger than the amount. Compare both with the invoice."))
        return data

    def facts(self) -> dict[str, Any]:
        """What to hand to the service; the file is called `upload` there."""
        return {
            **{name: value for name, value in self.cleaned_data.items() if name != "file"},
            "upload": self.cleaned_data["file"],
        }


class SlipForm(forms.Form):
    """A bank slip with its file."""

    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=120)
    reference = forms.CharField(label=gettext_lazy("Reference of the slip"), max_length=60)
    payer_name = forms.CharField(label=gettext_lazy("Payer"), max_length=120)
    payer_account_tail = TailField(label=gettext_lazy("Last four digits of the payer's account"), required=False)
    amount = YuanField(label=gettext_lazy("Amount"), minimum=FEN, widget=YuanInput)
    paid_on = DayField(label=gettext_lazy("Paid on"))
    file = UploadField(label=gettext_lazy("File of the slip"))

    def facts(self) -> dict[str, Any]:
        """What to hand to the service; the file is called `upload` there."""
        return {
            **{name: value for name, value in self.cleaned_data.items() if name != "file"},
            "upload": self.cleaned_data["file"],
        }
