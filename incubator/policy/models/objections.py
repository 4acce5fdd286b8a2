"""Objections of the public against what a notice announces, and the check that a contact is somebody's own."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person
from incubator.core.encryption import EncryptedText
from incubator.core.scoping import OrganisationModel, walled
from incubator.documents.models import Document
from incubator.policy.models.records import OfficialReply, PublicNotice, notice_code
from incubator.policy.models.texts import SHA256
from incubator.policy.querysets import ObjectionQuerySet
from incubator.policy.states import ObjectionState

TONES = {"filed": "amber", "examined": "indigo", "upheld": "jade", "dismissed": "plain", "inadmissible": "plain", "withdrawn": "plain"}


class Objection(OrganisationModel):
    """One objection 异议 against a public notice: who objects (encrypted), to what, why, and what became of it."""

    class Channel(models.TextChoices):
        WEB = "web", pgettext_lazy("channel", "On the site")
        PAPER = "paper", pgettext_lazy("channel", "On paper")

    class Ruling(models.TextChoices):
        UPHELD = "upheld", pgettext_lazy("ruling", "Upheld")
        DISMISSED = "dismissed", pgettext_lazy("ruling", "Dismissed")

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    number = models.CharField(_("Number"), max_length=20)
    code = models.CharField(max_length=16, default=notice_code, editable=False)
    channel = models.CharField(_("Received"), max_length=5, choices=Channel.choices)
    state = models.CharField(_("State"), max_length=12, choices=ObjectionState.choices, default=ObjectionState.FILED)
    row = models.PositiveSmallIntegerField(_("Line of the list"), null=True)  # counted from 1; None: the list as a whole
    row_name = models.CharField(max_length=200, blank=True)
    name = EncryptedText()
    contact = EncryptedText()
    contact_index = models.CharField(max_length=64)
    text = EncryptedText()
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    received_on = models.DateField(_("Received on"))
    filed_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    codes = models.JSONField(default=list)
    proposed = models.CharField(max_length=10, choices=Ruling.choices, blank=True)
    ruling = models.TextField(_("Written reasons"), blank=True)
    reply = models.ForeignKey(OfficialReply, models.PROTECT, null=True, related_name="+")
    told = models.CharField(max_length=12, blank=True)  # the last state of which the objector was told by mail
    remedied_at = models.DateTimeField(null=True, editable=False)
    registrar = person(null=True)
    examiner = person(null=True)
    recorder = person(null=True)
    ruler = person(null=True)

    objects = walled(ObjectionQuerySet)

    class Meta:
        verbose_name = _("objection")
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="objection_number"),
            models.UniqueConstraint(fields=["organisation", "code"], name="objection_code"),
            models.CheckConstraint(condition=Q(text_sha256__regex=SHA256), name="objection_text_sha256"),
            models.CheckConstraint(condition=Q(channel="web") | Q(registrar__isnull=False), name="objection_on_paper_has_a_registrar"),
            models.CheckConstraint(condition=Q(ruler=None) | ~Q(ruler=F("examiner")), name="objection_ruled_by_another"),
            models.CheckConstraint(
                condition=Q(ruler=None) | Q(recorder=None) | ~Q(ruler=F("recorder")), name="objection_ruling_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "dismissed"])
                | Q(examiner__isnull=False, ruler__isnull=False) & ~Q(ruling=""),
                name="objection_ruled_in_writing",
            ),
            models.CheckConstraint(condition=~Q(state="inadmissible") | ~Q(codes=[]), name="objection_refused_with_a_code"),
            models.CheckConstraint(
                condition=Q(recorder=None) | Q(reply__isnull=False) & ~Q(proposed=""), name="objection_ruling_has_a_reply"
            ),
            models.CheckConstraint(condition=Q(remedied_at=None) | Q(state="upheld"), name="objection_remedied_if_upheld"),
        ]
        indexes = [models.Index(fields=["organisation", "state", "filed_at"], name="objection_queue")]

    def __str__(self) -> str:
        return self.number

    @property
    def state_tone(self) -> str:
        return TONES[self.state]

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it for good."""
        return self.state in (ObjectionState.FILED, ObjectionState.EXAMINED)

    @property
    def about(self) -> str:
        """What it is directed against, in words."""
        return f"{self.row}. {self.row_name}" if self.row else str(_("The list as a whole"))


class ContactCheck(OrganisationModel):
    """A code sent to an address or mobile number, to see that whoever wants to object reads what is sent there. Forgotten after a day."""

    notice = models.ForeignKey(PublicNotice, models.CASCADE, related_name="+")
    contact = EncryptedText()
    contact_index = models.CharField(max_length=64)
    code = EncryptedText()
    language = models.CharField(max_length=10)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    mailed_at = models.DateTimeField(null=True, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    objects = walled()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(tries__lte=5), name="contact_check_five_tries")]
        indexes = [models.Index(fields=["organisation", "contact_index", "created_at"], name="contact_check_recent")]

    def __str__(self) -> str:
        return f"{self.contact_index[:8]}"
