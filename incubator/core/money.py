"""Amounts of money in yuan: rounding, the written forms, and reading them back.

Amounts are ``Decimal`` with two places, from 0.00 to 999,999,999,999.99; a float is never one.
"""

import re
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor

from .characters import half_width

MAXIMUM = Decimal("999999999999.99")
CURRENCY = "人民币"

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_MAY = "〇"  # marks a 零 that the rules allow but do not demand
_PLAIN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_COMMAS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_TOO_FINE = re.compile(r"[0-9]+\.[0-9]{3,}")
_TOO_LONG = re.compile(r"[0-9]{13,}(\.[0-9]{1,2})?")


class AmountError(ValueError):
    """An amount that cannot be read or written; ``code`` names the kind of mistake.

    Codes: ``empty``, ``sign``, ``decimals``, ``maximum``, ``format``.
    """

    def __init__(self, code: str, sentence: str) -> None:
        """Keep the code beside the sentence."""
        super().__init__(sentence)
        self.code = code


def round_fen(value: Decimal | Fraction | int) -> Decimal:
    """Round to 0.01 yuan, half up (a half fen goes away from zero), exactly.

    Raises TypeError for a float: it has lost the amount before it came here.
    """
    if isinstance(value, float):
        message = f"round_fen takes Decimal, Fraction or int, not the float {value!r}"
        raise TypeError(message)
    exact = Fraction(value)
    fen = floor(abs(exact) * 100 + Fraction(1, 2))
    sign = "-" if exact < 0 < fen else ""
    return Decimal(f"{sign}{fen // 100}.{fen % 100:02d}")


def yuan(amount: Decimal | Fraction | int) -> str:
    """Write an amount in yuan with thousands separators: ``17,538.71``."""
    return f"{round_fen(amount):,.2f}"


def wan(amount: Decimal | Fraction | int) -> str:
    """Write an amount in 万元 with one decimal, half up: 17,538.71 → ``1.8``."""
    tenths = floor(abs(Fraction(amount)) / 1000 + Fraction(1, 2))
    sign = "-" if amount < 0 < tenths else ""
    return f"{sign}{tenths // 10:,}.{tenths % 10}"


def parse_amount(text: str, *, maximum: Decimal = MAXIMUM) -> Decimal:
    """Read an amount as a person types it: full-width digits and thousands commas are fine.

    Raises AmountError for a sign, an exponent, a third decimal, words, or more than the maximum.
    """
    clean = half_width(text).strip()
    if _COMMAS.fullmatch(clean):
        clean = clean.replace(",", "")
    if not _PLAIN.fullmatch(clean):
        raise _amount_mistake(clean, maximum)
    amount = round_fen(Decimal(clean))
    if amount > maximum:
        raise _above(clean, maximum)
    return amount


def _amount_mistake(clean: str, maximum: Decimal) -> AmountError:
    """Say what is wrong with text that is no amount."""
    if not clean:
        return AmountError("empty", "The amount is missing.")
    shown = clean[:40]
    if clean[0] in "+-−":
        return AmountError("sign", f"“{shown}” has a sign. Enter an amount without a sign.")
    if _TOO_FINE.fullmatch(clean):
        sentence = f"“{shown}” has more than two decimals. Amounts end at the fen."
        return AmountError("decimals", sentence)
    if _TOO_LONG.fullmatch(clean):
        return _above(clean, maximum)
    sentence = f"“{shown}” is not an amount. Write digits and one point, for example 1200.50."
    return AmountError("format", sentence)


def _above(clean: str, maximum: Decimal) -> AmountError:
    """Say that an amount is more than the field takes."""
    return AmountError("maximum", f"{clean[:40]} yuan is more than {yuan(maximum)} yuan.")


