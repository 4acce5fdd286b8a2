"""What the applicant is told of a decision, the sampled second look at refusals, and later decisions on a claim."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person, yuan_field
from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled
from incubator.subsidies.models.applications import SubsidyApplication
from incubator.subsidies.models.claims import Claim, ClaimLine, paper
from incubator.subsidies.states import RevisionState


class ResultNotice(OrganisationModel):
    """The notice of one decision 办理结果通知: what the applicant reads and prints. Its snapshot never changes."""

    class Result(models.TextChoices):
        APPROVED = "approved", pgettext_lazy("result", "Approved")
        CUT = "cut", pgettext_lazy("result", "Approved with a cut")
        REFUSED = "refused", pgettext_lazy("result", "Refused")
        UPHELD = "upheld", pgettext_lazy("result", "Refusal upheld")

    application = models.ForeignKey(SubsidyApplication, models.PROTECT, related_name="results")
    decision = models.OneToOneField("policy.Decision", models.PROTECT, related_name="+")
    number = models.CharField(_("Number"), max_length=40)
    result = models.CharField(_("Result"), max_length=10, choices=Result.choices)
    decided_on = models.DateField(_("Decided on"))
    amount = yuan_field(_("Amount"))
    appeal_until = models.DateField(_("Last day to appeal"), null=True)
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)
    verify_code = models.CharField(max_length=20)
    issued_at = models.DateTimeField(default=timezone.now, editable=False)
    document = paper()

    objects = walled()

    class Meta:
        verbose_name = _("notice of a decision")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="result_number"),
            models.UniqueConstraint(fields=["organisation", "verify_code"], name="result_code"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="result_amount"),
            models.CheckConstraint(condition=Q(result__in=["approved", "cut"], amount__gt=0) | Q(result__in=["refused", "upheld"], amount=0),
                                   name="result_names_its_amount"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def tone(self) -> str:
        return {"approved": "jade", "cut": "amber"}.get(self.result, "red")


class RefusalCheck(OrganisationModel):
    """The sampled check of a refusal: drawn or not from a stored seed, so that the draw can be repeated."""

    class Finding(models.TextChoices):
        NOT_DRAWN = "not_drawn", pgettext_lazy("refusal", "Not drawn")
        WAITING = "waiting", pgettext_lazy("refusal", "Waits for another officer")
        AGREED = "agreed", pgettext_lazy("refusal", "The refusal is right")
        DOUBTED = "doubted", pgettext_lazy("refusal", "The refusal is in doubt")

    application = models.ForeignKey(SubsidyApplication, models.PROTECT, related_name="refusal_checks")
    decision = models.OneToOneField("policy.Decision", models.PROTECT, related_name="+")
    seed = models.CharField(max_length=32)
    share = models.DecimalField(max_digits=7, decimal_places=6)
    finding = models.CharField(_("Finding"), max_length=10, choices=Finding.choices)
    note = models.TextField(_("Note"), blank=True)
    drawn_at = models.DateTimeField(default=timezone.now, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    officer = person("", null=True)
    checker = person("", null=True)

    objects = walled()

    class Meta:
        verbose_name = _("check of a refusal")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="refusal_check_share"),
            models.CheckConstraint(condition=Q(checker=None) | ~Q(checker=F("officer")), name="refusal_checked_by_another"),
            models.CheckConstraint(
                condition=Q(finding__in=["not_drawn", "waiting"], checker=None)
                | Q(finding__in=["agreed", "doubted"], checker__isnull=False),
                name="refusal_check_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_finding_display()}"


class ClaimRevision(OrganisationModel):
    """A new decision on lines of a decided claim: what it rests on, who wrote it down, who confirmed it."""

    class Basis(models.TextChoices):
        OBJECTION = "objection", pgettext_lazy("basis", "Upheld objection")
        CORRECTION = "correction", pgettext_lazy("basis", "Correction by the authority")
        JUDGMENT = "judgment", pgettext_lazy("basis", "Judgment or ruling on review")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="revisions")
    state = models.CharField(_("State"), max_length=10, choices=RevisionState.choices, default=RevisionState.RECORDED)
    basis = models.CharField(_("What it rests on"), max_length=12, choices=Basis.choices)
    objection = models.ForeignKey("policy.Objection", models.PROTECT, null=True, related_name="+")
    reply = models.ForeignKey("policy.OfficialReply", models.PROTECT, related_name="+")
    note = models.TextField(_("Reasons"))
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    noticed_at = models.DateTimeField(null=True, editable=False)  # the changed lines were put on notice again
    recorder = person(_("Recorded by"), null=True)
    confirmer = person(_("Confirmed by"), null=True)

    objects = walled()

    class Meta:
        verbose_name = _("revision of a claim")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(confirmer=None) | ~Q(confirmer=F("recorder")), name="revision_confirmed_by_another"),
            models.CheckConstraint(condition=~Q(state="confirmed") | Q(confirmer__isnull=False), name="revision_confirmed_by_somebody"),
            models.CheckConstraint(condition=Q(recorder__isnull=False), name="revision_recorded_by_somebody"),
            models.CheckConstraint(condition=~Q(basis="objection") | Q(objection__isnull=False), name="revision_names_its_objection"),
            models.UniqueConstraint(fields=["organisation", "claim"], condition=Q(state="recorded"), name="revision_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.claim} · {self.get_basis_display()}"


class RevisedLine(AppendOnlyModel):
    """What a revision says of one line. Before: what stood until then."""

    revision = models.ForeignKey(ClaimRevision, models.PROTECT, related_name="lines")
    line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="revised")
    verdict_before = models.CharField(max_length=10, choices=ClaimLine.Verdict.choices)
    decided_before = yuan_field(None)
    verdict = models.CharField(_("Decision"), max_length=10, choices=ClaimLine.Verdict.choices)
    decided = yuan_field(_("Decided amount"))
    reason = models.ForeignKey("policy.ReasonCode", models.PROTECT, null=True, related_name="+")
    words = models.CharField(_("The authority's words"), max_length=300, blank=True)

    objects = walled()

    class Meta:
        ordering = ["line__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "revision", "line"], name="revised_line_once"),
            models.CheckConstraint(condition=~Q(verdict="open") & Q(decided__gte=0, decided_before__gte=0), name="revised_line_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.decided_before} → {self.decided}"

    @property
    def delta(self) -> Any:
        """By how much the line changes, in yuan; below nothing: less."""
        return self.decided - self.decided_before
