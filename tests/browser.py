"""A browser in which somebody is signed in, with the second factor that the office asks for."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY as WHOSE
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class SignedIn(Client):
    """A Client that gives each person a second factor, and its sessions the proof of it. A plain Client does neither."""

    def force_login(self, user, backend=None):
        super().force_login(user, backend)
        if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
            TOTP.activate(user, SECRET)
        session = self.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        session[WHOSE] = user_id_to_str(user)
        session.save()


def signed_in(user, **options) -> SignedIn:
    """A browser of this person."""
    client = SignedIn(**options)
    client.force_login(user)
    return client
