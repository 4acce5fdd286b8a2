from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person, yuan_field
from incubator.core.money import round_fen
from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled
from incubator.documents.models import DocumentKind
from incubator.guarantees.querysets import GuaranteeQuerySet, PaperQuerySet
from incubator.guarantees.states import TONES, FundEntryState, GuaranteeState

NOTHING = Decimal("0.00")


class Fund(OrganisationModel):
    """A guarantee fund 担保基金. Its balance and what it guarantees are moved by triggers alone, from confirmed orders and
    from exposure entries."""

    name = models.CharField(_("Name"), max_length=80)
    bank = models.CharField(_("Held at"), max_length=80)
    multiple = models.DecimalField(_("Multiple"), max_digits=5, decimal_places=2)
    share = models.DecimalField(_("Share of the risk"), max_digits=5, decimal_places=4)
    borrower_cap = yuan_field(_("Most for one borrower"))
    balance = yuan_field(_("Balance"), default=NOTHING, editable=False)
    outstanding = yuan_field(_("Guaranteed"), default=NOTHING, editable=False)
    opened_by = person(_("Opened by"), null=True)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("guarantee fund")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="fund_name"),
            models.CheckConstraint(condition=Q(balance__gte=0, outstanding__gte=0), name="fund_not_below_nothing"),
            models.CheckConstraint(condition=Q(multiple__gt=0, share__gte=0, share__lte=1, borrower_cap__gt=0), name="fund_figures"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def capacity(self) -> Decimal:
        """How much it may guarantee, in yuan."""
        return round_fen(self.balance * self.multiple)

    @property
    def room(self) -> Decimal:
        return max(NOTHING, self.capacity - self.outstanding)


class FundOrder(OrganisationModel):
    """Money into a fund: entered with its paper by one person, counted when a second one confirms."""

    class Kind(models.TextChoices):
        CONTRIBUTION = "contribution", pgettext_lazy("fund", "Contribution")
        TOP_UP = "top_up", pgettext_lazy("fund", "Top-up")
        INTEREST = "interest", pgettext_lazy("fund", "Interest earned")

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="orders")
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind.choices)
    amount = yuan_field(_("Amount"))
    reference = models.CharField(_("Bank reference"), max_length=60)
    dated_on = models.DateField(_("Day of the money"))
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=9, choices=FundEntryState.choices, default=FundEntryState.PROPOSED)
    proposer = person(_("Entered by"), null=True)
    confirmer = person(_("Confirmed by"), null=True)
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("entry in a guarantee fund")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="fund_order_amount"),
            models.CheckConstraint(condition=Q(confirmer=None) | ~Q(confirmer=F("proposer")), name="fund_order_four_eyes"),
            models.CheckConstraint(condition=~Q(state="confirmed") | Q(confirmer__isnull=False, proposer__isnull=False), name="fund_order_by_two"),
            models.UniqueConstraint(fields=["organisation", "fund", "reference"], condition=~Q(state="rejected"), name="fund_reference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    @property
    def state_tone(self) -> str:
        return TONES[self.state]


class Guarantee(OrganisationModel):
    """A startup asks that the organisation stands behind its loan. What of a fund it holds is moved by a trigger alone."""

    class Borrower(models.TextChoices):
        INDIVIDUAL = "individual", pgettext_lazy("borrower", "Individual entrepreneur")
        GRADUATE = "graduate", pgettext_lazy("borrower", "Graduate")

    class Capacity(models.TextChoices):
        RECOMMENDER = "recommender", pgettext_lazy("capacity", "Recommends only, guarantees nothing")
        GUARANTOR = "guarantor", pgettext_lazy("capacity", "Guarantees out of a fund")

    number = models.CharField(_("Number"), max_length=20, blank=True)
    startup = models.ForeignKey("tenants.Startup", models.PROTECT, related_name="guarantees")
    borrower = models.CharField(_("Borrower"), max_length=10, choices=Borrower.choices)
    graduated_on = models.DateField(_("Graduated on"), null=True, blank=True)
    amount = yuan_field(_("Loan wanted"))
    months = models.PositiveSmallIntegerField(_("Term in months"))
    purpose = models.CharField(_("What the loan is for"), max_length=300)
    contract_on = models.DateField(_("Expected day of the loan contract"))
    cap = yuan_field(_("Cap"), default=NOTHING, editable=False)
    trace = models.JSONField(default=dict, editable=False)
    capacity = models.CharField(_("Our part"), max_length=11, choices=Capacity.choices, default=Capacity.RECOMMENDER)
    basis = models.CharField(_("Legal basis of the guarantee"), max_length=200, blank=True)
    basis_paper = models.ForeignKey("documents.Document", models.PROTECT, null=True, blank=True, related_name="+")
    fund = models.ForeignKey(Fund, models.PROTECT, null=True, blank=True, related_name="guarantees")
    visited_on = models.DateField(_("Visited on"), null=True, blank=True)
    findings = models.TextField(_("What the visit showed"), blank=True)
    counter = models.CharField(_("Counter-guarantee"), max_length=200, blank=True)
    exposure = yuan_field(_("Exposure"), default=NOTHING, editable=False)
    state = models.CharField(_("State"), max_length=12, choices=GuaranteeState.choices, default=GuaranteeState.DRAFT)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    note = models.TextField(_("Note"), blank=True)
    reason = models.ForeignKey("policy.ReasonCode", models.PROTECT, null=True, blank=True, related_name="+")
    applicant = person(_("Applied by"), null=True)
    prechecker = person(_("Prechecked by"), null=True)
    appraiser = person(_("Appraised by"), null=True)
    approver = person(_("Approved by"), null=True)
    refuser = person(_("Refused by"), null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(GuaranteeQuerySet)

    class Meta:
        verbose_name = _("loan guarantee")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], condition=~Q(number=""), name="guarantee_number"),
            models.CheckConstraint(condition=Q(amount__gt=0, months__gte=1, months__lte=120), name="guarantee_figures"),
            models.CheckConstraint(condition=Q(exposure__gte=0, exposure__lte=F("amount")), name="guarantee_exposure"),
            models.CheckConstraint(condition=Q(appraiser=None) | ~Q(appraiser=F("prechecker")), name="guarantee_appraised_by_another"),
            models.CheckConstraint(condition=Q(approver=None) | ~Q(approver=F("prechecker")), name="guarantee_approver_did_not_precheck"),
            models.CheckConstraint(condition=Q(approver=None) | ~Q(approver=F("appraiser")), name="guarantee_approver_did_not_appraise"),
            models.CheckConstraint(condition=Q(refuser=None) | ~Q(refuser=F("prechecker")), name="guarantee_refuser_did_not_precheck"),
            models.CheckConstraint(condition=Q(refuser=None) | ~Q(refuser=F("appraiser")), name="guarantee_refuser_did_not_appraise"),
            models.CheckConstraint(
                condition=Q(capacity="recommender") | Q(fund__isnull=False, basis_paper__isnull=False) & ~Q(basis=""), name="guarantor_has_a_basis"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(prechecker__isnull=False, appraiser__isnull=False, approver__isnull=False), name="guarantee_approved_by_three"
            ),
            models.CheckConstraint(condition=~Q(state="refused") | Q(refuser__isnull=False, reason__isnull=False), name="guarantee_refused_with_a_code"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("draft guarantee"))

    @property
    def state_tone(self) -> str:
        return TONES[self.state]


