"""The form page that every act here uses."""

from __future__ import annotations

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
