"""Sessions of a mentor with a startup, from the plan to the minutes that both have confirmed."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.columns import person
from incubator.core.scoping import OrganisationModel, walled
from incubator.tenants.models import Startup
from mentors.choices import Mode, Topic
from mentors.models.pairings import Pairing
from mentors.models.people import Mentor
from mentors.querysets import SessionQuerySet
from mentors.states import HOLDING, SESSION_TONES, SessionState
from spaces.models import Space


class TsTzRange(models.Func):
    """The PostgreSQL range of two moments."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


SPAN = TsTzRange("starts_at", "ends_at", RangeBoundary())


class Verdict(models.TextChoices):
    """What a second person said of a session that looks odd."""

    OPEN = "", _("Not looked at")
    CLEAR = "clear", _("Cleared for payment")
    WITHHELD = "withheld", _("Kept out of payment")


class Session(OrganisationModel):
    """One meeting 辅导. Its time is taken for both sides; only minutes that mentor and founder confirm count."""

    pairing = models.ForeignKey(Pairing, models.PROTECT, related_name="sessions")
    mentor = models.ForeignKey(Mentor, models.PROTECT, related_name="sessions", editable=False)
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="+", editable=False)
    starts_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"))
    mode = models.CharField(_("Way to meet"), max_length=8, choices=Mode.choices)
    space = models.ForeignKey(Space, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Room"))
    video_url = models.URLField(_("Link for the video meeting"), max_length=300, blank=True)
    state = models.CharField(_("State"), max_length=12, choices=SessionState.choices, default=SessionState.PLANNED, editable=False)
    topics = ArrayField(models.CharField(max_length=12, choices=Topic.choices), verbose_name=_("Topics"), default=list, blank=True)
    summary = models.CharField(_("What was solved"), max_length=300, blank=True)
    next_step = models.CharField(_("Next step"), max_length=200, blank=True)
    next_on = models.DateField(_("To be done by"), null=True, blank=True)
    planner = person(null=True)
    logger = person(null=True)
    logged_at = models.DateTimeField(null=True, editable=False)
    logged_from = models.CharField(max_length=64, blank=True, editable=False)  # keyed digest of the address
    confirm_by = models.DateTimeField(null=True, editable=False)
    confirmer = person(null=True)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    dispute = models.CharField(_("What is disputed"), max_length=300, blank=True)
    reply = models.CharField(_("Answer of the mentor"), max_length=300, blank=True)
    flags = models.JSONField(default=list, editable=False)  # what looks odd, by code
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True, editable=False)
    reviewer = person(null=True)
    rating = models.PositiveSmallIntegerField(_("Helpful, 1 to 5"), null=True, blank=True)
    rating_note = models.CharField(_("A word to the mentor"), max_length=300, blank=True)
    readiness = models.PositiveSmallIntegerField(_("How ready the startup was, 1 to 5"), null=True, blank=True)
    reminded = models.JSONField(default=list, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(SessionQuerySet)

    class Meta:
        verbose_name = _("session")
        constraints = [
            ExclusionConstraint(
                name="session_mentor_free", condition=Q(state__in=HOLDING),
                expressions=[("organisation", RangeOperators.EQUAL), ("mentor", RangeOperators.EQUAL), (SPAN, RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="session_startup_free", condition=Q(state__in=HOLDING),
                expressions=[("organisation", RangeOperators.EQUAL), ("startup", RangeOperators.EQUAL), (SPAN, RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_span"),
            models.CheckConstraint(condition=Q(confirmer=None) | Q(logger__isnull=False) & ~Q(confirmer=F("logger")), name="session_confirmed_by_another"),
            models.CheckConstraint(condition=~Q(state="confirmed") | Q(confirmer__isnull=False, confirmed_at__isnull=False), name="session_confirmed_whole"),
            models.CheckConstraint(
                condition=Q(reviewer=None) | (Q(logger=None) | ~Q(reviewer=F("logger"))) & (Q(confirmer=None) | ~Q(reviewer=F("confirmer"))), name="session_reviewed_by_a_third"
            ),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__gte=1, rating__lte=5), name="session_rating"),
            models.CheckConstraint(condition=Q(readiness=None) | Q(readiness__gte=1, readiness__lte=5), name="session_readiness"),
        ]
        indexes = [models.Index(fields=["organisation", "starts_at"], name="session_by_time")]

    def __str__(self) -> str:
        return f"{self.mentor} × {self.startup.short_name} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def state_tone(self) -> str:
        return SESSION_TONES[self.state]

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def topics_said(self) -> str:
        return "、".join(str(Topic(topic).label) for topic in self.topics)

    @property
    def payable(self) -> bool:
        """Confirmed by both, and not waiting for a second person's look."""
        return self.state == SessionState.CONFIRMED and (not self.flags or self.verdict == Verdict.CLEAR) and self.verdict != Verdict.WITHHELD


class SessionNote(OrganisationModel):
    """A note of one person about a session. Nobody else reads it."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="notes")
    author = person()
    text = models.TextField(_("Private note"), max_length=2000)
    written_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("private note")
        constraints = [models.UniqueConstraint(fields=["organisation", "session", "author"], name="session_note_once")]

    def __str__(self) -> str:
        return str(self.session)
