from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.accounts.models import Membership
from incubator.core.encryption import blind_index
from incubator.core.scoping import AppendOnlyModel, OrganisationModel, WrittenOnce, walled

if TYPE_CHECKING:
    from django.db.models import Model


def during(field: str, first: date | None, last: date | None) -> Q:
    """The condition that a moment lies within these local days; no day: no bound."""
    zone, bounds = timezone.get_current_timezone(), {}
    if first:
        bounds[f"{field}__gte"] = datetime.combine(first, time.min, zone)
    if last:
        bounds[f"{field}__lt"] = datetime.combine(last + timedelta(days=1), time.min, zone)
    return Q(**bounds)


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, record: Model) -> EntryQuerySet:
        """Everything that happened to this record, the newest first."""
        return self.filter(subject_type=record._meta.label_lower, subject_id=record.pk).order_by("-at", "-pk")

    def matching(self, words: str) -> EntryQuerySet:
        """Entries whose record, act or note holds these words."""
        if not words:
            return self
        return self.filter(Q(subject_name__icontains=words) | Q(note__icontains=words) | Q(act__icontains=words))

    def of_days(self, first: date | None, last: date | None) -> EntryQuerySet:
        """From the beginning of the first local day to the end of the last."""
        return self.filter(during("at", first, last))

    def latest_first(self) -> EntryQuerySet:
        return self.select_related("user").order_by("-at", "-pk")

    def different(self, *columns: str) -> list[tuple[Any, ...]]:
        """The different values of these columns in the whole journal of the open context. Leaps in an index from each
        value to the next: as many steps as there are values, however many entries (DISTINCT would read them all)."""
        table, names = self.model._meta.db_table, ", ".join(columns)
        known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        last = ", ".join(f"found.{column}" for column in columns)
        first = f"SELECT {names} FROM {table} WHERE {known} ORDER BY {names} LIMIT 1"  # noqa: S608 - names of our own
        following = f"SELECT {names} FROM {table} WHERE {known} AND ({names}) > ({last}) ORDER BY {names} LIMIT 1"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"WITH RECURSIVE found AS (({first}) UNION ALL SELECT leap.* FROM found, LATERAL ({following}) AS leap) SELECT * FROM found")  # noqa: S608
            return list(cursor.fetchall())


class Entry(AppendOnlyModel):
    """One thing that happened: who, in which role, when, to what, from which state to which."""

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=80, blank=True)
    act = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=80)
    subject_id = models.BigIntegerField(null=True)
    subject_name = models.CharField(max_length=200)
    state_from = models.CharField(max_length=30, blank=True)
    state_to = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True)

    objects = walled(EntryQuerySet)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "subject_type", "subject_id"], name="entry_subject"),
            models.Index(fields=["organisation", "-at", "-id"], name="entry_latest"),
            models.Index(fields=["organisation", "subject_type", "act"], name="entry_kinds"),
            models.Index(fields=["organisation", "user"], name="entry_persons"),
        ]

    def __str__(self) -> str:
        return f"{self.act}: {self.subject_name}"

    @property
    def person(self) -> Any:
        """The one who acted, or None where the product itself did."""
        return self.user


class SecurityEventQuerySet(models.QuerySet["SecurityEvent"]):
    def matching(self, words: str) -> SecurityEventQuerySet:
        """Events of a person, an address or a browser that these words name. A typed address is met by its digest."""
        if not words:
            return self
        named = Q(user__name__icontains=words) | Q(user__email__icontains=words) | Q(address__icontains=words)
        from_where = Q(client_ip__startswith=words) | Q(agent__icontains=words)
        return self.filter(named | from_where | Q(typed=typed_digest(words)))

    def of_days(self, first: date | None, last: date | None) -> SecurityEventQuerySet:
        """From the beginning of the first local day to the end of the last."""
        return self.filter(during("at", first, last))

    def of_staff(self, organisation: Any, roles: Iterable[str]) -> SecurityEventQuerySet:
        """What people did at the door on days on which they held one of these roles in this organisation."""
        day = OuterRef("day")
        held = Membership.objects.filter(user=OuterRef("user"), organisation=organisation, role__in=list(roles), since__lte=day)
        return self.annotate(day=TruncDate("at")).filter(Exists(held.filter(Q(until=None) | Q(until__gte=day))))

    def latest_first(self) -> SecurityEventQuerySet:
        return self.select_related("user", "organisation").order_by("-at", "-pk")


def typed_digest(text: str) -> str:
    """The keyed digest of what was typed at the door."""
    return blind_index(text, purpose="typed at the door")


class SecurityEvent(WrittenOnce):
    """Something that happened at the door: a way in, a factor, or a page that was refused as out of sight.

    Walled by nobody: a sign-in has no organisation. Read by those who run the deployment only."""

    class What(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
        SIGNED_OUT = "signed_out", _("Signed out")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        FACTOR_ADDED = "factor_added", _("Second factor added")
        FACTOR_REMOVED = "factor_removed", _("Second factor removed")
        FACTOR_FAILED = "factor_failed", _("Second factor failed")
        EXPORTED = "exported", _("Events exported")
        OWN_COPY = "own_copy", _("Copy of the own data taken")
        REFUSED_FOREIGN = "refused_foreign", _("Refused: out of sight")

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    what = models.CharField(max_length=20, choices=What)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    typed = models.CharField(max_length=64, blank=True)  # keyed digest of an address that nobody here has
    address = models.CharField(max_length=300, blank=True)
    client_ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=120, blank=True)

    objects = models.Manager.from_queryset(SecurityEventQuerySet)()

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.user or self.address}"


class Counter(OrganisationModel):
    """The last number given in a series and local year. Locked by the UPDATE that raises it."""

    series = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "series", "year"], name="counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}: {self.value}"


class FormKey(models.Model):
    """A form that has done its act: whose it was, what it held (a digest), and where its result is shown.

    Unique, so of two sendings of one form the second waits for the first and then shows its result."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    location = models.TextField(blank=True)  # none while its act is under way; nobody else reads the row then
    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="form_key_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.location}"
