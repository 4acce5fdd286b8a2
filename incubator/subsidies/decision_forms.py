"""Input about decisions: appeals and their answers, the sampled check, new decisions on a claim, notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incubator.core.fields import DayField
from incubator.core.forms import DateInput, FileInput
from incubator.core.money import yuan
from incubator.subsidies.forms import PAPER_KINDS, DecisionForm, NoteForm
from incubator.subsidies.models import ClaimRevision


class AppealForm(forms.Form):
    """Why the refusal is wrong, with a further paper if there is one."""

    note = forms.CharField(label=_("Reasons"), max_length=500, widget=forms.Textarea({"rows": 4}))
    file = forms.FileField(
        required=False, label=_("A further paper"), widget=FileInput(kinds=PAPER_KINDS, max_mb=20),
        error_messages={"empty": _("This file is empty. Choose the file again.")},
    )


class ReopenForm(NoteForm):
    """The written reason, and the officer who looks at the case anew."""

    officer = forms.ModelChoiceField(
        queryset=None, label=_("New case officer"), empty_label=_("Choose an officer"),
        error_messages={"invalid_choice": _("This person cannot take the case. Choose one from the list.")},
        help_text=_("Only officers who neither handled nor prepared the case."),
    )

    def __init__(self, officers: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers


class RefusalCheckForm(forms.Form):
    """What another officer finds of a refusal that was drawn."""

    finding = forms.ChoiceField(
        label=_("Finding"), choices=[("agreed", _("The refusal is right")), ("doubted", _("The refusal is in doubt"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=forms.Textarea({"rows": 4}))


class RecordedNoticeForm(forms.Form):
    """The notice that the authority itself published."""

    published_on = DayField(label=_("Published on"), widget=DateInput())
    link = forms.URLField(label=_("Address of the authority's notice"), required=False, max_length=200, assume_scheme="https")
    file = forms.FileField(
        label=_("Scan or print of the notice"), widget=FileInput(kinds=PAPER_KINDS, max_mb=20),
        error_messages={"empty": _("This file is empty. Choose the file again.")},
    )


class ReviseForm(DecisionForm):
    """A new decision: what it rests on, its paper, and what it says of each line. Lines start as they stand."""

    basis = forms.ChoiceField(label=_("What it rests on"), choices=ClaimRevision.Basis.choices)
    objection = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Upheld objection"), empty_label=_("None"),
        error_messages={"invalid_choice": _("This objection was not upheld against a notice of this claim, or it was followed already.")},
    )
    note = forms.CharField(label=_("Reasons"), max_length=500, widget=forms.Textarea({"rows": 3}), help_text=_("The applicant reads them."))

    def __init__(self, grounds: Any, lines: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(lines, *args, **kwargs)
        self.fields["objection"].queryset = grounds
        for line in lines:
            self.fields[f"verdict_{line.pk}"].initial = line.verdict
            self.fields[f"reason_{line.pk}"].initial = line.reason_id
            self.fields[f"words_{line.pk}"].initial = line.words
            if line.verdict == "cut":
                self.fields[f"decided_{line.pk}"].initial = yuan(line.decided).replace(",", "")
