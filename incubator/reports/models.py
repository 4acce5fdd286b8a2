"""Figures of a month that are never computed again in silence (policy.md i)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.columns import person
from incubator.core.periods import Month
from incubator.core.scoping import OrganisationModel, walled
from incubator.core.templatetags.fuhua import month as month_words
from incubator.reports.querysets import FrozenMonthQuerySet
from incubator.reports.states import FrozenState


class FrozenMonth(OrganisationModel):
    """The indicators of one month as one person froze them and a second one signed them.

    `figures` holds each indicator's value and the numbers of the rows it was made of, `public` the tables for the site
    with small counts put together. Neither ever changes (a trigger refuses): who finds a mistake freezes the month
    anew, with the reason, and both versions stay."""

    month = models.DateField(_("Month"))  # its first day
    revision = models.PositiveSmallIntegerField(_("Version"), default=1)
    state = models.CharField(_("State"), max_length=8, choices=FrozenState.choices, default=FrozenState.PROPOSED)
    figures = models.JSONField(editable=False)
    public = models.JSONField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    reason = models.TextField(_("Why it is frozen anew"), blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="replaced_by")
    proposer = person(_("Frozen by"), null=True)
    signer = person(_("Second person"), null=True)
    frozen_on = models.DateField(_("Frozen on"), default=timezone.localdate, editable=False)
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)

    objects = walled(FrozenMonthQuerySet)

    class Meta:
        verbose_name = _("frozen month")
        ordering = ["-month", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month", "revision"], name="frozen_month_version"),
            models.UniqueConstraint(fields=["organisation", "month"], condition=Q(state="proposed"), name="frozen_month_one_waits"),
            models.CheckConstraint(condition=Q(month__day=1), name="frozen_month_first_day"),
            models.CheckConstraint(condition=Q(signer=None) | ~Q(signer=F("proposer")), name="frozen_month_two_people"),
            models.CheckConstraint(
                condition=Q(state="proposed", signer=None) | ~Q(state="proposed") & Q(signer__isnull=False, proposer__isnull=False),
                name="frozen_month_signed_by_somebody",
            ),
            models.CheckConstraint(condition=Q(revision=1, replaces=None) | Q(revision__gt=1) & ~Q(reason=""), name="frozen_month_says_why"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="frozen_month_sha256"),
        ]

    def __str__(self) -> str:
        return f"{month_words(str(self.of))} · {self.revision}"

    @property
    def of(self) -> Month:
        """The month as a month."""
        return Month.of(self.month)

    @property
    def state_tone(self) -> str:
        return {"proposed": "amber", "signed": "jade"}.get(self.state, "plain")
