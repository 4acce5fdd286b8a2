"""Acts on organisations and people. `acted` tells the journal, which lies above this app, of each of them."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.accounts.factor import forget_factors
from incubator.accounts.models import INVITATION_DAYS, Invitation, Membership, Organisation, User
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.refusals import clash

acted = Signal()  # act, subject, by, facts


@transaction.atomic
def open_organisation(*, owner: User, **fields: Any) -> Organisation:
    """Open an organisation on this deployment, with its first owner."""
    organisation = Organisation.objects.create(**fields)
    give_role(owner, organisation, "owner")
    return organisation


def give_role(
    user: User, organisation: Organisation, role: str, *, since: date | None = None, until: date | None = None
) -> Membership:
    """Give a person a role from a day on (today); a role that is already held stays as it is."""
    held = Membership.objects.running(since).filter(user=user, organisation=organisation, role=role).first()
    span = {"since": since} if since else {}
    return held or Membership.objects.create(user=user, organisation=organisation, role=role, until=until, **span)


@transaction.atomic
def add_role(user: User, role: str, *, by: Actor, until: date | None = None) -> Membership:
    """An owner gives somebody who already belongs to the organisation a further role."""
    turnstile(by.organisation)
    refuse_past(until)
    if Membership.objects.running().filter(user=user, organisation=by.organisation, role=role).exists():
        raise Conflict(_("%(name)s holds this role already.") % {"name": user}, field="role")
    with clash("membership_once", _("This role was given and ended today. Give it again tomorrow."), field="role"):
        given = give_role(user, by.organisation, role, until=until)
    acted.send(Membership, act="give_role", subject=given, by=by, facts={"role": role, "until": str(until or "")})
    return given


@transaction.atomic
def end_role(membership: Membership, until: date, *, by: Actor) -> Membership:
    """Set the last day of a role. An organisation keeps an owner whose role has no last day."""
    turnstile(by.organisation)
    held = Membership.objects.select_for_update().get(pk=membership.pk, organisation=by.organisation)
    if until < max(held.since, timezone.localdate() - timedelta(days=1)):
        raise BusinessError(_("The last day can be yesterday at the earliest, and not before the role began."), field="until")
    others = Membership.objects.lasting_owners().filter(organisation=by.organisation).exclude(pk=held.pk)
    if held.role == Role.OWNER and not others.exists():
        raise Conflict(_("This is the last owner. Make somebody else an owner first, then end this role."))
    held.until = until
    held.save(update_fields=["until"])
    acted.send(Membership, act="end_role", subject=held, by=by, facts={"role": held.role, "until": str(until)})
    return held


def refuse_past(until: date | None) -> None:
    """A role that is given today has its last day today at the earliest."""
    if until and until < timezone.localdate():
        raise BusinessError(_("The last day lies in the past. Choose today or a later day."), field="until")


def turnstile(organisation: Organisation) -> None:
    """One change of an organisation's people after the other."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


@transaction.atomic
def invite(email: str, role: str, *, by: Actor, until: date | None = None, about: str = "") -> Invitation:
    """An owner offers a role to an e-mail address. The mail follows, with a link that holds for seven days.

    `about` names a record of an app above this one, which listens to `acted` for the yes (tenants.joining)."""
    email = email.lower()
    refuse_past(until)
    if Membership.objects.running().filter(user__email=email, organisation=by.organisation, role=role).exists():
        raise Conflict(_("Whoever holds this address has this role already."), field="email")
    now = timezone.now()
    waiting = _("An invitation of this address for this role is open. Send that one again, or withdraw it.")
    with clash("invitation_one_waiting", waiting, field="email"):
        made = Invitation.objects.create(
            organisation=by.organisation, email=email, role=role, until=until, invited_by=by.user, sent_at=now,
            expires_at=now + INVITATION_DAYS, about=about,
        )
    acted.send(Invitation, act="invite", subject=made, by=by, facts={"role": role, "until": str(until or "")})
    post(made)
    return made


