"""Broadband (宽带网络补贴, clause 九): a line is a month with its invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incubator.core.fields import YuanField
from incubator.core.forms import YuanInput
from incubator.core.money import round_fen
from incubator.subsidies.kinds.costs import InvoicedCost
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.prefill import paid_invoices
from spaces.models import LineKind

if TYPE_CHECKING:
    from incubator.subsidies.case import Case


class Broadband(InvoicedCost):
    """A share of the monthly fee, cut to the cap of the month."""

    name = "broadband"
    formula = "broadband_subsidy"
    item = "宽带网络"

    def first_figures(self, application: SubsidyApplication) -> dict[str, str]:
        return {"monthly_fee": str(monthly_fee(application))}

    def figure_fields(self, given: dict[str, Any]) -> dict[str, forms.Field]:
        field = YuanField(
            label=_("Fee per month"), initial=given.get("monthly_fee"), minimum=Decimal("0.01"), widget=YuanInput()
        )
        return {"monthly_fee": field}

    def month_cost(self, answers: dict[str, Any]) -> Decimal:
        fee: Decimal = answers["monthly_fee"]
        return fee

    def facts_of(self, case: Case) -> dict[str, Any]:
        return super().facts_of(case) | {"monthly_fee": case.figures["monthly_fee"]}


def monthly_fee(application: SubsidyApplication) -> Decimal:
    """The monthly fee of the line: as the lease names it, else what the first paid invoice of the quarter comes to."""
    if application.lease is not None:
        line = application.lease.lines.of_kind(LineKind.BROADBAND).first()
        if line is not None:
            return Decimal(line.monthly_fee)
    first = next(iter(paid_invoices(application)), None)
    return round_fen(first.amount / len(first.months)) if first else Decimal("0.00")
