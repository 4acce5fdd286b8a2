"""Equity investors (股权投资奖励, clause 十): a share of what they newly put into companies of the real economy.

The payee is a body outside; the organisation's officers record its papers and apply for it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.fields import DayField, UsccField, YuanField
from incubator.core.forms import DateInput, YuanInput
from incubator.core.money import yuan
from incubator.subsidies.conditions import Condition
from incubator.subsidies.kinds.base import SubsidyKind
from incubator.subsidies.models import ApplicationLine, Investment, SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.prefill import Cost
from incubator.subsidies.services.keys import once_digest, taken_elsewhere
from incubator.subsidies.services.sources import add_investment
from incubator.tenants.fields import AccountField
from incubator.tenants.models import Startup

if TYPE_CHECKING:
    from incubator.subsidies.case import Case


class InvestmentForm(forms.Form):
    """Who invested, where the reward goes, and what was paid in."""

    name = forms.CharField(label=gettext_lazy("Investor"), max_length=120)
    uscc = UsccField(label=gettext_lazy("Credit code of the investor"))
    bank_name = forms.CharField(label=gettext_lazy("Bank"), max_length=120)
    bank_account = AccountField(label=gettext_lazy("Bank account of the investor"))
    startup = forms.ModelChoiceField(
        queryset=None, label=gettext_lazy("Company"), empty_label=gettext_lazy("Choose a company")
    )
    amount = YuanField(label=gettext_lazy("Paid in"), minimum=Decimal("0.01"), widget=YuanInput())
    invested_on = DayField(label=gettext_lazy("Paid in on"), widget=DateInput())
    is_new = forms.BooleanField(label=gettext_lazy("New money, not shares bought from others"), required=False)
    real_economy = forms.BooleanField(label=gettext_lazy("The company belongs to the real economy"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["startup"].queryset = Startup.objects.by_name()


def really_new(case: Case) -> Iterator[Condition]:
    """Every investment is new money into the real economy, large enough, and rewarded once."""
    if not case.lines:
        yield Condition(
            "EVIDENCE_MISSING", False, _("Nothing is claimed yet. Add an investment, and choose it."), "costs"
        )
        return
    least, faults = Decimal(case.value("min_amount") or 0), 0
    for line in case.lines:
        for code, sentence in _faults(case.found["investments"][line.key], line, least):
            faults += 1
            yield Condition(
                code,
                False,
                f"{line.key}：{sentence}" if len(line.key) > 1 else sentence,
                "costs",
                line.row,
                rule="share",
            )
    if not faults:
        yield Condition("NOT_NEW", True, _("Every investment is new money into the real economy."), rule="share")


def _faults(told: dict[str, Any], line: Any, least: Decimal) -> Iterator[tuple[str, str]]:
    if not told["is_new"]:
        yield "NOT_NEW", _("only new money counts, not shares bought from others. Leave it out.")
    if not told["real_economy"]:
        yield "NOT_REAL_ECONOMY", _("only companies of the real economy count. Leave it out.")
    if line.paid < least:
        yield (
            "BELOW_MINIMUM",
            _("%(paid)s yuan are below the least amount of %(least)s yuan.")
            % {"paid": yuan(line.paid), "least": yuan(least)},
        )
    if told.get("taken"):
        yield "DUP_ITEM", _("this investment was already applied for elsewhere. Leave it out.")


class InvestorReward(SubsidyKind):
    """A share of each investment, cut to its cap and to that of the year."""

    name = "investor_reward"
    formula = "investor_reward"
    item, money = "股权投资", "奖励"
    lines_label = gettext_lazy("Investments claimed")
    conditions = (really_new,)
    adds = gettext_lazy("Add an investment")
    nothing = gettext_lazy("No investment of this quarter is recorded yet. Add the investor with its investment.")
    taken = (
        "DUP_ITEM",
        gettext_lazy(
            "An investment of this application was already applied for elsewhere. Leave it out, or contact the authority."
        ),
    )

    def investments(self, application: SubsidyApplication) -> list[Investment]:
        """What the application's investor paid in within the quarter."""
        if application.investor_id is None:
            return []
        quarter = application.quarter
        mine = Investment.objects.filter(
            investor=application.investor_id, invested_on__range=(quarter.first_day, quarter.last_day)
        )
        return list(mine.select_related("startup", "investor"))

    def proposals(self, application: SubsidyApplication) -> list[Cost]:
        used = self._taken(application)
        return [
            Cost(None, None, one.amount, one.code not in used, ("investment", one))
            for one in self.investments(application)
        ]

    def _digest(self, one: Investment) -> str:
        return once_digest(
            "investment", one.investor.uscc, one.startup.uscc or one.startup_id, one.invested_on, one.amount
        )

    def _taken(self, application: SubsidyApplication) -> set[str]:
        digests = {self._digest(one): one.code for one in self.investments(application)}
        return {digests[digest] for digest in taken_elsewhere(application, list(digests))}

    def once(self, application: SubsidyApplication, line: Any) -> list[str]:
        return [self._digest(line.investment)]

    def choice_words(self, cost: Cost) -> str:
        one = cost.columns["investment"]
        return _("%(name)s, %(day)s: %(paid)s yuan") % {
            "name": one.startup.name,
            "day": one.invested_on,
            "paid": yuan(one.amount),
        }

    def paper_row(self, line: Any) -> dict[str, str]:
        one = line.investment
        return {"about": f"投资{one.startup.name}", "month": str(one.invested_on), "invoice": one.code, "slips": ""}

    def source_form(self, application: SubsidyApplication) -> type[forms.Form]:
        return InvestmentForm

    def add_source(self, application: SubsidyApplication, given: dict[str, Any], *, by: Any) -> Any:
        investor = {name: given[name] for name in ("name", "uscc")}
        account = {name: given[name] for name in ("bank_name", "bank_account")}
        fields = {name: given[name] for name in ("startup", "amount", "invested_on", "is_new", "real_economy")}
        return add_investment(application, investor=investor, account=account, by=by, **fields)

    def found(self, application: SubsidyApplication) -> dict[str, Any]:
        used = self._taken(application)
        return {
            "investments": {
                one.code: {
                    "invested_on": str(one.invested_on),
                    "is_new": one.is_new,
                    "real_economy": one.real_economy,
                    "taken": one.code in used,
                }
                for one in self.investments(application)
            },
            "year_before": self._year_before(application),
        }

    def _year_before(self, application: SubsidyApplication) -> dict[str, str]:
        """What other applications gave the same investor, by the year of the investment."""
        if application.investor_id is None:
            return {}
        others = (
            SubsidyApplication.objects.counting().filter(investor=application.investor_id).exclude(pk=application.pk)
        )
        totals: dict[str, Decimal] = {}
        for line in ApplicationLine.objects.filter(application__in=others, is_cut=False).select_related("investment"):
            year = str(line.investment.invested_on.year)
            totals[year] = totals.get(year, Decimal("0.00")) + line.assessed
        return {year: str(total) for year, total in sorted(totals.items())}

    def facts_of(self, case: Case) -> dict[str, Any]:
        told = case.found["investments"]
        investments = [
            {
                "key": line.key,
                "amount": str(line.paid),
                **{name: told[line.key][name] for name in ("invested_on", "is_new", "real_economy")},
            }
            for line in case.lines
        ]
        return {"investments": investments, "year_before": case.found.get("year_before", {})}

    def questions(self) -> dict[str, forms.Field]:
        asked = InvestmentForm.base_fields
        return {name: asked[name] for name in ("amount", "invested_on", "is_new", "real_economy")}

    def stated(self, answers: dict[str, Any], period: Quarter) -> dict[str, Any]:
        """One invented investment."""
        told = {
            "invested_on": str(answers["invested_on"]),
            "is_new": bool(answers["is_new"]),
            "real_economy": bool(answers["real_economy"]),
        }
        return {"found": {"investments": {"1": told}}, "lines": [{"number": "1", "paid": str(answers["amount"])}]}
