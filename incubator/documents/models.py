from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.scoping import OrganisationModel, walled


def private_storage() -> FileSystemStorage:
    """Files that only a permission view hands out. Outside MEDIA; no address leads here."""
    return FileSystemStorage(location=settings.PRIVATE_ROOT, base_url=None)


def private_name(document: Document, filename: str) -> str:
    """A random name: the original one is only text on the page."""
    return f"{document.organisation_id}/{secrets.token_hex(16)}"


EXPIRES_SOON = 30  # days


class DocumentKind(models.TextChoices):
    """What a paper is. The evidence lists of programmes name these."""

    LICENCE = "licence", _("Business licence")
    CATEGORY_PROOF = "category_proof", _("Proof of the person's category")
    LEASE = "lease", _("Lease with the owner's consent")
    TITLE = "title", _("Property title")
    INVOICE = "invoice", _("Invoice")
    BANK_SLIP = "bank_slip", _("Bank slip")
    LINE_CONTRACT = "line_contract", _("Contract for the line")
    SOFTWARE_LICENCE = "software_licence", _("Software licence")
    PLEDGE = "pledge", _("Signed pledge")
    PASS_THROUGH = "pass_through", _("Confirmation of relief by the tenant")
    OFFICIAL_REPLY = "official_reply", _("Reply of the authority")
    SIGNED_SCAN = "signed_scan", _("Signed and stamped copy")
    MEASURE = "measure", _("Text of a local measure")
    AGREEMENT = "agreement", _("Agreement")
    ROSTER = "roster", _("Roster and social insurance")
    TRAINING = "training_certificate", _("Certificate of startup training")
    LABOUR_CONTRACT = "labour_contract", _("Labour contract")
    GRADUATION = "graduation_proof", _("Proof of graduation")
    INTERNSHIP = "internship_agreement", _("Internship agreement")
    ENGAGEMENT = "engagement_letter", _("Letter of engagement")
    ACTIVITY = "activity_record", _("Record of an activity: programme, list of participants, photos")
    RECOGNITION = "recognition", _("Recognition or filing of the base")
    EVALUATION = "evaluation", _("Result of an evaluation")
    INVESTMENT = "investment_agreement", _("Investment agreement and registered capital")
    TABLE = "table", _("Table that was imported")
    PAPER = "paper", _("Printed by Fuhua")
    OTHER = "other", _("Other paper")


class DocumentQuerySet(models.QuerySet["Document"]):
    def of_kind(self, kind: str) -> DocumentQuerySet:
        return self.filter(kind=kind)

    def space_used(self) -> int:
        """The bytes of all these files together."""
        return int(self.aggregate(used=models.Sum("size"))["used"] or 0)


class Document(OrganisationModel):
    """One file as it came or as we printed it. Its bytes never change: a better scan is a new document."""

    kind = models.CharField(_("Kind"), max_length=20, choices=DocumentKind.choices)
    title = models.CharField(_("Title"), max_length=200)
    file = models.FileField(storage=private_storage, upload_to=private_name, max_length=80, editable=False)
    original_name = models.CharField(_("File name"), max_length=120)
    content_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField(_("Size"))
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(_("Pages"), null=True, blank=True)
    issuer = models.CharField(_("Issuer"), max_length=120, blank=True)
    issued_on = models.DateField(_("Issued on"), null=True, blank=True)
    valid_to = models.DateField(_("Valid until"), null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(DocumentQuerySet)

    class Meta:
        verbose_name = _("document")
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_sha256"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def digest(self) -> str:
        """The first sixteen characters, as papers print them."""
        return self.sha256[:16]

    @property
    def days_left(self) -> int | None:
        """How many days the paper is still valid; below nothing it has expired, None: it never does."""
        return (self.valid_to - timezone.localdate()).days if self.valid_to else None

    @property
    def expires_soon(self) -> bool:
        """Whether it has expired, or will within thirty days."""
        return self.days_left is not None and self.days_left <= EXPIRES_SOON

    def read(self) -> bytes:
        """The bytes, checked against the digest that was stored with them."""
        from hashlib import sha256

        with self.file.open("rb") as stream:
            body: bytes = stream.read()
        if sha256(body).hexdigest() != self.sha256:
            raise ValueError(f"document {self.pk}: the file on disk is not the one that was stored")
        return body

    def as_evidence(self) -> dict[str, Any]:
        """What a sealed paper says of this file."""
        return {"title": self.title, "kind": self.get_kind_display(), "sha256": self.sha256, "pages": self.pages}
