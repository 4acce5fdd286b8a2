"""A contest and its rules: tracks, rubric, prizes. Triggers lock the rules when registration opens."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from incubator.contests.states import AFTER_FREEZE, CONTEST_TONES, PUBLIC_STATES, RESULT_STATES, ContestState
from incubator.core.columns import person, yuan_field
from incubator.core.scoping import OrganisationModel, walled
from incubator.policy.models import PublicNotice

EMPTY_OR_SHA = r"^([0-9a-f]{64})?$"


def secret_key() -> str:
    """Thirty-two characters that nobody guesses: a seed, or the secret in an address."""
    return secrets.token_hex(16)


class Method(models.TextChoices):
    """How the sheets of an entry become its score; fixed before registration opens."""

    MEAN = "mean", _("Weighted mean of all judges")
    TRIMMED = "trimmed", _("Mean without the highest and the lowest sheet")
    MEDIAN = "median", _("Median of the sheets")
    ZSCORE = "zscore", _("Standard scores per judge")


def bilingual(row: Any, name: str) -> str:
    """A text in the reader's language; the Chinese one where there is no English."""
    english = "" if (get_language() or "zh").startswith("zh") else getattr(row, f"{name}_en", "")
    return str(english or getattr(row, name))


class ContestQuerySet(models.QuerySet["Contest"]):
    def on_the_site(self) -> ContestQuerySet:
        """What everybody may see, the ones that still take entries first."""
        running = models.Case(models.When(state__in=("registration", "published"), then=0), default=1)
        return self.filter(state__in=PUBLIC_STATES).order_by(running, "-registration_from", "-pk")

    def to_open(self, today: date) -> ContestQuerySet:
        return self.filter(state=ContestState.PUBLISHED, registration_from__lte=today)

    def to_close(self, today: date) -> ContestQuerySet:
        return self.filter(state=ContestState.REGISTRATION, registration_to__lt=today)


class Contest(OrganisationModel):
    """A contest 大赛: its dates, rules and method, and where it stands."""

    title = models.CharField(_("Title"), max_length=100)
    title_en = models.CharField(_("Title in English"), max_length=160, blank=True)
    slug = models.SlugField(_("Word in the address"), max_length=50)
    summary = models.TextField(_("What it is about"), max_length=600)
    summary_en = models.TextField(_("What it is about, in English"), max_length=900, blank=True)
    rules = models.TextField(_("Rules"), max_length=6000, help_text=_("Who may enter, what is asked for, what happens with the data."))
    rules_en = models.TextField(_("Rules in English"), max_length=9000, blank=True)
    registration_from = models.DateField(_("Registration opens"))
    registration_to = models.DateField(_("Registration ends"))
    judging_to = models.DateField(_("Judging ends"))
    results_on = models.DateField(_("Result expected"))
    method = models.CharField(pgettext_lazy("contest", "Method"), max_length=8, choices=Method.choices, default=Method.MEAN)
    per_entry = models.PositiveSmallIntegerField(_("Judges for each entry"), default=3, validators=[MinValueValidator(3), MaxValueValidator(15)])
    min_judges = models.PositiveSmallIntegerField(_("Trimmed mean: from how many sheets"), default=5, validators=[MinValueValidator(3), MaxValueValidator(15)])
    min_entries_per_judge = models.PositiveSmallIntegerField(
        _("Standard scores: from how many entries of a judge"), default=5, validators=[MinValueValidator(2), MaxValueValidator(50)]
    )
    anchors = models.PositiveSmallIntegerField(_("Entries that all judges score"), default=0, validators=[MaxValueValidator(3)])
    team_most = models.PositiveSmallIntegerField(_("People in a team at most"), default=6, validators=[MinValueValidator(1), MaxValueValidator(12)])
    notice_days = models.PositiveSmallIntegerField(_("Public notice in working days"), default=5, validators=[MinValueValidator(1), MaxValueValidator(30)])
    is_blind = models.BooleanField(_("Blind judging: judges see no names"), default=True)
    state = models.CharField(_("State"), max_length=12, choices=ContestState.choices, default=ContestState.DRAFT, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)
    drafter = person()
    publisher = person(null=True)
    opener = person(null=True)
    freeze_asker = person(null=True)
    freezer = person(null=True)
    noticer = person(null=True)
    finaliser = person(null=True)
    award_orderer = person(null=True)
    awarder = person(null=True)
    rules_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    sheets_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    assignment = models.JSONField(default=dict, blank=True, editable=False)
    ranking = models.JSONField(default=dict, blank=True, editable=False)  # the stored trace of contest_ranking
    notice = models.ForeignKey(PublicNotice, models.PROTECT, null=True, related_name="+", editable=False)
    minutes = models.TextField(_("Minutes of the jury"), blank=True, editable=False)
    cancelled_because = models.TextField(blank=True, editable=False)
    on_stage = models.PositiveSmallIntegerField(default=0, editable=False)  # which pitch is on now, from 1
    revealed_at = models.DateTimeField(null=True, editable=False)
    seed = models.CharField(max_length=32, default=secret_key, editable=False)

    objects = walled(ContestQuerySet)

    class Meta:
        verbose_name = _("contest")
        ordering = ["-registration_from", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="contest_slug_once"),
            models.CheckConstraint(
                condition=Q(registration_to__gte=F("registration_from")) & Q(judging_to__gt=F("registration_to")) & Q(results_on__gte=F("judging_to")),
                name="contest_days_in_order",
            ),
            models.CheckConstraint(condition=Q(per_entry__gte=3), name="contest_three_judges"),
            models.CheckConstraint(condition=~Q(state__in=AFTER_FREEZE) | Q(sheets_sha256__regex=r"^[0-9a-f]{64}$", freezer__isnull=False, freeze_asker__isnull=False), name="contest_frozen_by_two"),
            models.CheckConstraint(condition=Q(freezer=None) | ~Q(freezer=F("freeze_asker")), name="contest_freeze_four_eyes"),
            models.CheckConstraint(condition=Q(finaliser=None) | ~Q(finaliser=F("noticer")) & ~Q(finaliser=F("publisher")), name="contest_final_four_eyes"),
            models.CheckConstraint(condition=Q(awarder=None) | ~Q(awarder=F("award_orderer")), name="contest_award_four_eyes"),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(cancelled_because=""), name="contest_cancelled_with_reason"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def state_tone(self) -> str:
        return CONTEST_TONES.get(self.state, "plain")

    @property
    def name(self) -> str:
        """The title in the reader's language."""
        return bilingual(self, "title")

    @property
    def about(self) -> str:
        return bilingual(self, "summary")

    @property
    def rules_text(self) -> str:
        return bilingual(self, "rules")

    @property
    def takes_entries(self) -> bool:
        """Whether entries may be begun, changed and handed in today."""
        return self.state == ContestState.REGISTRATION and timezone.localdate() <= self.registration_to

    @property
    def is_resolved(self) -> bool:
        """Whether names stand beside the ranks in public."""
        return self.state in RESULT_STATES

    @property
    def ranked(self) -> list[dict[str, Any]]:
        """The rows of the ranking: entry code, rank, score."""
        return list(self.ranking.get("result", {}).get("ranking", []))

    @property
    def fell_back(self) -> bool:
        """Whether standard scores could not be used and the raw means stand for all."""
        return bool(self.ranking.get("result", {}).get("fallback"))


