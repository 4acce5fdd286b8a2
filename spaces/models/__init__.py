"""Tables of the app, one file for each noun."""

from incubator.core.columns import DateRange  # named here by the migrations
from spaces.models.leases import Lease, LeaseLine, LineKind, Proration, RentStep, StepKind
from spaces.models.places import Floor, HeadLease, Site, SiteKind, Space, SpaceKind, UseClass
from spaces.models.plans import PLAN_COLUMNS, PLAN_ROWS, PlanTile
from spaces.models.repairs import CostBearer, Repair, RepairCategory, RepairPhoto

__all__ = [
    "PLAN_COLUMNS",
    "PLAN_ROWS",
    "CostBearer",
    "DateRange",
    "Floor",
    "HeadLease",
    "Lease",
    "LeaseLine",
    "LineKind",
    "PlanTile",
    "Proration",
    "RentStep",
    "Repair",
    "RepairCategory",
    "RepairPhoto",
    "Site",
    "SiteKind",
    "Space",
    "SpaceKind",
    "StepKind",
    "UseClass",
]
