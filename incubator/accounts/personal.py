"""How long accounts, memberships, sessions and invitations are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.erasing import (
    account_in_words,
    contact_in_words,
    contact_of_organisations,
    erase_account,
    erase_invitations,
    invitations_to,
    own_account,
    sessions_of,
    with_account,
)
from incubator.accounts.models import Invitation, Phone, TextMessage
from incubator.core.holdings import moment
from incubator.core.personal import Subject, keep

CLOSED = timedelta(days=180)


def forget_ended_sessions() -> int:
    """Delete sessions past their end. Nobody is signed in by them any more."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def forget_devices() -> int:
    """Delete the address and browser of sessions that are gone."""
    return UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]


def forget_invitations() -> int:
    """Delete invitations that ended half a year ago without a yes. Accepted ones say who let a person in."""
    return Invitation.objects.filter(expires_at__lt=timezone.now() - CLOSED, accepted_at=None).delete()[0]


def forget_texts() -> int:
    """Delete codes that were sent, or never were, two days ago. Their limits count one day."""
    return TextMessage.objects.filter(created_at__lt=timezone.now() - timedelta(days=2)).delete()[0]


WORK, LOG_IN = gettext_noop("work for the organisation"), gettext_noop("signing in safely")
DELETED = gettext_noop("deleted")


def factor_in_words(factor: Any, subject: Subject) -> dict[str, Any]:
    """Which factor since when. Its secret is nobody's reading, not even its owner's."""
    return {_("Kind"): str(factor.get_type_display()), _("Added"): moment(factor.created_at)}


def session_in_words(session: Any, subject: Subject) -> dict[str, Any]:
    return {_("Valid until"): moment(session.expire_date)}


keep("accounts.User", "name", "email", basis=WORK, period=gettext_noop("while named in acts and papers"),
     then=gettext_noop("kept: signatures name the person"), office=True, find=own_account, show=account_in_words, erase=erase_account)  # fmt: skip
keep("accounts.Organisation", "contact_name", "contact_phone", "contact_email", "legal_representative",
     "bank_account", "bank_account_tail", "bank_account_index",
     basis=gettext_noop("public office"), period=gettext_noop("while a customer"), then=gettext_noop("corrected by the organisation"),
     office=True, find=contact_of_organisations, show=contact_in_words)  # fmt: skip
keep("accounts.Invitation", "email", basis=WORK, period=gettext_noop("180 days after its end, unless accepted"), then=DELETED,
     act=forget_invitations, office=True, find=invitations_to, erase=erase_invitations)  # fmt: skip
keep("accounts.Phone", "user", "number", "number_index", basis=LOG_IN, period=gettext_noop("until removed by the person"), then=DELETED,
     erase=with_account("accounts.Phone", lambda subject: Phone.objects.filter(user=subject.user)))  # fmt: skip
keep("accounts.TextMessage", "number", "number_index", "code", basis=LOG_IN, period=gettext_noop("2 days; number and code until sent"),
     then=DELETED, act=forget_texts, nobody="a digest of the number for two days; the number itself until it is sent")  # fmt: skip
keep("account.EmailAddress", "email", basis=LOG_IN, period=gettext_noop("as long as the account"), then=gettext_noop("deleted with the account"),
     erase=with_account("account.EmailAddress", lambda subject: EmailAddress.objects.filter(user=subject.user)))  # fmt: skip
keep("mfa.Authenticator", "data", basis=LOG_IN, period=gettext_noop("until removed or reset"), then=DELETED, show=factor_in_words,
     erase=with_account("mfa.Authenticator", lambda subject: Authenticator.objects.filter(user=subject.user)))  # fmt: skip
keep("sessions.Session", "session_data", basis=LOG_IN, period=gettext_noop("14 days at most"), then=DELETED, act=forget_ended_sessions,
     find=sessions_of, show=session_in_words, erase=with_account("sessions.Session", sessions_of))  # fmt: skip
keep("usersessions.UserSession", "ip", "user_agent", "data", basis=LOG_IN, period=gettext_noop("as long as the session"), then=DELETED,
     act=forget_devices, erase=with_account("usersessions.UserSession", lambda subject: UserSession.objects.filter(user=subject.user)))  # fmt: skip
