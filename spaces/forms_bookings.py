"""Bookings, resources, prices and closures from browsers, cleaned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from incubator.accounts.models import User
from incubator.core.characters import half_width
from incubator.core.fields import DayField, YuanField
from incubator.core.forms import NumberTextInput, VersionForm, YuanInput
from incubator.tenants.models import Startup
from spaces.availability import zone_for, zone_of
from spaces.booking_rules import local_moment
from spaces.models import (
    BookingPolicy,
    ClosureKind,
    DayKind,
    OpenDay,
    Plan,
    Repeat,
    Resource,
    ResourceClass,
    ResourceKind,
    Site,
    Space,
)
from spaces.services.bookings import Ask

MINUTES = [(count, f"{count // 60}:{count % 60:02d}") for count in (30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480)]


class TimeField(forms.TimeField):
    """A time of the day, typed 14:00 or 9:30; full-width digits and 24:00 are understood."""

    default_error_messages = {"invalid": gettext_lazy("This is not a time. Write it like 14:00.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M", "%H:%M:%S"], widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"), **kwargs)

    def to_python(self, value: Any) -> time | None:
        text = half_width(value).strip().replace("：", ":") if isinstance(value, str) else value
        return super().to_python("00:00" if text == "24:00" else text)


def number(label: Any, *, low: int = 1, high: int = 200, **options: Any) -> forms.IntegerField:
    """A whole number with its bounds."""
    return forms.IntegerField(label=label, min_value=low, max_value=high, widget=NumberTextInput(), **options)


class SearchForm(forms.Form):
    """When, how long, for how many, with what."""

    day = DayField(label=gettext_lazy("Day"))
    after = TimeField(label=gettext_lazy("Between (time)"), required=False)
    before = TimeField(label=pgettext_lazy("time", "and"), required=False)
    minutes = forms.TypedChoiceField(label=gettext_lazy("Length of the booking"), choices=MINUTES, coerce=int)
    people = number(gettext_lazy("How many people"), high=2000)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    features = forms.CharField(label=gettext_lazy("Equipment"), max_length=100, required=False, help_text=gettext_lazy("Separate several with a comma."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in ResourceKind.choices if choice[0] != "person"]
        self.fields["kind"].choices = [("", _("All kinds")), *kinds]  # type: ignore[attr-defined]


def words_of(text: str) -> list[str]:
    """The parts of a list that people type with commas or 、."""
    return list(dict.fromkeys(part.strip()[:20] for part in re.split(r"[,，、;；\n]", text) if part.strip()))


class BookingForm(forms.Form):
    """A booking of one resource. The price is never read from here: `seen` only says which price the person saw."""

    startup = forms.ModelChoiceField(label=gettext_lazy("Startup"), queryset=Startup.objects.none())
    day = DayField(label=gettext_lazy("Day"))
    starts = TimeField(label=gettext_lazy("Starts at"))
    minutes = number(gettext_lazy("Minutes"), low=-1440, high=60 * 24 * 3660)
    people = number(gettext_lazy("How many people"), high=2000)
    quantity = number(gettext_lazy("How many places"), high=200, required=False)
    title = forms.CharField(label=gettext_lazy("Purpose of the booking"), max_length=80, required=False)
    second = forms.NullBooleanField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)

    def __init__(self, data: Any, *, startups: Any, resource: Resource, office: bool = False) -> None:
        super().__init__(data)
        self.resource, field = resource, self.fields["startup"]
        field.queryset = startups  # type: ignore[attr-defined]
        field.required = not office
        if office:
            field.empty_label = _("The house itself")  # type: ignore[attr-defined]
        if resource.kind != ResourceKind.DESKS:
            del self.fields["quantity"]

    def clean(self) -> dict[str, Any]:
        """Keep what was read: a refusal that is put at a field takes it out of `cleaned_data`."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.given = dict(cleaned)
        return cleaned

    def ask(self) -> Ask:
        """What is asked for. Raises Refused for a time that the change of clocks leaves out or brings twice."""
        given = self.given
        start = local_moment(given["day"], given["starts"], zone_for(self.resource), second=given.get("second"))
        wants = [(self.resource, given.get("quantity") or 1)]
        return Ask(wants, start, start + timedelta(minutes=given["minutes"]), given["startup"], given["title"], given["people"])

    @property
    def price_seen(self) -> Decimal:
        """The price that the person agreed to; anything that is no amount agrees to none."""
        try:
            return Decimal(self.given.get("seen") or "-1")
        except InvalidOperation:
            return Decimal(-1)


class MoveForm(forms.Form):
    """Another time for a booking."""

    day = DayField(label=gettext_lazy("Day"))
    starts = TimeField(label=gettext_lazy("Starts at"))
    minutes = number(gettext_lazy("Minutes"), high=60 * 24 * 31)


