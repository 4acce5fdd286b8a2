"""The tables of policy: texts, programmes, records."""

from incubator.policy.models.programmes import (
    COSTS,
    Certainty,
    Decider,
    Kind,
    Parameter,
    Payee,
    Programme,
    ProgrammeEdition,
)
from incubator.policy.models.records import Decision, Holiday, OfficialReply, PublicNotice, ReasonCode
from incubator.policy.models.texts import Citation, Clause, DocumentStatus, Level, PolicyDocument

__all__ = [
    "COSTS",
    "Certainty",
    "Citation",
    "Clause",
    "Decider",
    "Decision",
    "DocumentStatus",
    "Holiday",
    "Kind",
    "Level",
    "OfficialReply",
    "Parameter",
    "Payee",
    "PolicyDocument",
    "Programme",
    "ProgrammeEdition",
    "PublicNotice",
    "ReasonCode",
]
