"""Read the terms and facts of a formula strictly, naming the key and the value of each mistake.

Values come from JSON (money and ratios as strings) or from our own rows (Decimal, date, Month).
A parser takes one value and returns it typed, or raises UnfitError with the rest of the sentence
``facts.area is "-5": …``.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .characters import has_full_width_digit
from .money import MAXIMUM, round_fen, yuan
from .periods import Month

_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")
_FRACTION = re.compile(r"([0-9]{1,15})/([0-9]{1,15})")
_QUARTER = re.compile(r"[0-9]{4}-Q[1-4]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(1900, 3000)
_MOST = 9999


class BadValueError(ValueError):
    """A key or value that a formula refuses; the sentence names both."""


class UnfitError(ValueError):
    """What is wrong with one value; ``parsed`` puts the key and the value before it."""


class JsonNumber(str):
    """A JSON number with a point or an exponent, kept as written."""

    __slots__ = ()


def parsed[T](name: str, value: object, parse: Callable[[object], T]) -> T:
    """Parse one value; a refusal becomes a sentence with the name and the value."""
    try:
        return parse(value)
    except BadValueError as refusal:
        raise BadValueError(f"{name}{refusal}") from refusal
    except UnfitError as refusal:
        raise BadValueError(f"{name} is {shown(value)}: {refusal}") from refusal


def number(value: object) -> Fraction:
    """Read a quantity of 0 or more: a string, a whole JSON number or one with a point."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _exact(str(value), _NUMBER)
    if isinstance(value, Fraction | Decimal):
        return _own(value)
    if not isinstance(value, str):
        raise UnfitError("give a number")
    return _exact(value, _NUMBER)


def price(value: object) -> Fraction:
    """Read a price per unit in yuan, as a string; more than two decimals are allowed."""
    return number(_as_text(value, "an amount"))


def money(value: object) -> Decimal:
    """Read an amount in yuan, as a string with at most two decimals."""
    exact = price(value)
    if (exact * 100).denominator != 1:
        raise UnfitError("an amount has at most two decimals")
    if exact > MAXIMUM:
        raise UnfitError(f"an amount is at most {yuan(MAXIMUM)}")
    return round_fen(exact)


def ratio(value: object) -> Fraction:
    """Read a share from 0 to 1 as a string: ``"0.5"`` or ``"2/3"``."""
    text = _as_text(value, "a ratio")
    match = _FRACTION.fullmatch(text) if isinstance(text, str) else None
    if match is not None and int(match[2]) == 0:
        raise UnfitError("the part below the stroke is zero")
    exact = Fraction(int(match[1]), int(match[2])) if match else number(text)
    if exact > 1:
        raise UnfitError("a ratio lies between 0 and 1")
    return exact


def count(value: object) -> int:
    """Read a whole number from 0 to 9999, as a JSON number or a string of digits."""
    exact = number(value)
    if exact.denominator != 1 or isinstance(value, JsonNumber) or exact > _MOST:
        raise UnfitError(f"give a whole number from 0 to {_MOST}")
    return exact.numerator


def count_from_1(value: object) -> int:
    """Read a whole number from 1 to 9999."""
    whole = count(value)
    if whole == 0:
        raise UnfitError("give at least 1")
    return whole


def day(value: object) -> date:
    """Read a date written YYYY-MM-DD."""
    if type(value) is date:
        return value
    text = _word(value, "a date")
    try:
        read = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        read = None
    if read is None or read.year not in _YEARS:
        raise UnfitError("give a date that exists, written YYYY-MM-DD, from 1900 to 2999")
    return read


def month(value: object) -> Month:
    """Read a month written YYYY-MM."""
    if isinstance(value, Month):
        return value
    text = _word(value, "a month")
    try:
        read = Month.parse(text)
    except ValueError:
        read = None
    if read is None or read.year not in _YEARS:
        raise UnfitError("give a month that exists, written YYYY-MM, from 1900 to 2999")
    return read


