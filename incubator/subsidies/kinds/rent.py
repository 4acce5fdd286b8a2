"""Rent (房租补贴, clause 九): a line is a month with its invoice, inside the lease."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.fields import AreaField, YuanField
from incubator.core.forms import NumberTextInput, YuanInput
from incubator.core.money import round_fen
from incubator.subsidies.conditions import lease_covers, rent_is_paid
from incubator.subsidies.kinds.costs import InvoicedCost
from incubator.subsidies.leases import lease_terms
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.models.applications import Quarter

if TYPE_CHECKING:
    from incubator.subsidies.case import Case

LEASE = ("area", "unit_rent", "lease_start", "lease_end", "settled_on")


class Rent(InvoicedCost):
    """A share of the rent that is counted: unit rent and area each cut to its cap."""

    name = "rent"
    formula = "rent_subsidy"
    item = "房租"
    conditions = (lease_covers, rent_is_paid, *InvoicedCost.conditions)

    def first_figures(self, application: SubsidyApplication) -> dict[str, str]:
        """Area, unit rent, both ends of the lease, and the day the startup settled in."""
        terms = lease_terms(application)
        settled = terms.starts_on if application.startup is None else application.startup.settled_on or terms.starts_on
        figures = (terms.area, terms.unit_rent, terms.starts_on, terms.ends_on, settled)
        return dict(zip(LEASE, map(str, figures), strict=True))

    def figure_fields(self, given: dict[str, Any]) -> dict[str, forms.Field]:
        hint = gettext_lazy("As in the lease; you may claim for less.") if given else ""
        return {
            "area": AreaField(
                label=gettext_lazy("Area in use"),
                initial=given.get("area"),
                widget=NumberTextInput(unit="㎡"),
                help_text=hint,
            ),
            "unit_rent": YuanField(
                label=gettext_lazy("Rent per ㎡ and month"),
                initial=given.get("unit_rent"),
                minimum=Decimal("0.01"),
                widget=YuanInput(),
            ),
        }

    def refuse_figures(self, application: SubsidyApplication, cleaned: dict[str, Any]) -> dict[str, str]:
        """Area and unit rent end at the lease. Sending looks again: the lease may change in between."""
        terms, area, unit = lease_terms(application), cleaned.get("area"), cleaned.get("unit_rent")
        wrong = {}
        if area is not None and area > terms.area:
            sentence = _("The area of %(area)s ㎡ is above the lease's %(most)s ㎡. Lower it to the lease.")
            wrong["area"] = sentence % {"area": area, "most": terms.area}
        if unit is not None and unit > terms.unit_rent:
            sentence = _("The unit rent of %(unit)s yuan is above the lease's %(rent)s yuan. Lower it to the lease.")
            wrong["unit_rent"] = sentence % {"unit": unit, "rent": terms.unit_rent}
        return wrong

    def stated(self, answers: dict[str, Any], period: Quarter) -> dict[str, Any]:
        """The room is taken as leased for what is claimed, from the day the applicant is here until past the quarter."""
        since = answers.get("settled_on") or period.first_day
        span = {"lease_start": str(since), "lease_end": str(max(since, period.last_day)), "settled_on": str(since)}
        facts = super().stated(answers, period)
        lease = {**facts["figures"], "starts_on": str(since), "ends_on": str(max(since, period.last_day))}
        return facts | {"figures": facts["figures"] | span, "lease": lease}

    def month_cost(self, answers: dict[str, Any]) -> Decimal:
        return round_fen(answers["area"] * answers["unit_rent"])

    def facts_of(self, case: Case) -> dict[str, Any]:
        facts = super().facts_of(case) | {name: case.figures[name] for name in LEASE}
        if case.before is not None:
            facts |= {"paid_before": str(case.before.paid), "quarter_before": dict(case.before.by_quarter)}
        return facts
