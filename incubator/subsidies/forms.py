"""Input of subsidies from browsers, cleaned."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incubator.core.fields import DayField, YuanField
from incubator.core.forms import DateInput, FileInput, VersionForm, YuanInput
from incubator.core.money import yuan
from incubator.policy.models import ReasonCode
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.models import ClaimLine, Evidence, SubsidyApplication
from incubator.subsidies.prefill import Cost, key_of
from incubator.tenants.fields import AccountField

PAPER_KINDS = ("pdf", "jpg", "png")


class CostsForm(VersionForm):
    """The applicant's figures and the months or invoices that are claimed, prefilled from lease and invoices."""

    def __init__(self, application: SubsidyApplication, *args: Any, **kwargs: Any) -> None:
        self.application = application
        self.kind = kind_named(application.kind)
        self.figure_fields = self.kind.figure_fields(application.facts)
        self.costs = {cost.key: cost for cost in self.kind.proposals(application)}
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = application.version
        self.fields.update(self.figure_fields)
        self.fields["costs"] = forms.MultipleChoiceField(
            label=self.kind.lines_label,
            choices=[(key, self.kind.choice_label(cost)) for key, cost in self.costs.items()],
            widget=forms.CheckboxSelectMultiple,
            initial=[key_of(line) for line in application.lines.all()],
            error_messages={
                "required": _("Choose at least one."),
                "invalid_choice": _("One of the chosen months or invoices cannot be claimed. Choose from the list."),
            },
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, sentence in self.kind.refuse_figures(self.application, cleaned).items():
            self.add_error(name, sentence)
        return cleaned

    def figures(self) -> dict[str, str]:
        """The applicant's figures as text, the way facts keep them."""
        given = self.cleaned_data
        return {name: "" if given[name] is None else str(given[name]) for name in self.figure_fields}

    def chosen(self) -> list[Cost]:
        return [cost for key, cost in self.costs.items() if key in self.cleaned_data["costs"]]


class EvidenceForm(forms.Form):
    """A paper for one item: from the vault, or a new file."""

    item = forms.ChoiceField(widget=forms.HiddenInput)
    document = forms.ModelChoiceField(
        queryset=None, required=False, label=_("From the vault"), empty_label=_("Choose a paper"),
        error_messages={"invalid_choice": _("This paper is not a valid choice. Choose one from the list.")},
    )
    file = forms.FileField(
        required=False, label=_("Or a new file"), widget=FileInput(kinds=PAPER_KINDS, max_mb=20),
        error_messages={"empty": _("This file is empty. Choose the file again.")},
    )

    def __init__(self, papers: Any, items: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = papers
        self.fields["item"].choices = [(row["item"], row["label"]) for row in items]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("document") and not cleaned.get("file") and not self.errors:
            self.add_error("file", _("Choose a paper from the vault or a file."))
        return cleaned


class RetypeForm(forms.Form):
    """An account number, typed again from the bank's own paper by a second person."""

    typed = AccountField(label=_("Account number as it stands on the bank's paper"))


class SendForm(forms.Form):
    """The pledge, without which nothing is sent."""

    pledge = forms.BooleanField(
        label=_("We have read the pledge and stand by it."), error_messages={"required": _("Confirm the pledge before sending.")}
    )


class CodedForm(forms.Form):
    """Coded reasons with a note: for a return or a refusal."""

    codes = forms.ModelMultipleChoiceField(
        queryset=ReasonCode.objects.all(), label=_("Reasons"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one reason.")},
    )
    note = forms.CharField(label=_("What is wrong, and how to put it right"), max_length=500, widget=forms.Textarea({"rows": 4}))


class NoteForm(forms.Form):
    """A note that the next person, or the applicant, will read."""

    note = forms.CharField(label=_("Note"), max_length=500, widget=forms.Textarea({"rows": 4}))


class CutForm(forms.Form):
    """The coded reason for leaving a line out."""

    reason = forms.ModelChoiceField(
        queryset=ReasonCode.objects.all(), label=_("Reason"), empty_label=_("Choose a reason"),
        error_messages={"required": _("Choose the reason."), "invalid_choice": _("Choose the reason from the list.")},
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False, widget=forms.Textarea({"rows": 3}))


class FindingForm(forms.Form):
    """What the officer found in a paper."""

    verdict = forms.ChoiceField(
        label=_("Finding"), widget=forms.RadioSelect,
        choices=[choice for choice in Evidence.Verdict.choices if choice[0] != Evidence.Verdict.OPEN],
        error_messages={"required": _("Say whether the paper is good or in doubt.")},
    )
    finding = forms.CharField(label=_("What was found"), max_length=200, required=False, widget=forms.Textarea({"rows": 3}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == Evidence.Verdict.DOUBT and not cleaned.get("finding", "").strip():
            self.add_error("finding", _("Say what is in doubt."))
        return cleaned


class ScanForm(forms.Form):
    """The signed and stamped claim as it went to the authority."""

    scan = forms.FileField(label=_("Signed and stamped copy"), widget=FileInput(kinds=PAPER_KINDS, max_mb=20))


class ReplyForm(forms.Form):
    """An official reply: the paper and what stands in its head."""

    file = forms.FileField(label=_("The reply as PDF or picture"), widget=FileInput(kinds=PAPER_KINDS, max_mb=20))
    body = forms.CharField(label=_("Issuing body"), max_length=120)
    number = forms.CharField(label=_("Document number"), max_length=60, required=False)
    dated_on = DayField(label=_("Date of the document"), widget=DateInput())
    received_on = DayField(label=_("Received on"), widget=DateInput())


class ReturnReplyForm(ReplyForm):
    """The authority gave the claim back."""

    note = forms.CharField(label=_("What the authority wants corrected"), max_length=500, widget=forms.Textarea({"rows": 3}))


class DecisionForm(ReplyForm):
    """The authority's decision: the paper, and for each line approved, cut or refused."""

    def __init__(self, lines: list[ClaimLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields.update(line_fields(line))

    def rows(self) -> list[dict[str, Any]]:
        """Each line with its bound fields, for the table."""
        names = ("verdict", "decided", "reason", "words")
        return [{"line": line, **{name: self[f"{name}_{line.pk}"] for name in names}} for line in self.lines]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for line in self.lines:
            self._clean_line(line, cleaned)
        return cleaned

    def _clean_line(self, line: ClaimLine, cleaned: dict[str, Any]) -> None:
        verdict, decided = cleaned.get(f"verdict_{line.pk}"), cleaned.get(f"decided_{line.pk}")
        if verdict == "cut" and (decided is None or not 0 < decided < line.amount) and f"decided_{line.pk}" not in self.errors:
            self.add_error(
                f"decided_{line.pk}",
                _("A cut amount lies between 0 and %(amount)s yuan. Approve or refuse the line otherwise.") % {"amount": yuan(line.amount)},
            )
        if verdict in {"cut", "refused"} and not cleaned.get(f"reason_{line.pk}"):
            self.add_error(f"reason_{line.pk}", _("Choose the reason."))


def line_fields(line: ClaimLine) -> dict[str, forms.Field]:
    """The four fields of one line of the reply."""
    choices = [choice for choice in ClaimLine.Verdict.choices if choice[0] != ClaimLine.Verdict.OPEN]
    return {
        f"verdict_{line.pk}": forms.ChoiceField(label=_("Decision"), choices=choices, initial="approved"),
        f"decided_{line.pk}": YuanField(label=_("Cut to"), required=False, widget=YuanInput()),
        f"reason_{line.pk}": forms.ModelChoiceField(
            queryset=ReasonCode.objects.all(), label=_("Reason"), required=False, empty_label=_("None"),
        ),
        f"words_{line.pk}": forms.CharField(label=_("The authority's words"), max_length=300, required=False),
    }


class TotalForm(forms.Form):
    """The total as it stands on the reply, typed again by the second person."""

    total = YuanField(label=_("Total on the authority's reply"), widget=YuanInput())


class SiteStartForm(forms.Form):
    """The start of a claim for the site's own cost."""

    site = forms.ModelChoiceField(queryset=None, label=_("Site"), error_messages={"invalid_choice": _("This site is not a valid choice.")})
    edition = forms.ModelChoiceField(queryset=None, label=_("Programme"), error_messages={"invalid_choice": _("This programme is not a valid choice.")})
    period = forms.ChoiceField(label=_("Quarter"))

    def __init__(self, sites: Any, editions: Any, periods: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset, self.fields["edition"].queryset = sites, editions
        self.fields["period"].choices = [(period, period) for period in periods]
