"""Spaces, head leases and leases from browsers, cleaned."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.fields import AreaField, DayField, UsccField, YuanField
from incubator.core.forms import NumberTextInput, VersionForm, YuanInput
from incubator.tenants.forms import UploadField
from incubator.tenants.models import Agreement, Startup
from spaces.models import Lease, LineKind, Proration, Site, SiteKind, Space, SpaceKind

SQUARE_METRES = NumberTextInput("㎡")
MOST_LINES = 20


class SiteForm(forms.Form):
    """A site of the organisation."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=SiteKind.choices)
    region = forms.CharField(label=gettext_lazy("Province and city"), max_length=60)
    address = forms.CharField(label=gettext_lazy("Street address"), max_length=200)
    recognised_title = forms.CharField(label=gettext_lazy("Recognised title"), max_length=80, required=False)
    gross_area = AreaField(label=gettext_lazy("Gross area"), widget=SQUARE_METRES)
    standard_rent = YuanField(
        label=gettext_lazy("Published standard rent in yuan per ㎡ and month"), required=False, widget=YuanInput
    )


class SiteChangeForm(VersionForm, SiteForm):
    """A site that is being corrected."""


class SpaceForm(forms.Form):
    """A space of a site."""

    site = forms.ModelChoiceField(None, label=gettext_lazy("Site"))
    code = forms.CharField(label=gettext_lazy("Code"), max_length=20)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=SpaceKind.choices)
    area = AreaField(label=gettext_lazy("Area"), widget=SQUARE_METRES)
    lettable = forms.BooleanField(label=gettext_lazy("For letting"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.order_by("name")


class HeadLeaseForm(forms.Form):
    """The lease by which the organisation rents a site."""

    site = forms.ModelChoiceField(None, label=gettext_lazy("Site"))
    landlord = forms.CharField(label=gettext_lazy("Landlord"), max_length=120)
    landlord_uscc = UsccField(label=gettext_lazy("Credit code of the landlord"))
    area = AreaField(label=gettext_lazy("Area"), widget=SQUARE_METRES)
    unit_rent = YuanField(label=gettext_lazy("Rent in yuan per ㎡ and month"), widget=YuanInput)
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("To"))
    file = UploadField(label=gettext_lazy("Scan with both signatures"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.order_by("name")


class AgreementChoiceField(forms.ModelChoiceField):
    """Agreements named with their startup."""

    def label_from_instance(self, agreement: Agreement) -> str:
        return f"{agreement} · {agreement.startup.short_name}"


class SpaceChoiceField(forms.ModelChoiceField):
    """Spaces named with site and area."""

    def label_from_instance(self, space: Space) -> str:
        return f"{space.site} {space.code} · {space.area} ㎡"


class LeaseForm(forms.Form):
    """The head of a lease."""

    startup = forms.ModelChoiceField(None, label=gettext_lazy("Startup"))
    site = forms.ModelChoiceField(None, label=gettext_lazy("Site"))
    agreement = AgreementChoiceField(None, label=gettext_lazy("Incubation agreement"), required=False)
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("To"))
    owner_consent = forms.BooleanField(
        label=gettext_lazy("The owner of the building consents to the sub-lease"), required=False
    )
    proration = forms.ChoiceField(
        label=gettext_lazy("Part of a month"), choices=Proration.choices, initial=Proration.ACTUAL, required=False,
        help_text=gettext_lazy("How the first and the last month are counted on bills."),
    )  # fmt: skip
    renews = forms.ModelChoiceField(
        None, label=gettext_lazy("Renews"), required=False, help_text=gettext_lazy("A renewal starts on the day after the lease before it; both are one bill.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["renews"].queryset = Lease.objects.exclude(number="").order_by("-starts_on", "-pk")
        self.fields["startup"].queryset = Startup.objects.by_name()
        self.fields["site"].queryset = Site.objects.order_by("name")
        self.fields["agreement"].queryset = Agreement.objects.select_related("startup").order_by("-starts_on", "-pk")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["proration"] = data.get("proration") or Proration.ACTUAL
        agreement, startup = data.get("agreement"), data.get("startup")
        if agreement and startup and agreement.startup_id != startup.pk:
            self.add_error("agreement", _("This agreement belongs to another startup."))
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The last day lies before the first. Change one of them."))
        return data


class LeaseChangeForm(VersionForm, LeaseForm):
    """The head of a draft that is being changed; the startup stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["startup"].disabled = True

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "startup"}


class LineForm(forms.Form):
    """One line of a lease. Premises are priced per ㎡ and month, everything else per month."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=LineKind.choices)
    space = SpaceChoiceField(None, label=gettext_lazy("Space"), required=False)
    area = AreaField(
        label=gettext_lazy("Area"),
        required=False,
        widget=SQUARE_METRES,
        help_text=gettext_lazy("Left empty: the whole space."),
    )
    unit_price = YuanField(label=gettext_lazy("Price in yuan per ㎡ and month"), required=False, widget=YuanInput)
    monthly_fee = YuanField(label=gettext_lazy("Fee in yuan per month"), required=False, widget=YuanInput)
    product = forms.CharField(label=gettext_lazy("Product"), max_length=120, required=False)
    provider = forms.CharField(label=gettext_lazy("Provider"), max_length=120, required=False)
    speed = forms.CharField(label=gettext_lazy("Speed"), max_length=40, required=False)
    contract_number = forms.CharField(
        label=gettext_lazy("Number of the line or licence"), max_length=60, required=False
    )
    starts_on = DayField(
        label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Left empty: as the lease.")
    )
    ends_on = DayField(label=gettext_lazy("To"), required=False)
    free_until = DayField(label=gettext_lazy("Free of rent until"), required=False)
    step_from = DayField(label=gettext_lazy("New price from"), required=False)
    step_price = YuanField(label=gettext_lazy("New price in yuan"), required=False, widget=YuanInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted = True
        self.fields["space"].queryset = Space.objects.filter(lettable=True).in_order()

    def has_changed(self) -> bool:
        """A line counts when something beside its kind is filled in; a stored line that is emptied goes."""
        return any(self.data.get(self.add_prefix(name), "").strip() for name in self.fields if name != "kind")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == LineKind.PREMISES:
            self._clean_premises(data)
        else:
            self._clean_service(data)
        return data

    def _clean_premises(self, data: dict[str, Any]) -> None:
        """Space and price; the area of the space unless another is typed; no monthly fee."""
        for name in ("space", "unit_price"):
            if name in data and data[name] is None:
                self.add_error(name, _("Premises need a space and a price per ㎡."))
        if data.get("monthly_fee") is not None:
            self.add_error("monthly_fee", _("Premises are priced per ㎡. Clear this field."))
        space = data.get("space")
        if space and data.get("area") is None and "area" in data:
            data["area"] = space.area
        if space and data.get("area") and data["area"] > space.area:
            self.add_error(
                "area", _("%(space)s has %(area)s ㎡. Lower the area.") % {"space": space, "area": space.area}
            )

    def _clean_service(self, data: dict[str, Any]) -> None:
        """A monthly fee; neither space nor price per ㎡."""
        if "monthly_fee" in data and data["monthly_fee"] is None:
            self.add_error("monthly_fee", _("Enter the fee per month."))
        for name in ("space", "area", "unit_price"):
            if data.get(name) is not None:
                self.add_error(name, _("Only premises have a space, an area and a price per ㎡. Clear this field."))


LineFormSet = forms.formset_factory(LineForm, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True)


def filled_lines(lines: Any) -> list[dict[str, Any]]:
    """What to hand to the service: the lines that are filled in, in their order."""
    return [form.cleaned_data for form in lines if form.has_changed()]


class SignForm(forms.Form):
    """The day and the scan of a signed lease."""

    signed_on = DayField(label=gettext_lazy("Signed on"))
    file = UploadField(label=gettext_lazy("Scan with both signatures"))
