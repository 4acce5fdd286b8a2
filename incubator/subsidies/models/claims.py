from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person, yuan_field
from incubator.core.encryption import EncryptedText
from incubator.core.scoping import OrganisationModel, walled
from incubator.subsidies.models.applications import NOTHING, Quarter, SubsidyApplication
from incubator.subsidies.querysets import ClaimQuerySet
from incubator.subsidies.states import TONES, ClaimState


def paper(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey("documents.Document", models.PROTECT, null=True, editable=False, related_name="+", **options)


class Claim(OrganisationModel):
    """A consolidated claim 申报批次: the endorsed applications of one quarter under one measure, sent to the authority.

    Sealing freezes it: the snapshot is what every later print and check reads."""

    number = models.CharField(_("Number"), max_length=40, blank=True)
    measure = models.ForeignKey("policy.PolicyDocument", models.PROTECT, related_name="+", verbose_name=_("Measure"))
    payee = models.CharField(_("Level"), max_length=10)
    period = models.CharField(_("Quarter"), max_length=7)
    state = models.CharField(_("State"), max_length=20, choices=ClaimState.choices, default=ClaimState.ASSEMBLING)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revision = models.PositiveSmallIntegerField(default=1)
    total = yuan_field(_("Total"), default=NOTHING)
    decided = yuan_field(_("Decided"), null=True)
    sealed_text = EncryptedText(null=True, editable=False)
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField(null=True, editable=False)
    verify_code = models.CharField(max_length=20, blank=True)
    document = paper()
    public_document = paper()
    signed_scan = paper()
    receipt = models.ForeignKey("policy.OfficialReply", models.PROTECT, null=True, editable=False, related_name="+")
    reply = models.ForeignKey("policy.OfficialReply", models.PROTECT, null=True, editable=False, related_name="+")
    notice = models.ForeignKey("policy.PublicNotice", models.PROTECT, null=True, editable=False, related_name="+")
    builder = person(_("Assembled by"), null=True)
    sealer = person(_("Sealed by"), null=True)
    filer = person(_("Filed by"), null=True)
    recorder = person(_("Recorded by"), null=True)
    confirmer = person(_("Confirmed by"), null=True)
    publisher = person(_("Published by"), null=True)
    finisher = person(_("Result confirmed by"), null=True)
    payer = person(_("Payouts ordered by"), null=True)
    closer = person(_("Closed by"), null=True)

    objects = walled(ClaimQuerySet)

    class Meta:
        verbose_name = _("claim")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], condition=~Q(number=""), name="claim_number"),
            models.CheckConstraint(condition=Q(filer=None) | ~Q(filer=F("sealer")), name="claim_filed_by_another"),
            models.CheckConstraint(condition=Q(confirmer=None) | ~Q(confirmer=F("recorder")), name="claim_confirmed_by_another"),
            models.CheckConstraint(condition=Q(finisher=None) | ~Q(finisher=F("publisher")), name="claim_finished_by_another"),
            models.CheckConstraint(
                condition=Q(state__in=["assembling", "withdrawn", "returned"])
                | (~Q(number="") & ~Q(snapshot_sha256="") & Q(sealed_text__isnull=False, sealer__isnull=False)),
                name="claim_sealed_has_a_snapshot",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["recorded", "decided", "noticed", "confirmed", "paying", "paid", "closed"]) | Q(reply__isnull=False),
                name="claim_decision_has_a_reply",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "noticed", "confirmed", "paying", "paid", "closed"]) | Q(confirmer__isnull=False),
                name="claim_decided_by_two",
            ),
            models.CheckConstraint(condition=Q(closer=None) | ~Q(closer=F("payer")), name="claim_closed_by_another"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("claim being assembled"))

    @property
    def quarter(self) -> Quarter:
        return Quarter(self.period)

    @property
    def state_tone(self) -> str:
        return TONES[self.state]

    @property
    def snapshot(self) -> dict[str, Any] | None:
        """What was sealed: the one source of every print and check. Encrypted at rest: it holds bank accounts."""
        return json.loads(self.sealed_text) if self.sealed_text else None

    @property
    def is_open(self) -> bool:
        """Whether lines may still be put in or taken out."""
        return self.state == ClaimState.ASSEMBLING

    @property
    def difference(self) -> Decimal | None:
        """Decided less claimed."""
        return None if self.decided is None else self.decided - self.total


class ClaimLine(OrganisationModel):
    """One application in a claim, and what the authority said of it."""

    class Verdict(models.TextChoices):
        OPEN = "open", pgettext_lazy("line", "Not yet decided")
        APPROVED = "approved", pgettext_lazy("line", "Approved")
        CUT = "cut", pgettext_lazy("line", "Cut")
        REFUSED = "refused", pgettext_lazy("line", "Refused")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines")
    application = models.ForeignKey(SubsidyApplication, models.PROTECT, related_name="claim_lines")
    position = models.PositiveSmallIntegerField()
    amount = yuan_field(_("Claimed"))
    verdict = models.CharField(_("Decision"), max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    decided = yuan_field(_("Decided amount"), null=True)
    reason = models.ForeignKey("policy.ReasonCode", models.PROTECT, null=True, blank=True, related_name="+")
    words = models.CharField(_("The authority's words"), max_length=300, blank=True)
    decision = models.ForeignKey("policy.Decision", models.PROTECT, null=True, editable=False, related_name="+")
    released_at = models.DateTimeField(null=True, editable=False)

    objects = walled()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "application"], condition=Q(released_at=None), name="claim_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="claim_line_amount"),
            models.CheckConstraint(
                condition=Q(verdict="open", decided=None)
                | Q(verdict="approved", decided__isnull=False, decided=F("amount"))
                | Q(verdict="cut", decided__isnull=False, decided__gt=0, decided__lt=F("amount"), reason__isnull=False)
                | Q(verdict="refused", decided__isnull=False, decided=0, reason__isnull=False),
                name="claim_line_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim}/{self.position}"
