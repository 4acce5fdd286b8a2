"""Widgets that tell the browser what a field holds, so that a phone shows the right keyboard and the page the right hint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MEGABYTE = 1024 * 1024
upper_list = lazy(lambda kinds: ", ".join(kind.upper() for kind in kinds), str)


class DateInput(forms.DateInput):
    """The browser's own date field; sends and shows ISO dates in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MonthInput(forms.DateInput):
    """The browser's own month field: 2026-03."""

    input_type = "month"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m")


class YuanInput(forms.TextInput):
    """An amount in yuan: figures keyboard on a phone, the unit at the end of the field."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "data-unit": _("yuan"), **(attrs or {})})


class NumberTextInput(forms.TextInput):
    """A figure with a unit: area, bandwidth, months. A text field, so that what was typed wrongly is shown again."""

    def __init__(self, unit: Any = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "data-unit": unit, **(attrs or {})})


class FileInput(forms.FileInput):
    """A file with its accepted kinds and largest size, said before it is chosen and checked before it travels."""

    def __init__(
        self, kinds: Sequence[str] = ("pdf", "jpg", "png"), max_mb: int = 10, attrs: dict[str, Any] | None = None
    ) -> None:
        endings = [*kinds, "jpeg"] if "jpg" in kinds else list(kinds)
        words = upper_list(tuple(kinds))
        super().__init__(
            {
                "accept": ",".join(f".{kind}" for kind in endings),
                "data-max-bytes": str(max_mb * MEGABYTE),
                "data-hint": format_lazy(_("{kinds}, up to {size} MB"), kinds=words, size=max_mb),
                "data-too-large": format_lazy(
                    _("This file is larger than {size} MB. Choose a smaller one."), size=max_mb
                ),
                "data-wrong-kind": format_lazy(_("This kind of file is not accepted. Choose {kinds}."), kinds=words),
                **(attrs or {}),
            }
        )


class VersionForm(forms.Form):
    """Carries the version of the row that the person saw, so that nobody overwrites what they never read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    differences: Sequence[tuple[str, str, str]] = ()  # label, what is saved now, what was typed; `form_errors` shows them

    def offer_again(self, version: int) -> None:
        """After a refusal for age: what was typed stays and stands beside what is saved now, and the next attempt is
        made on the present version. The form began with the row as it is now. What it never shows (a payee account is
        typed, not shown) is not shown here either."""
        self.differences = differences_of(self)
        typed: Any = self.data
        again = typed.copy()
        again[self.add_prefix("version")] = str(version)
        self.data = again


def differences_of(form: forms.BaseForm, place: str = "") -> list[tuple[str, str, str]]:
    """Each field that was typed otherwise than it is saved: its label (behind the place of a line), saved, typed."""
    changed = [bound for bound in form.visible_fields() if bound.name in form.changed_data and bound.initial is not None]
    return [(f"{place}{bound.label}", said(bound, bound.initial), said(bound, bound.data)) for bound in changed]


def said(bound: forms.BoundField, value: Any) -> str:
    """A value of a form field as a person reads it."""
    if isinstance(bound.field, forms.BooleanField):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list | tuple):
        return "、".join(said(bound, one) for one in value) or "—"
    key = str(value.pk if isinstance(value, Model) else value)
    named = {str(choice): str(label) for choice, label in getattr(bound.field, "choices", ())}
    shown = named[key] if key in named else bound.field.widget.format_value(bound.field.prepare_value(value))
    return str(shown or "—")
