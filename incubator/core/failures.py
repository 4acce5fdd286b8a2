"""The answer when something failed that nobody foresaw."""

from __future__ import annotations

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error
from psycopg.errors import LockNotAvailable, QueryCanceled

BUSY = (QueryCanceled, LockNotAvailable)


def failed(request: HttpRequest) -> HttpResponse:
    """500; but 503 "the server is busy" where the database gave up on a statement or a lock in time (walls.md 14)."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError) and isinstance(error.__cause__, BUSY):
        answer = render(request, "503.html", status=503)
        answer.headers["Retry-After"] = "10"
        return answer
    return server_error(request)
