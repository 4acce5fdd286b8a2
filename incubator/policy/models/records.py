"""What is decided and told: reason codes, the working calendar, official replies, decisions, public notices."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled
from incubator.documents.models import Document
from incubator.policy.models.programmes import ProgrammeEdition
from incubator.policy.models.texts import SHA256, Citation, Clause
from incubator.policy.querysets import DecisionQuerySet, HolidayQuerySet, NoticeQuerySet
from incubator.policy.states import NoticeState


class ReasonCode(models.Model):
    """Why something is returned, cut or refused (lifecycles.md 3). Rows are never deleted."""

    code = models.CharField(max_length=30, unique=True)
    zh = models.CharField(max_length=80)
    en = models.CharField(max_length=120)
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, blank=True, related_name="+")
    who_fixes = models.CharField(max_length=120)
    who_fixes_zh = models.CharField(max_length=120)
    ordinal = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("reason code")
        ordering = ["ordinal", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The reason in the reader's language."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en

    @property
    def fix(self) -> str:
        """Who can put it right, in the reader's language."""
        return self.who_fixes_zh if (get_language() or "zh").startswith("zh") else self.who_fixes


class Holiday(models.Model):
    """A day on which the state's calendar differs from the week: off, or a weekend day worked."""

    class Off(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday")
        EXTRA_WORKDAY = "extra_workday", _("Weekend day worked")

    day = models.DateField(unique=True)
    kind = models.CharField(max_length=13, choices=Off.choices)
    name = models.CharField(max_length=40)
    source = models.CharField(max_length=80, blank=True)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class OfficialReply(AppendOnlyModel):
    """What an authority, a bank or a fund answered: the paper, and who wrote it down. A correction is a new row."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="replies")
    body = models.CharField(_("Issuing body"), max_length=120)
    number = models.CharField(_("Document number"), max_length=60, blank=True)
    dated_on = models.DateField(_("Date of the document"))
    received_on = models.DateField(_("Received on"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")

    class Meta:
        verbose_name = _("official reply")
        constraints = [
            models.CheckConstraint(
                condition=Q(received_on__gte=models.F("dated_on")), name="reply_received_after_dated"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.number}".strip()


class Decision(AppendOnlyModel):
    """One decision, chained by its hash to the one before it in the same organisation (lifecycles.md 7)."""

    subject_type = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(max_length=200)
    act = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now, editable=False)
    official_on = models.DateField(null=True, blank=True)
    edition = models.ForeignKey(ProgrammeEdition, models.PROTECT, null=True, related_name="decisions")
    trace_sha256 = models.CharField(max_length=64, blank=True)
    reason_codes = models.JSONField(default=list, blank=True)
    amount_before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    amount_after = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    reply = models.ForeignKey(OfficialReply, models.PROTECT, null=True, related_name="decisions")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    note = models.TextField(blank=True)
    previous_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)

    objects = walled(DecisionQuerySet)

    class Meta:
        verbose_name = _("decision")
        indexes = [models.Index(fields=["organisation", "subject_type", "subject_id"], name="decision_subject")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "previous_sha256"], name="decision_chain_has_no_fork"),
            models.CheckConstraint(condition=Q(sha256__regex=SHA256), name="decision_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.act}: {self.subject_name}"


# Days that a notice stays readable after its last day. The decision and its record stay in the office for good.
NOTICE_RETENTION_DAYS = 90


def notice_code() -> str:
    """A code that nobody guesses: the address of a notice."""
    return secrets.token_hex(8)


class PublicNotice(OrganisationModel):
    """A public notice 公示: masked rows, the days it stands, and the words that order it."""

    kind = models.CharField(_("Kind"), max_length=20, default="claim")
    code = models.CharField(max_length=16, default=notice_code, editable=False)
    title = models.CharField(_("Title"), max_length=200)
    about = models.CharField(_("About"), max_length=60, blank=True)  # the number of the claim or contest
    payload = models.JSONField(default=dict, blank=True)
    citation = models.ForeignKey(Citation, models.PROTECT, related_name="+")
    link = models.URLField(_("Address of the authority's notice"), blank=True)
    working_days = models.PositiveSmallIntegerField(_("Working days"))
    published_on = models.DateField(_("Published on"), null=True, blank=True)
    last_day = models.DateField(_("Last day"), null=True, blank=True)
    confirm_from = models.DateField(_("Result can be confirmed from"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    final_at = models.DateTimeField(null=True, editable=False)  # the result that it announced was confirmed
    parties = models.JSONField(default=dict, blank=True)  # who had a part: {"list": [persons], "rows": {"1": [persons]}}
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    scan = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("State"), max_length=10, choices=NoticeState.choices, default=NoticeState.DRAFT)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)

    objects = walled(NoticeQuerySet)

    class Meta:
        verbose_name = _("public notice")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="notice_code_once"),
            models.CheckConstraint(
                condition=Q(state=NoticeState.DRAFT)
                | Q(published_on__isnull=False, last_day__isnull=False, confirm_from__isnull=False,
                    published_by__isnull=False),
                name="notice_open_is_dated",
            ),
            models.CheckConstraint(condition=Q(working_days__gte=1), name="notice_at_least_one_day"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state_tone(self) -> str:
        return {"open": "jade", "withdrawn": "red"}.get(self.state, "plain")

    @property
    def is_readable(self) -> bool:
        """Whether everybody can still read it on the site: open, or ended less than its retention ago."""
        shown = self.state in (NoticeState.OPEN, NoticeState.CLOSED) and self.last_day is not None
        return shown and timezone.localdate() <= self.last_day + timedelta(days=NOTICE_RETENTION_DAYS)

    @property
    def is_recorded(self) -> bool:
        """Whether the authority itself published it, and we only wrote it down."""
        return bool(self.link or self.scan_id)

    @property
    def takes_objections(self) -> bool:
        """Whether everybody may object on the site now: it is open, ours, and its last day has not passed."""
        return self.state == NoticeState.OPEN and not self.is_recorded and self.last_day >= timezone.localdate()

    @property
    def days(self) -> dict[str, Any]:
        """The dates of the notice, for pages."""
        return {"published_on": self.published_on, "last_day": self.last_day, "confirm_from": self.confirm_from}
