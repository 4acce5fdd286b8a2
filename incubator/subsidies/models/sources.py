"""What a line can stand on beside an invoice: a person, an activity, a stage of a base, an investment; and accounts of
payees who are no company here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person, yuan_field
from incubator.core.encryption import EncryptedText, blind_index
from incubator.core.scoping import OrganisationModel, walled
from incubator.tenants.masking import masked_id
from incubator.tenants.models import USCC_PATTERN

NOTHING = Decimal("0.00")


class SupportedPerson(OrganisationModel):
    """A person for whom a subsidy is claimed: a graduate hired, an intern, a farm instructor. Named in formulas and
    traces by its code only. `startup` None: the organisation's own."""

    class Role(models.TextChoices):
        HIRE = "hire", pgettext_lazy("person", "Graduate hired")
        INTERN = "intern", pgettext_lazy("person", "Intern")
        INSTRUCTOR = "instructor", pgettext_lazy("person", "Farm instructor")

    code = models.CharField(_("Code"), max_length=20, editable=False)
    role = models.CharField(max_length=12, choices=Role.choices, editable=False)
    startup = models.ForeignKey("tenants.Startup", models.PROTECT, null=True, related_name="+", editable=False)
    name = models.CharField(_("Full name"), max_length=40)
    resident_id = EncryptedText(_("Resident identity number"))
    resident_id_index = models.CharField(max_length=64, editable=False)
    graduated_on = models.DateField(_("Graduated on"), null=True, blank=True)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"), null=True, blank=True)
    monthly = yuan_field(_("Paid for the person each month"), default=NOTHING)
    kept = models.BooleanField(_("Hired after the internship"), default=False)
    recorded_by = person()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("person")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="supported_person_code"),
            models.UniqueConstraint(
                fields=["organisation", "startup", "role", "resident_id_index", "starts_on"],
                nulls_distinct=False,
                name="supported_person_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="supported_person_span"
            ),
            models.CheckConstraint(condition=Q(monthly__gte=0), name="supported_person_monthly"),
            models.CheckConstraint(
                condition=Q(resident_id_index__regex=r"^[0-9a-f]{64}$"), name="supported_person_index"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.resident_id_index = blind_index(self.resident_id, purpose="resident_id")
        super().save(*args, **kwargs)

    @property
    def masked_resident_id(self) -> str:
        """220***********1234."""
        return masked_id(self.resident_id)


class Activity(OrganisationModel):
    """A contest, camp, showcase or series of talks (clause 十五) that the organisation held, with the invoices it cost."""

    class Kind(models.TextChoices):
        CONTEST = "contest", pgettext_lazy("activity", "Contest")
        CAMP = "camp", pgettext_lazy("activity", "Training camp")
        SHOWCASE = "showcase", pgettext_lazy("activity", "Showcase")
        TALK = "talk", pgettext_lazy("activity", "Talks")

    code = models.CharField(_("Code"), max_length=20, editable=False)
    site = models.ForeignKey("spaces.Site", models.PROTECT, related_name="+")
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("Name of the activity"), max_length=120)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    participants = models.PositiveIntegerField(_("Number of participants"))
    recorded_by = person()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("activity")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="activity_code"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="activity_span"),
        ]

    def __str__(self) -> str:
        return self.name


class ActivityCost(OrganisationModel):
    """An invoice that an activity cost. An invoice belongs to one activity."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="costs")
    fapiao = models.ForeignKey("billing.Fapiao", models.PROTECT, related_name="+")

    objects = walled()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "fapiao"], name="activity_cost_once")]

    def __str__(self) -> str:
        return str(self.fapiao)


class SiteStage(OrganisationModel):
    """A stage of the base grant that a site has reached: the recognition, or an evaluation with its grade."""

    site = models.ForeignKey("spaces.Site", models.PROTECT, related_name="stages")
    stage = models.PositiveSmallIntegerField(_("Stage"))
    title = models.CharField(_("Document that says so"), max_length=120)
    reached_on = models.DateField(_("Date of the document"))
    grade = models.CharField(_("Grade"), max_length=20, blank=True)
    recorded_by = person()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("stage of a base")
        ordering = ["stage"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "site", "stage"], name="site_stage_once"),
            models.CheckConstraint(condition=Q(stage__gte=1), name="site_stage_counts"),
        ]

    def __str__(self) -> str:
        return self.title


class Investor(OrganisationModel):
    """An equity investor (clause 十), a body outside: it has no account here, its officers' papers are recorded."""

    name = models.CharField(_("Registered name"), max_length=120)
    uscc = models.CharField(_("Unified social credit code"), max_length=18)
    recorded_by = person()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("investor")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "uscc"], name="investor_once"),
            models.CheckConstraint(condition=Q(uscc__regex=USCC_PATTERN), name="investor_uscc_form"),
        ]

    def __str__(self) -> str:
        return self.name


class Investment(OrganisationModel):
    """What an investor paid into a startup of ours, on one day."""

    code = models.CharField(_("Code"), max_length=20, editable=False)
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="investments")
    startup = models.ForeignKey("tenants.Startup", models.PROTECT, related_name="+")
    amount = yuan_field(_("Paid in"))
    invested_on = models.DateField(_("Paid in on"))
    is_new = models.BooleanField(_("New money, not shares bought from others"), default=False)
    real_economy = models.BooleanField(_("The company belongs to the real economy"), default=False)
    recorded_by = person()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("investment")
        ordering = ["invested_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="investment_code"),
            models.UniqueConstraint(
                fields=["organisation", "investor", "startup", "invested_on", "amount"], name="investment_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="investment_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.startup}"


class PayeeAccount(OrganisationModel):
    """The bank account of a payee who is no company here: a founder as a person, or an investor. Two persons: one
    enters it, another compares it with the bank's paper by typing it again."""

    founder = models.OneToOneField("tenants.Founder", models.PROTECT, null=True, related_name="payee_account")
    investor = models.OneToOneField(Investor, models.PROTECT, null=True, related_name="payee_account")
    bank_name = models.CharField(_("Bank"), max_length=120)
    bank_account = EncryptedText(_("Bank account"))
    bank_account_tail = models.CharField(max_length=4, editable=False)
    entered_by = person()
    verified_by = person(null=True)
    verified_on = models.DateField(null=True, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("payee's account")
        constraints = [
            models.CheckConstraint(
                condition=Q(founder__isnull=False, investor=None) | Q(founder=None, investor__isnull=False),
                name="payee_account_of_one",
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=F("entered_by")), name="payee_account_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None, verified_on=None)
                | Q(verified_by__isnull=False, verified_on__isnull=False),
                name="payee_account_verified",
            ),
        ]

    def __str__(self) -> str:
        return f"**** {self.bank_account_tail}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.bank_account_tail = self.bank_account[-4:]
        super().save(*args, **kwargs)

    @property
    def owner(self) -> Any:
        """Whose account it is."""
        return self.founder or self.investor
