"""Costs that rest on paid invoices (clause 九): rent, broadband, public software. What the three have in common."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.money import yuan
from incubator.core.periods import Month
from incubator.core.templatetags.fuhua import month as month_words
from incubator.subsidies import rivals
from incubator.subsidies.conditions import invoices_free, months_free, paid_by_applicant, passed_on
from incubator.subsidies.kinds.base import Check, SubsidyKind
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.prefill import Cost, home_of, invoices_used, paid_invoices, part_of

if TYPE_CHECKING:
    from incubator.subsidies.case import Case


class InvoicedCost(SubsidyKind):
    """A cost of clause 九. Lines are months, each with the invoice that was paid for it."""

    conditions: ClassVar[tuple[Check, ...]] = (paid_by_applicant, months_free, invoices_free, passed_on)

    passes_on = True
    nothing = gettext_lazy("No paid invoice for this quarter is on file. Record the invoice and its bank slip first.")
    taken = (
        "DUP_INVOICE",
        gettext_lazy(
            "An invoice of this application is already used elsewhere. Leave it out, or contact the authority."
        ),
    )

    def home(self, period: Quarter, *, startup: Any, site: Any) -> tuple[Any, Any, Any]:
        return home_of(period, startup=startup, site=site)

    def choice_words(self, cost: Cost) -> str:
        """Month or item, invoice, what was paid."""
        fapiao: Any = cost.fapiao
        when = month_words(str(cost.month)) if cost.month else fapiao.item
        return _("%(when)s: invoice %(number)s, %(paid)s yuan") % {
            "when": when,
            "number": fapiao.number,
            "paid": yuan(cost.paid),
        }

    def paper_row(self, line: Any) -> dict[str, str]:
        fapiao = line.fapiao
        return {
            "about": fapiao.item,
            "month": str(Month.of(line.month or fapiao.period_from)),
            "invoice": fapiao.number,
            "slips": "、".join(slip.reference for slip in fapiao.slips.all()),
        }

    def proposals(self, application: SubsidyApplication) -> list[Cost]:
        """Every month of the quarter with a paid invoice; `free` unless another application holds it."""
        invoices = paid_invoices(application)
        used, taken = invoices_used(application, invoices), set(rivals.months_taken(application))
        costs, seen = list[Cost](), set[Month]()
        for fapiao in invoices:
            for month in fapiao.months:
                if month in application.quarter.months and month not in seen:
                    seen.add(month)
                    free = fapiao.pk not in used and str(month) not in taken
                    costs.append(Cost(fapiao, month, part_of(fapiao, month), free))
        return sorted(costs, key=lambda cost: str(cost.month))

    def stated(self, answers: dict[str, Any], period: Quarter) -> dict[str, Any]:
        """The same cost in each month of the quarter since the applicant is here."""
        since = answers.get("settled_on") or period.first_day
        cost = str(self.month_cost(answers))
        lines = [{"month": str(month), "paid": cost} for month in period.months if month.last >= since]
        return super().stated(answers, period) | {"lines": lines}

    def month_cost(self, answers: dict[str, Any]) -> Decimal:
        """What a whole month comes to, in yuan."""
        raise NotImplementedError

    def facts_of(self, case: Case) -> dict[str, Any]:
        """The claimed months, and the months that were granted before."""
        facts: dict[str, Any] = {"months": [line.key for line in case.lines]}
        if case.before is not None:
            facts |= {"months_already": list(case.before.months), "months_used": case.before.months_used}
        return facts
