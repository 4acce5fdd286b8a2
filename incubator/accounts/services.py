"""Acts on organisations and people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from incubator.accounts.models import Membership, Organisation, User


@transaction.atomic
def open_organisation(*, owner: User, **fields: Any) -> Organisation:
    """Open an organisation on this deployment, with its first owner."""
    organisation = Organisation.objects.create(**fields)
    give_role(owner, organisation, "owner")
    return organisation


def give_role(user: User, organisation: Organisation, role: str, *, since: date | None = None) -> Membership:
    """Give a person a role from a day on (today); a role that is already held stays as it is."""
    held = Membership.objects.running(since).filter(user=user, organisation=organisation, role=role).first()
    span = {"since": since} if since else {}
    return held or Membership.objects.create(user=user, organisation=organisation, role=role, **span)
