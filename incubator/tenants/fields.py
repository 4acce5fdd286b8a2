"""Form fields for the personal data of people and firms. None of them is completed by the browser."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from incubator.core.characters import half_width
from incubator.core.identifiers import normalise_identifier, resident_id_check, resident_id_problem

PHONE = re.compile(r"\+?[0-9][0-9 \-()]{4,28}[0-9]")
ACCOUNT = re.compile(r"[0-9]{8,30}")


class PrivateField(forms.CharField):
    """Text that the browser neither remembers nor offers again."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "off"}


class PhoneField(PrivateField):
    """A telephone number; full-width digits are understood."""

    default_error_messages = {"invalid": _("This is not a telephone number. Write digits, for example 13800000000.")}

    def to_python(self, value: Any) -> str:
        text = half_width(super().to_python(value) or "").strip()
        if text and not PHONE.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return text


class AccountField(PrivateField):
    """A bank account: 8 to 30 digits; blanks and hyphens between them are dropped."""

    default_error_messages = {"invalid": _("An account number has 8 to 30 digits. Copy it from the bank's paper.")}

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[ \-]", "", half_width(super().to_python(value) or ""))
        if text and not ACCOUNT.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return text


class ResidentIdField(PrivateField):
    """A resident identity number, checked; the sentence never repeats the number."""

    default_error_messages = {
        "length": _("An identity number has 18 characters; this one has %(count)s."),
        "character": _("“%(value)s” cannot occur here: the first 17 are digits, the last is a digit or X."),
        "birth_date": _("Characters 7 to 14 are not a date of birth. Compare the number with the card."),
        "check_character": _(
            "The last character should be “%(expected)s” and is “%(value)s”. Compare the number with the card."
        ),
    }

    def to_python(self, value: Any) -> str:
        text = normalise_identifier(super().to_python(value) or "")
        problem = resident_id_problem(text) if text else None
        if problem is None:
            return text
        code = problem.code.lower()
        expected = resident_id_check(text[:-1]) if code == "check_character" else ""
        params = {"value": problem.about, "count": len(text), "expected": expected}
        raise ValidationError(self.error_messages[code], code, params)
