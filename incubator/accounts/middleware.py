"""The organisation of a request, and the language of the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from incubator.accounts.actors import actor_for
from incubator.accounts.models import RESERVED_SLUGS, Organisation
from incubator.core.scoping import organisation_context

Answer = Callable[[HttpRequest], HttpResponse]
INSIDE = re.compile(r"^/(?:office|portal|verify)/([a-z][a-z0-9-]*)/")
PUBLIC = re.compile(r"^/([a-z][a-z0-9-]*)/")


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
