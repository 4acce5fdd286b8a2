"""Acts of the people who run the deployment: open an organisation, and invite who will lead it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incubator.accounts.actors import outsider
from incubator.accounts.models import Invitation, Membership, Organisation, User
from incubator.accounts.roles import Role
from incubator.accounts.services import invite, turnstile, withdraw
from incubator.core.errors import Conflict
from incubator.core.opening import make_whole
from incubator.core.refusals import clash
from incubator.core.scoping import organisation_context
from incubator.journal.services import record


@transaction.atomic
def open_organisation(owner_email: str, *, by: User, **fields: Any) -> Organisation:
    """Open an organisation with everything it needs from the first hour, and invite its first owner by mail.

    Whoever runs the deployment gets no role there: from the owner's yes on, the organisation is the owner's alone."""
    with (
        clash("accounts_organisation_slug_key", _("Another organisation has this address already."), field="slug"),
        clash("accounts_organisation_uscc_key", _("An organisation with this credit code works here already."), field="uscc"),
    ):
        organisation = Organisation.objects.create(**fields)
    with organisation_context(organisation):
        who = outsider(by, organisation)
        record("open_organisation", organisation, by=who, parts=make_whole(organisation))
        invite(owner_email, Role.OWNER, by=who)
    return organisation


@transaction.atomic
def invite_owner(organisation: Organisation, email: str, *, by: User) -> Invitation:
    """Invite an owner in place of one who never came. Open invitations of owners end; an organisation that has an owner
    invites its people itself."""
    with organisation_context(organisation):
        turnstile(organisation)
        if Membership.objects.lasting_owners().filter(organisation=organisation).exists():
            raise Conflict(_("This organisation has an owner, who invites further people. Nothing was sent."))
        who = outsider(by, organisation)
        for waiting in Invitation.objects.waiting().filter(organisation=organisation, role=Role.OWNER):
            withdraw(waiting, by=who)
        return invite(email, Role.OWNER, by=who)
