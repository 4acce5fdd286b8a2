"""Input from browsers: contests, their rules, entries, sheets, events."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incubator.contests.models import Contest, Event, JudgeKind
from incubator.contests.services.entries import REASONS
from incubator.contests.services.judging import judges_here
from incubator.core.fields import UsccField, YuanField
from incubator.core.forms import DateInput, FileInput, NumberTextInput
from incubator.core.phones import MobileField

SMALL = forms.Textarea({"rows": 3})
CONTEST_FIELDS = (
    "title", "title_en", "slug", "summary", "summary_en", "rules", "rules_en", "registration_from", "registration_to", "judging_to", "results_on",
    "is_blind", "method", "per_entry", "min_judges", "min_entries_per_judge", "anchors", "team_most", "notice_days",
)  # fmt: skip


class ContestForm(forms.ModelForm):
    """What a contest is: words, dates, method."""

    class Meta:
        model = Contest
        fields = CONTEST_FIELDS
        widgets = {name: DateInput() for name in ("registration_from", "registration_to", "judging_to", "results_on")}
        help_texts = {"slug": _("Small letters, digits and hyphens, for example innovation-2026.")}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        days = [(name, given.get(name)) for name in ("registration_from", "registration_to", "judging_to", "results_on")]
        for (_first, before), (name, after) in pairwise(days):
            if before and after and (after < before or (name == "judging_to" and after == before)):
                self.add_error(name, _("This day must come after the one before it."))
        return given

    def validate_unique(self) -> None:
        """The service writes; uniqueness is said by the database at the field."""

    validate_constraints = validate_unique


class TrackForm(forms.Form):
    """One track."""

    name = forms.CharField(label=_("Track"), max_length=60)
    name_en = forms.CharField(label=_("Track in English"), max_length=100, required=False)


class CriterionForm(forms.Form):
    """One line of the rubric with its anchors."""

    name = forms.CharField(label=_("Criterion"), max_length=60)
    name_en = forms.CharField(label=_("Criterion in English"), max_length=100, required=False)
    weight = forms.IntegerField(label=_("Weight in percent"), min_value=1, max_value=100, widget=NumberTextInput("%"))
    hint = forms.CharField(label=_("Where to look"), max_length=200, required=False)
    at_90 = forms.CharField(label=_("What earns 90"), max_length=240, required=False)
    at_75 = forms.CharField(label=_("What earns 75"), max_length=240, required=False)
    at_60 = forms.CharField(label=_("What earns 60"), max_length=240, required=False)


class PrizeForm(forms.Form):
    """One prize for the ranks from–to."""

    name = forms.CharField(label=_("Prize"), max_length=60)
    name_en = forms.CharField(label=_("Prize in English"), max_length=100, required=False)
    rank_from = forms.IntegerField(label=_("From rank"), min_value=1, max_value=500)
    rank_to = forms.IntegerField(label=_("To rank"), min_value=1, max_value=500)
    amount = YuanField(label=_("Amount for each"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (given.get("rank_to") or 0) < (given.get("rank_from") or 0):
            self.add_error("rank_to", _("The last rank cannot be better than the first one."))
        given["amount"] = given.get("amount") or Decimal(0)
        return given


class Rows(BaseFormSet):
    """Rows of which empty ones are left out."""

    @property
    def filled(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms if form.has_changed() and form.cleaned_data]


TrackRows = formset_factory(TrackForm, formset=Rows, extra=2, max_num=12, absolute_max=12)
CriterionRows = formset_factory(CriterionForm, formset=Rows, extra=2, max_num=10, absolute_max=10)
PrizeRows = formset_factory(PrizeForm, formset=Rows, extra=2, max_num=10, absolute_max=10)


class NoteForm(forms.Form):
    """A reason that others read."""

    note = forms.CharField(label=_("Reason"), max_length=600, widget=SMALL)


class NothingForm(forms.Form):
    """A step that only needs a yes; a refusal is shown above its button."""


class MinutesForm(forms.Form):
    """The minutes of the jury."""

    minutes = forms.CharField(label=_("Minutes of the jury"), max_length=6000, widget=forms.Textarea({"rows": 8}), help_text=_("Who met when, what was decided, how objections were answered. No names of teams that did not win."))


class JudgeForm(forms.Form):
    """A seat in the jury, for a person who was invited as a judge."""

    user = forms.ModelChoiceField(label=_("Judge"), queryset=None, help_text=_("People with the role of a judge. Owners invite them in the settings."))
    kind = forms.ChoiceField(label=_("Kind"), choices=JudgeKind.choices)
    employer = forms.CharField(label=_("Company, school or body"), max_length=120, required=False, help_text=_("Entries from there are kept away from this judge."))
    chairs = forms.BooleanField(label=_("Chairs the jury"), required=False)

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = judges_here(contest.organisation)


class ConflictForm(forms.Form):
    """A conflict that the office knows of."""

    judge = forms.ModelChoiceField(label=_("Judge"), queryset=None)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["judge"].queryset = contest.judges.select_related("user")


def reason_choices() -> list[tuple[str, str]]:
    place = 0 if (get_language() or "zh").startswith("zh") else 1
    return [("", "—"), *((code, words[place]) for code, words in REASONS.items())]


class ScreenForm(forms.Form):
    """Why an entry is returned or put out."""

    reason = forms.ChoiceField(label=_("Reason"), choices=reason_choices)
    note = forms.CharField(label=_("What is wrong"), max_length=600, widget=SMALL, help_text=_("The team reads this."))


class LeakForm(forms.Form):
    """Why a word tells nothing of the team."""

    because = forms.CharField(label=_("Why it is no leak"), max_length=200)


class ReopenForm(forms.Form):
    """Which entries an upheld objection is about."""

    entries = forms.ModelMultipleChoiceField(label=_("Entries"), queryset=None, widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(label=_("Reason"), max_length=600, widget=SMALL)

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entries"].queryset = contest.entries.eligible()


class StartForm(forms.Form):
    """The first step of an entry. `website` is a trap: people do not see it."""

    track = forms.ModelChoiceField(label=_("Track"), queryset=None)
    team = forms.CharField(label=_("Name of the team"), max_length=80)
    company = forms.CharField(label=_("Company"), max_length=120, required=False, help_text=_("Leave empty if there is none yet."))
    uscc = UsccField(label=_("Unified social credit code"), required=False)
    school = forms.CharField(label=_("School, department, supervisors"), max_length=160, required=False, help_text=_("Judges from there will not score this entry."))
    contact_name = forms.CharField(label=_("Contact person"), max_length=60)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, help_text=_("The link to your entry goes there."))
    phone = MobileField(label=_("Mobile number"), required=False)
    website = forms.CharField(required=False, label=_("Leave this field empty"), widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["track"].queryset = contest.tracks.all()

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    @property
    def is_robot(self) -> bool:
        return bool(self.cleaned_data.pop("website", ""))


class TeamForm(StartForm):
    """Team and contact, later: the address stays."""

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(contest, *args, **kwargs)
        del self.fields["email"], self.fields["website"]


class MemberForm(forms.Form):
    """A person of the team."""

    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    part = forms.CharField(label=_("Part in the team"), max_length=60, required=False)
    consents = forms.BooleanField(label=_("Agrees to take part and to be named on the certificate"), required=False)


MemberRows = formset_factory(MemberForm, extra=0, max_num=12, absolute_max=12)


class ProjectForm(forms.Form):
    """What judges read. No names."""

    title = forms.CharField(label=_("Title of the project"), max_length=80, help_text=_("No names of people, companies or schools: judges read this."))
    summary = forms.CharField(label=_("What it is and for whom"), max_length=1500, widget=forms.Textarea({"rows": 6}))
    market = forms.CharField(label=_("Market and competition"), max_length=1500, widget=forms.Textarea({"rows": 6}))
    progress = forms.CharField(label=_("What has been reached, what comes next"), max_length=1500, widget=forms.Textarea({"rows": 6}))
    deck = forms.FileField(label=_("Deck for the judges"), required=False, widget=FileInput(kinds=("pdf",), max_mb=20), help_text=_("Without names and logos. Judges get a copy without its metadata."),
                           error_messages={"empty": _("This file is empty. Choose the file again.")})


class SendForm(forms.Form):
    """The last step: the rules are accepted."""

    accepts = forms.BooleanField(label=_("We accept the rules and the notice on data; what we wrote is true and ours."))


class SheetForm(forms.Form):
    """One judge's scores for one entry; a field for each criterion. A draft may be incomplete."""

    comment = forms.CharField(label=_("Comment for the team"), max_length=1500, required=False, widget=forms.Textarea({"rows": 5}), help_text=_("Asked for below 60 and above 90. The team reads it without your name."))

    def __init__(self, contest: Contest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in contest.criteria.all():
            box = forms.NumberInput({"inputmode": "decimal", "min": "0", "max": "100", "step": "0.5"})
            self.fields[line.key] = forms.DecimalField(label=line.label, required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2, widget=box)
        self.order_fields([*[name for name in self.fields if name != "comment"], "comment"])

    @property
    def scores(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "comment" and value is not None}


class ReasonForm(forms.Form):
    """Why a judge gives no score."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=SMALL)


EVENT_FIELDS = ("title", "title_en", "slug", "kind", "summary", "summary_en", "programme", "programme_en", "starts_at", "ends_at", "place", "capacity", "contest")


class MomentInput(forms.DateTimeInput):
    """The browser's own field for a day with its time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class EventForm(forms.ModelForm):
    """What an event is: words, time, place, seats."""

    contest = forms.ModelChoiceField(label=_("Contest"), queryset=None, required=False, help_text=_("For a demo day: its contest."))

    class Meta:
        model = Event
        fields = EVENT_FIELDS
        widgets = {"starts_at": MomentInput(), "ends_at": MomentInput()}
        help_texts = {"slug": _("Small letters, digits and hyphens, for example salon-2026-05.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contest"].queryset = Contest.objects.exclude(state="draft")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        start, end = given.get("starts_at"), given.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("The end must come after the beginning."))
        return given

    def validate_unique(self) -> None:
        """The service writes; uniqueness is said by the database at the field."""

    validate_constraints = validate_unique


class RegisterForm(forms.Form):
    """A seat at an event. `website` is a trap: people do not see it."""

    name = forms.CharField(label=_("Name"), max_length=60)
    employer = forms.CharField(label=_("Company or school"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, help_text=_("The ticket goes there."))
    phone_tail = forms.CharField(label=_("Last four digits of your mobile number"), max_length=4, required=False, help_text=_("Helps at the door if you forget your ticket."), widget=forms.TextInput({"inputmode": "numeric"}))
    website = forms.CharField(required=False, label=_("Leave this field empty"), widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}))

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_phone_tail(self) -> str:
        tail = self.cleaned_data["phone_tail"].strip()
        if tail and not (len(tail) == 4 and tail.isdecimal() and tail.isascii()):
            raise ValidationError(_("Give four digits, or leave it empty."))
        return tail

    @property
    def is_robot(self) -> bool:
        return bool(self.cleaned_data.pop("website", ""))


class FollowForm(forms.Form):
    """An address that wants to hear what is new. `website` is a trap."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    website = forms.CharField(required=False, label=_("Leave this field empty"), widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}))

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class WalkInForm(forms.Form):
    """Somebody who came without registering."""

    name = forms.CharField(label=_("Name"), max_length=60)
    employer = forms.CharField(label=_("Company or school"), max_length=120, required=False)
