"""The organisation of a request, the second factor of the office, and the language of the page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from incubator.accounts.actors import actor_for
from incubator.accounts.factor import has_factor, proofs, shows_codes
from incubator.accounts.models import RESERVED_SLUGS, Organisation
from incubator.core.scoping import organisation_context

Answer = Callable[[HttpRequest], HttpResponse]
INSIDE = re.compile(r"^/(?:office|portal|verify|ical|billing/stripe)/([a-z][a-z0-9-]*)/")
PUBLIC = re.compile(r"^/([a-z][a-z0-9-]*)/")
GUARDED = ("/office/", "/cms/", "/platform/")
DEVICE_PAGES = "/accounts/2fa/"  # recovery codes, removing a device: a password alone must not reach them either
WAY_IN = (
    "/accounts/2fa/authenticate/", "/accounts/2fa/reauthenticate/", "/accounts/2fa/webauthn/reauthenticate/", "/accounts/2fa/webauthn/login/",
)  # fmt: skip
NEXT, SEEN = "second_factor_next", "office_seen"  # in the web session
MINUTE = 60


def organisation_of(request: HttpRequest) -> Organisation | None:
    """The organisation that the address names. Office, portal and verification pages carry it after their own
    first word; a public page begins with it."""
    found = INSIDE.match(request.path_info) or PUBLIC.match(request.path_info)
    if found is None or found[1] in RESERVED_SLUGS:
        return None
    return Organisation.objects.filter(slug=found[1]).first()


class OrganisationMiddleware:
    """Opens the context that everything behind it needs (walls.md 3). Stands after authentication."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.organisation, request.actor = organisation_of(request), None
        if request.organisation is None:
            return self.get_response(request)
        with organisation_context(request.organisation):
            if request.user.is_authenticated:
                request.actor = actor_for(request.user, request.organisation)
            response = self.get_response(request)
            if response.status_code >= 500:  # the exception has already become a response
                transaction.set_rollback(True)
            return response


class StaffMFA:
    """Office, site editor and platform open only to a web session that has itself shown the second factor,
    not longer than a working day ago and not left alone since (walls.md 5)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        if request.path_info.startswith(GUARDED):
            return self.too_old(request) or self.unproved(request) or self.get_response(request)
        if (
            request.path_info.startswith(DEVICE_PAGES)
            and not request.path_info.startswith(WAY_IN)
            and has_factor(request.user)
        ):
            return self.unproved(request) or self.get_response(request)
        return self.get_response(request)

    def unproved(self, request: Any) -> HttpResponse | None:
        """The page that asks for what is missing, with the way back to where the person was going."""
        if not has_factor(request.user):
            request.session[NEXT] = place_of(request)
            return redirect("mfa_activate_totp")
        if not proofs(request):
            page = "mfa_reauthenticate" if shows_codes(request.user) else "mfa_reauthenticate_webauthn"
            return redirect(f"{reverse(page)}?{urlencode({'next': place_of(request)})}")
        return None

    def too_old(self, request: Any) -> HttpResponse | None:
        """Sign out who was away, or has been signed in for longer than a working day; note that they are here."""
        records, now = get_authentication_records(request, request.user), time.time()
        if not records:
            return None
        seen = max(request.session.get(SEEN, 0), records[-1]["at"])
        if now - seen > settings.OFFICE_IDLE.total_seconds():
            said = _("You were away for a while, so you were signed out. Sign in to go on.")
        elif now - records[0]["at"] > settings.OFFICE_LONGEST.total_seconds():
            said = _("You have been signed in for a whole day, so you were signed out. Sign in to go on.")
        else:
            if now - seen > MINUTE:  # not one write for each page
                request.session[SEEN] = now
            return None
        logout(request)
        messages.info(request, said)
        return redirect_to_login(place_of(request))


def place_of(request: Any) -> str:
    """Where the person is: the page itself, or for a form or a part of a page, the page that holds it."""
    holder = request.headers.get("HX-Current-URL", "") or (
        "" if request.method in {"GET", "HEAD"} else request.headers.get("Referer", "")
    )
    found = urlsplit(holder)
    if found.netloc != request.get_host() or not found.path.startswith("/") or found.path.startswith("//"):
        return request.get_full_path()
    return f"{found.path}?{found.query}" if found.query else found.path


class HtmxLogin:
    """A part of a page whose session has ended must not become the sign-in form inside that part: the whole
    page goes there, and comes back to itself. Stands before StaffMFA, to catch its redirects too."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        target = urlsplit(response.get("Location", "")).path
        if (
            request.headers.get("HX-Request") == "true"
            and response.status_code == 302
            and target.startswith("/accounts/")
        ):
            return HttpResponse(
                status=204, headers={"HX-Redirect": f"{target}?{urlencode({'next': place_of(request)})}"}
            )
        return response


class LanguageMiddleware:
    """Chinese unless the reader chose otherwise. The browser's own preference is not asked: these pages are
    Chinese official business, and two people who look at one case should see the same words by default."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
