"""Parks, startup markets, e-commerce incubators (创业孵化基地补助, clause 九): a grant in stages, after recognition and evaluations."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.fields import DayField
from incubator.core.forms import DateInput
from incubator.subsidies.conditions import Condition, stated
from incubator.subsidies.kinds.base import SubsidyKind
from incubator.subsidies.models import SiteStage, SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.prefill import Cost
from incubator.subsidies.services.keys import once_digest, taken_elsewhere
from incubator.subsidies.services.sources import add_stage

if TYPE_CHECKING:
    from incubator.subsidies.case import Case


class StageForm(forms.Form):
    """A stage that the site has reached: the first by its recognition, a later one by an evaluation."""

    stage = forms.IntegerField(
        label=gettext_lazy("Stage"),
        min_value=1,
        max_value=20,
        help_text=gettext_lazy("1 for the recognition, 2 and more for evaluations."),
    )
    title = forms.CharField(label=gettext_lazy("Document that says so"), max_length=120)
    reached_on = DayField(label=gettext_lazy("Date of the document"), widget=DateInput())
    grade = forms.CharField(label=gettext_lazy("Grade of the evaluation"), max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (cleaned.get("stage") or 1) > 1 and not (cleaned.get("grade") or "").strip():
            self.add_error("grade", _("Enter the grade that the evaluation gave."))
        return cleaned


def recognised(case: Case) -> Iterator[Condition]:
    """The base is recognised, and each later stage has an evaluation with a sufficient grade."""
    day = case.found.get("recognised_on")
    yield stated(
        "NOT_RECOGNISED",
        bool(day) if case.found else None,
        (
            _("The base was recognised on %(day)s.") % {"day": day},
            _("The recognition of the base is not recorded. Add it as stage 1."),
            _("The base must be recognised."),
        ),
        "costs",
        rule="stages",
    )
    grades = (case.value("grades") or "").split(",")
    for line in case.lines:
        told = case.found.get("stages", {}).get(line.key, {})
        if line.key != "1":
            values = {"stage": line.key, "grade": told.get("grade"), "list": "、".join(grades)}
            yield stated(
                "GRADE_TOO_LOW",
                told.get("grade") in grades,
                (
                    _("Stage %(stage)s was evaluated with the grade %(grade)s.") % values,
                    _("Stage %(stage)s needs an evaluation with one of these grades: %(list)s.") % values,
                    "",
                ),
                "costs",
                rule="grades",
            )
    if not case.lines:
        yield Condition(
            "EVIDENCE_MISSING",
            False,
            _("Nothing is claimed yet. Add the stage that was reached, and choose it."),
            "costs",
        )


class BaseGrant(SubsidyKind):
    """The amount of each stage."""

    name = "capital_grant"
    formula = "base_grant"
    item, money = "创业孵化基地", "补助"
    lines_label = gettext_lazy("Stages claimed")
    conditions = (recognised,)
    adds = gettext_lazy("Add a stage")
    nothing = gettext_lazy("No stage of this site is recorded yet. Add the recognition or the evaluation.")
    taken = ("DUP_ITEM", gettext_lazy("This stage of the base was already applied for. Leave it out."))

    def stages(self, application: SubsidyApplication) -> Any:
        """The stages that the site had reached by the end of the quarter."""
        return SiteStage.objects.filter(site=application.site_id, reached_on__lte=application.quarter.last_day)

    def proposals(self, application: SubsidyApplication) -> list[Cost]:
        stages = list(self.stages(application))
        digests = {self._digest(application, stage): stage.pk for stage in stages}
        used = {digests[digest] for digest in taken_elsewhere(application, list(digests))}
        return [
            Cost(None, None, Decimal("0.00"), stage.pk not in used, ("stage", stage))
            for stage in stages
            if stage.pk not in used
        ]

    def _digest(self, application: SubsidyApplication, stage: SiteStage) -> str:
        return once_digest("stage", application.organisation.uscc, application.site_id, stage.stage)

    def once(self, application: SubsidyApplication, line: Any) -> list[str]:
        return [self._digest(application, line.stage)]

    def choice_words(self, cost: Cost) -> str:
        stage = cost.columns["stage"]
        values = {"stage": stage.stage, "title": stage.title, "grade": stage.grade}
        return (
            _("Stage %(stage)s: %(title)s, %(grade)s") % values
            if stage.grade
            else _("Stage %(stage)s: %(title)s") % values
        )

    def paper_row(self, line: Any) -> dict[str, str]:
        stage = line.stage
        about = f"第{stage.stage}期　{stage.title}" + (f"（{stage.grade}）" if stage.grade else "")
        return {"about": about, "month": str(stage.reached_on), "invoice": "", "slips": ""}

    def source_form(self, application: SubsidyApplication) -> type[forms.Form]:
        return StageForm

    def add_source(self, application: SubsidyApplication, given: dict[str, Any], *, by: Any) -> Any:
        return add_stage(application, by=by, **given)

    def found(self, application: SubsidyApplication) -> dict[str, Any]:
        stages = list(self.stages(application))
        others = SubsidyApplication.objects.counting().filter(
            site=application.site_id, edition__programme__kind=self.name
        )
        already = others.exclude(pk=application.pk).filter(lines__stage__isnull=False, lines__is_cut=False)
        return {
            "recognised_on": next((str(stage.reached_on) for stage in stages if stage.stage == 1), None),
            "stages": {
                str(stage.stage): {"grade": stage.grade or None, "evaluated_on": str(stage.reached_on)}
                for stage in stages
            },
            "already": sorted(already.values_list("lines__stage__stage", flat=True).distinct()),
        }

    def facts_of(self, case: Case) -> dict[str, Any]:
        stages = [{"stage": int(line.key), **case.found.get("stages", {}).get(line.key, {})} for line in case.lines]
        return {
            "recognised_on": case.found.get("recognised_on"),
            "stages": stages,
            "already": case.found.get("already", []),
        }

    def questions(self) -> dict[str, forms.Field]:
        return {"recognised_on": DayField(label=gettext_lazy("Base recognised on"), widget=DateInput())}

    def stated(self, answers: dict[str, Any], period: Quarter) -> dict[str, Any]:
        """The first stage of an invented base."""
        return {"found": {"recognised_on": str(answers["recognised_on"])}, "lines": [{"number": "1", "paid": "0.00"}]}
