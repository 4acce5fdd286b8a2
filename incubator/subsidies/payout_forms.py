"""Input of payouts and clawbacks, cleaned."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import BankLine, Bill, Way
from incubator.core.fields import DayField, YuanField
from incubator.core.forms import DateInput, FileInput, YuanInput
from incubator.core.money import yuan
from incubator.subsidies.forms import PAPER_KINDS, ReplyForm
from incubator.subsidies.models import Clawback
from incubator.tenants.fields import AccountField

TABLE_KINDS = ("csv", "xlsx")


def paper_field(label: Any, *, required: bool = False) -> forms.FileField:
    return forms.FileField(label=label, required=required, widget=FileInput(kinds=PAPER_KINDS, max_mb=20))


class OrderForm(forms.Form):
    """Which lines are ordered, who pays, and what is set off."""

    way = forms.ChoiceField(label=_("Who pays"), choices=Way.choices, widget=forms.RadioSelect)
    lines = forms.MultipleChoiceField(
        label=_("Lines"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Choose at least one line that is to be paid.")}
    )
    offsets = forms.MultipleChoiceField(label=_("Set off with it"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, rows: list[Any], own: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [(way.value, way.label) for way in Way if (way == Way.OWN) == own]
        self.fields["way"].initial = Way.OWN if own else Way.AUTHORITY
        self.fields["lines"].choices = [(str(row.line.pk), line_words(row)) for row in rows if row.is_ready]
        self.fields["lines"].initial = [key for key, _label in self.fields["lines"].choices]
        demands = {demand.pk: demand for row in rows for demand in row.offsets}
        self.fields["offsets"].choices = [(str(pk), f"{demand} · {demand.application.applicant_name} · {yuan(demand.amount)}") for pk, demand in demands.items()]
        if not demands:
            del self.fields["offsets"]


def line_words(row: Any) -> str:
    application = row.line.application
    return f"{application.number} · {application.applicant_name} · {yuan(row.left)} · {row.masked}"


class ProofForm(forms.Form):
    """The proof of a payment: its slip, or a line of our own bank statement."""

    paid_on = DayField(label=_("Day of the payment"), widget=DateInput())
    reference = forms.CharField(label=_("Bank's reference"), max_length=60, required=False)
    slip = paper_field(_("Slip as PDF or picture"))
    line = forms.ModelChoiceField(queryset=BankLine.objects.none(), label=_("Or a line of our bank statement"), required=False, empty_label=_("None"))

    def __init__(self, lines: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = lines
        if not lines:
            del self.fields["line"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and bool(cleaned.get("slip")) == bool(cleaned.get("line")):
            self.add_error("slip", _("Attach the slip, or choose a line of our bank statement: one of the two."))
        return cleaned


class FundsForm(ProofForm):
    """Money of the authority that came for a claim."""

    amount = YuanField(label=_("Amount received"), widget=YuanInput())
    field_order = ("amount", "paid_on", "reference", "slip", "line")


class AmountForm(forms.Form):
    """The amount typed again from the paper by the second person."""

    amount = YuanField(label=_("Amount on the paper"), widget=YuanInput())


class ResultsForm(forms.Form):
    """The list of results from the bank."""

    file = forms.FileField(label=_("The bank's result list"), widget=FileInput(kinds=TABLE_KINDS, max_mb=10))


class CreditForm(forms.Form):
    """A bill of the payee, and the payee's written consent."""

    bill = forms.ModelChoiceField(queryset=Bill.objects.none(), label=_("Bill"), error_messages={"invalid_choice": _("This bill is not a valid choice.")})
    consent = paper_field(_("Written consent of the startup"), required=True)

    def __init__(self, bills: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bill"].queryset = bills


class TypedForm(forms.Form):
    """The account number typed again from the bank's own paper."""

    typed = AccountField(label=_("Account number on the bank's paper"))


class CorrectedForm(forms.Form):
    """The account that the payee wants to be paid to, typed twice."""

    bank_name = forms.CharField(label=_("Bank"), max_length=120)
    bank_account = AccountField(label=_("Account number"))
    again = AccountField(label=_("Account number, once more"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and cleaned["bank_account"] != cleaned["again"]:
            self.add_error("again", _("The two numbers differ. Compare both with the bank's paper."))
        return cleaned


class ClawbackForm(forms.Form):
    """Why money is demanded back, and how much."""

    trigger = forms.ChoiceField(label=_("Why"), choices=Clawback.Trigger.choices)
    amount = YuanField(label=_("Amount"), widget=YuanInput())
    note = forms.CharField(label=_("Reasons"), max_length=500, widget=forms.Textarea({"rows": 3}))
    file = paper_field(_("Order of the authority, if there is one"))
    body = forms.CharField(label=_("Issuing body"), max_length=120, required=False)
    number = forms.CharField(label=_("Document number"), max_length=60, required=False)
    dated_on = DayField(label=_("Date of the document"), widget=DateInput(), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("trigger") == Clawback.Trigger.AUTHORITY:
            for name in ("file", "body", "dated_on"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("The order of the authority needs its paper, the issuing body and its date."))
        return cleaned


class DecideForm(forms.Form):
    """The day until which it is to be paid back, and words to the payee."""

    pay_until = DayField(label=_("Pay back until"), widget=DateInput())
    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=forms.Textarea({"rows": 3}))


class WaiverForm(ReplyForm):
    """The paper by which the authority waives a demand."""
