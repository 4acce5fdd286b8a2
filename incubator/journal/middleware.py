"""Pages that were refused as out of sight, written down (walls.md 4). The answer itself stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from incubator.journal import door

Answer = Callable[[HttpRequest], HttpResponse]
GUARDED = re.compile(r"^/(?:office|portal|platform)/")


class RefusalMiddleware:
    """Stands inside the organisation's context: a 404 ends that transaction well, so the line stays."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        refused = response.status_code == 404 and GUARDED.match(request.path_info) and request.user.is_authenticated
        if refused and not connection.needs_rollback:  # a broken transaction keeps nothing; its request fails anyway
            door.note(door.What.REFUSED_FOREIGN, request, user=request.user, organisation=request.organisation)
        return response
