"""How personal data is shown (policy.md h)."""

from __future__ import annotations

from incubator.core.encryption import last_four
from incubator.core.phones import masked_phone

__all__ = ["last_four", "masked_email", "masked_id", "masked_name", "masked_phone"]  # two of them are needed below this app too


def masked_id(number: str) -> str:
    """A resident ID as the office sees it: three characters, stars, four characters."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else "*" * len(number)


def masked_email(address: str) -> str:
    """The first character and the host."""
    person, at, host = address.partition("@")
    return f"{person[:1]}***{at}{host}" if at else ""


def masked_name(name: str) -> str:
    """A natural person on a public list: first and last character, one star for each between; two characters: 张*."""
    if len(name) < 3:
        return f"{name[:1]}*" if name else ""
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"
