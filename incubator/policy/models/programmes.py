"""Programmes, their editions, and the figures of an edition."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from incubator.core.scoping import SharedModel, shared
from incubator.policy.models.texts import Citation
from incubator.policy.querysets import EditionQuerySet, ParameterQuerySet
from incubator.policy.states import EDITION_TONES, SIGNED, EditionState

if TYPE_CHECKING:
    from incubator.policy.reading import Reading


class Kind(models.TextChoices):
    """What a programme pays for."""

    RENT = "rent", _("Rent subsidy")
    BROADBAND = "broadband", _("Broadband subsidy")
    SOFTWARE = "software", _("Software subsidy")
    ONE_OFF = "one_off", _("One-off startup subsidy")
    TRAINING = "training", _("Training subsidy")
    CONTEST = "contest", _("Activity grant for contests")
    LOAN_INTEREST = "loan_interest", _("Interest subsidy on startup loans")
    CAPITAL_GRANT = "capital_grant", _("Grant for startup bases")
    STIPEND = "stipend", _("Instructor's stipend")
    INVESTOR_REWARD = "investor_reward", _("Reward for equity investors")
    SOCIAL_INSURANCE = "social_insurance", _("Social insurance subsidy")
    INTERNSHIP = "internship", _("Internship subsidy")


COSTS = (Kind.RENT, Kind.BROADBAND, Kind.SOFTWARE)  # clause 九 pays these to the maker space


class Payee(models.TextChoices):
    """Who receives the money."""

    SPACE = "space", _("the maker space")
    TENANT = "tenant", _("the tenant")
    PERSON = "person", _("a person")
    BANK = "bank", _("the bank")
    OTHER = "other", _("another body")


class Decider(models.TextChoices):
    """Who decides on a claim."""

    AUTHORITY = "authority", _("the supervising authority")
    OPERATOR = "operator", _("the operator, from own funds")


class Certainty(models.TextChoices):
    """How sure a figure is (policy.md d)."""

    VERBATIM = "verbatim", _("Stands in the quoted words")
    LOCAL_SETTING = "local_setting", _("Stands in the local measure")
    DERIVED = "derived", _("From a secondary source, to be verified")
    PLACEHOLDER = "placeholder", _("Authorised, amount not set")


class Programme(SharedModel):
    """A right to money that a clause gives, for one kind of cost and one kind of payee."""

    slug = models.SlugField(max_length=60)
    kind = models.CharField(_("Kind"), max_length=16, choices=Kind.choices)
    payee = models.CharField(_("Payee"), max_length=8, choices=Payee.choices)
    name = models.CharField(_("Name"), max_length=120)
    citation = models.ForeignKey(Citation, models.PROTECT, related_name="programmes")

    class Meta:
        verbose_name = _("programme")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], nulls_distinct=False, name="programme_slug_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeEdition(SharedModel):
    """A programme as it applies from a day on: its figures, papers, window, payee and decider.

    Applications keep the edition they were filed under. Shipped editions are templates and stay drafts."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="editions")
    name = models.CharField(_("Name"), max_length=160)
    region = models.CharField(_("Region"), max_length=60, blank=True)
    effective_from = models.DateField(_("In force from"), null=True, blank=True)
    effective_to = models.DateField(_("In force until"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=EditionState.choices, default=EditionState.DRAFT)
    payee = models.CharField(_("Payee"), max_length=8, choices=Payee.choices)
    payee_citation = models.ForeignKey(Citation, models.PROTECT, null=True, blank=True, related_name="+")
    calculator = models.CharField(_("Formula"), max_length=40, blank=True)
    window = models.JSONField(_("Window"), default=dict, blank=True)
    evidence = models.JSONField(_("Papers asked for"), default=list, blank=True)
    stacking_group = models.CharField(_("Stacking group"), max_length=40, blank=True)
    decider = models.CharField(_("Decided by"), max_length=9, choices=Decider.choices, default=Decider.AUTHORITY)
    notice = models.JSONField(_("Public notice"), null=True, blank=True)
    partial_allowed = models.BooleanField(_("May be paid in part"), default=False)
    rounding = models.CharField(_("Rounding"), max_length=20, default="half_up_line")
    rate_ceiling_mode = models.CharField(_("Rate above the ceiling"), max_length=4, blank=True)
    is_example = models.BooleanField(_("Example"), default=False)
    drafter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    edition_hash = models.CharField(max_length=64, blank=True)
    moved_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = shared(EditionQuerySet)

    class Meta:
        verbose_name = _("programme edition")
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | Q(state=EditionState.DRAFT),
                name="edition_template_stays_draft",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SIGNED)
                | (
                    Q(approver__isnull=False, drafter__isnull=False, submitter__isnull=False)
                    & ~Q(approver=F("drafter"))
                    & ~Q(approver=F("submitter"))
                ),
                name="edition_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SIGNED) | Q(effective_from__isnull=False, edition_hash__regex=r"^[0-9a-f]{64}$"),
                name="edition_published_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(effective_from=None) | Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="edition_span",
            ),
            ExclusionConstraint(
                name="edition_one_in_force",
                condition=Q(state=EditionState.EFFECTIVE),
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("programme", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    ("payee", RangeOperators.EQUAL),
                    (
                        Func(F("effective_from"), F("effective_to"), RangeBoundary(inclusive_upper=True),
                             function="DATERANGE", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the policy desk. Only inside the organisation's context."""
        from django.urls import reverse

        from incubator.core.scoping import current_organisation

        organisation: Any = current_organisation()
        return reverse("office:policy:edition", args=(organisation.slug, self.pk))

    @property
    def kind(self) -> str:
        return self.programme.kind

    @property
    def state_tone(self) -> str:
        return EDITION_TONES.get(self.state, "plain")

    @property
    def formula_name(self) -> str:
        """`rent_subsidy` of `rent_subsidy@1`."""
        return self.calculator.partition("@")[0]

    def reading(self, at: date, scope: dict[str, str] | None = None) -> Reading:
        """The one way to the figures: each value that is read is noted with its citation."""
        from incubator.policy.reading import Reading

        return Reading(self, at, scope or {})

    def terms(self, at: date, scope: dict[str, str] | None = None) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """The terms for this edition's formula on a day, and for each key the clause that sets it.

        Raises NotEligible with the sentence when a figure that the formula needs is not set."""
        return self.reading(at, scope).terms()


class Parameter(SharedModel):
    """One figure: key, value as text, unit, the days it holds, and the words that set it."""

    edition = models.ForeignKey(ProgrammeEdition, models.CASCADE, null=True, related_name="parameters")
    key = models.CharField(_("What"), max_length=60)
    scope = models.JSONField(_("Only for"), default=dict, blank=True)
    scope_key = models.CharField(max_length=200, blank=True, editable=False)
    value = models.CharField(_("Value"), max_length=120, null=True, blank=True)
    unit = models.CharField(_("Unit"), max_length=16)
    op = models.CharField(max_length=4, default="=")
    condition = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_to = models.DateField(_("Valid until"), null=True, blank=True)
    citation = models.ForeignKey(Citation, models.PROTECT, null=True, blank=True, related_name="parameters")
    certainty = models.CharField(_("Certainty"), max_length=13, choices=Certainty.choices)
    last_verified_on = models.DateField(_("Verified on"), null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    look_again_on = models.DateField(_("Look again on"), null=True, blank=True)

    objects = shared(ParameterQuerySet)

    class Meta:
        verbose_name = _("parameter")
        ordering = ["edition", "key", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(certainty=Certainty.PLACEHOLDER, value=None)
                | (~Q(certainty=Certainty.PLACEHOLDER) & Q(value__isnull=False)),
                name="parameter_placeholder_has_no_value",
            ),
            models.CheckConstraint(
                condition=Q(citation__isnull=False) | Q(certainty=Certainty.DERIVED), name="parameter_is_cited"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="parameter_span",
            ),
            ExclusionConstraint(
                name="parameter_no_overlap",
                expressions=[
                    ("edition", RangeOperators.EQUAL),
                    ("key", RangeOperators.EQUAL),
                    ("scope_key", RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), RangeBoundary(inclusive_upper=True),
                             function="DATERANGE", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value if self.value is not None else '–'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.scope_key = scope_key(self.scope)
        super().save(*args, **kwargs)

    @property
    def is_set(self) -> bool:
        return self.certainty != Certainty.PLACEHOLDER

    @property
    def certainty_tone(self) -> str:
        return {Certainty.PLACEHOLDER: "amber", Certainty.DERIVED: "amber"}.get(Certainty(self.certainty), "jade")

    @property
    def reference(self) -> Any:
        """The day that decides which of several values holds: the first day of the period, the day of the contract."""
        from incubator.policy.keys import REFERENCE_DAYS, find_key

        known = find_key(self.edition.formula_name, self.key) if self.edition else None
        return REFERENCE_DAYS[known.reference] if known else ""

    @property
    def latest_look(self) -> dict[str, Any] | None:
        """Who last found a derived figure in the issuing body's own text, when, and when to look again; None: nobody."""
        later = max(self.verifications.all(), key=lambda row: (row.verified_on, row.pk), default=None)
        if later is not None:
            return {"by": later.verified_by, "on": later.verified_on, "again": later.look_again_on}
        if self.last_verified_on is None:
            return None
        return {"by": self.verified_by, "on": self.last_verified_on, "again": self.look_again_on}

    @property
    def shown(self) -> str:
        """The value as people write it: "at most 100,000 yuan". Empty where none is set."""
        from incubator.policy.keys import written_with

        return written_with(self.op, self.value, self.unit)

    @property
    def label(self) -> Any:
        from incubator.policy.keys import label_of

        return label_of(self.key)

    def holds_on(self, day: date) -> bool:
        """Whether the figure is valid on this day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def fits(self, scope: dict[str, str]) -> bool:
        """Whether everything it is restricted to is so in this case."""
        return all(scope.get(name) == value for name, value in self.scope.items())


def scope_key(scope: dict[str, str]) -> str:
    """The restriction as one comparable text: `category=graduate;staff_band=large`."""
    return ";".join(f"{name}={scope[name]}" for name in sorted(scope))
