"""Acts that ask once more who is there (allauth's reauthentication)."""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from incubator.core.views import View


def proved_again(view: View) -> View:
    """Only for somebody who signed in, or showed the password or code again, within the last minutes.

    A form that was sent too late is asked for again: allauth would answer it past the organisation's context."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_reauthentication_required(request, app="allauth.account"):
            if request.method == "POST":
                asked = redirect(request.get_full_path())
                asked.acted = False  # the form's key stays good
                return asked
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return guarded
