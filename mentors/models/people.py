"""Mentors with what they offer, what startups need, and what stands between the two."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.columns import person
from incubator.core.encryption import EncryptedText, blind_index, last_four
from incubator.core.phones import masked_phone
from incubator.core.scoping import OrganisationModel, walled
from incubator.tenants.models import Startup
from mentors.choices import Engagement, Industry, Language, Mode, Stage, Topic
from mentors.querysets import MentorQuerySet
from mentors.states import MENTOR_TONES, MentorState


def chosen(label: Any, choices: type[models.TextChoices], **options: Any) -> Any:
    """Several values of one list."""
    return ArrayField(models.CharField(max_length=12, choices=choices.choices), verbose_name=label, default=list, **options)


def whole(label: Any, least: int, most: int, **options: Any) -> Any:
    """A whole number between two bounds."""
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(least), MaxValueValidator(most)], **options)


class Mentor(OrganisationModel):
    """A mentor 导师: applies, is reviewed by one person and approved by another, and serves for a term."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    name = models.CharField(_("Full name"), max_length=40)
    email = models.EmailField(_("Email"))
    phone = EncryptedText(_("Telephone"), blank=True)
    engagement = models.CharField(_("Engagement"), max_length=12, choices=Engagement.choices, default=Engagement.PART_TIME)
    employer = models.CharField(_("Employer"), max_length=120, blank=True)
    title = models.CharField(_("Job title"), max_length=60, blank=True)
    bio = models.TextField(_("About the mentor"), max_length=1500, blank=True)
    city = models.CharField(_("City"), max_length=40, blank=True)
    languages = chosen(_("Languages"), Language)
    stages = chosen(_("Stages of startups"), Stage)
    industries = chosen(_("Industries"), Industry)
    modes = chosen(_("Ways to meet"), Mode)
    max_pairs = whole(_("Startups at a time, at most"), 1, 30, default=5)
    hours_month = whole(_("Hours a month, at most"), 1, 200, default=16)
    hours_day = whole(_("Hours a day, at most"), 1, 12, default=6)
    term_from = models.DateField(_("Term from"), null=True, blank=True)
    term_to = models.DateField(_("Term to"), null=True, blank=True)
    public_fields = ArrayField(models.CharField(max_length=12), verbose_name=_("May be shown to everybody"), default=list, blank=True)
    bank_name = models.CharField(_("Bank"), max_length=120, blank=True)
    bank_account = EncryptedText(_("Bank account"), blank=True)
    bank_account_tail = models.CharField(max_length=4, blank=True, editable=False)
    account_entered_by = person(null=True)
    account_verified_by = person(null=True)
    state = models.CharField(_("State"), max_length=10, choices=MentorState.choices, default=MentorState.APPLIED, editable=False)
    open_pairs = models.PositiveSmallIntegerField(default=0, editable=False)  # counted by the database
    reviewer = person(null=True)
    approver = person(null=True)
    applied_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = walled(MentorQuerySet)

    class Meta:
        verbose_name = _("mentor")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="mentor_user_once"),
            models.UniqueConstraint(fields=["organisation", "email"], condition=~Q(state__in=["ended", "refused"]), name="mentor_email_once"),
            models.CheckConstraint(condition=Q(open_pairs__lte=F("max_pairs")), name="mentor_capacity"),
            models.CheckConstraint(condition=Q(approver=None) | Q(reviewer__isnull=False) & ~Q(approver=F("reviewer")), name="mentor_four_eyes"),
            models.CheckConstraint(
                condition=Q(user=None) | (Q(reviewer=None) | ~Q(reviewer=F("user"))) & (Q(approver=None) | ~Q(approver=F("user"))), name="mentor_not_of_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "paused"]) | Q(approver__isnull=False, term_from__isnull=False, term_to__gte=F("term_from")), name="mentor_approved_for_a_term"
            ),
            models.CheckConstraint(condition=Q(account_verified_by=None) | ~Q(account_verified_by=F("account_entered_by")), name="mentor_account_four_eyes"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.bank_account_tail = last_four(self.bank_account)
        super().save(*args, **kwargs)

    @property
    def state_tone(self) -> str:
        return MENTOR_TONES[self.state]

    @property
    def masked_account(self) -> str:
        return f"**** {self.bank_account_tail}" if self.bank_account_tail else ""

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)

    @property
    def account_index(self) -> str:
        return blind_index(self.bank_account, purpose="account") if self.bank_account else ""

    def serves_on(self, day: Any) -> bool:
        """Whether the mentor is active and the term runs on this day."""
        return self.state == MentorState.ACTIVE and self.term_from <= day <= self.term_to

    @property
    def free_pairs(self) -> int:
        return max(self.max_pairs - self.open_pairs, 0)

    def said(self, name: str) -> str:
        """The chosen values of a list, in words."""
        labels = {"languages": Language, "stages": Stage, "industries": Industry, "modes": Mode}[name]
        return "、".join(str(labels(value).label) for value in getattr(self, name))

    languages_said = property(lambda self: self.said("languages"))
    stages_said = property(lambda self: self.said("stages"))
    industries_said = property(lambda self: self.said("industries"))
    modes_said = property(lambda self: self.said("modes"))


