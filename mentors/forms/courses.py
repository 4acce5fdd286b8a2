"""Courses, classes, lessons and results as people type them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from incubator.core.fields import DayField
from incubator.tenants.models import Founder
from mentors.forms.sessions import MomentForm
from mentors.models import Course, CourseRun, Enrolment
from spaces.models import Space


class CourseForm(forms.ModelForm):
    """A course."""

    class Meta:
        model = Course
        fields = ("name", "kind", "provider", "attendance_rule", "pass_mark", "valid_months", "clause", "syllabus")
        widgets = {"syllabus": forms.Textarea(attrs={"rows": 4})}


class ClassForm(forms.ModelForm):
    """A class of a course."""

    enrol_until = DayField(label=gettext_lazy("Enrolment until"))

    class Meta:
        model = CourseRun
        fields = ("name", "capacity", "trainer", "enrol_until")


class LessonForm(MomentForm):
    """A lesson."""

    title = forms.CharField(label=gettext_lazy("Subject"), max_length=120)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=15, max_value=600, initial=90)
    space = forms.ModelChoiceField(None, label=gettext_lazy("Room"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = Space.objects.in_order()

    def facts(self) -> dict[str, Any]:
        return {"starts_at": self.moment()} | {name: self.cleaned_data[name] for name in ("title", "minutes", "space")}


class PersonChoice(forms.ModelChoiceField):
    """People named with their startup."""

    def label_from_instance(self, founder: Founder) -> str:
        return f"{founder.name} · {founder.startup.short_name}"


class EnrolForm(forms.Form):
    """Somebody whom the office enrols."""

    founder = PersonChoice(None, label=gettext_lazy("Person"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["founder"].queryset = Founder.objects.select_related("startup").order_by("startup__sort_key", "pk")


class ListForm(forms.Form):
    """The trainer's list of a lesson."""

    present = forms.ModelMultipleChoiceField(None, label=gettext_lazy("There for the whole lesson"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].queryset = Enrolment.objects.seated().filter(run=run).select_related("founder").order_by("pk")
        self.fields["present"].label_from_instance = lambda one: one.founder.name


class MarkForm(forms.Form):
    """An exam result."""

    mark = forms.IntegerField(label=gettext_lazy("Exam result, 0 to 100"), min_value=0, max_value=100)