class SeriesForm(forms.Form):
    """How a series repeats."""

    repeat = forms.ChoiceField(label=gettext_lazy("Repeats"), choices=Repeat.choices)
    count = number(gettext_lazy("How many times"), high=52)


class ReasonForm(forms.Form):
    """Why: words that the other side reads."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class WaitForm(forms.Form):
    """How far the start may lie from the one that was asked for."""

    day = DayField(label=gettext_lazy("Day"))
    starts = TimeField(label=gettext_lazy("Not before"))
    latest = TimeField(label=gettext_lazy("Starts at the latest"))


class GuestsForm(forms.Form):
    """Guests, one a line."""

    guests = forms.CharField(
        label=gettext_lazy("Guests, one a line: name, from where"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )  # fmt: skip

    def rows(self) -> list[tuple[str, str]]:
        lines = (line.strip() for line in self.cleaned_data["guests"].splitlines())
        return [(parts[0], parts[1] if len(parts) > 1 else "") for line in lines if line and (parts := words_of(line))]


# --- the office: resources and what belongs to them


class GroupForm(forms.Form):
    """A class of resources."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    permit_required = forms.BooleanField(label=gettext_lazy("Only for people with a machine permit"), required=False)
    permit_course = forms.CharField(label=gettext_lazy("How to get the permit"), max_length=120, required=False)


class PolicyForm(VersionForm, forms.ModelForm):  # type: ignore[misc]
    """Rules of booking."""

    class Meta:
        model = BookingPolicy
        fields = (
            "name", "approval", "step", "shortest", "longest", "lead", "horizon_days", "before", "after", "daily_limit", "active_limit", "only_free_hours",
            "no_show_limit", "refuse_arrears", "release_after", "free_cancel_hours", "late_fee_percent",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].required = False

    def validate_unique(self) -> None:
        """The service says it, at its field."""

    def validate_constraints(self) -> None:
        """The service says it, in words."""


