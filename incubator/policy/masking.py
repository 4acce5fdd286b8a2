"""The gate before anything is published: no full identity number, account or phone (policy.md h)."""

from __future__ import annotations

import json
import re
from typing import Any

from incubator.core.identifiers import resident_id_problem, uscc_problem

_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_LONG = re.compile(r"(?<![0-9A-Za-z])\d{12,}[Xx]?(?![0-9A-Za-z])")


def personal_data(payload: Any) -> list[str]:
    """What in a payload looks like personal data in full: "identity number", "account" or "phone", each once."""
    text = json.dumps(payload, ensure_ascii=False, default=str)
    found = {"phone"} if _PHONE.search(text) else set()
    for number in _LONG.findall(text):
        if len(number) == 18 and resident_id_problem(number.upper()) is None:
            found.add("identity number")
        elif not (len(number) == 18 and uscc_problem(number) is None):
            found.add("account")
    return sorted(found)


def masked_name(name: str) -> str:
    """A natural person's name as public lists show it: 张*, 欧**娜."""
    name = name.strip()
    if len(name) <= 1:
        return name
    return name[0] + "*" if len(name) == 2 else name[0] + "*" * (len(name) - 2) + name[-1]
