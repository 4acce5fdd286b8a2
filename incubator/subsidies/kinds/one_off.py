"""The one-off startup grant (一次性创业补贴, clause 十五): to a founder who was trained and founded a first firm.

Once per person and once per licence, under the province's clause: whichever organisation and local measure it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.errors import NotEligible
from incubator.core.fields import DayField
from incubator.core.forms import DateInput
from incubator.core.periods import add_months, whole_months
from incubator.subsidies.conditions import Condition, stated
from incubator.subsidies.kinds.base import SubsidyKind
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.prefill import Cost
from incubator.subsidies.services.keys import once_digest, taken_elsewhere
from incubator.subsidies.services.sources import enter_account
from incubator.tenants.fields import AccountField
from incubator.tenants.models import Category

if TYPE_CHECKING:
    from incubator.subsidies.case import Case

CLAUSE = "jilin-2015-28（十五）"


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def category_is_entitled(case: Case) -> Iterator[Condition]:
    """The founder belongs to a category that the edition names, and the proof is valid."""
    entitled = (case.value("categories") or "").split(",")
    mine = case.found.get("category")
    values = {"list": "、".join(str(Category(one).label) for one in entitled if one in Category.values)}
    yield stated(
        "CATEGORY_NOT_ELIGIBLE",
        None if mine is None else mine in entitled,
        (
            _("The founder's category is entitled."),  # never which one: many people read a case (policy.md h)
            _("The founder must belong to one of these: %(list)s. Have the operator record the certificate.") % values,
            _("The founder must belong to one of these: %(list)s.") % values,
        ),
        rule="categories",
    )
    ends = _day(case.found.get("category_valid_to"))
    if ends is not None:
        yield stated(
            "CATEGORY_EXPIRED",
            ends >= applied_on(case),
            (_("The proof of the category is valid."), _("The proof of the category has expired. Renew it first."), ""),
            rule="categories",
        )


def trained_before(case: Case) -> Iterator[Condition]:
    """The training was passed before the application, and its certificate still counts."""
    trained, valid = _day(case.figures.get("trained_on")), case.value("certificate_valid_months")
    in_time = trained is not None and trained <= applied_on(case)
    if trained is not None and valid is not None:
        in_time = in_time and add_months(trained, int(valid)) >= applied_on(case)
    yield stated(
        "NO_TRAINING",
        in_time,
        (
            _("A startup training was passed in time."),
            _(
                "A startup training must have been passed before the application, and its certificate must still count. Enter the day of the certificate."
            ),
            "",
        ),
        "costs",
        rule="certificate_valid_months",
    )


def first_firm_in_business(case: Case) -> Iterator[Condition]:
    """It is the first firm, and it is in business long enough."""
    yield stated(
        "NOT_FIRST_FIRM",
        case.figures.get("first_firm") == "True",
        (
            _("It is declared to be the founder's first firm."),
            _("Declare that this is the founder's first firm; the grant is for a first firm only."),
            "",
        ),
        "costs",
        rule="amount",
    )
    registered, least = _day(case.found.get("registered_on")), int(case.value("min_operating_months") or 0)
    if registered is None:
        yield Condition(
            "EVIDENCE_MISSING",
            False,
            _("The day of the company's registration is not recorded. Ask the operator to enter it."),
            rule="min_operating_months",
        )
        return
    values = {"worked": max(whole_months(registered, applied_on(case)), 0), "least": least}
    yield stated(
        "TOO_EARLY",
        values["worked"] >= least,
        (
            _("The company has been in business for %(worked)s whole months; %(least)s are required.") % values,
            _("The company has been in business for %(worked)s whole months, but %(least)s are required. Apply later.")
            % values,
            "",
        ),
        rule="min_operating_months",
    )


def granted_once(case: Case) -> Iterator[Condition]:
    """Neither the person nor the licence has used the grant, wherever."""
    before = case.found.get("granted_before")
    if before is False and not case.found.get("identified", True):
        yield Condition(
            "EVIDENCE_MISSING",
            False,
            _("The founder's identity number is not recorded. Ask the operator to enter it."),
            rule="amount",
        )
        return
    yield stated(
        "ONCE_ONLY",
        None if before is None else not before,
        (
            _("The grant was not used before."),
            _(
                "The grant was already used or applied for elsewhere by this person or this company. Contact the authority."
            ),
            _("The grant is given once to a person and once to a company."),
        ),
        rule="amount",
    )


def applied_on(case: Case) -> date:
    """The day of the application: when it was first sent, today while it is a draft."""
    return _day(case.found.get("applied_on")) or case.today


class AccountForm(forms.Form):
    """The founder's own bank account."""

    bank_name = forms.CharField(label=gettext_lazy("Bank"), max_length=120)
    bank_account = AccountField(label=gettext_lazy("Bank account in the founder's own name"))


