from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person, yuan_field
from incubator.core.periods import Month
from incubator.core.scoping import OrganisationModel, walled
from incubator.core.templatetags.fuhua import month as month_words
from incubator.documents.models import DocumentKind
from incubator.subsidies.querysets import ApplicationQuerySet
from incubator.subsidies.states import TONES, ApplicationState

NOTHING = Decimal("0.00")


class Quarter:
    """A calendar quarter written 2026-Q3: the period of a claim."""

    def __init__(self, text: str) -> None:
        year, _dash, number = text.partition("-Q")
        if not (len(text) == 7 and year.isdigit() and number in {"1", "2", "3", "4"}):
            raise ValueError(f"{text!r} is not a quarter written YYYY-Qn")
        self.text, self.year, self.number = text, int(year), int(number)

    @classmethod
    def before(cls, day: Any) -> Quarter:
        """The last whole quarter before this day."""
        quarter = (day.month - 1) // 3
        return cls(f"{day.year}-Q{quarter}") if quarter else cls(f"{day.year - 1}-Q4")

    @property
    def months(self) -> tuple[Month, ...]:
        first = Month(self.year, self.number * 3 - 2)
        return (first, first.plus(1), first.plus(2))

    @property
    def first_day(self) -> Any:
        return self.months[0].first

    @property
    def last_day(self) -> Any:
        return self.months[-1].last

    def __str__(self) -> str:
        return self.text


def one_of(*names: str) -> Q:
    """Exactly one of these columns is set."""
    rows = Q()
    for name in names:
        rows |= Q(**{f"{other}__isnull": other != name for other in names})
    return rows


