"""The smallest valid rows of `spaces`. Call them inside an organisation's context."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from spaces.models import Lease, LeaseLine, LineKind, Site, SiteKind, Space
from tests.factories.tenants import YEAR_END, YEAR_START, numbers


def a_site(**fields: Any) -> Site:
    defaults = {
        "name": f"净月 {next(numbers)} 号院",
        "kind": SiteKind.MAKER_SPACE,
        "region": "吉林省长春市",
        "address": "净月大街 1 号",
        "gross_area": Decimal("2000.00"),
    }
    return Site.objects.create(**defaults | fields)


def a_space(site: Site, **fields: Any) -> Space:
    return Space.objects.create(site=site, **{"code": f"A-{next(numbers)}", "area": Decimal("86.50")} | fields)


def a_line(lease: Lease, space: Space | None = None, **fields: Any) -> LeaseLine:
    """Premises on a space, or (without one) a broadband line."""
    span = {"starts_on": lease.starts_on, "ends_on": lease.ends_on}
    kind = {"kind": LineKind.BROADBAND, "monthly_fee": Decimal("199.00"), "product": "企业宽带"}
    if space is not None:
        kind = {"kind": LineKind.PREMISES, "space": space, "area": space.area, "unit_price": Decimal("45.00")}
    return LeaseLine.objects.create(lease=lease, **span | kind | fields)


def a_lease(startup: Any, site: Site, drafter: Any, **fields: Any) -> Lease:
    """A draft for the year 2026, without lines."""
    span = {"starts_on": YEAR_START, "ends_on": YEAR_END}
    return Lease.objects.create(startup=startup, site=site, drafter=drafter, **span | fields)


def a_running_lease(startup: Any, space: Space, drafter: Any, approver: Any, document: Any, **fields: Any) -> Lease:
    """A lease in force on one space."""
    signed = {"state": "active", "approver": approver, "document": document, "signed_on": date(2025, 12, 20)}
    number = f"HT-2025-{next(numbers):06d}"
    lease = a_lease(startup, space.site, drafter, **signed | {"number": number} | fields)
    a_line(lease, space, holds_space=True)
    return lease
