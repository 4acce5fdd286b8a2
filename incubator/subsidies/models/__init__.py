"""Tables of the app, one file for each noun."""

from incubator.subsidies.models.applications import ApplicationLine, Evidence, SubsidyApplication
from incubator.subsidies.models.claims import Claim, ClaimLine
from incubator.subsidies.models.clawbacks import Clawback
from incubator.subsidies.models.flags import FlagKind, FlagNote
from incubator.subsidies.models.keys import BenefitKey, MonthKey
from incubator.subsidies.models.results import ClaimRevision, RefusalCheck, ResultNotice, RevisedLine
from incubator.subsidies.models.sources import (
    Activity,
    ActivityCost,
    Investment,
    Investor,
    PayeeAccount,
    SiteStage,
    SupportedPerson,
)

__all__ = [
    "Activity",
    "ActivityCost",
    "ApplicationLine",
    "BenefitKey",
    "Claim",
    "ClaimLine",
    "ClaimRevision",
    "Clawback",
    "Evidence",
    "FlagKind",
    "FlagNote",
    "Investment",
    "Investor",
    "MonthKey",
    "PayeeAccount",
    "RefusalCheck",
    "ResultNotice",
    "RevisedLine",
    "SiteStage",
    "SubsidyApplication",
    "SupportedPerson",
]