class OneOffGrant(SubsidyKind):
    """A fixed amount, once."""

    name = "one_off"
    formula = "startup_grant"
    item = "一次性创业"
    lines_label = gettext_lazy("Grant claimed")
    conditions = (category_is_entitled, trained_before, first_firm_in_business, granted_once)
    adds = gettext_lazy("Enter the founder's bank account")
    taken = (
        "ONCE_ONLY",
        gettext_lazy(
            "The grant was already used or applied for elsewhere by this person or this company. Contact the authority."
        ),
    )

    def figure_fields(self, given: dict[str, Any]) -> dict[str, forms.Field]:
        return {
            "trained_on": DayField(
                label=gettext_lazy("Day on the certificate of startup training"),
                initial=given.get("trained_on"),
                widget=DateInput(),
            ),
            "first_firm": forms.BooleanField(
                label=gettext_lazy("This company is the founder's first firm."),
                initial=given.get("first_firm") == "True",
                required=False,
            ),
        }

    def proposals(self, application: SubsidyApplication) -> list[Cost]:
        founder = application.founder
        if founder is None:
            return []
        return [
            Cost(
                None,
                None,
                Decimal("0.00"),
                not taken_elsewhere(application, self._digests(application)),
                ("founder", founder),
            )
        ]

    def choice_words(self, cost: Cost) -> str:
        return _("One-off grant for %(name)s") % {"name": cost.columns["founder"].name}

    def source_form(self, application: SubsidyApplication) -> type[forms.Form]:
        return AccountForm

    def add_source(self, application: SubsidyApplication, given: dict[str, Any], *, by: Any) -> Any:
        return enter_account(founder=application.founder, by=by, **given)

    def once(self, application: SubsidyApplication, line: Any) -> list[str]:
        return self._digests(application)

    def _digests(self, application: SubsidyApplication) -> list[str]:
        """Person and licence, each with the province's clause."""
        person, licence = application.founder.resident_id, application.startup.uscc
        return [
            once_digest(what, number, CLAUSE) for what, number in (("person", person), ("licence", licence)) if number
        ]

    def found(self, application: SubsidyApplication) -> dict[str, Any]:
        founder, startup = application.founder, application.startup
        if founder is None:
            return {}
        sent = application.submitted_at
        return {
            "category": founder.category,
            "category_valid_to": str(founder.category_valid_to or ""),
            "registered_on": str(startup.registered_on or ""),
            "applied_on": str(timezone.localdate(sent) if sent else timezone.localdate()),
            "identified": bool(founder.resident_id),
            "granted_before": bool(taken_elsewhere(application, self._digests(application))),
        }

    def facts_of(self, case: Case) -> dict[str, Any]:
        """Nothing is computed for nobody: without a line there is nothing to grant."""
        if not case.lines:
            raise NotEligible(_("Nothing is claimed yet. Choose at least one."))
        registered = case.found.get("registered_on")
        if not registered:
            raise NotEligible(_("The day of the company's registration is not recorded. Ask the operator to enter it."))
        return {
            "category": case.found.get("category") or None,
            "category_valid_to": case.found.get("category_valid_to") or None,
            "trained_on": case.figures.get("trained_on") or None,
            "registered_on": registered,
            "applied_on": str(applied_on(case)),
            "first_firm": case.figures.get("first_firm") == "True",
            "granted_before": bool(case.found.get("granted_before")),
        }

    def questions(self) -> dict[str, forms.Field]:
        return {
            "category": forms.ChoiceField(label=gettext_lazy("Category"), choices=Category.choices),
            "registered_on": DayField(label=gettext_lazy("Company registered on"), widget=DateInput()),
            **self.figure_fields({}),
        }

    def stated(self, answers: dict[str, Any], period: Quarter) -> dict[str, Any]:
        """One grant of an invented founder."""
        figures = {"trained_on": str(answers["trained_on"]), "first_firm": str(answers["first_firm"])}
        found = {
            "category": answers["category"],
            "registered_on": str(answers["registered_on"]),
            "granted_before": None,
        }
        return {"figures": figures, "found": found, "lines": [{"number": "1", "paid": "0.00"}]}
