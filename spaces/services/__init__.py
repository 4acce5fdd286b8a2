"""The business acts on places and leases, one file for each noun."""

from spaces.services.leases import (
    approve_lease,
    cancel_lease,
    change_lease,
    draft_lease,
    end_lease,
    sign_lease,
    start_lease,
    steps_of,
    turn_leases,
)
from spaces.services.places import add_site, add_space, change_site, check_span, record_head_lease

__all__ = [
    "add_site",
    "add_space",
    "approve_lease",
    "cancel_lease",
    "change_lease",
    "change_site",
    "check_span",
    "draft_lease",
    "end_lease",
    "record_head_lease",
    "sign_lease",
    "start_lease",
    "steps_of",
    "turn_leases",
]
