"""An approved mentor comes into the portal: invited by mail, and with the yes known as that mentor."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.accounts.models import Invitation, User
from incubator.accounts.roles import Role
from incubator.accounts.services import acted, invite
from incubator.core.errors import Conflict
from incubator.journal.services import lock, record
from mentors.models import Mentor

ABOUT = "mentors.mentor:"


@transaction.atomic
def invite_mentor(mentor: Mentor, *, by: Actor) -> Invitation | None:
    """Offer an approved mentor the portal, as long as the term runs. Whoever is a mentor here already is only linked."""
    locked = lock(mentor)
    if locked.user_id is not None:
        raise Conflict(_("%(name)s signs in already. Nothing was sent.") % {"name": locked})
    holder = User.objects.filter(email=locked.email.lower(), is_active=True).first()
    held = by.organisation.memberships.running().filter(user=holder, role=Role.MENTOR) if holder else None
    if holder and held is not None and held.exists():
        link(locked, holder, by=by)
        return None
    made: Invitation = invite(locked.email, Role.MENTOR, by=by, about=f"{ABOUT}{locked.pk}")
    record("invite_mentor", locked, by=by)
    return made


def link(mentor: Mentor, user: User, *, by: Actor) -> None:
    """From now on this account is the mentor's."""
    mentor.user = user
    mentor.save(update_fields=["user"])
    record("mentor_joined", mentor, by=by)


def join(sender: Any, *, act: str, subject: Any, by: Actor, **_rest: Any) -> None:
    """With the yes to such an invitation the person sees the mentor's pages: in the same transaction, or not at all."""
    if act != "accept_invitation" or not subject.about.startswith(ABOUT):
        return
    mentor = Mentor.objects.select_for_update(no_key=True).filter(pk=int(subject.about.removeprefix(ABOUT)), user=None).first()
    if mentor is None or by.user is None or Mentor.objects.filter(user=by.user).exists():
        return
    if by.user.pk in (mentor.reviewer_id, mentor.approver_id):
        return  # whoever approved a mentor is not that mentor
    link(mentor, by.user, by=by)


def listen() -> None:
    """Hear of invitations that were accepted; `accounts` lies below and cannot call up (docs/architecture.md)."""
    acted.connect(join, dispatch_uid="mentors.joining")
