"""The tables of policy: texts, programmes, records."""

from incubator.policy.models.budgets import (
    Bucket,
    BudgetEntry,
    BudgetLine,
    BudgetOrder,
    BudgetStatement,
    EntryKind,
    Holding,
    Source,
)
from incubator.policy.models.measures import MeasureDraft, Verification
from incubator.policy.models.objections import ContactCheck, Objection
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
    "Bucket",
    "BudgetEntry",
    "BudgetLine",
    "BudgetOrder",
    "BudgetStatement",
    "Certainty",
    "Citation",
    "Clause",
    "ContactCheck",
    "Decider",
    "Decision",
    "DocumentStatus",
    "EntryKind",
    "Holding",
    "Holiday",
    "Kind",
    "Level",
    "MeasureDraft",
    "Objection",
    "OfficialReply",
    "Parameter",
    "Payee",
    "PolicyDocument",
    "Programme",
    "ProgrammeEdition",
    "PublicNotice",
    "ReasonCode",
    "Source",
    "Verification",
]
