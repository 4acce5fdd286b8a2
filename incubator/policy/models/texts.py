"""Policy texts: document, clause, and the words of a clause that something rests on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incubator.core.scoping import SharedModel, current_organisation, shared
from incubator.documents.models import Document
from incubator.policy.querysets import ClauseQuerySet, DocumentQuerySet

SHA256 = r"^[0-9a-f]{64}$"


class Level(models.TextChoices):
    """Who made a text."""

    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")
    LOCAL = "local", _("Local measure")


class DocumentStatus(models.TextChoices):
    """What is known of a text's validity."""

    UNCHECKED = "unchecked", _("Validity not checked against the issuing body")
    IN_FORCE = "in_force", _("In force")
    ENDED = "ended", _("No longer in force")


class PolicyDocument(SharedModel):
    """A policy text. Shipped ones belong to nobody and are read-only; an organisation adds its own local measures."""

    slug = models.SlugField(_("Address"), max_length=80, validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$")])
    number = models.CharField(_("Number"), max_length=60, blank=True)
    title = models.CharField(_("Title"), max_length=200)
    issuer = models.CharField(_("Issued by"), max_length=120)
    level = models.CharField(_("Level"), max_length=10, choices=Level.choices)
    issued_on = models.DateField(_("Issued on"), null=True, blank=True)
    effective_from = models.DateField(_("In force from"), null=True, blank=True)
    effective_to = models.DateField(_("In force until"), null=True, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="measures")
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    preamble = models.TextField(_("Opening words"), blank=True)
    clause_form = models.CharField(max_length=20, default="（{}）")  # how the text writes a clause's number
    text_sha256 = models.CharField(max_length=64)
    is_example = models.BooleanField(_("Example"), default=False)
    status = models.CharField(
        _("Validity"), max_length=10, choices=DocumentStatus.choices, default=DocumentStatus.UNCHECKED
    )
    # Who entered an own text and who compared it with the paper; shipped texts are checked by their SHA-256.
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    scan = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, editable=False, related_name="+")

    objects = shared(DocumentQuerySet)

    class Meta:
        verbose_name = _("policy document")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], nulls_distinct=False, name="policy_slug_once"),
            models.CheckConstraint(condition=Q(text_sha256__regex=SHA256), name="policy_text_sha256"),
            models.CheckConstraint(
                condition=Q(organisation=None) | Q(level=Level.LOCAL), name="policy_own_text_is_local"
            ),
            models.CheckConstraint(
                condition=Q(organisation=None)
                | Q(status=DocumentStatus.UNCHECKED)
                | Q(entered_by__isnull=False, confirmed_by__isnull=False),
                name="policy_in_force_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")), name="policy_text_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(scan=None) | Q(organisation__isnull=False), name="policy_scan_is_own"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_confirmed(self) -> bool:
        """Whether its words may carry an edition: shipped, or compared with the paper by a second person."""
        return self.organisation_id is None or self.confirmed_by_id is not None

    @property
    def short_name(self) -> str:
        """How papers cite it: by number, or by title where it has none."""
        return self.number or f"《{self.title}》"

    def get_absolute_url(self) -> str:
        return address("document", self.slug)


class Clause(SharedModel):
    """One clause, word by word. Never changed: a corrected text is a new document that supersedes this one."""

    append_only = True

    document = models.ForeignKey(PolicyDocument, models.PROTECT, related_name="clauses")
    path = models.CharField(_("Clause"), max_length=20)
    ordinal = models.PositiveSmallIntegerField()
    chapter = models.CharField(_("Chapter"), max_length=120, blank=True)
    title = models.CharField(_("Title"), max_length=120)
    text = models.TextField(_("Text"))
    text_sha256 = models.CharField(max_length=64)

    objects = shared(ClauseQuerySet)

    class Meta:
        verbose_name = _("clause")
        ordering = ["document", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["document", "path"], name="clause_path_once"),
            models.UniqueConstraint(fields=["document", "ordinal"], name="clause_ordinal_once"),
            models.CheckConstraint(condition=Q(text_sha256__regex=SHA256), name="clause_text_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.document.short_name}{self.label}"

    @property
    def label(self) -> str:
        """Its number as the text writes it: （九）, 第四条."""
        return self.document.clause_form.format(self.path)

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n")

    def get_absolute_url(self) -> str:
        return address("clause", self.document.slug, self.path)


class Citation(SharedModel):
    """Words of a clause that something rests on, by their place in its text. Never changed."""

    append_only = True

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="citations")
    char_from = models.PositiveIntegerField()
    char_to = models.PositiveIntegerField()
    quote = models.TextField(_("Quoted words"))

    class Meta:
        verbose_name = _("citation")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "clause", "char_from", "char_to"], nulls_distinct=False, name="citation_once"
            ),
            models.CheckConstraint(condition=Q(char_to__gt=F("char_from")), name="citation_span"),
        ]

    def __str__(self) -> str:
        return f"{self.clause} “{self.quote}”"

    def get_absolute_url(self) -> str:
        """The clause, with these words marked."""
        return f"{self.clause.get_absolute_url()}?quote={self.pk}#quote"

    def as_json(self) -> dict[str, Any]:
        """What a stored trace or a paper needs to say where a figure comes from."""
        return {
            "id": self.pk,
            "document": self.clause.document.title,
            "number": self.clause.document.number,
            "clause": self.clause.label,
            "title": self.clause.title,
            "quote": self.quote,
            "url": self.get_absolute_url(),
            "text": str(self.clause),
        }


def address(page: str, *args: str) -> str:
    """The address of a page of the library: the organisation's own library inside its context, else everybody's."""
    organisation = current_organisation()
    if organisation is None:
        return reverse(f"policy:{page}", args=args)
    return reverse(f"site-policy:{page}", args=(organisation.slug, *args))
