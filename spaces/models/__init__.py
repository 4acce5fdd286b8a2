"""Tables of the app, one file for each noun."""

from incubator.core.columns import DateRange  # named here by the migrations
from spaces.models.leases import Lease, LeaseLine, LineKind, Proration, RentStep, StepKind
from spaces.models.places import Floor, HeadLease, Site, SiteKind, Space, SpaceKind

__all__ = [
    "DateRange",
    "Floor",
    "HeadLease",
    "Lease",
    "LeaseLine",
    "LineKind",
    "Proration",
    "RentStep",
    "Site",
    "SiteKind",
    "Space",
    "SpaceKind",
    "StepKind",
]
