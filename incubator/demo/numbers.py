"""Numbers of the story: right in their form, belonging to nobody."""

from __future__ import annotations

from hashlib import sha256

from incubator.core.identifiers import resident_id_check, uscc_check

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def digits(text: str, count: int) -> str:
    """So many digits that always belong to this text."""
    return f"{int(sha256(text.encode()).hexdigest(), 16) % 10**count:0{count}d}"


def credit_code(name: str, region: str = "220101", kind: str = "91") -> str:
    """A credit code (USCC) with a right check character."""
    rest = int(sha256(name.encode()).hexdigest(), 16)
    tail = "".join(LETTERS[rest // 31**place % 31] for place in range(7))
    body = f"{kind}{region}MA{tail}"
    return body + uscc_check(body)


def resident_id(name: str, born: str) -> str:
    """A number with a right check character. Region 220000 is a whole province; no card ever carries it."""
    body = f"220000{born}{digits(name, 3)}"
    return body + resident_id_check(body)


def phone(name: str) -> str:
    """A mobile number of the demonstration."""
    return f"1380000{digits(name, 4)}"


def account(name: str) -> str:
    """A bank account of nineteen digits."""
    return "6200" + digits(f"account {name}", 15)


def invoice_number(seller: str, year: int, place: int) -> str:
    """The twenty digits of a fully digital invoice of this seller."""
    return f"{year % 100:02d}22{digits(seller, 6)}{place:010d}"
