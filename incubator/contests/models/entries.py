"""Entries: the team (known to the office), the project (blind for judges), and what the leak test found."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.contests.models.contests import EMPTY_OR_SHA, Contest, Track, secret_key
from incubator.contests.states import ENTRY_TONES, EntryState
from incubator.core.columns import person
from incubator.core.encryption import EncryptedText
from incubator.core.scoping import OrganisationModel, walled
from incubator.documents.codes import LETTERS
from incubator.documents.models import Document
from incubator.tenants.models import Startup

GONE = (EntryState.WITHDRAWN, EntryState.LAPSED, EntryState.INELIGIBLE, EntryState.DISQUALIFIED)
BLIND = ("title", "summary", "market", "progress")


def entry_code() -> str:
    """The four characters by which judges know an entry."""
    return "".join(secrets.choice(LETTERS) for _place in range(4))


class EntryQuerySet(models.QuerySet["Entry"]):
    def eligible(self) -> EntryQuerySet:
        return self.filter(state=EntryState.ELIGIBLE).order_by("code")

    def standing(self) -> EntryQuerySet:
        """Not withdrawn, lapsed or put out."""
        return self.exclude(state__in=GONE)

    def of_startup(self, startup: Any) -> EntryQuerySet:
        return self.filter(startup=startup).select_related("contest", "track").order_by("-created_at")


class Entry(OrganisationModel):
    """One entry of a team. The content is locked once it was handed in and registration has closed (trigger)."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="entries", editable=False)
    track = models.ForeignKey(Track, models.PROTECT, related_name="entries", verbose_name=_("Track"))
    code = models.CharField(max_length=4, default=entry_code, editable=False)
    key = models.CharField(max_length=32, default=secret_key, editable=False)
    team = models.CharField(_("Name of the team"), max_length=80)
    company = models.CharField(_("Company"), max_length=120, blank=True)
    uscc = models.CharField(_("Unified social credit code"), max_length=18, blank=True)
    startup = models.ForeignKey(Startup, models.PROTECT, null=True, related_name="+", editable=False)
    school = models.CharField(_("School, department, supervisors"), max_length=160, blank=True, help_text=_("Judges from there will not score this entry."))
    contact_name = models.CharField(_("Contact person"), max_length=60)
    email = EncryptedText(_("E-mail address"))
    email_index = models.CharField(max_length=64, editable=False)
    phone = EncryptedText(_("Mobile number"), blank=True)
    title = models.CharField(_("Title of the project"), max_length=80, blank=True, help_text=_("No names of people, companies or schools: judges read this."))
    summary = models.TextField(_("What it is and for whom"), max_length=1500, blank=True)
    market = models.TextField(_("Market and competition"), max_length=1500, blank=True)
    progress = models.TextField(_("What has been reached, what comes next"), max_length=1500, blank=True)
    deck = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", editable=False)
    blind_deck = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", editable=False)
    deck_pages = models.JSONField(default=list, editable=False)  # the words of the deck by page, for the leak test
    accepts_rules = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="zh-hans", editable=False)
    state = models.CharField(_("State"), max_length=12, choices=EntryState.choices, default=EntryState.DRAFT, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    corrected = models.BooleanField(default=False, editable=False)  # the one round of correction was given
    reopened = models.BooleanField(default=False, editable=False)  # named by an upheld objection
    reason = models.CharField(max_length=20, blank=True, editable=False)
    note = models.TextField(blank=True, editable=False)
    screener = person(null=True)
    blind_checker = person(null=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects = walled(EntryQuerySet)

    class Meta:
        verbose_name = _("entry")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "contest", "code"], name="entry_code_once"),
            models.UniqueConstraint(fields=["organisation", "key"], name="entry_key_once"),
            models.UniqueConstraint(fields=["organisation", "contest", "email_index"], condition=~Q(state__in=[str(state) for state in GONE]), name="entry_contact_once"),
            models.UniqueConstraint(fields=["organisation", "contest", "uscc"], condition=~Q(uscc="") & ~Q(state__in=[str(state) for state in GONE]), name="entry_company_once"),
            models.CheckConstraint(condition=Q(sha256__regex=EMPTY_OR_SHA), name="entry_sha256"),
            models.CheckConstraint(condition=Q(state__in=["draft", "lapsed"]) | Q(submitted_at__isnull=False, accepts_rules=True) & ~Q(sha256=""), name="entry_submitted_whole"),
            models.CheckConstraint(condition=~Q(state__in=["returned", "ineligible", "disqualified"]) | ~Q(reason=""), name="entry_reason_coded"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code

    @property
    def state_tone(self) -> str:
        return ENTRY_TONES.get(self.state, "plain")

    @property
    def may_change(self) -> bool:
        """Whether the team may still change what it wrote."""
        if self.state == EntryState.RETURNED:
            return self.contest.state in ("registration", "screening")
        return self.state in (EntryState.DRAFT, EntryState.SUBMITTED) and self.contest.takes_entries

    @property
    def missing(self) -> list[str]:
        """The blind fields that are still empty."""
        return [name for name in BLIND if not getattr(self, name).strip()]


class EntryMember(OrganisationModel):
    """A person of a team, with their consent to take part and to be named on the certificate."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="members", editable=False)
    name = models.CharField(_("Name"), max_length=60)
    part = models.CharField(_("Part in the team"), max_length=60, blank=True)
    consents = models.BooleanField(_("Agrees to take part and to be named on the certificate"), default=False)
    ordinal = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("team member")
        ordering = ["ordinal", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "entry", "name"], name="entry_member_once")]

    def __str__(self) -> str:
        return self.name


class LeakHit(OrganisationModel):
    """A word that would tell a judge who the team is, found where judges read. Open until it is explained or gone."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="leaks", editable=False)
    where = models.CharField(_("Where"), max_length=80)
    term = models.CharField(_("Word"), max_length=120)
    excerpt = models.CharField(max_length=200, blank=True)
    found_at = models.DateTimeField(default=timezone.now, editable=False)
    cleared_by = person(null=True)
    cleared_because = models.CharField(_("Why it is no leak"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("possible leak")
        ordering = ["entry", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "entry", "where", "term"], name="leak_once"),
            models.CheckConstraint(condition=Q(cleared_by=None) | ~Q(cleared_because=""), name="leak_cleared_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.term} · {self.where}"
