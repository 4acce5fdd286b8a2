"""State tables of guarantees (lifecycles.md 2.2): the case up to the committee's decision, and entries in a fund."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.accounts.roles import Role
from incubator.core.states import Move, moves

FOUNDER, OFFICER = frozenset({Role.FOUNDER}), frozenset({Role.OFFICER})
MANAGER, OWNER = frozenset({Role.MANAGER}), frozenset({Role.OWNER})


class GuaranteeState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("guarantee", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("guarantee", "Submitted")
    PRECHECKED = "prechecked", pgettext_lazy("guarantee", "Prechecked")
    APPRAISED = "appraised", pgettext_lazy("guarantee", "Before the committee")
    APPROVED = "approved", pgettext_lazy("guarantee", "Approved")
    REFUSED = "refused", pgettext_lazy("guarantee", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("guarantee", "Withdrawn")


G = GuaranteeState
WITH_US = (G.SUBMITTED, G.PRECHECKED, G.APPRAISED)
GUARANTEE_MOVES = moves(
    Move("submit", _("Submit"), (G.DRAFT,), G.SUBMITTED, FOUNDER, tone="primary"),
    Move("precheck", _("Confirm the precheck"), (G.SUBMITTED,), G.PRECHECKED, OFFICER, signs="prechecker", tone="primary"),
    Move("return", _("Return for correction"), WITH_US, G.DRAFT, OFFICER),
    Move("appraise", _("Record the appraisal"), (G.PRECHECKED,), G.APPRAISED, OFFICER, unlike=("prechecker",), signs="appraiser", tone="primary"),
    Move("approve", _("Approve by the committee's vote"), (G.APPRAISED,), G.APPROVED, OWNER, unlike=("prechecker", "appraiser"), signs="approver", tone="primary"),
    Move("refuse", _("Refuse"), WITH_US, G.REFUSED, MANAGER, unlike=("prechecker", "appraiser"), signs="refuser"),
    Move("withdraw", _("Withdraw"), (G.DRAFT, *WITH_US, G.APPROVED), G.WITHDRAWN, FOUNDER),
)


class FundEntryState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("fund", "Waits for the second person")
    CONFIRMED = "confirmed", pgettext_lazy("fund", "Confirmed")
    REJECTED = "rejected", pgettext_lazy("fund", "Rejected")


FUND_ENTRY_MOVES = moves(
    Move("confirm", _("Confirm the entry"), ("proposed",), "confirmed", OWNER | MANAGER, unlike=("proposer",), signs="confirmer", tone="primary"),
    Move("reject", _("Reject the entry"), ("proposed",), "rejected", OWNER | MANAGER, unlike=("proposer",), signs="confirmer"),
)
TONES = {"draft": "plain", "withdrawn": "plain", "submitted": "amber", "prechecked": "amber", "appraised": "indigo", "approved": "jade", "refused": "red",
         "proposed": "amber", "confirmed": "jade", "rejected": "plain"}  # fmt: skip