class Part(OrganisationModel):
    """A part of the rules of a contest, in its order."""

    ordinal = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


class Track(Part):
    """A track 赛道 in which entries compete together."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="tracks", editable=False)
    name = models.CharField(_("Track"), max_length=60)
    name_en = models.CharField(_("Track in English"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("track")
        ordering = ["ordinal", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "contest", "name"], name="track_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return bilingual(self, "name")


class Criterion(Part):
    """A line of the rubric: weight, and what earns 90, 75 and 60."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="criteria", editable=False)
    key = models.CharField(max_length=12, editable=False)
    name = models.CharField(_("Criterion"), max_length=60)
    name_en = models.CharField(_("Criterion in English"), max_length=100, blank=True)
    weight = models.PositiveSmallIntegerField(_("Weight in percent"), validators=[MinValueValidator(1), MaxValueValidator(100)])
    hint = models.CharField(_("Where to look"), max_length=200, blank=True)
    at_90 = models.CharField(_("What earns 90"), max_length=240, blank=True)
    at_75 = models.CharField(_("What earns 75"), max_length=240, blank=True)
    at_60 = models.CharField(_("What earns 60"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("criterion")
        ordering = ["ordinal", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "contest", "key"], name="criterion_key_once"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="criterion_weight"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return bilingual(self, "name")

    @property
    def anchors(self) -> list[tuple[int, str]]:
        return [(90, self.at_90), (75, self.at_75), (60, self.at_60)]


class Prize(Part):
    """A prize for the ranks from–to: its name and its amount (0: honour only)."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="prizes", editable=False)
    name = models.CharField(_("Prize"), max_length=60)
    name_en = models.CharField(_("Prize in English"), max_length=100, blank=True)
    rank_from = models.PositiveSmallIntegerField(_("From rank"), validators=[MinValueValidator(1), MaxValueValidator(500)])
    rank_to = models.PositiveSmallIntegerField(_("To rank"), validators=[MinValueValidator(1), MaxValueValidator(500)])
    amount = yuan_field(_("Amount for each"), default=0, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("prize")
        ordering = ["rank_from", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(rank_to__gte=F("rank_from"), rank_from__gte=1), name="prize_ranks"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="prize_amount"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return bilingual(self, "name")
