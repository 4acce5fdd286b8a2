"""The second factor: who needs one, who has one, and what this web session has proved (walls.md 5)."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from incubator.accounts.models import Membership, User
from incubator.accounts.roles import OFFICE, Role

DEVICES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # a recovery code replaces one of these, it is none
STAFF = OFFICE | {Role.EDITOR}


def needs_factor(user: User) -> bool:
    """Whoever works in an office, edits public pages or runs the deployment."""
    return user.is_superuser or Membership.objects.running().filter(user=user, role__in=STAFF).exists()


def has_factor(user: User) -> bool:
    """This person has a device. It says nothing about the session that asks."""
    return is_mfa_enabled(user, DEVICES)


def shows_codes(user: User) -> bool:
    """This person has an app that shows codes, and not passkeys alone."""
    return is_mfa_enabled(user, [Authenticator.Type.TOTP])


def proofs(request: HttpRequest) -> list[dict[str, Any]]:
    """When and how this web session showed the second factor. Empty after a log-in that never asked for it."""
    return [record for record in get_authentication_records(request, request.user) if record["method"] == "mfa"]


@receiver(authenticator_added)
def count_first_device(request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    """Setting a device up takes a code from it: the session that did so need not enter a second code at once.
    Only for the first one: a session that cannot show the device on record proves nothing by adding another."""
    others = Authenticator.objects.filter(user=user, type__in=DEVICES).exclude(pk=authenticator.pk)
    if authenticator.type in DEVICES and not others.exists():
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


@transaction.atomic
def forget_factors(user: User) -> int:
    """Forget every device and recovery code of a person and end all their sessions. Each leaves an event at the door."""
    held = list(Authenticator.objects.select_for_update().filter(user=user))
    for one in held:
        one.delete()
        authenticator_removed.send(sender=Authenticator, request=None, user=user, authenticator=one)
    for session in UserSession.objects.filter(user=user):
        session.end()
    return len(held)
