"""Contests, camps, showcases (创业活动补助, clause 十五): a share of what each cost, by paid invoices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import CostKind, Fapiao
from incubator.core.fields import DayField, YuanField
from incubator.core.forms import DateInput, YuanInput
from incubator.core.money import yuan
from incubator.subsidies.case import CaseLine
from incubator.subsidies.conditions import Condition, invoice_faults, stated
from incubator.subsidies.kinds.base import SubsidyKind
from incubator.subsidies.models import Activity, ActivityCost, SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.prefill import Cost
from incubator.subsidies.services.keys import invoice_digest, taken_elsewhere
from incubator.subsidies.services.sources import add_activity

if TYPE_CHECKING:
    from incubator.subsidies.case import Case


class ActivityForm(forms.Form):
    """An activity with its invoices: those of the organisation's own that no other activity has."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Activity.Kind.choices)
    name = forms.CharField(label=gettext_lazy("Name of the activity"), max_length=120)
    starts_on = DayField(label=gettext_lazy("First day"), widget=DateInput())
    ends_on = DayField(label=gettext_lazy("Last day"), widget=DateInput())
    participants = forms.IntegerField(label=gettext_lazy("Number of participants"), min_value=1, max_value=99999)
    invoices = forms.ModelMultipleChoiceField(
        queryset=None,
        label=gettext_lazy("Invoices of the activity"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose the invoices that the activity cost. Record them under Invoices first.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Fapiao.objects.filter(startup=None, kind=CostKind.ACTIVITY).exclude(
            pk__in=ActivityCost.objects.values("fapiao")
        )
        self.fields["invoices"].queryset = mine.order_by("issued_on", "pk")
        self.fields["invoices"].label_from_instance = lambda row: f"{row.item} · {row.number} · {yuan(row.amount)}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first. Change one of them."))
        return cleaned


def invoices_paid(case: Case) -> Iterator[Condition]:
    """Every invoice of every activity is made out to the organisation, paid by bank, and used once."""
    if not case.lines:
        yield Condition(
            "EVIDENCE_MISSING", False, _("Nothing is claimed yet. Add an activity, and choose it."), "costs"
        )
        return
    known, faults = "activities" in case.found, 0
    for line in case.lines:
        told = case.found.get("activities", {}).get(line.key, {})
        for invoice in told.get("invoices", ()):
            for code, sentence in invoice_faults(
                CaseLine(**invoice, key="", month=None, paid=line.paid), case.applicant
            ):
                faults += 1
                yield Condition(code, False, sentence, "costs", line.row, rule="invoices")
        for number in told.get("taken", ()):
            faults += 1
            sentence = _("Invoice %(number)s is already used in another application. Leave it out.") % {
                "number": number
            }
            yield Condition("DUP_INVOICE", False, sentence, "costs", line.row)
    yield stated(
        "CASH_PAID",
        None if not known else faults == 0,
        (
            _("Every invoice of the activities is made out to the organisation and paid by bank."),
            _("Put the invoices named above right first."),
            _("Every invoice must be made out to you and paid by bank."),
        ),
        "costs",
        rule="invoices",
    )


