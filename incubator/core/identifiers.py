"""Check the credit code of a firm (USCC) and the number of a resident identity card.

Source: GB 32100-2015 (统一社会信用代码), GB 11643-1999 (公民身份号码).
"""

from dataclasses import dataclass
from datetime import date

from .characters import half_width

_USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_LENGTH = 18


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an identifier is refused. Codes: LENGTH, CHARACTER, BIRTH_DATE, CHECK_CHARACTER.

    ``about`` is the character or part that is wrong.
    """

    code: str
    zh: str
    en: str
    about: str = ""


def normalise_identifier(text: str) -> str:
    """Write an identifier the way it is stored: half-width, upper case, no blanks around it."""
    return half_width(text).strip().upper()


def uscc_sum(first: str) -> int:
    """Return Σ character × 3^(i−1) over the first 17 characters."""
    return sum(_USCC_CHARACTERS.index(sign) * pow(3, place, 31) for place, sign in enumerate(first))


def uscc_check(first: str) -> str:
    """Return the 18th character: 31 − (Σ mod 31), where 31 is written 0."""
    return _USCC_CHARACTERS[-uscc_sum(first) % 31]


def resident_id_sum(first: str) -> int:
    """Return Σ digit × weight over the first 17 digits."""
    return sum(int(digit) * weight for digit, weight in zip(first, _ID_WEIGHTS, strict=True))


def resident_id_check(first: str) -> str:
    """Return the 18th character, 0 to 9 or X."""
    return _ID_CHECKS[resident_id_sum(first) % 11]


def uscc_problem(text: str) -> Problem | None:
    """Say why a normalised credit code is wrong, or None when it is right."""
    if len(text) != _LENGTH:
        return _wrong_length(text)
    wrong = next((sign for sign in text if sign not in _USCC_CHARACTERS), None)
    if wrong is not None:
        return Problem(
            "CHARACTER",
            f"统一社会信用代码中不能出现“{wrong}”：只用数字和除 I、O、S、V、Z 以外的大写字母",
            f"“{wrong}” cannot occur: only digits and capital letters without I, O, S, V, Z do",
            wrong,
        )
    return _wrong_check(text, uscc_check(text[:-1]))


def resident_id_problem(text: str) -> Problem | None:
    """Say why a normalised identity number is wrong, or None when it is right."""
    if len(text) != _LENGTH:
        return _wrong_length(text)
    wrong = next((sign for sign in text[:-1] if sign not in "0123456789"), None)
    if wrong is not None or text[-1] not in _ID_CHECKS:
        shown = wrong or text[-1]
        return Problem(
            "CHARACTER",
            f"公民身份号码中不能出现“{shown}”：前 17 位是数字，末位是数字或 X",
            f"“{shown}” cannot occur: the first 17 are digits, the last is a digit or X",
            shown,
        )
    if not _is_date(text[6:14]):
        return Problem(
            "BIRTH_DATE",
            f"第 7 至 14 位“{text[6:14]}”不是有效的出生日期",
            f"characters 7 to 14, “{text[6:14]}”, are not a date of birth",
            text[6:14],
        )
    return _wrong_check(text, resident_id_check(text[:-1]))


def _is_date(text: str) -> bool:
    """Say whether YYYYMMDD exists in the calendar."""
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def _wrong_length(text: str) -> Problem:
    """Name the number of characters."""
    return Problem("LENGTH", f"应为 18 位，现为 {len(text)} 位", f"it has {len(text)} characters instead of 18")


def _wrong_check(text: str, expected: str) -> Problem | None:
    """Compare the last character with the one that the first 17 demand."""
    if text[-1] == expected:
        return None
    return Problem(
        "CHECK_CHARACTER",
        f"校验码应为“{expected}”，现为“{text[-1]}”，请核对",
        f"the check character should be “{expected}”, not “{text[-1]}”",
        text[-1],
    )
