"""Matchings, rates and statements as people type them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.fields import DayField, MonthField, YuanField
from incubator.core.forms import MonthInput, YuanInput
from incubator.tenants.models import Startup
from mentors.models import Mentor
from mentors.models.matching import MarkKind
from mentors.planning import PARTS
from mentors.words import PARTS as WORDS

BANDS = 3


class MatchingForm(forms.Form):
    """A new matching with the points of each part."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    floor = forms.IntegerField(label=gettext_lazy("Least points of a pair"), min_value=0, max_value=100, initial=40)
    bonus = forms.IntegerField(label=gettext_lazy("Bonus for startups without a mentor in twelve months"), min_value=0, max_value=20, initial=0)

    def __init__(self, *args: Any, weights: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in PARTS:
            self.fields[part] = forms.DecimalField(label=WORDS[part], min_value=0, max_value=100, decimal_places=2, initial=Decimal(weights[part]) / 100)

    def weights(self) -> dict[str, int]:
        return {part: int(self.cleaned_data[part] * 100) for part in PARTS}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        given = [data[part] for part in PARTS if data.get(part) is not None]
        if len(given) == len(PARTS) and sum(given) != 100:
            self.add_error(None, _("The points of the parts add up to %(sum)s. They must be 100.") % {"sum": sum(given)})
        return data


class MarkForm(forms.Form):
    """A pin or a ban."""

    mentor = forms.ModelChoiceField(None, label=gettext_lazy("Mentor"))
    startup = forms.ModelChoiceField(None, label=gettext_lazy("Startup"))
    kind = forms.ChoiceField(label=gettext_lazy("Mark"), choices=MarkKind.choices)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentor"].queryset = Mentor.objects.filter(state="active").by_name()
        self.fields["startup"].queryset = Startup.objects.by_name()


class MonthForm(forms.Form):
    """A month whose statements are drafted."""

    month = MonthField(label=gettext_lazy("Month"), widget=MonthInput)


class RateForm(forms.Form):
    """A dated rate with its withholding. Nothing is shipped as confirmed: the bands come from the basis you name."""

    valid_from = DayField(label=gettext_lazy("Valid from"))
    rate = YuanField(label=gettext_lazy("Yuan an hour"), widget=YuanInput, minimum=Decimal("0.01"))
    round_to = forms.IntegerField(label=gettext_lazy("Minutes are rounded down to"), min_value=1, max_value=60, initial=15)
    least = forms.IntegerField(label=gettext_lazy("Shorter sessions are not paid, minutes"), min_value=0, max_value=120, initial=30)
    month_cap = forms.IntegerField(label=gettext_lazy("Paid hours a month, at most"), min_value=1, max_value=200, initial=16)
    source = forms.CharField(label=gettext_lazy("Basis of the withholding"), max_length=200)
    allowance = YuanField(label=gettext_lazy("Deduction in yuan"), required=False, widget=YuanInput)
    allowance_up_to = YuanField(label=gettext_lazy("for amounts up to"), required=False, widget=YuanInput)
    allowance_share = forms.DecimalField(label=gettext_lazy("Above it, a deduction of percent"), min_value=0, max_value=100, decimal_places=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, BANDS + 1):
            self.fields[f"up_to_{place}"] = YuanField(label=_("Band %(place)d: taxable up to") % {"place": place}, required=False, widget=YuanInput, help_text=_("Left empty: without end.") if place == BANDS else "")
            self.fields[f"rate_{place}"] = forms.DecimalField(label=_("Band %(place)d: percent") % {"place": place}, min_value=0, max_value=100, decimal_places=2, required=False)
            self.fields[f"quick_{place}"] = YuanField(label=_("Band %(place)d: quick deduction") % {"place": place}, required=False, widget=YuanInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        limits = [data.get(f"up_to_{place}") for place in range(1, BANDS + 1) if data.get(f"rate_{place}") is not None]
        known = [limit for limit in limits if limit is not None]
        if None in limits[:-1] or known != sorted(set(known)):
            self.add_error(None, _("Each band ends above the one before; only the last may have no end."))
        return data

    def facts(self) -> dict[str, Any]:
        """The fields of the rate, with the withholding as the formula reads it."""
        data = self.cleaned_data
        bands = [
            {"up_to": str(up_to) if (up_to := data.get(f"up_to_{place}")) is not None else None, "rate": share(data[f"rate_{place}"]), "quick": str(data.get(f"quick_{place}") or "0.00")}
            for place in range(1, BANDS + 1)
            if data.get(f"rate_{place}") is not None
        ]
        plain = {name: data[name] for name in ("valid_from", "rate", "round_to", "least", "month_cap", "source")}
        if not bands:
            return plain | {"withholding": {}}
        allowance = {"allowance": str(data.get("allowance") or "0.00"), "allowance_up_to": str(data.get("allowance_up_to") or "0.00"), "allowance_share": share(data.get("allowance_share") or Decimal(0))}
        return plain | {"withholding": allowance | {"bands": bands}}


def share(percent: Decimal) -> str:
    """A percentage as the share that formulas read: 20 is 0.2."""
    return format((percent / 100).normalize(), "f")


class PaymentForm(forms.Form):
    """The payment of a statement."""

    paid_on = DayField(label=gettext_lazy("Paid on"))
    reference = forms.CharField(label=gettext_lazy("Reference of the bank"), max_length=60)


class TaxForm(forms.Form):
    """The day on which the tax was handed over."""

    paid_on = DayField(label=gettext_lazy("Handed over on"))


class NothingForm(forms.Form):
    """A step that only needs a yes."""
