"""Sessions and pairings as people type them: planning, the log on a phone, the founder's answer, goals."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.fields import DayField
from mentors.choices import Mode, Topic
from mentors.services.sessions import Log
from spaces.models import Space

LENGTHS = [(str(minutes), minutes) for minutes in (30, 45, 60, 90)]
STARS = [("5", gettext_lazy("5 very helpful")), ("4", "4"), ("3", "3"), ("2", "2"), ("1", gettext_lazy("1 not helpful"))]
READY = [("5", gettext_lazy("5 well prepared")), ("4", "4"), ("3", "3"), ("2", "2"), ("1", gettext_lazy("1 not prepared"))]
MOST_TOPICS = 3


class TimeInput(forms.TimeInput):
    """The browser's own time field."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class MomentForm(forms.Form):
    """A day and a time of day, as two fields that every phone knows."""

    day = DayField(label=gettext_lazy("Day"))
    at = forms.TimeField(label=gettext_lazy("Begins at"), widget=TimeInput, error_messages={"invalid": gettext_lazy("This is not a time. Write it like 14:30.")})

    def moment(self) -> datetime:
        made = datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"] or time(9))
        return timezone.make_aware(made)

    def add_error(self, field: str | None, error: Any) -> None:
        """The services know one moment; here its errors stand at the day."""
        super().add_error("day" if field == "starts_at" else field, error)


class PlanForm(MomentForm):
    """A session that is to come."""

    minutes = forms.TypedChoiceField(label=gettext_lazy("Minutes"), choices=LENGTHS, coerce=int, initial="60")
    mode = forms.ChoiceField(label=gettext_lazy("Way to meet"), choices=Mode.choices)
    space = forms.ModelChoiceField(None, label=gettext_lazy("Room"), required=False)
    video_url = forms.URLField(label=gettext_lazy("Link for the video meeting"), max_length=300, required=False, assume_scheme="https")
    topics = forms.MultipleChoiceField(label=gettext_lazy("Topics, at most three"), choices=Topic.choices, required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = Space.objects.filter(kind__in=["meeting", "training", "hall", "studio"]).in_order()

    def clean_topics(self) -> list[str]:
        return at_most_three(self.cleaned_data["topics"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("mode") == Mode.VIDEO and data.get("space"):
            self.add_error("space", _("A video meeting needs no room. Clear this field, or choose “on site”."))
        return data

    def facts(self) -> dict[str, Any]:
        return {"starts_at": self.moment()} | {name: self.cleaned_data[name] for name in ("minutes", "mode", "space", "video_url", "topics")}


def at_most_three(topics: list[str]) -> list[str]:
    if len(topics) > MOST_TOPICS:
        raise forms.ValidationError(_("Tick at most three topics."))
    return topics


class LogForm(MomentForm):
    """The log of a session: one screen, thirty seconds."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=1, max_value=600, widget=forms.NumberInput(attrs={"list": "lengths", "inputmode": "numeric"}),
        help_text=gettext_lazy("30, 45, 60 or 90, or what it really was."),
    )  # fmt: skip
    mode = forms.ChoiceField(label=gettext_lazy("Way to meet"), choices=Mode.choices, widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(label=gettext_lazy("Topics, at most three"), choices=Topic.choices, required=False, widget=forms.CheckboxSelectMultiple)
    summary = forms.CharField(label=gettext_lazy("What was solved today"), max_length=300)
    next_step = forms.CharField(label=gettext_lazy("Next step, and who does it"), max_length=200, required=False)
    next_on = DayField(label=gettext_lazy("To be done by"), required=False)
    readiness = forms.TypedChoiceField(label=gettext_lazy("How ready was the startup?"), choices=[("", "—"), *READY], coerce=int, empty_value=None, required=False)

    def clean_topics(self) -> list[str]:
        return at_most_three(self.cleaned_data["topics"])

    def log(self, origin: str) -> Log:
        data = self.cleaned_data
        return Log(self.moment(), data["minutes"], data["mode"], data["summary"], tuple(data["topics"]), data["next_step"], data["next_on"], data["readiness"], origin)


class ConfirmForm(forms.Form):
    """The founder's yes."""

    rating = forms.TypedChoiceField(label=gettext_lazy("How helpful was it?"), choices=[("", gettext_lazy("no rating")), *STARS], coerce=int, empty_value=None, required=False)
    rating_note = forms.CharField(label=gettext_lazy("A word to the mentor"), max_length=300, required=False)


class DisputeForm(forms.Form):
    """The founder's no."""

    dispute = forms.CharField(label=gettext_lazy("What is wrong"), max_length=300, help_text=gettext_lazy("For example: it lasted 30 minutes, not 90; it did not take place."))


class ReplyForm(forms.Form):
    """The mentor's answer."""

    reply = forms.CharField(label=gettext_lazy("Your answer"), max_length=300)


class ResolveForm(forms.Form):
    """How the office settles."""

    minutes = forms.IntegerField(label=gettext_lazy("Minutes that count"), min_value=15, max_value=600)
    note = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class PrivateNoteForm(forms.Form):
    """A note for oneself."""

    text = forms.CharField(label=gettext_lazy("Private note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text=gettext_lazy("Only you read this."))


class GoalForm(forms.Form):
    """A goal of a pairing."""

    text = forms.CharField(label=gettext_lazy("Goal"), max_length=200)
    measure = forms.CharField(label=gettext_lazy("How it is measured"), max_length=200, required=False)
    due_on = DayField(label=gettext_lazy("To be done by"))


class ProgressForm(forms.Form):
    """How far a goal is."""

    progress = forms.IntegerField(label=gettext_lazy("Progress in percent"), min_value=0, max_value=100)
    comment = forms.CharField(label=gettext_lazy("Comment"), max_length=200, required=False)


def next_full_hour() -> datetime:
    """A sensible beginning for a new plan: tomorrow at the present hour."""
    return timezone.localtime(timezone.now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
