"""Public software (公共软件补贴, clause 九): a line is an invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incubator.core.fields import YuanField
from incubator.core.forms import YuanInput
from incubator.subsidies.kinds.costs import InvoicedCost
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.prefill import Cost, invoices_used, paid_invoices

if TYPE_CHECKING:
    from incubator.subsidies.case import Case


class Software(InvoicedCost):
    """A share of each invoice, cut to the cap of the period."""

    name = "software"
    formula = "software_subsidy"
    item = "公共软件"
    lines_label = _("Invoices claimed")

    def proposals(self, application: SubsidyApplication) -> list[Cost]:
        """Every paid invoice of the quarter."""
        invoices = paid_invoices(application)
        used = invoices_used(application, invoices)
        return [Cost(fapiao, None, fapiao.amount, fapiao.pk not in used) for fapiao in invoices]

    def questions(self) -> dict[str, forms.Field]:
        return {
            "software": YuanField(
                label=_("Paid for software in the quarter"), minimum=Decimal("0.01"), widget=YuanInput()
            )
        }

    def stated(self, answers: dict[str, Any], period: Quarter) -> dict[str, Any]:
        """One invoice for all."""
        return {"lines": [{"number": "1", "paid": str(answers["software"])}]}

    def facts_of(self, case: Case) -> dict[str, Any]:
        return {"invoices": [{"number": line.key, "amount": str(line.paid)} for line in case.lines]}
