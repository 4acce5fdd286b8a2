"""A mentor and a startup who work together, and what they want to reach."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.scoping import OrganisationModel, walled
from incubator.tenants.models import Startup
from mentors.models.people import Mentor
from mentors.querysets import PairingQuerySet
from mentors.states import OPEN, PAIRING_TONES, PairingState


class Origin(models.TextChoices):
    """How a pairing came about."""

    RUN = "run", _("Matching of the cohort")
    CHOICE = "choice", _("Chosen by the startup")
    STAFF = "staff", _("Proposed by the organisation")


class Pairing(OrganisationModel):
    """One mentor for one startup 结对. Both accept; an open pairing takes one of the mentor's places."""

    mentor = models.ForeignKey(Mentor, models.PROTECT, related_name="pairings")
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="pairings")
    run = models.ForeignKey("mentors.MatchRun", models.PROTECT, null=True, related_name="pairings")
    origin = models.CharField(_("Origin"), max_length=8, choices=Origin.choices)
    state = models.CharField(_("State"), max_length=10, choices=PairingState.choices, default=PairingState.PROPOSED, editable=False)
    score = models.JSONField(default=dict)  # the explained score as it was when it was proposed
    mentor_yes_at = models.DateTimeField(null=True, editable=False)
    startup_yes_at = models.DateTimeField(null=True, editable=False)
    answer_by = models.DateField(_("Answer until"))
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    paired_at = models.DateTimeField(null=True, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(PairingQuerySet)

    class Meta:
        verbose_name = _("pairing")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "mentor", "startup"], condition=Q(state__in=OPEN), name="pairing_open_once"),
            models.CheckConstraint(condition=~Q(state__in=["paired", "paused"]) | Q(mentor_yes_at__isnull=False, startup_yes_at__isnull=False), name="pairing_both_accepted"),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} × {self.startup.short_name}"

    @property
    def state_tone(self) -> str:
        return PAIRING_TONES[self.state]

    @property
    def points(self) -> str:
        return str(self.score.get("score", ""))


class Goal(OrganisationModel):
    """What a pairing wants to reach, how it is measured, and how far it is."""

    pairing = models.ForeignKey(Pairing, models.PROTECT, related_name="goals")
    text = models.CharField(_("Goal"), max_length=200)
    measure = models.CharField(_("How it is measured"), max_length=200, blank=True)
    due_on = models.DateField(_("To be done by"))
    progress = models.PositiveSmallIntegerField(_("Progress in percent"), default=0)
    comment = models.CharField(_("Comment"), max_length=200, blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("goal")
        constraints = [models.CheckConstraint(condition=Q(progress__lte=100), name="goal_progress")]

    def __str__(self) -> str:
        return self.text
