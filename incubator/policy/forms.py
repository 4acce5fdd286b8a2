"""Input about editions from browsers, cleaned. What a figure may be is decided by the register of keys."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.accounts.models import User
from incubator.accounts.roles import Role
from incubator.core.fields import DayField
from incubator.core.forms import NumberTextInput, VersionForm
from incubator.policy.evidence import askable, dropped
from incubator.policy.models import Certainty, Citation, Clause, Decider, PolicyDocument, ProgrammeEdition
from incubator.policy.services import cite
from incubator.policy.services.editions import LOOK_AGAIN_DAYS

SOURCES = (
    ("cited", gettext_lazy("It stands in the words quoted below")),
    (Certainty.DERIVED.value, gettext_lazy("From a secondary source or computed; to be verified before publication")),
)
ASKED = (("", gettext_lazy("Not asked for")), ("optional", gettext_lazy("Optional")), ("required", gettext_lazy("Required")))
PERIODS = (("month", gettext_lazy("Month")), ("quarter", gettext_lazy("Quarter")), ("year", gettext_lazy("Year")))


class ClauseChoice(forms.ModelChoiceField):
    """A clause of a local measure, or of the text that gives the right."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} {obj.title}"


def citable(edition: ProgrammeEdition) -> Any:
    """The clauses that an edition may rest on: the organisation's own measures, and the text of its programme."""
    own = Clause.objects.own()
    authorising = Clause.objects.filter(document=edition.programme.citation.clause.document)
    return (own | authorising).select_related("document").order_by("-organisation", "document", "ordinal")


