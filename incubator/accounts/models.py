from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.accounts.roles import Role
from incubator.core.encryption import EncryptedText, blind_index, last_four
from incubator.core.phones import masked_phone

RESERVED_SLUGS = frozenset(
    "accounts api billing cms documents files health home ical invitation jsi18n language media notices office platform policy portal "
    "search sitemap static styleguide verify _util".split()
)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> User:
        """A person who signs in with this address."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None, **fields: Any) -> User:
        """Somebody who runs the deployment. Sees no organisation's rows without a membership."""
        return self.create_user(email, name, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do depends on their memberships; `is_superuser` is only for the deployment itself."""

    email = models.EmailField(_("Email"), unique=True)
    name = models.CharField(_("Name"), max_length=80)
    is_active = models.BooleanField(_("Active"), default=True)
    joined_at = models.DateTimeField(_("Joined"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("person")

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Asked by third-party code only; nothing of ours reads it."""
        return self.is_superuser


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, user: User) -> OrganisationQuerySet:
        """Organisations in which this person holds a role today."""
        return self.filter(pk__in=Membership.objects.running().filter(user=user).values("organisation"))

    def with_people(self) -> OrganisationQuerySet:
        """Each with `people`: how many persons hold a role there today."""
        running = Membership.objects.running().filter(organisation=OuterRef("pk")).order_by().values("organisation")
        counted = running.annotate(number=Count("user", distinct=True)).values("number")
        return self.annotate(people=Coalesce(Subquery(counted), 0))


class Organisation(models.Model):
    """An operating organisation 运营机构: the customer of the SaaS. Never called tenant."""

    slug = models.SlugField(_("Address"), unique=True, validators=[RegexValidator(r"^[a-z][a-z0-9-]+$")])
    name = models.CharField(_("Name"), max_length=120)
    short_name = models.CharField(_("Short name"), max_length=40)
    tagline = models.CharField(_("Recognised title"), max_length=80, blank=True)
    claim_prefix = models.CharField(_("Word for document numbers"), max_length=8)
    uscc = models.CharField(_("Unified social credit code"), max_length=18, unique=True)
    legal_representative = models.CharField(_("Legal representative"), max_length=40)
    contact_name = models.CharField(_("Contact"), max_length=40, blank=True)
    contact_phone = models.CharField(_("Telephone"), max_length=30, blank=True)
    contact_email = models.EmailField(_("Email"), blank=True)
    address = models.CharField(_("Address of the office"), max_length=200, blank=True)
    region = models.CharField(_("Region"), max_length=60, blank=True)
    bank_name = models.CharField(_("Bank"), max_length=120, blank=True)
    bank_account = EncryptedText(_("Bank account"), blank=True)
    bank_account_tail = models.CharField(max_length=4, blank=True, editable=False)
    bank_account_index = models.CharField(max_length=64, blank=True, editable=False)
    is_example = models.BooleanField(_("Example"), default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)), name="organisation_slug_not_reserved"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        number = self.bank_account or ""
        self.bank_account_tail = last_four(number)
        self.bank_account_index = blind_index(number, purpose="account") if number else ""
        super().save(*args, **kwargs)

    @property
    def masked_account(self) -> str:
        """The account as pages show it: the last four digits."""
        return f"**** {self.bank_account_tail}" if self.bank_account_tail else ""


class MembershipQuerySet(models.QuerySet["Membership"]):
    def running(self, day: date | None = None) -> MembershipQuerySet:
        """Roles held on this day (today)."""
        day = day or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)

    def past(self, day: date | None = None) -> MembershipQuerySet:
        """Roles that ended before this day (today)."""
        return self.filter(until__lt=day or timezone.localdate())

    def lasting_owners(self) -> MembershipQuerySet:
        """Owners without a last day. Each organisation keeps one; the database insists (`membership_owner_remains`)."""
        return self.filter(role=Role.OWNER, until=None)

    def office_first(self) -> MembershipQuerySet:
        """In the order of the roles, the owner first; those of one role by name."""
        rank = Case(*(When(role=role, then=place) for place, role in enumerate(Role)), output_field=models.IntegerField())
        return self.order_by(rank, "user__name", "user_id", "since")


class Membership(models.Model):
    """One role of one person in one organisation, from a day on and, if ended, until a day (included)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("Role"), max_length=12, choices=Role.choices)
    since = models.DateField(_("From"), default=timezone.localdate)
    until = models.DateField(_("Until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "role", "since"], name="membership_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="membership_span"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.organisation}"


INVITATION_DAYS = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn; some of them may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def usable(self) -> InvitationQuerySet:
        """Those that somebody can still accept."""
        return self.waiting().filter(expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A role offered to an e-mail address: for seven days, to be taken once, by whoever proves to hold the address.

    The link's token stands in the mail alone. The job that writes the mail makes it; here is its hash."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("Email"))
    role = models.CharField(_("Role"), max_length=12, choices=Role.choices)
    until = models.DateField(_("Last day of the role"), null=True, blank=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, null=True, unique=True)  # none before the mail is written
    about = models.CharField(max_length=60, blank=True, editable=False)  # a record above this app that the yes fills in
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email", "role"], condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_waiting",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_lower"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(condition=Q(token_hash=None) | Q(token_hash__regex=r"^[0-9a-f]{64}$"), name="invitation_token_hashed"),  # noqa: S106 - a pattern
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at"), expires_at__lte=F("sent_at") + INVITATION_DAYS), name="invitation_seven_days"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, token_hash__isnull=False, withdrawn_at=None),
                name="invitation_accepted_whole",
            ),
            models.CheckConstraint(condition=Q(accepted_at=None) | Q(accepted_at__lt=F("expires_at")), name="invitation_accepted_in_time"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class Phone(models.Model):
    """The mobile number that a person has proved to hold: one more way to sign in. It is kept only once it is proved."""

    user = models.OneToOneField(User, models.CASCADE, related_name="phone")
    number = EncryptedText(_("Mobile number"))
    number_index = models.CharField(max_length=64, unique=True, editable=False)  # one number, one person
    verified_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mobile number")

    def __str__(self) -> str:
        return masked_phone(self.number)


class TextMessage(models.Model):
    """A code on its way to a mobile number. Number and code go once it is sent; the digest stays a day, to count by."""

    number = EncryptedText(blank=True)
    number_index = models.CharField(max_length=64, db_index=True)
    code = EncryptedText(blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{masked_phone(self.number)}: {self.created_at:%Y-%m-%d %H:%M}"