@transaction.atomic
def send_again(invitation: Invitation, *, by: Actor) -> None:
    """Write the mail anew, with a new link for another seven days. The old link ends at once."""
    now = timezone.now()
    changed = {"token_hash": None, "sent_at": now, "expires_at": now + INVITATION_DAYS}
    refuse_unless(Invitation.objects.waiting().filter(pk=invitation.pk, organisation=by.organisation).update(**changed))
    acted.send(Invitation, act="send_again", subject=invitation, by=by, facts={})
    post(invitation)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Actor) -> None:
    """Take an invitation back. Its link ends at once."""
    waiting = Invitation.objects.waiting().filter(pk=invitation.pk, organisation=by.organisation)
    refuse_unless(waiting.update(withdrawn_at=timezone.now()))
    acted.send(Invitation, act="withdraw_invitation", subject=invitation, by=by, facts={})


def refuse_unless(changed: int) -> None:
    if not changed:
        raise Conflict(_("This invitation is not open any more: it was accepted or withdrawn. Reload the page."))


def post(invitation: Invitation) -> None:
    """Let the queue write the mail."""
    from incubator.accounts.tasks import mail_invitation

    mail_invitation.defer(organisation_id=invitation.organisation_id, invitation_id=invitation.pk)


def fingerprint(token: str) -> str:
    """What is kept of a link's token: its hash. The token has 256 bits, so no salt is needed."""
    return sha256(token.encode()).hexdigest()


def invitation_of(token: str) -> Invitation | None:
    """The invitation that this link opens; None if it is unknown, used, withdrawn or expired."""
    found = Invitation.objects.usable().filter(token_hash=fingerprint(token))
    return found.select_related("organisation", "invited_by").first()


def holds_address(user: User, email: str) -> bool:
    """Whether this person has proved to hold the address."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists())


@transaction.atomic
def accept(invitation: Invitation, user: User) -> Membership:
    """Take the role that was offered, once: of two who come at the same time the database lets one through."""
    if not holds_address(user, invitation.email):
        raise Conflict(_("This invitation is for another address than yours."))
    taken = Invitation.objects.usable().filter(pk=invitation.pk, token_hash=invitation.token_hash)
    refuse_unless(taken.update(accepted_by=user, accepted_at=timezone.now()))
    if invitation.until and invitation.until < timezone.localdate():
        raise Conflict(_("The offered role has ended in the meantime. Ask for a new invitation."))
    given = give_role(user, invitation.organisation, invitation.role, until=invitation.until)
    by = Actor(user, invitation.organisation, frozenset({invitation.role}))
    acted.send(Invitation, act="accept_invitation", subject=invitation, by=by, facts={"role": invitation.role})
    return given


@transaction.atomic
def open_account(invitation: Invitation, name: str, password: str) -> User:
    """Make the account of somebody who came by the link of an invitation. The link came by mail: the address is theirs."""
    with clash("accounts_user_email_key", _("There is an account with this address already. Sign in first.")):
        user = User.objects.create_user(invitation.email, name, password)
    EmailAddress.objects.create(user=user, email=invitation.email, verified=True, primary=True)
    accept(invitation, user)
    return user


@transaction.atomic
def reset_factor(user: User, reason: str, *, by: Actor) -> int:
    """An owner forgets a colleague's lost second factor: all sessions end, the office asks for a new device, a mail
    tells the colleague (docs/decisions/0053). Returns how many devices and codes were forgotten."""
    turnstile(by.organisation)
    if by.user and user.pk == by.user.pk:
        raise NotAllowed(_("Nobody resets their own second factor. Ask another owner, or whoever runs this installation."))
    if opens_more(user, by.organisation):
        raise NotAllowed(_("This account opens more than your organisation. Only whoever runs this installation can reset its second factor."))
    number = forget_factors(user)
    if not number:
        raise Conflict(_("%(name)s has no second factor now. The office asks for a new one at the next visit.") % {"name": user})
    acted.send(User, act="reset_factor", subject=user, by=by, facts={"note": reason})
    tell_of_reset(user, by)
    return number


def opens_more(user: User, organisation: Organisation) -> bool:
    """Whether this person runs the deployment, or holds a role in another organisation as well."""
    elsewhere = Membership.objects.running().filter(user=user).exclude(organisation=organisation)
    return user.is_superuser or elsewhere.exists()


def tell_of_reset(user: User, by: Actor) -> None:
    """Let the queue write the mail."""
    from incubator.accounts.tasks import mail_factor_reset

    mail_factor_reset.defer(organisation_id=by.organisation.pk, user_id=user.pk, by_id=by.user.pk if by.user else 0)
