"""The kinds of programmes, one module for each: what is asked, what a line is, which facts the formula gets, which
conditions must hold. The next kind is one more module here and a formula; nothing else names a kind.
"""

from incubator.subsidies.kinds.base import SubsidyKind, kind_named, kinds
from incubator.subsidies.kinds.broadband import Broadband
from incubator.subsidies.kinds.rent import Rent
from incubator.subsidies.kinds.software import Software

__all__ = ["Broadband", "Rent", "Software", "SubsidyKind", "kind_named", "kinds"]
