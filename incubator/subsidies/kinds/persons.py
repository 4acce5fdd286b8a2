"""Subsidies per person and month: what graduates hired, interns and farm instructors have in common.

A line is a person in a month. Formulas and traces know a person by the code only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.fields import DayField, YuanField
from incubator.core.forms import DateInput, YuanInput
from incubator.core.money import yuan
from incubator.core.periods import Month
from incubator.core.templatetags.fuhua import month as month_words
from incubator.subsidies.conditions import Condition, stated
from incubator.subsidies.kinds.base import SubsidyKind
from incubator.subsidies.models import ApplicationLine, SubsidyApplication, SupportedPerson
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.prefill import Cost
from incubator.subsidies.services.keys import once_digest, taken_elsewhere
from incubator.subsidies.services.sources import add_person
from incubator.tenants.fields import ResidentIdField

if TYPE_CHECKING:
    from incubator.subsidies.case import Case


class PersonForm(forms.Form):
    """A person with the span of contract or engagement."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=40)
    resident_id = ResidentIdField(label=gettext_lazy("Resident identity number"))
    graduated_on = DayField(label=gettext_lazy("Graduated on"), widget=DateInput())
    starts_on = DayField(label=gettext_lazy("First day"), widget=DateInput())
    ends_on = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Leave empty for an open end."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first. Change one of them."))
        return cleaned


class PaidPersonForm(PersonForm):
    """A person for whom something is paid each month."""

    monthly = YuanField(
        label=gettext_lazy("Paid for the person each month"), minimum=Decimal("0.01"), widget=YuanInput()
    )


def something_claimed(case: Case) -> Iterator[Condition]:
    """At least one month of one person is claimed."""
    if not case.lines:
        yield Condition(
            "EVIDENCE_MISSING",
            False,
            _("Nothing is claimed yet. Add a person, and choose at least one month."),
            "costs",
        )


def persons_free(case: Case) -> Iterator[Condition]:
    """No person is claimed for in the same month elsewhere."""
    told = case.found.get("persons", {})
    taken = [
        line.key
        for code, lines in by_person(case).items()
        for line in lines
        if str(line.month) in told.get(code, {}).get("months_already", ())
    ]
    said = bool(case.found.get("persons")) and "known" in case.found
    yield stated(
        "DUP_MONTH",
        not taken if said or taken else None,
        (
            _("Nobody is claimed for twice in a month."),
            _("%(list)s is already claimed for elsewhere. Leave it out.") % {"list": "、".join(taken)},
            _("A person can be claimed for once in a month, by whichever company."),
        ),
        "costs",
        rule="once_month",
    )


