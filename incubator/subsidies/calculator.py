"""The calculator 算一算: a few plain questions, and what every programme answers to them. Stores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.fields import DayField
from incubator.core.periods import Month
from incubator.core.templatetags.fuhua import quarter as quarter_words
from incubator.policy.models import Parameter, Payee, ProgrammeEdition
from incubator.policy.states import EditionState
from incubator.subsidies.kinds import SubsidyKind, kind_named, kinds
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.trial import Outcome, run, stated_case

STARTUP, SPACE = "startup", "space"
LEVELS = {STARTUP: (Payee.TENANT, Payee.PERSON, Payee.OTHER, Payee.BANK), SPACE: (Payee.SPACE,)}
UNSAID = gettext_lazy("I do not know")
YES_NO = (("", UNSAID), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
LONG_AGO = timedelta(days=3650)


def editions_open(day: date) -> list[ProgrammeEdition]:
    """This organisation's programmes in force on this day whose kind takes applications."""
    running = ProgrammeEdition.objects.own().with_rule().effective_on(day).filter(state=EditionState.EFFECTIVE)
    order = [kind.name for kind in kinds()]
    return sorted((edition for edition in running if edition.kind in order), key=lambda edition: (order.index(edition.kind), edition.pk))


def rights_without_amount(opened: set[int]) -> list[Any]:
    """Programmes that a clause authorises without an amount, and that no measure here has opened (policy.md d)."""
    rows = Parameter.objects.shared().not_set().exclude(edition=None)
    editions = ProgrammeEdition.objects.templates().with_rule().filter(pk__in=rows.values("edition"))
    programmes = {edition.programme_id: edition.programme for edition in editions.order_by("pk")}
    return [programme for pk, programme in programmes.items() if pk not in opened]


def quarters_asked(day: date) -> list[Quarter]:
    """The quarter of this day and the three before it, the last whole one first: that is what people apply for now."""
    first = Month.of(day)
    quarters = [Quarter(first.plus(-3 * back).quarter) for back in range(4)]
    return [quarters[1], quarters[0], *quarters[2:]]


class CalculatorForm(forms.Form):
    """Who asks, for when, since when they are here; then what each kind of programme asks. Every answer may be left
    out: what is not answered is not computed."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who are you?"),
        choices=((STARTUP, gettext_lazy("A startup or its founder")), (SPACE, gettext_lazy("Whoever runs the space"))),
        widget=forms.RadioSelect, initial=STARTUP,
    )
    quarter = forms.ChoiceField(label=gettext_lazy("For which quarter?"))
    settled_on = DayField(label=gettext_lazy("Here since"), required=False, help_text=gettext_lazy("The first day of your lease."))
    incubated = forms.ChoiceField(label=gettext_lazy("Do you have an incubation agreement?"), choices=YES_NO, required=False)
    abnormal = forms.ChoiceField(
        label=gettext_lazy("Is the company on the list of abnormal operations?"), choices=YES_NO, required=False
    )

    def __init__(self, *args: Any, day: date, asked: list[SubsidyKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day, self.asked = day, asked
        quarters = quarters_asked(day)
        self.fields["quarter"].choices = [(str(one), quarter_words(str(one))) for one in quarters]
        self.fields["quarter"].initial = str(quarters[0])
        for kind in asked:
            for name, question in kind.questions().items():
                field = deepcopy(question)  # some kinds ask with the fields of a form of theirs
                field.tells = field.required and field.initial is None and not isinstance(field, (forms.BooleanField, forms.ChoiceField))
                field.required = False
                self.fields[f"{kind.name}_{name}"] = field

    def clean(self) -> dict[str, Any]:
        """Of what one programme asks, all or nothing."""
        cleaned = super().clean() or {}
        for kind in self.asked:
            for name in self._missing(kind, cleaned):
                self.add_error(name, _("This answer is missing. Fill it in, or empty the other answers of this part."))
        return cleaned

    def _missing(self, kind: SubsidyKind, cleaned: dict[str, Any]) -> list[str]:
        names = self._telling(kind)
        empty = [name for name in names if name not in self.errors and cleaned.get(name) is None]
        return empty if len(empty) < len(names) else []

    def _telling(self, kind: SubsidyKind) -> list[str]:
        """The fields of a kind that must be filled in to compute anything; boxes, choices and counts have a default."""
        return [name for name in (f"{kind.name}_{one}" for one in kind.questions()) if self.fields[name].tells]

    @property
    def common(self) -> list[Any]:
        """The questions about the applicant."""
        return [self[name] for name in type(self).base_fields]

    @property
    def parts(self) -> Iterator[tuple[SubsidyKind, list[Any]]]:
        """The questions of each kind."""
        for kind in self.asked:
            fields = [self[f"{kind.name}_{name}"] for name in kind.questions()]
            if fields:
                yield kind, fields

    def answers_of(self, kind: SubsidyKind) -> dict[str, Any] | None:
        """What was answered for a kind, or None where nothing was."""
        if any(self.cleaned_data.get(name) is None for name in self._telling(kind)):
            return None
        given = {name: self.cleaned_data.get(f"{kind.name}_{name}") for name in kind.questions()}
        return {
            name: self.fields[f"{kind.name}_{name}"].initial if value is None else value for name, value in given.items()
        }

    def facts_for(self, kind: SubsidyKind) -> dict[str, Any] | None:
        """The facts of a case, as `trial.stated_case` reads them."""
        answers, cleaned = self.answers_of(kind), self.cleaned_data
        if answers is None:
            return None
        period = Quarter(cleaned["quarter"])
        settled = cleaned.get("settled_on")
        facts = kind.stated(answers | {"settled_on": settled, "today": self.day}, period)
        abnormal = {"yes": True, "no": False}.get(cleaned["abnormal"])
        since = str(settled or period.first_day - LONG_AGO)
        spans = {"yes": [(since, str(period.last_day + LONG_AGO))], "no": []}.get(cleaned["incubated"])
        return {"period": str(period), "abnormal_listed": abnormal, "agreements": spans} | facts


@dataclass(frozen=True)
class Answer:
    """What one programme says: the outcome, or None while its questions are not answered."""

    edition: ProgrammeEdition
    outcome: Outcome | None
    last_day: date | None = None

    @property
    def state(self) -> str:
        return self.outcome.state if self.outcome else "unasked"


def answers(form: CalculatorForm) -> list[Answer]:
    """Every programme's answer to the questions, those that pay first."""
    level = LEVELS[form.cleaned_data["who"]]
    found = [answer(edition, form) for edition in editions_open(form.day) if edition.payee in level]
    order = ("entitled", "open", "missing", "refused", "nothing", "unset", "unasked")
    return sorted(found, key=lambda one: order.index(one.state))


def answer(edition: ProgrammeEdition, form: CalculatorForm) -> Answer:
    """One programme's answer."""
    facts = form.facts_for(kind_named(edition.kind))
    if facts is None:
        return Answer(edition, None)
    case = stated_case(edition, facts, form.day)
    outcome = run(case)
    return Answer(edition, outcome, outcome.last_day)
