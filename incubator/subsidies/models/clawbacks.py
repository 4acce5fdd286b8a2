"""Clawback 追缴: public money that is demanded back, with the reason, the recomputation, and how it came back."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person, yuan_field
from incubator.core.scoping import OrganisationModel, walled
from incubator.subsidies.models.applications import SubsidyApplication
from incubator.subsidies.models.claims import paper
from incubator.subsidies.states import DEMANDED, TONES, ClawbackState


def key_to(model: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(model, models.PROTECT, null=True, editable=False, related_name="+")


class Clawback(OrganisationModel):
    """A demand for money that was paid under one application. Never more than was paid (migration 0011)."""

    class Trigger(models.TextChoices):
        LEASE_ENDED = "lease_ended", pgettext_lazy("clawback", "The lease ended inside paid months")
        EVIDENCE_FALSE = "evidence_false", pgettext_lazy("clawback", "Evidence was false")
        OVERPAID = "overpaid", pgettext_lazy("clawback", "More was paid than is due")
        AUTHORITY = "authority", pgettext_lazy("clawback", "Order of the authority")

    number = models.CharField(_("Number"), max_length=40)
    application = models.ForeignKey(SubsidyApplication, models.PROTECT, related_name="clawbacks")
    due = models.ForeignKey("billing.PayoutDue", models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=10, choices=ClawbackState.choices, default=ClawbackState.OPEN)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    trigger = models.CharField(_("Why"), max_length=14, choices=Trigger.choices)
    amount = yuan_field(_("Amount"))
    trace = models.JSONField(default=dict)  # the recomputation: what was paid, what is due, each step
    note = models.TextField(_("Reasons"))
    reply = key_to("policy.OfficialReply")  # the authority's order
    decision = key_to("policy.Decision")
    pay_until = models.DateField(_("Pay back until"), null=True)
    letter_at = models.DateTimeField(null=True, editable=False)
    snapshot = models.JSONField(default=dict)
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    verify_code = models.CharField(max_length=20, blank=True)
    document = paper()
    payout = key_to("billing.Payout")  # the payout that it is set off with
    bank_line = key_to("billing.BankLine")
    slip = paper()
    repaid_on = models.DateField(_("Paid back on"), null=True)
    waiver = key_to("policy.OfficialReply")
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    officer = person(_("Opened by"), null=True)
    decider = person(_("Decided by"), null=True)
    recorder = person(_("Repayment recorded by"), null=True)
    confirmer = person(_("Repayment confirmed by"), null=True)
    waiver_recorder = person(_("Waiver recorded by"), null=True)
    waiver_confirmer = person(_("Waiver confirmed by"), null=True)

    objects = walled()

    class Meta:
        verbose_name = _("clawback")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="clawback_number"),
            models.UniqueConstraint(fields=["organisation", "application", "trigger"], condition=Q(state="open"), name="clawback_open_once"),
            models.UniqueConstraint(fields=["organisation", "payout"], condition=Q(payout__isnull=False), name="clawback_payout_once"),
            models.UniqueConstraint(fields=["organisation", "bank_line"], condition=Q(bank_line__isnull=False), name="clawback_bank_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(note="") & Q(officer__isnull=False), name="clawback_amount_and_reason"),
            models.CheckConstraint(condition=Q(decider=None) | ~Q(decider=F("officer")), name="clawback_decided_by_another"),
            models.CheckConstraint(condition=Q(confirmer=None) | Q(recorder__isnull=False) & ~Q(confirmer=F("recorder")), name="clawback_repaid_by_two"),
            models.CheckConstraint(
                condition=Q(waiver_confirmer=None) | Q(waiver_recorder__isnull=False) & ~Q(waiver_confirmer=F("waiver_recorder")), name="clawback_waived_by_two"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "dropped"]) | Q(decider__isnull=False, decision__isnull=False), name="clawback_has_a_decision"
            ),
            models.CheckConstraint(
                condition=~Q(state="repaid") | Q(confirmer__isnull=False) & (Q(bank_line__isnull=False) | Q(slip__isnull=False)), name="clawback_repaid_with_proof"
            ),
            models.CheckConstraint(condition=~Q(state="offset") | Q(payout__isnull=False), name="clawback_set_off_with_a_payout"),
            models.CheckConstraint(condition=~Q(state="waived") | Q(waiver__isnull=False, waiver_confirmer__isnull=False), name="clawback_waived_on_paper"),
            models.CheckConstraint(condition=~Q(trigger="authority") | Q(reply__isnull=False), name="clawback_order_has_its_paper"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_tone(self) -> str:
        return TONES.get(self.state, "amber")

    @property
    def is_demanded(self) -> bool:
        """Whether the money is still to come."""
        return self.state in DEMANDED