class CitedForm(VersionForm):
    """A form whose input rests on words of a clause."""

    clause = ClauseChoice(label=gettext_lazy("Clause that says so"), queryset=Clause.objects.none())
    quote = forms.CharField(
        label=gettext_lazy("Its words"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Copy the words from the clause. They must stand in it."),
    )

    def __init__(self, *args: Any, edition: ProgrammeEdition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.initial.setdefault("version", edition.version)
        self.fields["clause"].queryset = citable(edition)

    def citation(self) -> Citation | None:
        """The words as a citation. Raises BusinessError at the field where they do not stand in the clause."""
        return cite(self.cleaned_data["clause"], self.cleaned_data["quote"]) if self.cleaned_data["clause"] else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        clause, quote = cleaned.get("clause"), cleaned.get("quote")
        if clause and not quote and "quote" not in self.errors:
            self.add_error("quote", _("Copy the words of the clause that say so."))
        return cleaned


class FigureForm(CitedForm):
    """One figure with the days it holds and the words that set it."""

    value = forms.CharField(label=gettext_lazy("Value"), max_length=120)
    certainty = forms.ChoiceField(
        label=gettext_lazy("Where the value comes from"), choices=SOURCES, initial="cited", required=False,
        widget=forms.RadioSelect,
    )
    source = forms.CharField(
        label=gettext_lazy("Secondary source"), max_length=200, required=False,
        help_text=gettext_lazy("For example a report or a table, or how it was computed. Needed only for such a value."),
    )
    valid_from = DayField(label=gettext_lazy("Valid from"), required=False)
    valid_to = DayField(label=gettext_lazy("Valid until"), required=False)

    field_order = ("value", "certainty", "source", "clause", "quote", "valid_from", "valid_to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].required = self.fields["quote"].required = False

    @property
    def is_derived(self) -> bool:
        return self.cleaned_data.get("certainty") == Certainty.DERIVED

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.is_derived and not cleaned.get("source"):
            self.add_error("source", _("Say where the value comes from. Somebody verifies it in the issuing body's own text."))
        if not self.is_derived and not cleaned.get("clause") and "clause" not in self.errors:
            self.add_error("clause", _("Choose the clause whose words set the value."))
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day lies before the first one."))
        return cleaned


class VerifyForm(CitedForm):
    """Where a derived figure stands in the issuing body's own text, and when to look again."""

    look_again_on = DayField(label=gettext_lazy("Look again on"), help_text=gettext_lazy("At the latest after a year; the desk reminds you."))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    field_order = ("clause", "quote", "look_again_on", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = Clause.objects.select_related("document").order_by("-organisation", "document", "ordinal")
        self.fields["clause"].queryset = every.filter(document__in=PolicyDocument.objects.confirmed())

    def clean_look_again_on(self) -> date:
        day: date = self.cleaned_data["look_again_on"]
        today = timezone.localdate()
        if not today < day <= today + timedelta(days=LOOK_AGAIN_DAYS + 1):
            raise forms.ValidationError(_("Choose a day after today and within a year."))
        return day


class SuccessorForm(forms.Form):
    """The published edition that follows the one in force."""

    successor = forms.ModelChoiceField(label=gettext_lazy("Successor"), queryset=ProgrammeEdition.objects.none(), empty_label=None)

    def __init__(self, *args: Any, edition: ProgrammeEdition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = ProgrammeEdition.objects.own().successors_of(edition)


class EditionForm(CitedForm):
    """What an edition rules besides its figures. Clause and words name the payee."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    region = forms.CharField(label=gettext_lazy("Region"), max_length=60, required=False)
    effective_from = DayField(label=gettext_lazy("In force from"), required=False)
    effective_to = DayField(label=gettext_lazy("In force until"), required=False)
    period = forms.ChoiceField(label=gettext_lazy("Period of a claim"), choices=PERIODS)
    decider = forms.ChoiceField(label=gettext_lazy("Decided by"), choices=Decider.choices)
    stacking_group = forms.CharField(
        label=gettext_lazy("Stacking group"), max_length=40, validators=[RegexValidator(r"^[a-z0-9_-]+$", gettext_lazy("Use small letters, digits, - and _ only."))],
        help_text=gettext_lazy("Rights of one group are never paid twice for the same months and place, whatever measure sets them."),
    )

    field_order = ("name", "region", "effective_from", "effective_to", "period", "decider", "stacking_group", "clause", "quote")
    plain = ("name", "region", "effective_from", "effective_to", "decider", "stacking_group")

    def __init__(self, *args: Any, edition: ProgrammeEdition, **kwargs: Any) -> None:
        cited = edition.payee_citation
        begin = {name: getattr(edition, name) for name in self.plain}
        begin |= {"period": edition.window.get("period", "quarter")}
        begin |= {"clause": cited.clause_id, "quote": cited.quote} if cited else {}
        super().__init__(*args, edition=edition, initial=begin, **kwargs)
        self.fields["clause"].label = _("Clause that names the payee")
        self.fields["clause"].required = self.fields["quote"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("effective_from"), cleaned.get("effective_to")
        if first and last and last < first:
            self.add_error("effective_to", _("The last day lies before the first one."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The fields of the edition, as the service takes them. Raises BusinessError where the words do not stand in the clause."""
        data = self.cleaned_data
        return {name: data[name] for name in self.plain} | {"payee_citation": self.citation(), "window": self.edition.window | {"period": data["period"]}}


class NoticeRuleForm(CitedForm):
    """For how many working days a result is shown to the public, and the words that order it. No days: no notice."""

    working_days = forms.IntegerField(
        label=gettext_lazy("Working days of public notice"), min_value=0, max_value=60, widget=NumberTextInput(gettext_lazy("working days")),
        help_text=gettext_lazy("0 where the measure orders no notice."),
    )

    field_order = ("working_days", "clause", "quote")

    def __init__(self, *args: Any, edition: ProgrammeEdition, **kwargs: Any) -> None:
        rule = edition.notice or {}
        begin: dict[str, Any] = {"working_days": rule.get("working_days", 0)}
        if rule:
            cited = Citation.objects.get(pk=rule["citation"])
            begin |= {"clause": cited.clause_id, "quote": cited.quote}
        super().__init__(*args, edition=edition, initial=begin, **kwargs)
        self.fields["clause"].required = self.fields["quote"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("working_days") and not cleaned.get("clause") and "clause" not in self.errors:
            self.add_error("clause", _("Choose the clause that orders the notice."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The rule as the edition keeps it. Raises BusinessError where the words do not stand in the clause."""
        days = self.cleaned_data["working_days"]
        if not days:
            return {"notice": None}
        words: Any = self.citation()
        return {"notice": {"working_days": days, "day_kind": "working", "citation": words.pk}}


class PapersForm(VersionForm):
    """Which papers an application brings: not asked for, optional or required, each with what it must show."""

    def __init__(self, *args: Any, edition: ProgrammeEdition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.initial.setdefault("version", edition.version)
        listed = {row["item"]: row for row in edition.evidence}
        self.items = askable(edition.evidence)
        for item in self.items:
            row = listed.get(item.value)
            asked = "" if row is None else "required" if row.get("required") else "optional"
            self.fields[f"ask_{item}"] = forms.ChoiceField(label=item.label, choices=ASKED, required=False, initial=asked)
            self.fields[f"note_{item}"] = forms.CharField(
                label=_("%(paper)s: what it must show") % {"paper": item.label}, max_length=120, required=False, initial=row.get("note", "") if row else ""
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each paper: the choice, and the words on what it must show."""
        return [(self[f"ask_{item}"], self[f"note_{item}"]) for item in self.items]

    def changes(self) -> dict[str, Any]:
        """The list as the edition keeps it."""
        return {"evidence": self.papers()}

    def papers(self) -> list[dict[str, Any]]:
        """The papers that are asked for, in the order of the form."""
        data = self.cleaned_data
        return [
            {"item": item.value, "required": data[f"ask_{item}"] == "required", "note": data[f"note_{item}"]}
            for item in self.items if data.get(f"ask_{item}")
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        missing = [] if self.errors else dropped(self.edition.programme.kind, self.papers())
        if missing:
            raise forms.ValidationError(_("These stay required, because the check against double payment rests on them: %(papers)s.") % {"papers": "、".join(missing)})
        return cleaned


class NoteForm(forms.Form):
    """Why something goes back."""

    note = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class WithdrawForm(NoteForm):
    """Why an edition is taken back, and the manager who agrees."""

    manager = forms.ModelChoiceField(label=gettext_lazy("Manager who agrees"), queryset=User.objects.none())

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        running = by.organisation.memberships.running().filter(role=Role.MANAGER).exclude(user=by.user)
        self.fields["manager"].queryset = User.objects.filter(pk__in=running.values("user"))