class GuaranteePaper(OrganisationModel):
    """A paper of a case: what the startup put forward, and our own legal basis."""

    guarantee = models.ForeignKey(Guarantee, models.PROTECT, related_name="papers")
    item = models.CharField(_("Item"), max_length=20, choices=DocumentKind.choices)
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(PaperQuerySet)

    class Meta:
        ordering = ["item", "pk"]

    def __str__(self) -> str:
        return f"{self.get_item_display()}: {self.document}"


class Vote(AppendOnlyModel):
    """What one member of the committee said, once in a round. Whoever checked or appraised the case has no vote."""

    class Choice(models.TextChoices):
        YES = "yes", pgettext_lazy("vote", "For")
        NO = "no", pgettext_lazy("vote", "Against")
        RECUSED = "recused", pgettext_lazy("vote", "Stepped aside: a conflict of interest")

    guarantee = models.ForeignKey(Guarantee, models.PROTECT, related_name="votes")
    round = models.PositiveSmallIntegerField()
    voter = person(_("Member"))
    as_owner = models.BooleanField()
    choice = models.CharField(_("Vote"), max_length=7, choices=Choice.choices)
    reason = models.CharField(_("Reasons"), max_length=300)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "guarantee", "round", "voter"], name="vote_once")]

    def __str__(self) -> str:
        return f"{self.guarantee}: {self.get_choice_display()}"


class ExposureEntry(AppendOnlyModel):
    """What a guarantee takes of its fund, or gives back. A trigger checks the room and moves fund and guarantee."""

    class Kind(models.TextChoices):
        RESERVE = "reserve", pgettext_lazy("exposure", "Reserved")
        FREE = "free", pgettext_lazy("exposure", "Freed")

    guarantee = models.ForeignKey(Guarantee, models.PROTECT, related_name="exposure_entries")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="exposure_entries")
    kind = models.CharField(_("Kind"), max_length=7, choices=Kind.choices)
    amount = yuan_field(_("Amount"))
    user = person(_("By"), null=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="exposure_entry_amount"),
            models.UniqueConstraint(fields=["organisation", "guarantee", "kind"], name="exposure_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.guarantee.refresh_from_db(fields=["exposure"])
