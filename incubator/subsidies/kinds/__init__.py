"""The kinds of programmes, one module for each: what is asked, what a line is, which facts the formula gets, which
conditions must hold. The next kind is one more module here and a formula; nothing else names a kind (decision 0066).
"""

from incubator.subsidies.kinds.activity import ActivityGrant
from incubator.subsidies.kinds.base import SubsidyKind, kind_named, kinds
from incubator.subsidies.kinds.base_grant import BaseGrant
from incubator.subsidies.kinds.broadband import Broadband
from incubator.subsidies.kinds.insurance import GraduateInsurance
from incubator.subsidies.kinds.internship import Internship
from incubator.subsidies.kinds.investor import InvestorReward
from incubator.subsidies.kinds.one_off import OneOffGrant
from incubator.subsidies.kinds.rent import Rent
from incubator.subsidies.kinds.software import Software
from incubator.subsidies.kinds.stipend import InstructorStipend

__all__ = [
    "ActivityGrant",
    "BaseGrant",
    "Broadband",
    "GraduateInsurance",
    "InstructorStipend",
    "Internship",
    "InvestorReward",
    "OneOffGrant",
    "Rent",
    "Software",
    "SubsidyKind",
    "kind_named",
    "kinds",
]
