"""Internships (见习补贴, clause 十六): an amount per intern and month, raised where enough interns are hired afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incubator.subsidies.kinds.persons import PaidPersonForm, PersonKind
from incubator.subsidies.models import SubsidyApplication, SupportedPerson
from incubator.subsidies.models.applications import Quarter

if TYPE_CHECKING:
    from incubator.subsidies.case import Case


class InternForm(PaidPersonForm):
    """An intern; the end is known, and whether the unit hired the intern afterwards."""

    kept = forms.BooleanField(label=_("Hired after the internship"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required, self.fields["ends_on"].help_text = True, ""
        self.fields["monthly"].label = _("Allowance paid each month")


class Internship(PersonKind):
    """An amount per intern and month."""

    name = "internship"
    formula = "internship_subsidy"
    item = "见习"
    role = "intern"
    form = InternForm

    def found(self, application: SubsidyApplication) -> dict[str, Any]:
        """Beside the interns: how many internships have ended here, and how many of these people were hired."""
        ended = SupportedPerson.objects.filter(
            role=self.role, startup=application.startup_id, ends_on__lte=application.quarter.last_day
        )
        return super().found(application) | {"ended": ended.count(), "kept": ended.filter(kept=True).count()}

    def facts_of(self, case: Case) -> dict[str, Any]:
        return super().facts_of(case) | {"ended": case.found.get("ended", 0), "kept": case.found.get("kept", 0)}

    def questions(self) -> dict[str, forms.Field]:
        asked = super().questions()
        asked.pop("kept")
        return asked | {
            "ended": forms.IntegerField(label=_("Internships that have ended"), min_value=0, max_value=9999, initial=0),
            "retained": forms.IntegerField(
                label=_("Of these people, hired afterwards"), min_value=0, max_value=9999, initial=0
            ),
        }

    def stated(self, answers: dict[str, Any], period: Quarter) -> dict[str, Any]:
        case = super().stated(answers, period)
        case["found"] |= {"ended": answers["ended"], "kept": min(answers["retained"], answers["ended"])}
        return case
