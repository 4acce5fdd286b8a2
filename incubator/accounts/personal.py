"""How long accounts, memberships, sessions and invitations are kept."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from incubator.accounts.models import Invitation, TextMessage
from incubator.core.personal import keep

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
    return TextMessage.objects.filter(created_at__lt=timezone.now() - 2 * timedelta(days=1)).delete()[0]


WORK, LOG_IN = "work for the organisation", "signing in safely"
keep("accounts.User", "name", "email", basis=WORK, period="while named in acts and papers", then="kept: signatures name the person")
keep("accounts.Organisation", "contact_name", "contact_phone", "contact_email", "legal_representative",
     "bank_account", "bank_account_tail", "bank_account_index",
     basis="public office", period="while a customer", then="corrected by the organisation")  # fmt: skip
keep("accounts.Invitation", "email", basis=WORK, period="180 days after its end, unless accepted", then="deleted", act=forget_invitations)
keep("accounts.Phone", "user", "number", "number_index", basis=LOG_IN, period="until removed by the person", then="deleted")
keep("accounts.TextMessage", "number", "number_index", "code", basis=LOG_IN, period="2 days; number and code until sent", then="deleted", act=forget_texts)
keep("account.EmailAddress", "email", basis=LOG_IN, period="as long as the account", then="deleted with the account")
keep("mfa.Authenticator", "data", basis=LOG_IN, period="until removed or reset", then="deleted")
keep("sessions.Session", "session_data", basis=LOG_IN, period="14 days at most", then="deleted", act=forget_ended_sessions)
keep("usersessions.UserSession", "ip", "user_agent", "data", basis=LOG_IN, period="as long as the session", then="deleted", act=forget_devices)