def amount_in_words(amount: Decimal) -> str:
    """Write an amount in capitals: 1,409.50 → ``人民币壹仟肆佰零玖元伍角整``.

    整 follows 元 and 角, never 分; inner zeros are one 零. Raises AmountError outside
    0.00 to 999,999,999,999.99 and for parts of a fen.
    Source: 正确填写票据和结算凭证的基本规定.
    """
    return CURRENCY + _pattern(_fen(amount)).replace(_MAY, "")


def words_to_amount(text: str) -> Decimal:
    """Read an amount in capitals back; 正, 圆, a missing 人民币 and the optional 零 are accepted.

    Raises AmountError for anything the rules do not allow.
    """
    words = text.strip().removeprefix(CURRENCY).strip().replace("圆", "元")
    words = words[:-1] + "整" if words.endswith("正") else words
    match = _WORDS.fullmatch(words.removesuffix("整").replace("零", ""))
    if match is not None:
        fen = sum(_DIGITS.index(digit) * 10 ** int(name[1:]) for name, digit in _found(match))
        if words in _spellings(fen):
            return round_fen(Fraction(fen, 100))
    raise AmountError("format", f"“{text[:60]}” is not an amount in capitals.")


def _group(lowest: int) -> str:
    """Return the pattern of four digits in capitals; names hold the power of ten in fen."""
    places = ((lowest + 3, "仟"), (lowest + 2, "佰"), (lowest + 1, "拾"))
    head = "".join(f"(?:(?P<p{power}>[{_DIGITS[1:]}]){unit})?" for power, unit in places)
    return f"{head}(?P<p{lowest}>[{_DIGITS[1:]}])?"


_WORDS = re.compile(
    f"(?:(?:{_group(10)}亿)?(?:{_group(6)}万)?{_group(2)}元)?"
    f"(?:(?P<p1>[{_DIGITS[1:]}])角)?(?:(?P<p0>[{_DIGITS[1:]}])分)?"
)


def _found(match: re.Match[str]) -> list[tuple[str, str]]:
    """Return the digits that stand in the text, by name of their place."""
    return [(name, digit) for name, digit in match.groupdict().items() if digit]


def _fen(amount: Decimal) -> int:
    """Return the amount in whole fen, or refuse it."""
    if not amount.is_finite() or not 0 <= amount <= MAXIMUM:
        raise AmountError("maximum", f"{amount} lies outside 0.00 to {yuan(MAXIMUM)} yuan.")
    fen = Fraction(amount) * 100
    if fen.denominator != 1:
        raise AmountError("decimals", f"{amount} has more than two decimals.")
    return fen.numerator


def _pattern(fen: int) -> str:
    """Return the words with each 零 that may also be left out written as the mark ``〇``."""
    whole, cents = divmod(fen, 100)
    jiao, rest = divmod(cents, 10)
    head = _integer_pattern(whole) + "元" if whole or not cents else ""
    if not cents:
        return head + "整"
    zero = _MAY if whole and whole % 10 == 0 else ""
    tail = f"{zero}{_DIGITS[jiao]}角" if jiao else "零" if whole else ""
    return head + tail + (f"{_DIGITS[rest]}分" if rest else "整")


def _integer_pattern(whole: int) -> str:
    """Return the yuan in capitals; zero is 零."""
    words, zero = "", ""
    groups = f"{whole:012d}"
    for index, digit in enumerate(map(int, groups)):
        group, place = divmod(11 - index, 4)
        if digit:
            words += (zero if words else "") + _DIGITS[digit] + _PLACES[place]
        zero = "" if digit else "零"
        if place == 0 and int(groups[index - 3 : index + 1]):
            words += _GROUPS[group]
            zero = _MAY if zero else ""
    return words or "零"


def _spellings(fen: int) -> set[str]:
    """Return every spelling of the amount that the rules allow, without 人民币."""
    parts = _pattern(fen).split(_MAY)
    choices = product(("", "零"), repeat=len(parts) - 1)
    written = {parts[0] + "".join(map(str.__add__, choice, parts[1:])) for choice in choices}
    return written | {words.removesuffix("整") for words in written if words.endswith("角整")}
