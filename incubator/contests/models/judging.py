"""Judges, their conflicts, and the sheet of one judge for one entry."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.contests.models.contests import Contest
from incubator.contests.models.entries import Entry
from incubator.contests.states import SHEET_TONES, SheetState
from incubator.core.columns import person
from incubator.core.scoping import OrganisationModel, walled


class JudgeKind(models.TextChoices):
    """What a judge brings."""

    INDUSTRY = "industry", _("Industry")
    INVESTMENT = "investment", _("Investment")
    ACADEMIC = "academic", _("University or research")
    PUBLIC = "public", _("Public service")


class JudgeSeat(OrganisationModel):
    """A judge of one contest. One of them chairs the jury."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="judges", editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Judge"))
    kind = models.CharField(_("Kind"), max_length=10, choices=JudgeKind.choices, default=JudgeKind.INDUSTRY)
    employer = models.CharField(_("Company, school or body"), max_length=120, blank=True)
    chairs = models.BooleanField(_("Chairs the jury"), default=False)

    class Meta:
        verbose_name = _("judge of a contest")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "contest", "user"], name="judge_once"),
            models.UniqueConstraint(fields=["organisation", "contest"], condition=Q(chairs=True), name="judge_one_chair"),
        ]

    def __str__(self) -> str:
        return self.user.name


class Conflict(OrganisationModel):
    """Why a judge may not score an entry 回避. It is never taken back; the trigger refuses a sheet for the pair."""

    class Source(models.TextChoices):
        DERIVED = "derived", _("Found by the product")
        DECLARED = "declared", _("Declared by the judge")
        RECORDED = "recorded", _("Recorded by the office")

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="conflicts", editable=False)
    judge = models.ForeignKey(JudgeSeat, models.PROTECT, related_name="conflicts", editable=False)
    source = models.CharField(max_length=8, choices=Source.choices)
    reason = models.CharField(_("Reason"), max_length=200)
    at = models.DateTimeField(default=timezone.now, editable=False)
    recorder = person(null=True)

    class Meta:
        verbose_name = _("conflict of interest")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "entry", "judge"], name="contest_conflict_once")]

    def __str__(self) -> str:
        return self.reason


class SheetQuerySet(models.QuerySet["ScoreSheet"]):
    def of_judge(self, user: Any) -> SheetQuerySet:
        """The sheets this judge may see: contests in judging, nothing recused."""
        running = self.filter(judge__user=user, contest__state="judging").exclude(state=SheetState.RECUSED)
        return running.select_related("entry__track", "contest", "judge")

    def counting(self) -> SheetQuerySet:
        """Sheets whose scores count."""
        return self.filter(state=SheetState.SEALED)

    def due(self) -> SheetQuerySet:
        return self.filter(state=SheetState.ASSIGNED)


class ScoreSheet(OrganisationModel):
    """What one judge gives one entry. Triggers: never for a conflict, never after the freeze, all lines from 0 to 100."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="sheets", editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="sheets", editable=False)
    judge = models.ForeignKey(JudgeSeat, models.PROTECT, related_name="sheets", editable=False)
    place = models.PositiveSmallIntegerField(default=0, editable=False)  # this judge's own order, drawn by the seed
    state = models.CharField(_("State"), max_length=10, choices=SheetState.choices, default=SheetState.ASSIGNED, editable=False)
    scores = models.JSONField(default=dict, blank=True, editable=False)  # criterion key → number, a draft until sealed
    comment = models.TextField(_("Comment for the team"), max_length=1500, blank=True)
    reason = models.CharField(max_length=200, blank=True, editable=False)
    saved_at = models.DateTimeField(null=True, editable=False)
    sealed_at = models.DateTimeField(null=True, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)

    objects = walled(SheetQuerySet)

    class Meta:
        verbose_name = _("score sheet")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "entry", "judge"], name="sheet_once"),
            models.CheckConstraint(condition=~Q(state="sealed") | Q(sealed_at__isnull=False), name="sheet_sealed_at"),
            models.CheckConstraint(condition=~Q(state__in=["recused", "abstained", "set_aside"]) | ~Q(reason=""), name="sheet_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.entry.code}"

    @property
    def state_tone(self) -> str:
        return SHEET_TONES.get(self.state, "plain")
