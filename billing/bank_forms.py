"""Input of the bank's pages, cleaned."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.bankfile import FIELDS
from billing.forms import FEN
from billing.models import BankAccount, Bill, PayoutTransfer
from incubator.core.fields import YuanField
from incubator.core.forms import FileInput, YuanInput
from incubator.core.money import yuan
from incubator.tenants.fields import AccountField
from incubator.tenants.models import Startup


class AccountForm(forms.Form):
    """An account of the organisation. Its number is typed once and shown masked from then on."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("As your colleagues call it, for example: basic account."))
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=120)
    number = AccountField(label=gettext_lazy("Account number"), max_length=40)


class AccountChangeForm(forms.Form):
    """How an account is called, and whether it is used. The number stays: another number is another account."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=120)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)


class ImportForm(forms.Form):
    """The file of one account."""

    account = forms.ModelChoiceField(None, label=gettext_lazy("Bank account"), empty_label=gettext_lazy("Choose an account"))
    file = forms.FileField(label=gettext_lazy("Statement as exported by the bank"), widget=FileInput(kinds=("csv", "xlsx"), max_mb=10))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = BankAccount.objects.filter(is_active=True)


class ColumnsForm(forms.Form):
    """Which heading of the file holds which field."""

    def __init__(self, headings: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Not in the file")), *((title, title) for title in headings)]
        for name, label in FIELDS.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("day"):
            self.add_error("day", _("Choose the column that holds the day."))
        if not (data.get("amount") or data.get("incoming") or data.get("outgoing")):
            self.add_error("incoming", _("Choose the columns of money in and money out, or one column for the amount."))
        seen: dict[str, str] = {}
        for name in FIELDS:
            title = data.get(name)
            if title and title in seen:
                self.add_error(name, _("“%(title)s” is chosen for %(other)s already.") % {"title": title, "other": FIELDS[seen[title]]})
            elif title:
                seen[title] = name
        return data

    def columns(self) -> dict[str, str]:
        """Field → heading, without those that the file does not have."""
        return {name: title for name, title in self.cleaned_data.items() if title}


class ChooseStartupForm(forms.Form):
    """Whose money it is."""

    startup = forms.ModelChoiceField(None, label=gettext_lazy("Whose money is it?"), empty_label=gettext_lazy("Choose a company"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["startup"].queryset = Startup.objects.by_name()


class PartsForm(forms.Form):
    """How much of the money each open bill takes; empty: none of it."""

    def __init__(self, bills: Sequence[Bill], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bills = bills
        for bill in bills:
            label = _("Bill %(number)s, %(open)s yuan open") % {"number": bill.number, "open": yuan(bill.open_amount)}
            due = _("Due on %(day)s, reference %(reference)s") % {"day": bill.due_on, "reference": bill.reference}
            self.fields[f"bill_{bill.pk}"] = YuanField(label=label, help_text=due, minimum=FEN, required=False, widget=YuanInput)

    def parts(self) -> list[tuple[Bill, Decimal]]:
        return [(bill, self.cleaned_data[f"bill_{bill.pk}"]) for bill in self.bills if self.cleaned_data.get(f"bill_{bill.pk}")]


class OtherwiseForm(forms.Form):
    """What a line is that stands for no bill and no payout."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=())
    fee = YuanField(label=gettext_lazy("Fee that the gateway kept"), required=False, widget=YuanInput, help_text=gettext_lazy("Only for money of the gateway."))

    def __init__(self, choices: Sequence[tuple[str, Any]], *args: Any, incoming: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = choices
        if not incoming:
            del self.fields["fee"]


class TransferForm(forms.Form):
    """Which payment of ours the money out is."""

    transfer = forms.ModelChoiceField(None, label=gettext_lazy("Payment"), empty_label=gettext_lazy("Choose a payment"))

    def __init__(self, transfers: Sequence[PayoutTransfer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["transfer"]
        field.queryset = PayoutTransfer.objects.filter(pk__in=[one.pk for one in transfers]).select_related("payout")
        field.label_from_instance = lambda one: f"{one.key} · {one.payout.payee_name} · {yuan(one.amount)}"
