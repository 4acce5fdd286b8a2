"""The smallest valid rows of `incubator.tenants`. Call them inside an organisation's context."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from incubator.core.identifiers import uscc_check
from incubator.tenants.models import Agreement, Founder, Startup

numbers = itertools.count(1)
YEAR_START, YEAR_END = date(2026, 1, 1), date(2026, 12, 31)


def a_uscc(number: int | None = None) -> str:
    """A credit code with a right check character; another one for each number."""
    first = f"91220101MA{number or next(numbers):07d}"
    return first + uscc_check(first)


def a_startup(**fields: Any) -> Startup:
    """A firm on file."""
    number = next(numbers)
    defaults = {
        "name": f"长春第{number}科技有限公司",
        "short_name": f"第{number}科技",
        "uscc": a_uscc(number),
        "legal_representative": "王小明",
    }
    return Startup.objects.create(**defaults | fields)


def a_founder(startup: Startup, **fields: Any) -> Founder:
    """A founder without category."""
    return Founder.objects.create(startup=startup, **{"name": "王小明"} | fields)


def an_agreement(startup: Startup, drafter: Any, **fields: Any) -> Agreement:
    """A draft for the year 2026."""
    span = {"starts_on": YEAR_START, "ends_on": YEAR_END}
    return Agreement.objects.create(startup=startup, drafter=drafter, **span | fields)
