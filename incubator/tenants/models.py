from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.encryption import EncryptedText, blind_index
from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled
from incubator.documents.models import Document
from incubator.tenants.masking import last_four, masked_email, masked_id, masked_phone
from incubator.tenants.querysets import AgreementQuerySet, FounderQuerySet, StartupDocumentQuerySet, StartupQuerySet
from incubator.tenants.sorting import pinyin_key
from incubator.tenants.states import AGREEMENT_TONES, STARTUP_TONES, AgreementState, StartupState

USCC_PATTERN = r"^[0-9A-HJ-NPQRTUWXY]{18}$"  # GB 32100-2015: no I, O, S, V, Z


def person(**options: Any) -> Any:
    """A foreign key to somebody who acted."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


class StartupKind(models.TextChoices):
    """What a startup is before the law."""

    FIRM = "firm", _("Company")
    INDIVIDUAL_BUSINESS = "individual_business", _("One-person business")
    TEAM = "team", _("Team without a licence yet")


class SizeClass(models.TextChoices):
    """The size class of the statistics office, as the firm declares it."""

    MICRO = "micro", _("Micro")
    SMALL = "small", _("Small")
    MEDIUM = "medium", _("Medium")
    LARGE = "large", _("Large")


class Startup(OrganisationModel):
    """A hosted startup 入驻企业: the party that signs, pays and applies. People act for it as founders and members."""

    name = models.CharField(_("Registered name"), max_length=120)
    short_name = models.CharField(_("Short name"), max_length=40)
    sort_key = models.CharField(max_length=300, editable=False)
    kind = models.CharField(_("Legal form"), max_length=20, choices=StartupKind.choices, default=StartupKind.FIRM)
    uscc = models.CharField(_("Unified social credit code"), max_length=18, blank=True)
    legal_representative = models.CharField(_("Legal representative"), max_length=40)
    industry = models.CharField(_("Industry"), max_length=60, blank=True)
    size_class = models.CharField(_("Size class"), max_length=8, choices=SizeClass.choices, default=SizeClass.MICRO)
    registered_on = models.DateField(_("Registered on"), null=True, blank=True)
    registered_address = models.CharField(_("Registered address"), max_length=200, blank=True)
    settled_on = models.DateField(_("Settled here on"), null=True, blank=True)
    abnormal_listed = models.BooleanField(_("On the list of abnormal operations"), default=False)
    contact_name = models.CharField(_("Contact"), max_length=40, blank=True)
    contact_phone = EncryptedText(_("Telephone"), blank=True)
    contact_email = models.EmailField(_("Email"), blank=True)
    bank_name = models.CharField(_("Bank"), max_length=120, blank=True)
    bank_account = EncryptedText(_("Bank account"), blank=True)
    bank_account_tail = models.CharField(max_length=4, blank=True, editable=False)
    account_entered_by = person(null=True, editable=False)
    account_verified_by = person(null=True, editable=False)
    account_verified_on = models.DateField(_("Account verified on"), null=True, editable=False)
    state = models.CharField(
        max_length=12, choices=StartupState.choices, default=StartupState.REGISTERED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(StartupQuerySet)

    class Meta:
        verbose_name = _("startup")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "uscc"], condition=~Q(uscc=""), name="startup_uscc_once"),
            models.CheckConstraint(
                condition=Q(uscc__regex=USCC_PATTERN) | Q(uscc="", kind=StartupKind.TEAM), name="startup_uscc_form"
            ),
            models.CheckConstraint(
                condition=Q(account_verified_by=None) | ~Q(account_verified_by=F("account_entered_by")),
                name="startup_account_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(account_verified_by=None, account_verified_on=None)
                | Q(account_verified_by__isnull=False, account_verified_on__isnull=False)
                & Q(account_entered_by__isnull=False)
                & ~Q(bank_account_tail=""),
                name="startup_account_verified",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "sort_key"], name="startup_by_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = pinyin_key(self.name)
        self.bank_account_tail = last_four(self.bank_account)
        super().save(*args, **kwargs)

    @property
    def state_tone(self) -> str:
        return STARTUP_TONES[self.state]

    @property
    def account_is_verified(self) -> bool:
        """Whether a second person has compared the account with the bank's own paper."""
        return self.account_verified_by_id is not None

    @property
    def masked_account(self) -> str:
        """The account as the office sees it: the last four digits."""
        return f"**** {self.bank_account_tail}" if self.bank_account_tail else ""

    @property
    def masked_contact_phone(self) -> str:
        return masked_phone(self.contact_phone)

    @property
    def masked_contact_email(self) -> str:
        return masked_email(self.contact_email)


