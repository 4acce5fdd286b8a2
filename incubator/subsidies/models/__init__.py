"""Tables of the app, one file for each noun."""

from incubator.subsidies.models.applications import ApplicationLine, Evidence, SubsidyApplication
from incubator.subsidies.models.claims import Claim, ClaimLine
from incubator.subsidies.models.keys import BenefitKey, MonthKey

__all__ = ["ApplicationLine", "BenefitKey", "Claim", "ClaimLine", "Evidence", "MonthKey", "SubsidyApplication"]
