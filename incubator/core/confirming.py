"""The page that says what an act will do, before it is done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from incubator.core.navigation import face_of
from incubator.core.refusals import status_of


def confirm_page(request: HttpRequest, title: Any, effects: Iterable[Any], cancel: str, *, form: Any = None, lead: Any = "", danger: bool = False) -> HttpResponse:
    """The act by its name, its effects, and the fields that it needs, in the face that the request is in."""
    context = {"frame": f"{face_of(request)}.html", "title": title, "effects": list(effects), "cancel": cancel, "form": form, "lead": lead, "danger": danger}
    return render(request, "confirm.html", context, status=status_of(form) if form else 200)