class ActivityGrant(SubsidyKind):
    """A share of what an activity cost, cut to the cap of the activity and of the period."""

    name = "contest"
    formula = "activity_grant"
    item, money = "创业活动", "补助"
    lines_label = gettext_lazy("Activities claimed")
    conditions = (invoices_paid,)
    adds = gettext_lazy("Add an activity")
    nothing = gettext_lazy("No activity of this quarter is recorded yet. Add it with its invoices.")
    taken = (
        "DUP_INVOICE",
        gettext_lazy(
            "An invoice of this application is already used elsewhere. Leave it out, or contact the authority."
        ),
    )

    def activities(self, application: SubsidyApplication) -> Any:
        """The activities of the site that ended in the quarter."""
        quarter = application.quarter
        mine = Activity.objects.filter(site=application.site_id, ends_on__range=(quarter.first_day, quarter.last_day))
        return mine.prefetch_related("costs__fapiao__slips")

    def proposals(self, application: SubsidyApplication) -> list[Cost]:
        used = self._taken(application)
        return [
            Cost(
                None,
                None,
                self._spend(activity),
                not any(cost.fapiao_id in used for cost in activity.costs.all()),
                ("activity", activity),
            )
            for activity in self.activities(application)
        ]

    def _spend(self, activity: Activity) -> Decimal:
        return sum((cost.fapiao.amount for cost in activity.costs.all()), Decimal("0.00"))

    def _taken(self, application: SubsidyApplication) -> set[int]:
        """The invoices that another application holds."""
        digests = {
            invoice_digest(cost.fapiao): cost.fapiao_id
            for one in self.activities(application)
            for cost in one.costs.all()
        }
        return {digests[digest] for digest in taken_elsewhere(application, list(digests))}

    def once(self, application: SubsidyApplication, line: Any) -> list[str]:
        return [invoice_digest(cost.fapiao) for cost in line.activity.costs.select_related("fapiao")]

    def invoices_of(self, lines: Iterable[Any]) -> list[Any]:
        return [cost.fapiao for line in lines for cost in line.activity.costs.select_related("fapiao__document")]

    def choice_words(self, cost: Cost) -> str:
        activity = cost.columns["activity"]
        values = {"name": activity.name, "count": activity.participants, "paid": yuan(cost.paid)}
        return _("%(name)s, %(count)s participants: %(paid)s yuan") % values

    def paper_row(self, line: Any) -> dict[str, str]:
        activity = line.activity
        numbers = "、".join(cost.fapiao.number for cost in activity.costs.select_related("fapiao"))
        about = f"{activity.name}（{activity.participants}人参加）"
        return {"about": about, "month": str(activity.ends_on), "invoice": numbers, "slips": ""}

    def source_form(self, application: SubsidyApplication) -> type[forms.Form]:
        return ActivityForm

    def add_source(self, application: SubsidyApplication, given: dict[str, Any], *, by: Any) -> Any:
        return add_activity(application, by=by, **given)

    def found(self, application: SubsidyApplication) -> dict[str, Any]:
        used = self._taken(application)
        return {"activities": {activity.code: self._told(activity, used) for activity in self.activities(application)}}

    def _told(self, activity: Activity, used: set[int]) -> dict[str, Any]:
        invoices = [cost.fapiao for cost in activity.costs.all()]
        return {
            "participants": activity.participants,
            "taken": [fapiao.number for fapiao in invoices if fapiao.pk in used],
            "invoices": [
                {
                    "number": fapiao.number,
                    "buyer": fapiao.buyer_name,
                    "by_bank": fapiao.is_paid,
                    "payers": tuple(slip.payer_name for slip in fapiao.slips.all()),
                }
                for fapiao in invoices
            ],
        }

    def facts_of(self, case: Case) -> dict[str, Any]:
        before = case.before.by_quarter.get(case.period.text) if case.before else None
        activities = [
            {
                "key": line.key,
                "spend": str(line.paid),
                "participants": case.found.get("activities", {}).get(line.key, {}).get("participants", 0),
            }
            for line in case.lines
        ]
        return {"activities": activities, "paid_before": before or "0.00"}

    def questions(self) -> dict[str, forms.Field]:
        return {
            "spend": YuanField(
                label=gettext_lazy("What the activity cost"), minimum=Decimal("0.01"), widget=YuanInput()
            ),
            "participants": forms.IntegerField(
                label=gettext_lazy("Number of participants"), min_value=0, max_value=99999
            ),
        }

    def stated(self, answers: dict[str, Any], period: Quarter) -> dict[str, Any]:
        """One invented activity."""
        found = {"activities": {"1": {"participants": answers["participants"]}}}
        return {"found": found, "lines": [{"number": "1", "paid": str(answers["spend"])}]}