class Level(models.IntegerChoices):
    """How much a mentor knows of a topic: level 1 covers half of a need."""

    SOME = 1, _("Has done it")
    DEEP = 2, _("Does it every day")


class Expertise(OrganisationModel):
    """One topic of a mentor 专长, with its proof."""

    mentor = models.ForeignKey(Mentor, models.CASCADE, related_name="expertise")
    topic = models.CharField(_("Topic"), max_length=12, choices=Topic.choices)
    level = models.PositiveSmallIntegerField(_("Level"), choices=Level.choices, default=Level.DEEP)
    proof = models.CharField(_("Proof: cases, years"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("expertise")
        ordering = ["-level", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "mentor", "topic"], name="expertise_once"),
            models.CheckConstraint(condition=Q(level__in=[1, 2]), name="expertise_level"),
        ]

    def __str__(self) -> str:
        return str(self.get_topic_display())


class OfficeHour(OrganisationModel):
    """A half day of the week at which a mentor can be met 可约时间: 0-am is Monday morning."""

    mentor = models.ForeignKey(Mentor, models.CASCADE, related_name="office_hours")
    window = models.CharField(_("Half day"), max_length=6)

    class Meta:
        verbose_name = _("office hour")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "mentor", "window"], name="office_hour_once"),
            models.CheckConstraint(condition=Q(window__regex=r"^[0-6]-(am|pm|eve)$"), name="office_hour_window"),
        ]

    def __str__(self) -> str:
        return self.window


class InterestKind(models.TextChoices):
    """What makes a pair impossible."""

    EQUITY = "equity", _("Share in the company")
    FAMILY = "family", _("Family")
    EMPLOYMENT = "employment", _("Employment")
    SUPPLIER = "supplier", _("Supplier or customer")
    COMPETITOR = "competitor", _("Competitor")
    OTHER = "other", _("Other interest")


class Interest(OrganisationModel):
    """A declared conflict of interest 利益冲突. There is no override: a pair becomes possible when the fact has ended."""

    mentor = models.ForeignKey(Mentor, models.PROTECT, related_name="interests")
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="+")
    kind = models.CharField(_("Kind"), max_length=12, choices=InterestKind.choices)
    note = models.CharField(_("Facts"), max_length=200, blank=True)
    since = models.DateField(_("From"), default=timezone.localdate)
    until = models.DateField(_("Until"), null=True, blank=True)
    declared_by = person()

    class Meta:
        verbose_name = _("conflict of interest")
        constraints = [models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="interest_span")]

    def __str__(self) -> str:
        return f"{self.mentor} · {self.startup.short_name}"


class Need(OrganisationModel):
    """What a startup needs from mentors 需求; the founder confirms it each quarter."""

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="mentor_needs")
    topics = models.JSONField(default=dict)  # topic → priority 1 to 3
    stage = models.CharField(_("Stage of the startup"), max_length=12, choices=Stage.choices)
    industry = models.CharField(_("Industry"), max_length=6, choices=Industry.choices)
    hours_month = whole(_("Hours a month"), 1, 40, default=4)
    windows = ArrayField(models.CharField(max_length=6), verbose_name=_("Half days that suit us"), default=list)
    language = models.CharField(_("Preferred language"), max_length=4, choices=Language.choices, default=Language.MANDARIN)
    languages = chosen(_("Languages we speak"), Language)
    modes = chosen(_("Ways to meet"), Mode)
    city = models.CharField(_("City"), max_length=40, blank=True)
    wanted = whole(_("Mentors wanted"), 1, 2, default=1)
    note = models.TextField(_("In our own words"), max_length=600, blank=True)
    confirmed_on = models.DateField(default=timezone.localdate, editable=False)

    class Meta:
        verbose_name = _("need of a startup")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "startup"], name="need_once"),
            models.CheckConstraint(condition=Q(wanted__gte=1, wanted__lte=2), name="need_wanted"),
        ]

    def __str__(self) -> str:
        return str(self.startup)

    @property
    def topics_said(self) -> str:
        """The topics, the most urgent first."""
        return "、".join(str(Topic(topic).label) for topic, _priority in sorted(self.topics.items(), key=lambda one: (-one[1], one[0])))

    @property
    def days_old(self) -> int:
        return (timezone.localdate() - self.confirmed_on).days
