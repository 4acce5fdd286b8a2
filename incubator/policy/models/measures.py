"""Local measures on their way into the library, and the later looks at figures from secondary sources."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled
from incubator.documents.models import Document
from incubator.policy.models.programmes import Parameter
from incubator.policy.models.texts import Citation, PolicyDocument
from incubator.policy.querysets import MeasureQuerySet, VerificationQuerySet
from incubator.policy.states import MEASURE_TONES, MeasureState


class MeasureDraft(OrganisationModel):
    """A local measure 实施细则 while people enter and check it. Once a second person has compared it with the paper it
    is filed: its words become a `PolicyDocument` that nobody changes, and the draft stays as the record of who did it."""

    slug = models.SlugField(_("Address"), max_length=80, validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$")])
    number = models.CharField(_("Number"), max_length=60, blank=True)
    title = models.CharField(_("Title"), max_length=200)
    issuer = models.CharField(_("Issued by"), max_length=120)
    issued_on = models.DateField(_("Issued on"), null=True, blank=True)
    effective_from = models.DateField(_("In force from"), null=True, blank=True)
    effective_to = models.DateField(_("In force until"), null=True, blank=True)
    parent = models.ForeignKey(PolicyDocument, models.PROTECT, null=True, blank=True, related_name="+")
    supersedes = models.ForeignKey(PolicyDocument, models.PROTECT, null=True, blank=True, related_name="replacement_drafts")
    is_example = models.BooleanField(_("Example"), default=False)
    preamble = models.TextField(_("Opening words"), blank=True)
    clause_form = models.CharField(max_length=20, default="第{}条")
    clauses = models.JSONField(default=list)  # [{"path", "chapter", "title", "text"}], in the order of the text
    source = models.TextField(blank=True)  # the file it came from, with its programmes; empty where people typed it
    scan = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("State"), max_length=9, choices=MeasureState.choices, default=MeasureState.DRAFT)
    drafter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)  # why it came back the last time
    document = models.OneToOneField(PolicyDocument, models.PROTECT, null=True, related_name="draft")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = walled(MeasureQuerySet)

    class Meta:
        verbose_name = _("draft of a local measure")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=MeasureState.FILED)
                | (
                    Q(approver__isnull=False, submitter__isnull=False, document__isnull=False)
                    & ~Q(approver=F("drafter"))
                    & ~Q(approver=F("submitter"))
                ),
                name="measure_four_eyes",
            ),
            models.UniqueConstraint(
                fields=["organisation", "slug"], condition=~Q(state__in=[MeasureState.FILED, MeasureState.DROPPED]),
                name="measure_draft_once",
            ),
            models.CheckConstraint(
                condition=Q(effective_from=None) | Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="measure_span",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page on the policy desk. Only inside the organisation's context."""
        from django.urls import reverse

        from incubator.core.scoping import current_organisation

        organisation: Any = current_organisation()
        return reverse("office:policy:measure", args=(organisation.slug, self.pk))

    @property
    def state_tone(self) -> str:
        return MEASURE_TONES.get(self.state, "plain")

    @property
    def sample_label(self) -> str:
        """How this text writes the number of a fifth clause, for the page that explains how to cut."""
        return self.clause_form.format("五")

    @property
    def rows(self) -> list[dict[str, str]]:
        """The clauses with their numbers as the text writes them, for pages."""
        return [row | {"label": self.clause_form.format(row["path"])} for row in self.clauses]


class Verification(AppendOnlyModel):
    """One look at a figure from a secondary source: who found it in the issuing body's own text, when, in which words.

    Figures of a published edition are locked, so each later look is a row of its own."""

    parameter = models.ForeignKey(Parameter, models.PROTECT, related_name="verifications")
    citation = models.ForeignKey(Citation, models.PROTECT, related_name="+")
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verified_on = models.DateField(_("Last verified on"))
    look_again_on = models.DateField(_("Look again on"))
    note = models.CharField(_("Note"), max_length=300, blank=True)

    objects = walled(VerificationQuerySet)

    class Meta:
        verbose_name = _("verification")
        constraints = [
            models.CheckConstraint(condition=Q(look_again_on__gt=F("verified_on")), name="verification_looks_ahead"),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} {self.verified_on}"