class PersonKind(SubsidyKind):
    """A subsidy for persons in months."""

    role: ClassVar[str] = ""
    form: ClassVar[type[forms.Form]] = PaidPersonForm
    lines_label = gettext_lazy("People and months claimed")
    conditions = (something_claimed, persons_free)
    adds = gettext_lazy("Add a person")
    nothing = gettext_lazy("Nobody is recorded for this quarter yet. Add the people first.")
    taken = (
        "DUP_MONTH",
        gettext_lazy(
            "A person of this application is already claimed for in this month elsewhere. Leave the month out, or contact the authority."
        ),
    )

    def people(self, application: SubsidyApplication) -> Any:
        """The people of this applicant and role who were there in the quarter."""
        quarter = application.quarter
        mine = SupportedPerson.objects.filter(
            role=self.role, startup=application.startup_id, starts_on__lte=quarter.last_day
        )
        return mine.filter(Q(ends_on=None) | Q(ends_on__gte=quarter.first_day))

    def proposals(self, application: SubsidyApplication) -> list[Cost]:
        """Every month of the quarter in which each person was there."""
        people = list(self.people(application))
        taken = self._taken(application, people)
        return [
            Cost(None, month, person.monthly, (person.pk, month) not in taken, ("person", person))
            for person in people
            for month in self._months(application, person)
        ]

    def _months(self, application: SubsidyApplication, person: SupportedPerson) -> list[Month]:
        last = person.ends_on or application.quarter.last_day
        return [month for month in application.quarter.months if month.days_inside(person.starts_on, last)]

    def _digest(self, person: SupportedPerson, month: Month) -> str:
        return once_digest("person month", person.resident_id, self.name, month)

    def _taken(self, application: SubsidyApplication, people: Iterable[SupportedPerson]) -> set[tuple[int, Month]]:
        """Which of these months of people another application holds, in whatever organisation."""
        wanted = {
            self._digest(person, month): (person.pk, month) for person in people for month in application.quarter.months
        }
        return {wanted[digest] for digest in taken_elsewhere(application, list(wanted))}

    def once(self, application: SubsidyApplication, line: Any) -> list[str]:
        return [self._digest(line.person, Month.of(line.month))]

    def choice_words(self, cost: Cost) -> str:
        person = cost.columns["person"]
        values = {"name": person.name, "month": month_words(str(cost.month)), "paid": yuan(cost.paid)}
        return _("%(name)s, %(month)s: %(paid)s yuan paid") % values if cost.paid else _("%(name)s, %(month)s") % values

    def paper_row(self, line: Any) -> dict[str, str]:
        person = line.person
        row = {"about": f"{person.name}　{person.masked_resident_id}", "invoice": person.code}
        return super().paper_row(line) | row

    def source_form(self, application: SubsidyApplication) -> type[forms.Form]:
        return self.form

    def add_source(self, application: SubsidyApplication, given: dict[str, Any], *, by: Any) -> Any:
        return add_person(application, self.role, by=by, **given)

    def found(self, application: SubsidyApplication) -> dict[str, Any]:
        people = list(self.people(application))
        taken = self._taken(application, people)
        return {
            "known": True,
            "persons": {
                person.code: {
                    "starts_on": str(person.starts_on),
                    "ends_on": str(person.ends_on) if person.ends_on else None,
                    "graduated_on": str(person.graduated_on) if person.graduated_on else None,
                    "months_already": [str(month) for pk, month in sorted(taken, key=str) if pk == person.pk],
                    "months_used": self._months_used(application, person),
                }
                for person in people
            },
        }

    def _months_used(self, application: SubsidyApplication, person: SupportedPerson) -> int:
        """The months that were granted, or are being decided, for the same person elsewhere in this organisation."""
        others = (
            SubsidyApplication.objects.counting().filter(edition__programme__kind=self.name).exclude(pk=application.pk)
        )
        lines = ApplicationLine.objects.filter(
            application__in=others, person__resident_id_index=person.resident_id_index
        )
        return lines.filter(is_cut=False, assessed__gt=0).count()

    def facts_of(self, case: Case) -> dict[str, Any]:
        return {"persons": [self._person_facts(case, code, lines) for code, lines in by_person(case).items()]}

    def _person_facts(self, case: Case, code: str, lines: list[Any]) -> dict[str, Any]:
        person = case.found["persons"][code]
        return {"key": code, "monthly": str(lines[0].paid), "months": [str(line.month) for line in lines], **person}

    def questions(self) -> dict[str, forms.Field]:
        asked = self.form().fields
        return {name: field for name, field in asked.items() if name not in {"name", "resident_id"}}

    def stated(self, answers: dict[str, Any], period: Quarter) -> dict[str, Any]:
        """One invented person in every month of the quarter."""
        person = {name: _text(answers.get(name)) for name in ("starts_on", "ends_on", "graduated_on")}
        first, last = answers["starts_on"], answers.get("ends_on") or period.last_day
        months = [month for month in period.months if month.days_inside(first, last)]
        lines = [
            {"month": str(month), "number": "1", "paid": str(answers.get("monthly") or "0.00")} for month in months
        ]
        return {"found": {"persons": {"1": person}}, "lines": lines}


def _text(value: date | None) -> str | None:
    return str(value) if value else None


def by_person(case: Case) -> dict[str, list[Any]]:
    """The lines of each person. A stated case has one person, whose lines are named by the month alone."""
    found: dict[str, list[Any]] = {}
    for line in case.lines:
        code = line.key.split(" ")[0] if " " in line.key else line.number or "1"
        found.setdefault(code, []).append(line)
    return found
