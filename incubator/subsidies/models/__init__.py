"""Tables of the app, one file for each noun."""

from incubator.subsidies.models.applications import ApplicationLine, Evidence, SubsidyApplication
from incubator.subsidies.models.claims import Claim, ClaimLine
from incubator.subsidies.models.keys import BenefitKey, MonthKey
from incubator.subsidies.models.results import ClaimRevision, RefusalCheck, ResultNotice, RevisedLine

__all__ = [
    "ApplicationLine",
    "BenefitKey",
    "Claim",
    "ClaimLine",
    "ClaimRevision",
    "Evidence",
    "MonthKey",
    "RefusalCheck",
    "ResultNotice",
    "RevisedLine",
    "SubsidyApplication",
]
