"""What pages of guarantees ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incubator.core.fields import DayField, YuanField
from incubator.core.forms import DateInput, FileInput, YuanInput
from incubator.documents.models import DocumentKind
from incubator.guarantees.models import Fund, FundOrder, Guarantee, Vote
from incubator.policy.models import ReasonCode

REASONS = ("CATEGORY_EXPIRED", "EVIDENCE_MISSING", "EVIDENCE_FALSE", "NO_BASIS", "CAP_EXPOSURE", "CONFLICT", "ABNORMAL_LIST", "OTHER")
ITEMS = (DocumentKind.CATEGORY_PROOF, DocumentKind.GRADUATION, DocumentKind.LICENCE, DocumentKind.LEASE, DocumentKind.PLEDGE, DocumentKind.OTHER)
LONG = forms.Textarea({"rows": 3})


class DraftForm(forms.Form):
    """What the startup asks for."""

    borrower = forms.ChoiceField(label=_("Borrower"), choices=Guarantee.Borrower.choices, help_text=_("Loans to firms are not taken yet: clause (十一) leaves the share of eligible staff to a measure that nobody has set."))
    graduated_on = DayField(label=_("Graduated on"), widget=DateInput(), required=False, help_text=_("Only for graduates."))
    amount = YuanField(label=_("Loan wanted"), minimum=Decimal("0.01"), widget=YuanInput())
    months = forms.IntegerField(label=_("Term in months"), min_value=1, max_value=120)
    purpose = forms.CharField(label=_("What the loan is for"), max_length=300, widget=LONG)
    contract_on = DayField(label=_("Expected day of the loan contract"), widget=DateInput())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("borrower") == "graduate" and not cleaned.get("graduated_on") and "graduated_on" not in self.errors:
            self.add_error("graduated_on", _("Give the day of graduation: the cap for graduates depends on it."))
        return cleaned


class PaperForm(forms.Form):
    """A paper of the startup."""

    item = forms.ChoiceField(label=_("What it is"), choices=[(item.value, item.label) for item in ITEMS])
    valid_to = DayField(label=_("Valid until"), widget=DateInput(), required=False)
    file = forms.FileField(label=_("File"), widget=FileInput())


class ReturnForm(forms.Form):
    """What the startup is to put right."""

    note = forms.CharField(label=_("What is to be put right"), max_length=500, widget=LONG)


class RefuseForm(forms.Form):
    """Why it is refused."""

    reason = forms.ModelChoiceField(queryset=None, label=_("Reason"))
    note = forms.CharField(label=_("Note"), max_length=500, widget=LONG)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = ReasonCode.objects.filter(code__in=REASONS)
        self.fields["reason"].label_from_instance = lambda code: code.label


class AppraisalForm(forms.Form):
    """The visit, our part in the loan, its legal basis, the counter-guarantee."""

    visited_on = DayField(label=_("Visited on"), widget=DateInput())
    findings = forms.CharField(label=_("What the visit showed"), max_length=2000, widget=forms.Textarea({"rows": 5}))
    counter = forms.CharField(label=_("Counter-guarantee"), max_length=200, required=False)
    capacity = forms.ChoiceField(label=_("Our part"), choices=Guarantee.Capacity.choices)
    fund = forms.ModelChoiceField(queryset=None, label=_("Fund"), required=False)
    basis = forms.CharField(label=_("Legal basis of the guarantee"), max_length=200, required=False, help_text=_("A licence number, or the authority's written permission under clause (十一). Not needed where we only recommend."))
    basis_file = forms.FileField(label=_("Paper of the legal basis"), widget=FileInput(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = Fund.objects.all()


class VoteForm(forms.Form):
    """A vote with its reasons."""

    choice = forms.ChoiceField(label=_("Vote"), choices=Vote.Choice.choices)
    reason = forms.CharField(label=_("Reasons"), max_length=300, widget=LONG)


class FundForm(forms.Form):
    """A fund that is opened."""

    name = forms.CharField(label=_("Name"), max_length=80)
    bank = forms.CharField(label=_("Held at"), max_length=80)
    multiple = forms.DecimalField(label=_("Multiple"), min_value=Decimal("0.1"), max_value=100, max_digits=5, decimal_places=2, help_text=_("How many times its balance it may guarantee."))
    share = forms.DecimalField(label=_("Share of the risk"), min_value=0, max_value=1, max_digits=5, decimal_places=4, help_text=_("From 0 to 1: what the fund pays of a loss; the bank bears the rest."))
    borrower_cap = YuanField(label=_("Most for one borrower"), minimum=Decimal("0.01"), widget=YuanInput())


class MoneyForm(forms.Form):
    """Money that came into the fund, with the bank's paper."""

    kind = forms.ChoiceField(label=_("Kind"), choices=FundOrder.Kind.choices)
    amount = YuanField(label=_("Amount"), minimum=Decimal("0.01"), widget=YuanInput())
    dated_on = DayField(label=_("Day of the money"), widget=DateInput())
    reference = forms.CharField(label=_("Bank reference"), max_length=60)
    file = forms.FileField(label=_("The bank's paper"), widget=FileInput())
