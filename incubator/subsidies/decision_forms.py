"""Input about decisions: appeals and their answers, the sampled check, new decisions on a claim, notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incubator.core.forms import FileInput
from incubator.subsidies.forms import PAPER_KINDS, NoteForm


class AppealForm(NoteForm):
    """Why the refusal is wrong, with a further paper if there is one."""

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
