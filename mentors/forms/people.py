"""Profiles of mentors, their account, conflicts of interest, and what startups need."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.fields import DayField
from incubator.core.forms import VersionForm
from incubator.tenants.fields import AccountField, PhoneField
from incubator.tenants.models import Startup
from mentors.choices import Industry, Language, Mode, Stage, Topic, window_choices
from mentors.models import Mentor, Need
from mentors.models.people import InterestKind
from mentors.services.people import Offer

PUBLIC = (
    ("name", gettext_lazy("Name, and the page itself")),
    ("employer", gettext_lazy("Employer")),
    ("title", gettext_lazy("Job title")),
    ("bio", gettext_lazy("About the mentor")),
    ("city", gettext_lazy("City")),
)
LEVELS = (("", gettext_lazy("no")), ("1", gettext_lazy("Has done it")), ("2", gettext_lazy("Does it every day")))
PRIORITIES = (("", gettext_lazy("not needed")), ("1", gettext_lazy("useful")), ("2", gettext_lazy("important")), ("3", gettext_lazy("urgent")))


def many(label: Any, choices: Any, **options: Any) -> forms.MultipleChoiceField:
    """Several of a list, as boxes to tick."""
    return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **options)


class TopicFields(forms.Form):
    """One choice for each topic: a level of a mentor, or a priority of a startup."""

    topic_choices: Any = LEVELS

    def __init__(self, *args: Any, topics: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic in Topic:
            self.fields[f"topic_{topic.value}"] = forms.ChoiceField(
                label=topic.label, choices=self.topic_choices, required=False, initial=str((topics or {}).get(topic.value, ""))
            )

    @property
    def topic_bounds(self) -> list[Any]:
        return [self[f"topic_{topic.value}"] for topic in Topic]

    @property
    def plain_bounds(self) -> list[Any]:
        return [bound for bound in self.visible_fields() if not bound.name.startswith("topic_")]

    def chosen_topics(self) -> dict[str, int]:
        return {topic.value: int(value) for topic in Topic if (value := self.cleaned_data.get(f"topic_{topic.value}"))}


class ProfileForm(TopicFields, forms.ModelForm):
    """A mentor as the person or the office describes them."""

    phone = PhoneField(label=gettext_lazy("Telephone"), required=False)
    languages = many(gettext_lazy("Languages"), Language.choices)
    stages = many(gettext_lazy("Stages of startups"), Stage.choices)
    industries = many(gettext_lazy("Industries"), Industry.choices)
    modes = many(gettext_lazy("Ways to meet"), Mode.choices)
    windows = many(gettext_lazy("Office hours"), (), required=False, help_text=gettext_lazy("Half days at which startups may book you."))
    proof = forms.CharField(label=gettext_lazy("Cases and years that show it"), max_length=200, required=False)
    public_fields = many(gettext_lazy("May be shown to everybody"), PUBLIC, required=False, help_text=gettext_lazy("Nothing is shown without this consent; it can be taken back at any time."))

    class Meta:
        model = Mentor
        fields = ("name", "email", "phone", "engagement", "employer", "title", "bio", "city", "languages", "stages", "industries", "modes",
                  "max_pairs", "hours_month", "hours_day", "public_fields")  # fmt: skip
        widgets = {"bio": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["windows"].choices = window_choices()

    def offer(self) -> Offer:
        proof = self.cleaned_data.get("proof", "")
        return Offer({topic: (level, proof) for topic, level in self.chosen_topics().items()}, self.cleaned_data.get("windows", []))

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.chosen_topics():
            self.add_error(None, _("Name at least one topic in which you can help."))
        return data


class ApplyForm(ProfileForm):
    """The same on the public page. `website` is a trap: people do not see it."""

    website = forms.CharField(required=False, label=gettext_lazy("Leave this field empty"), widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}))
    consent = forms.BooleanField(label=gettext_lazy("The organisation may keep these data to work with me as a mentor."))

    @property
    def is_robot(self) -> bool:
        return bool(self.cleaned_data.get("website"))


class ProfileChangeForm(VersionForm, ProfileForm):
    """A profile that is being changed. The telephone is shown masked; left empty it stays."""

    def __init__(self, *args: Any, mentor: Mentor, own: bool, **kwargs: Any) -> None:
        skills = list(mentor.expertise.all())
        kept = {name: getattr(mentor, name) for name in self.Meta.fields if name != "phone"}
        kept |= {"version": mentor.version, "windows": [hour.window for hour in mentor.office_hours.all()], "proof": skills[0].proof if skills else ""}
        kwargs["initial"] = kept
        super().__init__(*args, topics={one.topic: one.level for one in skills}, **kwargs)
        self.kept_phone = mentor.phone
        self.fields["phone"].help_text = _("On file: %(phone)s. Left empty it stays.") % {"phone": mentor.masked_phone or "—"}
        if own:
            self.fields["email"].disabled = True
        else:
            self.fields["public_fields"].disabled = True

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        return found | {"phone": found["phone"] or self.kept_phone}


class TermForm(forms.Form):
    """The term of an approved mentor."""

    term_from = DayField(label=gettext_lazy("Term from"))
    term_to = DayField(label=gettext_lazy("Term to"))


class RenewForm(forms.Form):
    """A later end of the term."""

    term_to = DayField(label=gettext_lazy("Term to"))
    note = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class AccountForm(forms.Form):
    """Where honoraria go."""

    bank_name = forms.CharField(label=gettext_lazy("Bank"), max_length=120)
    bank_account = AccountField(label=gettext_lazy("Bank account in the mentor's own name"))


class TailForm(forms.Form):
    """What a second person reads on the bank's paper."""

    tail = forms.RegexField(r"^[0-9]{4}$", label=gettext_lazy("Last four digits on the bank's paper"), error_messages={"invalid": gettext_lazy("Enter four digits.")})


class InterestForm(forms.Form):
    """A conflict of interest."""

    startup = forms.ModelChoiceField(None, label=gettext_lazy("Startup"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=InterestKind.choices)
    note = forms.CharField(label=gettext_lazy("Facts"), max_length=200, required=False)
    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["startup"].queryset = Startup.objects.by_name()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day lies before the first. Change one of them."))
        return data


class InterestEndForm(forms.Form):
    """The end of a conflict, with its evidence in words."""

    until = DayField(label=gettext_lazy("Ended on"))
    note = forms.CharField(label=gettext_lazy("What shows it"), max_length=200)


class NeedForm(TopicFields, forms.ModelForm):
    """What a startup needs."""

    topic_choices = PRIORITIES
    languages = many(gettext_lazy("Languages we speak"), Language.choices)
    modes = many(gettext_lazy("Ways to meet"), Mode.choices)
    windows = many(gettext_lazy("Half days that suit us"), ())

    class Meta:
        model = Need
        fields = ("stage", "industry", "hours_month", "wanted", "language", "languages", "modes", "city", "windows", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["windows"].choices = window_choices()

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"topics": self.chosen_topics()}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.chosen_topics():
            self.add_error(None, _("Choose at least one topic."))
        if data.get("language") and data.get("languages") is not None and data["language"] not in data["languages"]:
            self.add_error("languages", _("Tick the preferred language here, too."))
        return data
