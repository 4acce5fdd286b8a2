"""The lease that a claim stands on: the startup's, or the organisation's own head lease."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from incubator.core.errors import NotEligible
from spaces.models import LineKind


@dataclass(frozen=True)
class LeaseTerms:
    """What a lease allows to be claimed: area in ㎡, unit rent in yuan per ㎡ and month, both ends of the span."""

    area: Decimal
    unit_rent: Decimal
    starts_on: Any
    ends_on: Any
    owner_consent: bool | None


def lease_terms(application: Any) -> LeaseTerms:
    """The lease's figures for the quarter: the startup's lease, or the organisation's head lease."""
    head = application.head_lease
    if head is not None:
        return LeaseTerms(head.area, head.unit_rent, head.starts_on, head.ends_on, owner_consent=True)
    lease = application.lease
    line = premises_line(lease)
    return LeaseTerms(line.area, line.unit_price, lease.starts_on, lease.last_day, lease.owner_consent)


def premises_line(lease: Any) -> Any:
    """The line of the lease that gives the room. Raises NotEligible when it gives none."""
    line = lease.lines.of_kind(LineKind.PREMISES).in_order().first()
    if line is None:
        raise NotEligible(_("Lease %(lease)s gives no room, so no rent can be claimed for it.") % {"lease": lease})
    return line
