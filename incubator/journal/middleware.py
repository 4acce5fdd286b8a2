"""Pages that were refused as out of sight, written down (walls.md 4), and forms that act once (walls.md 7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from incubator.core.errors import Conflict
from incubator.core.formkeys import digest_of, key_of
from incubator.core.refusals import clash
from incubator.core.views import refuse
from incubator.journal import door
from incubator.journal.models import FormKey

Answer = Callable[[HttpRequest], HttpResponse]
GUARDED = re.compile(r"^/(?:office|portal|platform)/")
REFUSALS = {"office": {404}, "portal": {404}, "platform": {404}, "cms": {403, 404}}  # 403: no business there at all


class RefusalMiddleware:
    """Stands inside the organisation's context: a 404 ends that transaction well, so the line stays."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        refused = response.status_code in REFUSALS.get(request.path_info[1:].partition("/")[0], ()) and request.user.is_authenticated
        if refused and not connection.needs_rollback:  # a broken transaction keeps nothing; its request fails anyway
            door.note(door.What.REFUSED_FOREIGN, request, user=request.user, organisation=request.organisation)
        return response


class FormKeys:
    """One form, one act (docs/decisions/0061): whoever sends a form a second time, by a double click, a second tab, the
    back button or a replay, is shown the first result. The key is taken in the act's own transaction, before the view
    runs, and given back unless the act led on to another page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.method != "POST" or not GUARDED.match(request.path_info) or not request.user.is_authenticated:
            return self.get_response(request)
        request.form_key = None
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif request.form_key and not connection.needs_rollback:
                settle(request.form_key, response)
        return response

    def process_view(self, request: Any, *_view: Any) -> HttpResponse | None:
        """After the check of the CSRF token, before the view: take the key, or answer with what it has already done."""
        key = key_of(request) if hasattr(request, "form_key") else ""
        if not key:
            return None
        digest = digest_of(request)
        try:
            with clash("form_key_once", ""):
                request.form_key = FormKey.objects.create(user=request.user, key=key, digest=digest)
        except Conflict:
            return again(request, FormKey.objects.get(user=request.user, key=key), digest)
        return None


def settle(key: FormKey, response: HttpResponse) -> None:
    """Keep the key of a form whose act led on to its result; a form that was shown again, or whose sender must first
    sign in anew, may be sent again."""
    location = response.get("Location", "") if response.status_code in {302, 303} else ""
    if location and not location.startswith("/accounts/") and getattr(response, "acted", True):
        FormKey.objects.filter(pk=key.pk).update(location=location)
    else:
        key.delete()


def again(request: Any, first: FormKey, digest: str) -> HttpResponse:
    """The answer to a form that has already acted: its result; with other content a refusal, since one form acts once."""
    if first.digest == digest:
        messages.info(request, _("This form had already been received. Here is its result; nothing was done twice."))
        return redirect(first.location)
    said = _("This form had already been sent, with other content; what you sent now was not recorded. Open the form anew, or change the first result.")
    return refuse(request, Conflict(said), 409)
