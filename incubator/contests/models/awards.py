"""Certificates: one per team and per member who agreed, with a code that everybody can check."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.contests.models.contests import Contest, Prize
from incubator.contests.models.entries import Entry
from incubator.core.columns import person
from incubator.core.scoping import OrganisationModel, walled
from incubator.documents.codes import new_verify_code
from incubator.documents.models import Document


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def verified_by(self, code: str) -> CertificateQuerySet:
        return self.filter(verify_code=code)


class Certificate(OrganisationModel):
    """A certificate 证书 of a contest. Its words stand sealed; a revocation adds to it, nothing else changes."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="certificates", editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="certificates", editable=False)
    prize = models.ForeignKey(Prize, models.PROTECT, null=True, related_name="+", editable=False)
    number = models.CharField(_("Number"), max_length=20, editable=False)
    holder = models.CharField(_("Holder"), max_length=120, editable=False)
    is_team = models.BooleanField(default=True, editable=False)
    rank = models.PositiveSmallIntegerField(editable=False)
    issued_on = models.DateField(default=timezone.localdate, editable=False)
    verify_code = models.CharField(max_length=20, default=new_verify_code, editable=False)
    said = models.JSONField(default=dict, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_because = models.CharField(max_length=200, blank=True, editable=False)
    revoker = person(null=True)

    objects = walled(CertificateQuerySet)

    class Meta:
        verbose_name = _("certificate")
        ordering = ["rank", "-is_team", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="certificate_number_once"),
            models.UniqueConstraint(fields=["organisation", "verify_code"], name="certificate_code_once"),
            models.UniqueConstraint(fields=["organisation", "entry", "holder", "is_team"], name="certificate_once"),
            models.CheckConstraint(condition=Q(revoked_at=None) | ~Q(revoked_because=""), name="certificate_revoked_with_reason"),
        ]

    def __str__(self) -> str:
        return self.number
