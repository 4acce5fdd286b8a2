"""Form fields that read what people type, and say what is wrong and what to do."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .characters import half_width
from .forms import DateInput
from .identifiers import normalise_identifier, uscc_check, uscc_problem
from .money import MAXIMUM, AmountError, parse_amount, yuan
from .periods import Month

_SHOWN = 40
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class YuanField(forms.Field):
    """An amount in yuan; gives a Decimal with two places. Full-width digits are understood."""

    widget = forms.TextInput
    default_error_messages = {
        "format": _("“%(value)s” is not an amount. Write digits and one point, for example 1200.50."),
        "sign": _("“%(value)s” has a sign. Enter the amount without plus or minus."),
        "decimals": _("“%(value)s” has more than two decimals. Amounts end at the fen: keep two."),
        "minimum": _("%(value)s yuan is too little. Enter at least %(limit)s yuan."),
        "maximum": _("%(value)s yuan is too much. Enter at most %(limit)s yuan."),
    }

    def __init__(self, *, minimum: Decimal = Decimal(0), maximum: Decimal = MAXIMUM, **kwargs: Any) -> None:
        """Bounds are in yuan, both included."""
        self.minimum, self.maximum = minimum, maximum
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Read the text; raises ValidationError with a sentence for the field."""
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        try:
            amount = parse_amount(text, maximum=self.maximum)
        except AmountError as mistake:
            raise self._refusal(mistake.code, text, self.maximum) from mistake
        if amount < self.minimum:
            raise self._refusal("minimum", text, self.minimum)
        return amount

    def _refusal(self, code: str, text: str, limit: Decimal) -> ValidationError:
        """Return the message of a mistake with what was typed."""
        shown = half_width(text)[:_SHOWN]
        return ValidationError(self.error_messages[code], code, {"value": shown, "limit": yuan(limit)})

    def prepare_value(self, value: Any) -> Any:
        """Show a stored amount without separators; what was typed stays as typed."""
        return f"{value:.2f}" if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Bring up the number keys of a phone."""
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}


class MonthField(forms.Field):
    """A month, typed ``2026-03`` or ``2026年3月``; gives a ``Month``."""

    widget = forms.TextInput
    default_error_messages = {
        "format": _("“%(value)s” is not a month. Write it like 2026-03 or 2026年3月."),
    }

    def to_python(self, value: Any) -> Month | None:
        """Read the text; raises ValidationError with a sentence for the field."""
        if isinstance(value, Month):
            return value
        text = "" if value is None else half_width(str(value)).strip()
        if not text:
            return None
        try:
            return Month.parse(_dashed(text))
        except ValueError as mistake:
            raise ValidationError(self.error_messages["format"], "format", {"value": text[:_SHOWN]}) from mistake

    def prepare_value(self, value: Any) -> Any:
        """Show a stored month as ``2026-03``."""
        return str(value) if isinstance(value, Month) else value


def _dashed(text: str) -> str:
    """Write ``2026年3月`` as ``2026-03``; other text stays."""
    year, middle, rest = text.partition("年")
    month = rest.removesuffix("月").strip()
    return f"{year.strip()}-{month:0>2}" if middle and rest.endswith("月") else text


class UsccField(forms.CharField):
    """A credit code (统一社会信用代码), checked; gives 18 half-width capitals and digits."""

    default_error_messages = {
        "length": _("A credit code has 18 characters; this one has %(count)s. Copy it from the licence."),
        "character": _("“%(value)s” does not occur in a credit code. Use digits and letters, but not I, O, S, V or Z."),
        "check_character": _(
            "The last character should be “%(expected)s” and is “%(value)s”. Compare the code with the licence."
        ),
    }

    def to_python(self, value: Any) -> str:
        """Normalise and check; raises ValidationError with a sentence for the field."""
        text = normalise_identifier(super().to_python(value) or "")
        problem = uscc_problem(text) if text else None
        if problem is None:
            return text
        code = problem.code.lower()
        expected = uscc_check(text[:-1]) if code == "check_character" else ""
        params = {"value": problem.about, "count": len(text), "expected": expected}
        raise ValidationError(self.error_messages[code], code, params)


class DayField(forms.DateField):
    """A day between 2000 and 2100, typed ``2026-03-05`` or chosen in the browser's calendar."""

    widget = DateInput
    default_error_messages = {
        "invalid": _("This is not a day. Write it like 2026-03-05."),
        "range": _("The year must lie between 2000 and 2100."),
    }

    def __init__(self, **kwargs: Any) -> None:
        """Only the ISO form is read, in every language."""
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        """Read the day; raises ValidationError with a sentence for the field."""
        day = super().to_python(half_width(value) if isinstance(value, str) else value)
        if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValidationError(self.error_messages["range"], "range")
        return day


class AreaField(YuanField):
    """An area in square metres with at most two decimals; gives a Decimal. Full-width digits are understood."""

    default_error_messages = {
        "format": _("“%(value)s” is not an area. Write digits and one point, for example 86.50."),
        "sign": _("“%(value)s” has a sign. Enter the area without plus or minus."),
        "decimals": _("“%(value)s” has more than two decimals. Areas end at the hundredth."),
        "minimum": _("%(value)s ㎡ is too little. Enter at least %(limit)s ㎡."),
        "maximum": _("%(value)s ㎡ is too much. Enter at most %(limit)s ㎡."),
    }

    def __init__(self, *, minimum: Decimal = Decimal("0.01"), maximum: Decimal = Decimal(1_000_000), **kwargs: Any) -> None:
        """Bounds are in square metres, both included."""
        super().__init__(minimum=minimum, maximum=maximum, **kwargs)
