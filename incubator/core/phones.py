"""Mainland mobile numbers: how people type them, how they are kept, how they are shown."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from incubator.core.characters import half_width

BETWEEN = re.compile(r"[\s\-()（）]")
COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[0-9]{10}$)")
MOBILE = re.compile(r"1[3-9][0-9]{9}")


class MobileField(forms.CharField):
    """A mainland mobile number, with or without +86; gives it as +86 and eleven digits."""

    default_error_messages = {
        "digits": _("This is not a mobile number. Write its 11 digits, for example 13800000000."),
        "length": _("A mobile number has 11 digits; this one has %(count)s. Compare it with your phone."),
        "beginning": _("A mobile number of the mainland begins with 13 to 19. Other numbers cannot receive our codes."),
    }

    def to_python(self, value: Any) -> str:
        """Read what people type: full-width digits, blanks and hyphens. Raises ValidationError with a sentence."""
        text = BETWEEN.sub("", half_width(super().to_python(value) or ""))
        if not text:
            return ""
        number = COUNTRY.sub("", text)
        if not (number.isascii() and number.isdigit()):
            raise ValidationError(self.error_messages["digits"], "digits")
        if len(number) != 11:
            raise ValidationError(self.error_messages["length"], "length", {"count": len(number)})
        if not MOBILE.fullmatch(number):
            raise ValidationError(self.error_messages["beginning"], "beginning")
        return f"+86{number}"

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Bring up the number keys; the browser may fill in the own number."""
        return {**super().widget_attrs(widget), "type": "tel", "inputmode": "tel", "autocomplete": "tel-national"}


def masked_phone(number: str) -> str:
    """The last four digits behind stars."""
    return f"***{number[-4:]}" if len(number) > 4 else "*" * len(number)
