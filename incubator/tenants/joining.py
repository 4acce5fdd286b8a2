"""A founder or member comes into the portal: invited by mail, and with the yes known as that person of the startup."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.accounts.models import Invitation
from incubator.accounts.services import acted, invite
from incubator.core.errors import Conflict
from incubator.journal.services import lock, record
from incubator.tenants.models import Founder

ABOUT = "tenants.founder:"


@transaction.atomic
def invite_founder(founder: Founder, email: str, *, by: Actor) -> Invitation:
    """Offer a listed person the portal of their startup, in the role in which they are listed."""
    locked = lock(founder)
    if locked.user_id is not None:
        raise Conflict(_("%(name)s signs in already. Nothing was sent.") % {"name": locked})
    made = invite(email, locked.role, by=by, about=f"{ABOUT}{locked.pk}")
    record("invite_founder", locked.startup, by=by, founder=locked.pk)
    return made


def join(sender: Any, *, act: str, subject: Any, by: Actor, **_rest: Any) -> None:
    """With the yes to such an invitation the person sees the startup: in the same transaction, or not at all."""
    if act != "accept_invitation" or not subject.about.startswith(ABOUT):
        return
    founder = Founder.objects.select_for_update(no_key=True).filter(pk=int(subject.about.removeprefix(ABOUT)), user=None).first()
    if founder is None or Founder.objects.filter(startup=founder.startup, user=by.user).exists():
        return  # somebody entered the account by hand in the meantime
    founder.user = by.user
    founder.save(update_fields=["user"])
    record("founder_joined", founder.startup, by=by, founder=founder.pk)


def listen() -> None:
    """Hear of invitations that were accepted; `accounts` lies below and cannot call up (docs/architecture.md)."""
    acted.connect(join, dispatch_uid="tenants.joining")
