"""Deposits 押金: money of a startup that we hold, a liability and never income."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.querysets import DepositQuerySet
from billing.states import DEPOSIT_TONES, DepositState
from incubator.core.columns import person, yuan_field
from incubator.core.scoping import OrganisationModel, walled
from incubator.tenants.models import Startup

ZERO = Decimal("0.00")


class Deposit(OrganisationModel):
    """One deposit: asked for, received, settled as two persons agree. `plan` is the settlement that waits or was made."""

    number = models.CharField(_("Number"), max_length=20, editable=False)
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="deposits")
    about = models.CharField(max_length=60, blank=True)  # spaces.lease:12
    text = models.CharField(_("For what"), max_length=120)
    amount = yuan_field(_("Amount"))
    due_on = models.DateField(_("Due on"))
    state = models.CharField(_("State"), max_length=10, choices=DepositState.choices, default=DepositState.REQUESTED, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    received_on = models.DateField(_("Received on"), null=True, editable=False)
    deducted = yuan_field(_("Deducted"), default=ZERO, editable=False)
    returned = yuan_field(_("Returned"), default=ZERO, editable=False)
    plan = models.JSONField(default=dict, blank=True)  # {"bills": [[id, "yuan"]], "return": "yuan"}
    reason = models.CharField(_("Reason and evidence"), max_length=300, blank=True)
    consent = models.CharField(_("Consent of the startup"), max_length=200, blank=True)
    requester = person()
    settler = person(null=True)
    approver = person(null=True)

    objects = walled(DepositQuerySet)

    class Meta:
        verbose_name = _("deposit")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="deposit_number_once"),
            models.UniqueConstraint(fields=["organisation", "about"], condition=~Q(about="") & ~Q(state="cancelled"), name="deposit_once_for_a_lease"),
            models.CheckConstraint(condition=Q(amount__gt=0, deducted__gte=0, returned__gte=0), name="deposit_amounts"),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "cancelled"], received_on=None, deducted=0, returned=0)
                | Q(state__in=["held", "settling"], received_on__isnull=False, deducted=0, returned=0)
                | Q(state="settled", received_on__isnull=False, amount=F("deducted") + F("returned")),
                name="deposit_adds_up",
            ),
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(settler__isnull=False, approver__isnull=False) & ~Q(approver=F("settler")), name="deposit_four_eyes"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def held(self) -> Decimal:
        """What we hold of it now, in yuan."""
        return self.amount if self.state in {"held", "settling"} else ZERO

    @property
    def state_tone(self) -> str:
        return DEPOSIT_TONES[self.state]
