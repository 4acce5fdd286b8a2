"""Isolation of organisations (walls.md 3): the context, the walled model, and the list of global tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django_scopes import ScopedManager, scope
from django_scopes.state import get_scope

from incubator.core.errors import CrossOrganisation

# Every table that does not belong to one organisation, and why. A house test compares this with the catalogue.
GLOBAL_MODELS = {
    "accounts.User": "a person may work for several organisations",
    "accounts.Organisation": "the customers themselves",
    "accounts.Membership": "read before the organisation's context is entered; names only people and roles",
    "accounts.Invitation": "opened by its token alone, before anybody is a member",
    "accounts.Phone": "a way to sign in, of a person who may work for several organisations",
    "accounts.TextMessage": "a code for somebody who is not signed in yet",
    "subjects.OwnCopy": "a person's copy of what every organisation holds about them",
    "policy.ReasonCode": "the same codes for everybody",
    "journal.SecurityEvent": "a sign-in belongs to a person, who may work for several organisations, or to nobody",
    "journal.FormKey": "a form belongs to a person, also where no organisation is; holds digests and an address of ours",
    "policy.Holiday": "the calendar of working days of the state",
}
THIRD_PARTY_APPS = frozenset(
    {
        "admin",
        "account",
        "auth",
        "contenttypes",
        "mfa",
        "sessions",
        "procrastinate",
        "taggit",
        "usersessions",
        "wagtailadmin",
        "wagtailcore",
        "wagtaildocs",
        "wagtailembeds",
        "wagtailimages",
        "wagtailredirects",
        "wagtailsearch",
        "wagtailusers",
        "cms",
    }
)


@contextmanager
def organisation_context(organisation: Any) -> Iterator[Any]:
    """The only way to walled rows: scope for Python, SET LOCAL for PostgreSQL, one transaction for both."""
    current = get_scope().get("organisation")
    if current is not None and current.pk != organisation.pk:
        raise CrossOrganisation(f"{current.pk} -> {organisation.pk}")
    nested = connection.in_atomic_block  # inside a test case or another context
    with scope(organisation=organisation):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.organisation_id', %s, true)", [str(organisation.pk)])
            yield organisation
        if nested and current is None:  # a released savepoint keeps the value; on error the rollback clears it
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.organisation_id', '', true)")


def every_organisation() -> Any:
    """All organisations, the oldest first: whoever goes through them enters each one's context."""
    return apps.get_model("accounts", "Organisation").objects.order_by("pk")


def current_organisation() -> Any | None:
    """The organisation whose context is open, or None."""
    return get_scope().get("organisation")


def walled(queryset: type[models.QuerySet[Any]] = models.QuerySet) -> Any:
    """The manager of a walled model, with the named reads of its queryset."""
    return ScopedManager(organisation="organisation", _manager_class=models.Manager.from_queryset(queryset))


class OrganisationModel(models.Model):
    """A row that belongs to one organisation. Python scopes it, PostgreSQL walls it (`Wall` in its migration)."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, editable=False, related_name="+")

    objects = walled()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Take the organisation from the open context; refuse to write without one or for another."""
        current = current_organisation()
        if current is None:
            raise CrossOrganisation(f"{type(self).__name__} saved outside an organisation's context")
        if self.organisation_id is None:
            self.organisation = current
        elif self.organisation_id != current.pk:
            raise CrossOrganisation(f"{type(self).__name__} of {self.organisation_id} saved in {current.pk}")
        super().save(*args, **kwargs)


class WrittenOnce(models.Model):
    """A row that is written once. Grants and a trigger (`AppendOnly` in its migration) refuse the rest."""

    append_only = True

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError(f"{type(self).__name__} {self.pk} is never changed; write a new one")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"{type(self).__name__} {self.pk} is never deleted")


class AppendOnlyModel(WrittenOnce, OrganisationModel):
    """A walled row that is written once."""

    class Meta:
        abstract = True


class SharedQuerySet(models.QuerySet[Any]):
    """Rows of everybody and rows of the organisation whose context is open."""

    def seen_here(self) -> SharedQuerySet:
        shared, current = models.Q(organisation=None), current_organisation()
        return self.filter(shared | models.Q(organisation=current) if current else shared)

    def shared(self) -> SharedQuerySet:
        """Only what is shipped for everybody."""
        return self.filter(organisation=None)

    def own(self) -> SharedQuerySet:
        """Only what this organisation made itself."""
        return self.filter(organisation=current_organisation()) if current_organisation() else self.none()


def shared(queryset: type[SharedQuerySet] = SharedQuerySet) -> Any:
    """The manager of a shared model: its reads begin with `seen_here`."""

    class SharedManager(models.Manager.from_queryset(queryset)):  # type: ignore[misc]
        def get_queryset(self) -> Any:
            return super().get_queryset().seen_here()

    return SharedManager()


class SharedModel(models.Model):
    """A row shipped for everybody (no organisation, read-only inside a context) or added by one organisation.

    `SharedWall` in its migration lets a context read both and write only its own."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = shared()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        current = current_organisation()
        own = current.pk if current else None
        if self._state.adding and self.organisation_id is None:
            self.organisation_id = own
        elif self.organisation_id != own:
            raise CrossOrganisation(f"{type(self).__name__} of {self.organisation_id} saved in {own}")
        super().save(*args, **kwargs)
