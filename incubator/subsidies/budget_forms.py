"""Input about budgets from browsers, cleaned."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.fields import YuanField
from incubator.core.forms import YuanInput
from incubator.policy.models import BudgetLine, BudgetStatement, ProgrammeEdition
from incubator.subsidies.forms import ReplyForm

SMALLEST = Decimal("0.01")


class OpenLineForm(forms.Form):
    """For which edition's programme and region a line is opened, and for which year."""

    edition = forms.ModelChoiceField(
        label=_("For the edition"), queryset=ProgrammeEdition.objects.none(),
        help_text=_("The line pays for its programme and region from the purse of whoever decides; later editions use it too."),
    )  # fmt: skip
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = ProgrammeEdition.objects.own().exclude(state="withdrawn").select_related("programme").order_by("name")
        self.fields["year"].initial = timezone.localdate().year


class AmountForm(ReplyForm):
    """A document that gives money to the line or takes it away, and its figure."""

    amount = YuanField(label=_("Amount in yuan"), minimum=SMALLEST, widget=YuanInput())
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    field_order = ("amount", "file", "body", "number", "dated_on", "received_on", "note")

    def __init__(self, *args: Any, line: BudgetLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("The document as PDF or picture")
        self.fields["number"].required = True


class LineChoice(forms.ModelChoiceField):
    """A line with what is available in it."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} · {obj.available:,.2f}"


class TransferForm(forms.Form):
    """Money for another line of the same year and purse."""

    target = LineChoice(label=_("To the line"), queryset=BudgetLine.objects.none())
    amount = YuanField(label=_("Amount in yuan"), minimum=SMALLEST, widget=YuanInput())
    note = forms.CharField(label=_("Why, and who allowed it"), max_length=300)

    def __init__(self, *args: Any, line: BudgetLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        same = BudgetLine.objects.filter(year=line.year, source=line.source).exclude(pk=line.pk)
        self.fields["target"].queryset = same.select_related("programme")


class CarryOverForm(forms.Form):
    """The end of the year."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, line: BudgetLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class WhyForm(forms.Form):
    """Why an entry is rejected or reversed."""

    note = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class RuleForm(forms.Form):
    """What an edition says of its money."""

    rule = forms.ChoiceField(label=_("Budget"), choices=BudgetStatement.Rule.choices, widget=forms.RadioSelect)
    waiting_order = forms.BooleanField(label=_("Applications wait in the order of filing when the money is short"), required=False)
    clawback_stays = forms.BooleanField(label=_("Money clawed back stays in the line"), required=False)
