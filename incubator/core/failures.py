"""The answers that no view gives: what was sent is too much or not readable, and what nobody foresaw."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.defaults import bad_request, server_error
from psycopg import OperationalError as DriverError
from psycopg.errors import LockNotAvailable, QueryCanceled

BUSY = (QueryCanceled, LockNotAvailable)
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


class Refusals:
    """Refuses a body over the limit before anything reads it, and gives an answer "wrong method" that came without
    words, from whichever package, our page or for htmx our notice. Stands last: both need language and organisation."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length[:20]) > settings.REQUEST_MAX_BYTES:
            request._mark_post_parse_error()  # type: ignore[attr-defined]  # the page asks for no part of the body
            return render(request, "413.html", status=413)
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = render_to_string("405.html", {}, request)  # the header with what is allowed stays
        return response


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; but 413 where a form has more characters, fields or files than any form of ours."""
    if isinstance(exception, TOO_MUCH):
        return render(request, "413.html", status=413)
    return bad_request(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """500; but 503 "the server is busy" where the database gave up on a statement or a lock in time (walls.md 14)."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError) and is_gone(error.__cause__):  # no template may ask it who is signed in
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "10"})
    if isinstance(error, OperationalError) and isinstance(error.__cause__, BUSY):
        answer = render(request, "503.html", status=503)
        answer.headers["Retry-After"] = "10"
        return answer
    return server_error(request)


def is_gone(cause: BaseException | None) -> bool:
    """Whether the database could not be reached, broke off, or is shutting down or starting."""
    state = getattr(cause, "sqlstate", None)
    return isinstance(cause, DriverError) and (state is None or state.startswith(("08", "57P")))
