"""Two pages that every act here uses: a form, and what an act will do before it is done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from incubator.core.navigation import face_of
from incubator.core.refusals import status_of


def frame_of(request: HttpRequest) -> str:
    """The template of the face that the request is in."""
    return f"{face_of(request)}.html"


def form_page(request: HttpRequest, form: Any, title: Any, cancel: str, *, lead: Any = "", submit: Any = "", many: bool = False) -> HttpResponse:
    """A form in columns. `many`: it has long lists of boxes, and topics in a block of their own."""
    template = "mentors/form_many.html" if many else "mentors/form.html"
    context = {"frame": frame_of(request), "form": form, "title": title, "cancel": cancel, "lead": lead, "submit": submit}
    return render(request, template, context, status=status_of(form))


def confirm_page(request: HttpRequest, title: Any, effects: Iterable[Any], cancel: str, *, form: Any = None, lead: Any = "", danger: bool = False) -> HttpResponse:
    """What an act will do, with the fields that it needs."""
    context = {"frame": frame_of(request), "title": title, "effects": list(effects), "cancel": cancel, "form": form, "lead": lead, "danger": danger}
    return render(request, "mentors/confirm.html", context, status=status_of(form) if form else 200)
