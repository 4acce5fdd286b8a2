"""What of an account goes when a person is erased (docs/decisions/0057)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from incubator.accounts.models import Invitation, Membership, Organisation
from incubator.core.holdings import fields_of
from incubator.core.personal import KEPT, Erase, Outcome, Subject
from incubator.core.scoping import current_organisation

USED = gettext_noop("The account is still used; the person closes it.")


def account_ends(subject: Subject) -> bool:
    """Whether the account goes too: it runs no deployment, and no organisation but this one ever gave it a role that
    could still be needed."""
    user, here = subject.user, current_organisation()
    if user is None or user.is_superuser:
        return False
    return not Membership.objects.filter(user=user).exclude(organisation=here).exists() and not still_works_here(user)


def still_works_here(user: Any) -> bool:
    """Whether a role here goes on after today."""
    return Membership.objects.running().filter(user=user, organisation=current_organisation()).exists()


def own_account(subject: Subject) -> list[Any]:
    return [subject.user] if subject.user else []


def account_in_words(user: Any, subject: Subject) -> dict[str, Any]:
    """Name, address and roles: in an organisation the roles there, for the person all of them."""
    here = current_organisation()
    held = Membership.objects.filter(user=user).select_related("organisation").order_by("since", "pk")
    roles = [f"{row.organisation.name} · {row.get_role_display()} · {row.since} – {row.until or ''}" for row in (held.filter(organisation=here) if here else held)]
    return fields_of(user, ("name", "email")) | {str(Membership._meta.get_field("role").verbose_name): "; ".join(roles)}


def erase_account(subject: Subject, really: bool) -> Outcome:
    """The account keeps its row, because acts name it; name, address and every way in are gone."""
    user = subject.user
    if user is None:
        return Outcome()
    if not account_ends(subject):
        return Outcome(stays=1, why=USED, basis=KEPT["accounts.User"].basis)
    if really:
        user.name, user.email, user.is_active = subject.pseudonym, f"{subject.pseudonym.lower()}@erased.invalid", False
        user.set_unusable_password()
        user.save()
    return Outcome(goes=1)


def with_account(label: str, rows: Any, drop: Any = QuerySet.delete) -> Erase:
    """An eraser of rows that only serve an account: they go with it, or stay with it."""

    def erase(subject: Subject, really: bool) -> Outcome:
        found = rows(subject) if subject.user else None
        count = found.count() if found is not None else 0
        if not count:
            return Outcome()
        if not account_ends(subject):
            return Outcome(stays=count, why=USED, basis=KEPT[label].basis)
        if really:
            drop(found)
        return Outcome(goes=count)

    return erase


def sessions_of(subject: Subject) -> Any:
    """The web sessions of the account. They are known by the list of its devices."""
    from allauth.usersessions.models import UserSession

    return Session.objects.filter(session_key__in=UserSession.objects.filter(user=subject.user).values("session_key"))


def invitations_to(subject: Subject) -> Any:
    """Invitations to an address of the person; in an organisation only its own."""
    found, here = Invitation.objects.filter(email__in=[email.lower() for email in subject.emails]), current_organisation()
    return found.filter(organisation=here) if here else found


def erase_invitations(subject: Subject, really: bool) -> Outcome:
    """Open ones go; accepted ones say who let whom in, and keep the pseudonym."""
    found = invitations_to(subject)
    count = found.count()
    if really:
        found.filter(accepted_at=None).delete()
        found.update(email=f"{subject.pseudonym.lower()}@erased.invalid")
    return Outcome(goes=count)


def contact_of_organisations(subject: Subject) -> Iterable[Any]:
    """Organisations whose contact has an address of the person."""
    found, here = Organisation.objects.filter(contact_email__in=subject.emails), current_organisation()
    return found.filter(pk=here.pk) if here else found


def contact_in_words(organisation: Any, subject: Subject) -> dict[str, Any]:
    return fields_of(organisation, ("name", "contact_name", "contact_phone", "contact_email"))