def quarter(value: object) -> str:
    """Read a calendar quarter written YYYY-Q1 to YYYY-Q4."""
    text = _word(value, "a quarter")
    if not _QUARTER.fullmatch(text):
        raise UnfitError("give a calendar quarter written like 2026-Q1")
    return text


def text(value: object) -> str:
    """Read a name or number that is not counted with: not empty, no blanks around it."""
    word = _word(value, "a text")
    if not word or word != word.strip():
        raise UnfitError("give a text that is not empty and has no blanks around it")
    return word


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise UnfitError("give true or false")
    return value


def one_of(*choices: str) -> Callable[[object], str]:
    """Return a parser for one of the words."""

    def choice(value: object) -> str:
        if value not in choices:
            raise UnfitError(f"give one of {', '.join(choices)}")
        return str(value)

    return choice


def list_of[T](
    parse: Callable[[object], T], *, unique: bool = False, least: int = 0
) -> Callable[[object], tuple[T, ...]]:
    """Return a parser for a list; each refusal names the place in the list."""

    def items(value: object) -> tuple[T, ...]:
        if not isinstance(value, list | tuple):
            raise UnfitError("give a list")
        if len(value) < least:
            raise UnfitError(f"give a list with at least {least} entries")
        read = tuple(parsed(f"[{place}]", item, parse) for place, item in enumerate(value))
        for place, item in enumerate(read):
            if unique and item in read[:place]:
                raise BadValueError(f"[{place}] is {shown(value[place])}: it is listed twice")
        return read

    return items


def map_of[T](key: Callable[[object], str], parse: Callable[[object], T]) -> Callable[[object], dict[str, T]]:
    """Return a parser for an object whose keys are data."""

    def entries(value: object) -> dict[str, T]:
        if not isinstance(value, Mapping):
            raise UnfitError("give an object")
        return {parsed(" key", name, key): parsed(f'["{name}"]', item, parse) for name, item in value.items()}

    return entries


def exact_text(value: Fraction) -> str:
    """Write a number so that it reads back the same: ``0.5``, ``50``, or ``2/3``."""
    if not terminates(value):
        return f"{value.numerator}/{value.denominator}"
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    head, tail = digits[: len(digits) - places], digits[len(digits) - places :]
    return ("-" if value < 0 else "") + head + (f".{tail}" if tail else "")


def terminates(value: Fraction) -> bool:
    """Say whether the number has an end as a decimal."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _exact(digits: str, pattern: re.Pattern[str]) -> Fraction:
    """Read digits, or say what is wrong with them."""
    if pattern.fullmatch(digits):
        return Fraction(digits)
    if has_full_width_digit(digits):
        raise UnfitError("full-width digits are not read here; write 0 to 9")
    if digits.startswith(("-", "−")):
        raise UnfitError("a negative number makes no sense here")
    raise UnfitError("give a finite number of at most 15 digits, without sign, exponent, comma or blank")


def _own(value: Fraction | Decimal) -> Fraction:
    """Take a number of our own rows."""
    if isinstance(value, Decimal) and not value.is_finite():
        raise UnfitError("give a finite number")
    if value < 0:
        raise UnfitError("a negative number makes no sense here")
    return Fraction(value)


def _as_text(value: object, noun: str) -> str | Fraction | Decimal:
    """Refuse JSON numbers where the text asks for a string, so that no amount becomes a float."""
    if isinstance(value, Fraction | Decimal):
        return value
    if isinstance(value, str) and not isinstance(value, JsonNumber):
        return value
    raise UnfitError(f"write {noun} as a string in quotes")


def _word(value: object, noun: str) -> str:
    """Return a string without full-width digits."""
    if not isinstance(value, str) or isinstance(value, JsonNumber):
        raise UnfitError(f"give {noun} as a string in quotes")
    if has_full_width_digit(value):
        raise UnfitError("full-width digits are not read here; write 0 to 9")
    return value


def shown(value: object) -> str:
    """Write a value the way JSON does, shortened."""
    if isinstance(value, JsonNumber):
        return str(value)[:80]
    return json.dumps(value, ensure_ascii=False, default=str)[:80]