class ResourceForm(VersionForm):
    """A resource with how many places it has, or the parts it is made of."""

    site = forms.ModelChoiceField(label=gettext_lazy("Site"), queryset=Site.objects.none())
    space = forms.ModelChoiceField(label=gettext_lazy("Space"), queryset=Space.objects.none(), required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[choice for choice in ResourceKind.choices if choice[0] != "person"])
    group = forms.ModelChoiceField(label=gettext_lazy("Class"), queryset=ResourceClass.objects.none())
    policy = forms.ModelChoiceField(label=gettext_lazy("Rules of booking"), queryset=BookingPolicy.objects.none())
    capacity = number(gettext_lazy("Holds so many people"), high=5000)
    seats = number(gettext_lazy("Numbered places (desks only)"), high=200)
    features = forms.CharField(label=gettext_lazy("Equipment"), max_length=200, required=False, help_text=gettext_lazy("Separate several with a comma."))
    day_cap = YuanField(label=gettext_lazy("At most so many yuan a day"), required=False, widget=YuanInput)
    parts = forms.ModelMultipleChoiceField(label=gettext_lazy("Made of (composite hall)"), queryset=Resource.objects.none(), required=False)
    note = forms.CharField(label=gettext_lazy("Note for bookers"), max_length=300, required=False)
    is_public = forms.BooleanField(label=gettext_lazy("Free times stand on the public site"), required=False)
    is_open = forms.BooleanField(label=gettext_lazy("Can be booked"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {
            "site": Site.objects.order_by("name"), "space": Space.objects.filter(lettable=False).order_by("code"), "group": ResourceClass.objects.all(),
            "policy": BookingPolicy.objects.all(), "parts": Resource.objects.filter(parts=None).exclude(kind="person").order_by("name"),
        }  # fmt: skip
        for name, queryset in rows.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        self.fields["version"].required = False

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        given = dict(self.cleaned_data)
        given["features"], given["version"] = words_of(given["features"]), given["version"] or 0
        return given


class HoursForm(forms.Form):
    """Opening hours of a week: one line a day, several spans with a comma; empty is closed."""

    def __init__(self, data: Any = None, *, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, initial=initial)
        for day, label in OpenDay.choices:
            self.fields[f"day{day}"] = forms.CharField(label=label, max_length=80, required=False, widget=forms.TextInput(attrs={"placeholder": "09:00-12:00, 13:00-18:00"}))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.spans: list[tuple[int, time, time]] = []
        for day, _label in OpenDay.choices:
            for span in words_of(half_width(cleaned.get(f"day{day}", "")).replace("：", ":")):
                found = re.fullmatch(r"(\d{1,2}):(\d{2})\s*[-–~—]\s*(\d{1,2}):(\d{2})", span)
                if not found or not (int(found[1]) < 24 and int(found[3]) <= 24 and int(found[2]) < 60 and int(found[4]) < 60):
                    self.add_error(f"day{day}", _("“%(span)s” is not a span. Write it like 09:00-18:00.") % {"span": span})
                    continue
                self.spans.append((day, time(int(found[1]), int(found[2])), time(int(found[3]) % 24, int(found[4]))))
        return cleaned


class TariffForm(forms.Form):
    """A price per hour."""

    group = forms.ModelChoiceField(label=gettext_lazy("Class"), queryset=ResourceClass.objects.none(), required=False)
    resource = forms.ModelChoiceField(label=gettext_lazy("or one resource"), queryset=Resource.objects.none(), required=False)
    plan = forms.ModelChoiceField(label=gettext_lazy("Only for the plan"), queryset=Plan.objects.none(), required=False)
    days = forms.ChoiceField(label=gettext_lazy("Days"), choices=DayKind.choices)
    starts = TimeField(label=gettext_lazy("Starts at"))
    ends = TimeField(label=gettext_lazy("To (00:00 is midnight)"))
    price = YuanField(label=gettext_lazy("Yuan per hour"), widget=YuanInput, maximum=Decimal(100_000))
    valid_from = DayField(label=gettext_lazy("Valid from"))
    valid_to = DayField(label=gettext_lazy("Valid to"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset in {"group": ResourceClass.objects.all(), "resource": Resource.objects.order_by("name"), "plan": Plan.objects.all()}.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("group")) == bool(cleaned.get("resource")):
            self.add_error("group", _("Choose a class or one resource."))
        return cleaned


class PlanForm(forms.Form):
    """A plan with its free hours, one class a line."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    any_hour = forms.BooleanField(label=gettext_lazy("May use the house at any hour"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups: Sequence[ResourceClass] = list(ResourceClass.objects.all())
        for group in self.groups:
            self.fields[f"group{group.pk}"] = number(_("Free hours a month: %(group)s") % {"group": group}, low=0, high=744, required=False)

    def grants(self) -> list[tuple[ResourceClass, int]]:
        return [(group, 60 * hours) for group in self.groups if (hours := self.cleaned_data.get(f"group{group.pk}"))]


class PlanMembershipForm(forms.Form):
    """A startup gets a plan."""

    startup = forms.ModelChoiceField(label=gettext_lazy("Startup"), queryset=Startup.objects.none())
    plan = forms.ModelChoiceField(label=gettext_lazy("Plan"), queryset=Plan.objects.none())
    first_day = DayField(label=gettext_lazy("From"))
    last_day = DayField(label=gettext_lazy("To"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["startup"].queryset = Startup.objects.by_name()  # type: ignore[attr-defined]
        self.fields["plan"].queryset = Plan.objects.all()  # type: ignore[attr-defined]


class PermitForm(forms.Form):
    """A machine permit after the training."""

    user = forms.ModelChoiceField(label=gettext_lazy("Person"), queryset=User.objects.none())
    group = forms.ModelChoiceField(label=gettext_lazy("Class"), queryset=ResourceClass.objects.none())
    basis = forms.CharField(label=gettext_lazy("Rests on (course, test, practical sign-off)"), max_length=200)
    valid_from = DayField(label=gettext_lazy("Valid from"))
    valid_to = DayField(label=gettext_lazy("Valid to"))

    def __init__(self, *args: Any, organisation: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = organisation.memberships.running().values("user")
        self.fields["user"].queryset = User.objects.filter(pk__in=held, is_active=True).order_by("name")  # type: ignore[attr-defined]
        self.fields["group"].queryset = ResourceClass.objects.filter(permit_required=True)  # type: ignore[attr-defined]


class ClosureForm(forms.Form):
    """A time in which a resource or a whole site is closed."""

    site = forms.ModelChoiceField(label=gettext_lazy("A whole site"), queryset=Site.objects.none(), required=False)
    resource = forms.ModelChoiceField(label=gettext_lazy("or one resource"), queryset=Resource.objects.none(), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Reason"), choices=ClosureKind.choices)
    words = forms.CharField(label=gettext_lazy("In words"), max_length=120, required=False)
    first_day = DayField(label=gettext_lazy("From"))
    starts = TimeField(label=gettext_lazy("Time"))
    last_day = DayField(label=gettext_lazy("To"))
    ends = TimeField(label=gettext_lazy("Time"))
    cancelling = forms.BooleanField(label=gettext_lazy("Cancel the bookings that stand in the way and tell the people"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["resource"].queryset = Resource.objects.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("site")) == bool(cleaned.get("resource")):
            self.add_error("site", _("Choose a site or one resource."))
        return cleaned

    def span(self) -> tuple[datetime, datetime]:
        given = self.cleaned_data
        owner = given["site"] or given["resource"].site
        zone = zone_of(owner.zone) if owner else timezone.get_current_timezone()
        return local_moment(given["first_day"], given["starts"], zone, second=False), local_moment(given["last_day"], given["ends"], zone, second=False)
