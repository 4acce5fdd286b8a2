"""A matching of the whole cohort: what went in, what came out, and what people changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.columns import person
from incubator.core.scoping import OrganisationModel
from incubator.tenants.models import Startup
from mentors.models.people import Mentor
from mentors.states import MATCHING_TONES, MatchingState


class MatchRun(OrganisationModel):
    """One matching 匹配: input, weights and seed give the result, and the same ones give it again."""

    name = models.CharField(_("Name"), max_length=80)
    seed = models.CharField(_("Seed"), max_length=40)
    weights = models.JSONField(default=dict)  # part → points, Σ = 100
    floor = models.PositiveSmallIntegerField(_("Least points of a pair"), default=40)
    bonus = models.PositiveSmallIntegerField(_("Bonus for startups without a mentor in twelve months"), default=0)
    state = models.CharField(_("State"), max_length=10, choices=MatchingState.choices, default=MatchingState.DRAFT, editable=False)
    given = models.JSONField(default=dict, editable=False)
    result = models.JSONField(default=dict, editable=False)
    given_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    result_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    engine = models.CharField(max_length=40, blank=True, editable=False)
    author = person()
    publisher = person(null=True)
    computed_at = models.DateTimeField(null=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("matching")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="match_run_name_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["computed", "edited", "published"]) | Q(given_sha256__regex=r"^[0-9a-f]{64}$", result_sha256__regex=r"^[0-9a-f]{64}$"), name="match_run_hashed"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state_tone(self) -> str:
        return MATCHING_TONES[self.state]


class MarkKind(models.TextChoices):
    PIN = "pin", _("Pinned")
    BAN = "ban", _("Banned")


class MatchMark(OrganisationModel):
    """A pair that people fixed or ruled out in a matching, with the reason. Computing again keeps it."""

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="marks")
    mentor = models.ForeignKey(Mentor, models.PROTECT, related_name="+")
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="+")
    kind = models.CharField(_("Mark"), max_length=4, choices=MarkKind.choices)
    reason = models.CharField(_("Reason"), max_length=200)
    marked_by = person()

    class Meta:
        verbose_name = _("mark in a matching")
        constraints = [models.UniqueConstraint(fields=["organisation", "run", "mentor", "startup"], name="match_mark_once")]

    def __str__(self) -> str:
        return f"{self.mentor} × {self.startup.short_name}"