class SubsidyApplication(OrganisationModel):
    """One startup (or one site of the organisation) asks for one programme's subsidy for one quarter."""

    number = models.CharField(_("Number"), max_length=20, blank=True)
    edition = models.ForeignKey("policy.ProgrammeEdition", models.PROTECT, related_name="applications")
    startup = models.ForeignKey("tenants.Startup", models.PROTECT, null=True, blank=True, related_name="applications")
    site = models.ForeignKey("spaces.Site", models.PROTECT, related_name="applications")
    lease = models.ForeignKey("spaces.Lease", models.PROTECT, null=True, blank=True, related_name="+")
    head_lease = models.ForeignKey("spaces.HeadLease", models.PROTECT, null=True, blank=True, related_name="+")
    founder = models.ForeignKey("tenants.Founder", models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    investor = models.ForeignKey("subsidies.Investor", models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    period = models.CharField(_("Quarter"), max_length=7)
    state = models.CharField(_("State"), max_length=20, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    facts = models.JSONField(default=dict)
    payee = models.JSONField(default=dict)
    claimed = yuan_field(_("Claimed"), default=NOTHING)
    assessed = yuan_field(_("Assessed"), default=NOTHING)
    trace = models.JSONField(default=dict)
    trace_sha256 = models.CharField(max_length=64, blank=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    findings = models.JSONField(default=list, editable=False)  # the conditions as they stood when it was sent or recommended
    reasons = models.JSONField(default=list)
    note = models.TextField(_("Note"), blank=True)
    appealed_at = models.DateTimeField(null=True, editable=False)
    pledged_at = models.DateTimeField(null=True, editable=False)
    receipt = models.ForeignKey("documents.Document", models.PROTECT, null=True, editable=False, related_name="+")
    verify_code = models.CharField(max_length=20, blank=True)
    preparer = person(_("Prepared by"), null=True)
    officer = person(_("Case officer"), null=True)
    first_officer = person(_("Case officer before the case was reopened"), null=True)
    endorser = person(_("Endorsed by"), null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(ApplicationQuerySet)

    class Meta:
        verbose_name = _("subsidy application")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], condition=~Q(number=""), name="application_number"),
            models.CheckConstraint(
                condition=Q(officer=None) | Q(preparer=None) | ~Q(officer=F("preparer")), name="application_officer_is_not_preparer"
            ),
            models.CheckConstraint(
                condition=Q(endorser=None) | Q(officer__isnull=False) & ~Q(endorser=F("officer")) & ~Q(endorser=F("preparer")),
                name="application_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["endorsed", "in_claim", "approved", "cut", "refused_in_claim"])
                | Q(officer__isnull=False, endorser__isnull=False),
                name="application_endorsed_by_two",
            ),
            models.CheckConstraint(
                condition=Q(first_officer=None) | Q(officer=None) | ~Q(officer=F("first_officer")), name="application_heard_anew_by_another"
            ),
            models.CheckConstraint(condition=Q(assessed__gte=0, claimed__gte=0), name="application_amounts"),
            models.CheckConstraint(condition=Q(state="draft") | ~Q(number="") | Q(state="withdrawn"), name="application_numbered"),
        ]
        indexes = [models.Index(fields=["organisation", "state", "moved_at"], name="application_queue")]

    def __str__(self) -> str:
        return self.number or str(_("draft application"))

    @property
    def quarter(self) -> Quarter:
        return Quarter(self.period)

    @property
    def kind(self) -> str:
        """The kind of the programme: rent, one_off … (kinds/)."""
        return self.edition.programme.kind

    @property
    def is_tenant_level(self) -> bool:
        """Whether a startup applies for its own cost (else the organisation for the site's)."""
        return self.startup_id is not None

    @property
    def subject(self) -> str:
        """Whose benefit it is, as the keys against double payment write it."""
        for name in ("founder", "investor", "startup"):
            if number := getattr(self, f"{name}_id"):
                return f"{name}:{number}"
        return f"site:{self.site_id}"

    @property
    def applicant_name(self) -> str:
        party = self.founder or self.investor or self.startup
        return party.name if party else f"{self.organisation.name}（{self.site.name}）"

    @property
    def state_tone(self) -> str:
        return TONES[self.state]

    @property
    def is_editable(self) -> bool:
        """Whether the applicant may still change it."""
        return self.state in {ApplicationState.DRAFT, ApplicationState.RETURNED}

    @property
    def amount(self) -> Decimal:
        """What the case stands at now: assessed once the officer has computed it, else as claimed."""
        return self.assessed if self.trace_sha256 else self.claimed


class ApplicationLine(OrganisationModel):
    """One thing that is claimed. It stands on exactly one source: an invoice (in a month, or whole), a person in a
    month, an activity, a stage of the base, an investment, or the founder once."""

    SOURCES = ("fapiao", "person", "activity", "stage", "investment", "founder")

    application = models.ForeignKey(SubsidyApplication, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    month = models.DateField(_("Month"), null=True)
    fapiao = models.ForeignKey("billing.Fapiao", models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("subsidies.SupportedPerson", models.PROTECT, null=True, related_name="+")
    activity = models.ForeignKey("subsidies.Activity", models.PROTECT, null=True, related_name="+")
    stage = models.ForeignKey("subsidies.SiteStage", models.PROTECT, null=True, related_name="+")
    investment = models.ForeignKey("subsidies.Investment", models.PROTECT, null=True, related_name="+")
    founder = models.ForeignKey("tenants.Founder", models.PROTECT, null=True, related_name="+")
    paid = yuan_field(_("Paid"))
    claimed = yuan_field(_("Claimed"), default=NOTHING)
    assessed = yuan_field(_("Assessed"), default=NOTHING)
    reason = models.ForeignKey("policy.ReasonCode", models.PROTECT, null=True, blank=True, related_name="+")
    is_cut = models.BooleanField(default=False)
    cut_note = models.CharField(_("Note"), max_length=200, blank=True)

    objects = walled()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "application", "position"], name="line_position"),
            models.CheckConstraint(
                condition=Q(paid__gte=0, claimed__gte=0, assessed__gte=0) & (Q(fapiao=None) | Q(paid__gt=0)), name="line_amounts"
            ),
            models.CheckConstraint(condition=one_of("fapiao", "person", "activity", "stage", "investment", "founder"), name="line_one_source"),
            models.CheckConstraint(
                condition=Q(fapiao__isnull=False) | Q(person__isnull=False, month__isnull=False) | Q(person=None, month=None), name="line_month"
            ),
            models.CheckConstraint(condition=Q(is_cut=False) | Q(reason__isnull=False), name="line_cut_has_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.application}/{self.position}"

    @property
    def what(self) -> str:
        """What the line is for, as pages head it."""
        if self.person_id:
            return f"{self.person.name} · {month_words(str(Month.of(self.month)))}"
        if self.month:
            return month_words(str(Month.of(self.month)))
        if self.fapiao_id:
            return str(self.fapiao.item)
        return str(self.founder or self.activity or self.stage or (self.investment and self.investment.startup))

    @property
    def proof(self) -> str:
        """The number under which its source is recorded."""
        coded = self.person or self.activity or self.investment
        return str(self.fapiao.number if self.fapiao_id else coded.code if coded else self.stage.reached_on if self.stage_id else "—")

    @property
    def key(self) -> str:
        """How the formula names this line: the month, the invoice number, the person's code and the month …"""
        if self.person_id:
            return f"{self.person.code} {Month.of(self.month)}"
        if self.month or self.fapiao_id:
            return str(Month.of(self.month)) if self.month else str(self.fapiao.number)
        coded = self.activity or self.investment
        return str(coded.code) if coded else str(self.stage.stage) if self.stage_id else ""


class Evidence(OrganisationModel):
    """A paper put forward for one item of the evidence list, and what the officer found."""

    class Verdict(models.TextChoices):
        OPEN = "open", pgettext_lazy("evidence", "Not yet checked")
        GOOD = "good", pgettext_lazy("evidence", "Checked, good")
        DOUBT = "doubt", pgettext_lazy("evidence", "In doubt")

    application = models.ForeignKey(SubsidyApplication, models.CASCADE, related_name="evidence")
    item = models.CharField(_("Item"), max_length=20, choices=DocumentKind.choices)
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    verdict = models.CharField(_("Finding"), max_length=8, choices=Verdict.choices, default=Verdict.OPEN)
    finding = models.CharField(_("What was found"), max_length=200, blank=True)
    checked_by = person("", null=True)
    checked_at = models.DateTimeField(null=True, editable=False)

    objects = walled()

    class Meta:
        ordering = ["item", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "application", "item", "document"], name="evidence_once"),
            models.CheckConstraint(
                condition=Q(verdict="open") | Q(checked_by__isnull=False, checked_at__isnull=False), name="evidence_checked_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()}: {self.document}"
