from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.columns import person
from incubator.core.scoping import OrganisationModel, walled
from incubator.documents.models import Document, private_storage
from incubator.subjects.states import TONES, ErasureState
from incubator.tenants.models import Founder, Startup

COPY_DAYS = timedelta(days=7)


def copy_name(copy: Any, filename: str) -> str:
    """A random name: no address leads to the file."""
    return f"copies/{secrets.token_hex(16)}"


def in_a_week() -> Any:
    return timezone.now() + COPY_DAYS


class Copy(models.Model):
    """A copy of what is held about a person: asked for, built by a job, taken within a week, then gone."""

    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=in_a_week, editable=False)
    ready_at = models.DateTimeField(null=True, editable=False)
    file = models.FileField(storage=private_storage, upload_to=copy_name, max_length=80, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    taken = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None and self.expires_at > timezone.now()


class OwnCopy(Copy):
    """A copy that a person asked for themself: from every organisation of this deployment, and of the account."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", editable=False)

    class Meta:
        verbose_name = _("copy of the own data")

    def __str__(self) -> str:
        return str(self.pk)


class About(models.Model):
    """Whom it is about: an account, the entry of a founder, or the contact of a startup."""

    user = person(null=True)
    founder = models.ForeignKey(Founder, models.PROTECT, null=True, related_name="+", editable=False)
    startup = models.ForeignKey(Startup, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        abstract = True

    @property
    def person_name(self) -> str:
        """What the person is called today: after an erasure the pseudonym, or nothing."""
        if self.founder:
            return self.founder.name
        return self.user.name if self.user else self.startup.contact_name if self.startup else ""


class SubjectCopy(Copy, About, OrganisationModel):
    """A copy that an owner made for a person who asked: of this organisation's data alone."""

    made_by = person()

    class Meta:
        verbose_name = _("copy of a person's data")

    def __str__(self) -> str:
        return str(self.pk)


class Ground(models.TextChoices):
    """Why personal data must go (Personal Information Protection Law, article 47)."""

    ASKED = "asked", _("The person asked for it or withdrew consent")
    PURPOSE = "purpose", _("The purpose is reached or can no longer be reached")
    UNLAWFUL = "unlawful", _("It was collected or used against the law")


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def latest_first(self) -> ErasureQuerySet:
        return self.select_related("user", "founder", "startup", "checker", "approver").order_by("-asked_at", "-pk")

    def running(self) -> ErasureQuerySet:
        return self.exclude(state__in=(ErasureState.ERASED, ErasureState.REFUSED))

    def verified_by(self, code: str) -> ErasureQuerySet:
        """The erasure whose receipt has this code."""
        return self.exclude(verify_code="").filter(verify_code=code)


class Erasure(About, OrganisationModel):
    """A person's data are to go. An owner checks what must stay, a second person approves, a job erases, a receipt tells."""

    number = models.CharField(_("Number"), max_length=20, blank=True, editable=False)
    state = models.CharField(_("State"), max_length=10, choices=ErasureState.choices, default=ErasureState.ASKED, editable=False)
    ground = models.CharField(_("Ground"), max_length=10, choices=Ground.choices, default=Ground.ASKED)
    note = models.CharField(_("How the person was recognised"), max_length=200, blank=True)
    plan = models.JSONField(default=list, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    checker = person(null=True)
    approver = person(null=True)
    receipt_text = models.TextField(blank=True, editable=False)
    receipt_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    verify_code = models.CharField(max_length=20, blank=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", editable=False)

    objects = walled(ErasureQuerySet)

    class Meta:
        verbose_name = _("erasure of personal data")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], condition=~Q(number=""), name="erasure_number_once"),
            models.UniqueConstraint(fields=["organisation", "verify_code"], condition=~Q(verify_code=""), name="erasure_code_once"),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(founder__isnull=False) | Q(startup__isnull=False), name="erasure_about_somebody"
            ),
            models.CheckConstraint(
                condition=Q(approver=None) | Q(checker__isnull=False) & ~Q(approver=F("checker")), name="erasure_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(user=None) | (Q(checker=None) | ~Q(checker=F("user"))) & (Q(approver=None) | ~Q(approver=F("user"))),
                name="erasure_not_of_oneself",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "erased"]) | Q(checker__isnull=False, approver__isnull=False) & ~Q(number=""),
                name="erasure_approved_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state="erased") | Q(erased_at__isnull=False) & ~Q(receipt_text="") & Q(receipt_sha256__regex=r"^[0-9a-f]{64}$") & Q(note=""),
                name="erasure_has_a_receipt",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("erasure of personal data"))

    @property
    def state_tone(self) -> str:
        return TONES[ErasureState(self.state)]