class AccountVerification(AppendOnlyModel):
    """The proof that a second person has compared a payee account with the bank's own paper. Never changed."""

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="account_verifications")
    bank_name = models.CharField(max_length=120)
    account_tail = models.CharField(max_length=4)
    account_index = models.CharField(max_length=64)
    method = models.CharField(_("How it was compared"), max_length=200)
    entered_by = person()
    verified_by = person()
    verified_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(verified_by=F("entered_by")), name="account_verification_four_eyes"),
            models.CheckConstraint(
                condition=Q(account_index__regex=r"^[0-9a-f]{64}$"), name="account_verification_index"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.startup_id} **** {self.account_tail}"


class Category(models.TextChoices):
    """The person categories that the policy supports (clauses 七, 十三 to 十九)."""

    NONE = "none", _("None of these")
    GRADUATE = "graduate", _("University graduate")
    REGISTERED_UNEMPLOYED = "registered_unemployed", _("Registered unemployed")
    RETURNING_MIGRANT = "returning_migrant", _("Migrant worker who returned home")
    VETERAN = "veteran", _("Veteran")
    DISABLED = "disabled", _("Disabled person")
    LEFT_POST_RESEARCHER = "left_post_researcher", _("Researcher on leave to start up")
    HARDSHIP = "hardship", _("Person with difficulty in finding work")


class FounderRole(models.TextChoices):
    """What a person is in the startup. Only founders submit and sign."""

    FOUNDER = "founder", _("Founder")
    MEMBER = "member", _("Team member")


class Founder(OrganisationModel):
    """A person of a startup: founder or member, with the category that programmes ask for."""

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="founders")
    user = person(null=True, blank=True)
    name = models.CharField(_("Full name"), max_length=40)
    role = models.CharField(_("Role"), max_length=8, choices=FounderRole.choices, default=FounderRole.FOUNDER)
    share = models.DecimalField(_("Share in percent"), max_digits=5, decimal_places=2, null=True, blank=True)
    category = models.CharField(_("Category"), max_length=24, choices=Category.choices, default=Category.NONE)
    category_number = EncryptedText(_("Number of the certificate"), blank=True)
    category_number_index = models.CharField(max_length=64, blank=True, editable=False)
    category_valid_to = models.DateField(_("Valid until"), null=True, blank=True)
    resident_id = EncryptedText(_("Resident identity number"), blank=True)
    resident_id_index = models.CharField(max_length=64, blank=True, editable=False)
    phone = EncryptedText(_("Telephone"), blank=True)

    objects = walled(FounderQuerySet)

    class Meta:
        verbose_name = _("founder")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "startup", "resident_id_index"],
                condition=~Q(resident_id_index=""),
                name="founder_person_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "startup", "category_number_index"],
                condition=~Q(category_number_index=""),
                name="founder_certificate_once",
            ),
            models.UniqueConstraint(fields=["organisation", "startup", "user"], name="founder_user_once"),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gte=0, share__lte=100), name="founder_share_percent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.resident_id_index = blind_index(self.resident_id, purpose="resident_id") if self.resident_id else ""
        self.category_number_index = blind_index(self.category_number, purpose="certificate") if self.category_number else ""
        super().save(*args, **kwargs)

    @property
    def masked_category_number(self) -> str:
        """The last four characters behind stars."""
        return masked_phone(self.category_number)

    @property
    def masked_resident_id(self) -> str:
        """220***********1234."""
        return masked_id(self.resident_id)

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)


class Agreement(OrganisationModel):
    """An incubation agreement 孵化协议 (not the lease): while it is in force, the incubation clock runs."""

    number = models.CharField(_("Number"), max_length=30, blank=True, editable=False)
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="agreements")
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    ended_on = models.DateField(_("Ended on"), null=True, blank=True, editable=False)
    state = models.CharField(
        max_length=12, choices=AgreementState.choices, default=AgreementState.DRAFT, editable=False
    )
    drafter = person(editable=False)
    countersigner = person(null=True, editable=False)
    proposer = person(null=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(AgreementQuerySet)

    class Meta:
        verbose_name = _("incubation agreement")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"], condition=~Q(number=""), name="agreement_number_once"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="agreement_span"),
            models.CheckConstraint(
                condition=Q(countersigner=None) | ~Q(countersigner=F("drafter")), name="agreement_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "cancelled")) | ~Q(number=""), name="agreement_sent_has_number"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "sent", "lapsed", "cancelled"))
                | Q(countersigner__isnull=False, document__isnull=False),
                name="agreement_in_force_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("draft agreement"))

    @property
    def state_tone(self) -> str:
        return AGREEMENT_TONES[self.state]


class StartupDocument(OrganisationModel):
    """A paper in a startup's vault 资料库. The same file may serve as evidence in many places."""

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="vault")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = walled(StartupDocumentQuerySet)

    class Meta:
        verbose_name = _("paper of a startup")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "document"], name="startup_document_once"),
        ]

    def __str__(self) -> str:
        return str(self.document)
