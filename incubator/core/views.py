"""The decorators of which every view carries one, and the way from a refusal to a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import rules
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from incubator.core.errors import BusinessError

View = Callable[..., HttpResponse]
PAGE_SIZE = 25
METHODS = ("GET", "HEAD", "POST")
FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")


def permitted(name: str) -> Callable[[View], View]:
    """Only for people of this organisation whose role carries the permission `app.act_noun`.

    Anonymous people go to the sign-in page, people without any role here get 404 (the organisation shows nothing
    of itself), people with another role get 403 with the reason."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            kwargs.pop("org", None)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            actor = getattr(request, "actor", None)
            if actor is None:
                raise Http404
            if not rules.has_perm(name, actor):  # type: ignore[attr-defined]
                return refuse(request, BusinessError(_("Your role here does not include this. Ask an owner of your organisation to change your role.")), 403)
            return answer(view, request, *args, **kwargs)

        guarded.access = name  # type: ignore[attr-defined]
        return guarded

    return decorate


def signed_in(view: View) -> View:
    """For every signed-in person, whatever the organisation: their own home and settings."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return answer(view, request, *args, **kwargs)

    guarded.access = "signed in"  # type: ignore[attr-defined]
    return guarded


def platform(view: View) -> View:
    """Only for people who run the deployment. For everybody else there is nothing here: 404."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_superuser:
            raise Http404
        return answer(view, request, *args, **kwargs)

    guarded.access = "platform"  # type: ignore[attr-defined]
    return guarded


def public(view: View) -> View:
    """For everybody, without an account. Declared, so that the house test knows it is meant."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "org" in kwargs:
            kwargs.pop("org")
            if getattr(request, "organisation", None) is None:
                raise Http404
        return answer(view, request, *args, **kwargs)

    opened.access = "public"  # type: ignore[attr-defined]
    return opened


def machine(view: View) -> View:
    """For a program of others that signs what it says: the view checks the signature, and its body is no form."""

    @wraps(view)
    def opened(request: HttpRequest, org: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "organisation", None) is None:
            raise Http404
        return view(request, *args, **kwargs)

    opened.access = "public"  # type: ignore[attr-defined]
    return opened


def answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Run the view; a refusal that it did not put at a field becomes a page with the sentence. Pages know no other
    methods than those of links and forms, and no other bodies than those of forms."""
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    if request.method == "POST" and request.content_type not in FORMS:
        return render(request, "415.html", status=415)
    try:
        return view(request, *args, **kwargs)
    except BusinessError as error:
        return refuse(request, error, error.status)


def refuse(request: HttpRequest, error: BusinessError, status: int) -> HttpResponse:
    """The page of a refusal: what is wrong and what to do, with the way back."""
    return render(request, f"{status}.html", {"message": error.message}, status=status)


def to(request: HttpRequest, name: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect to a named page of the organisation that the request is in."""
    return redirect(link(request, name, *args, **kwargs))


def link(request: HttpRequest, name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page of the organisation that the request is in."""
    slug = request.organisation.slug  # type: ignore[attr-defined]
    return reverse(name, args=[slug, *args]) if args else reverse(name, kwargs={"org": slug, **kwargs})


def paginate(request: HttpRequest, rows: Any, size: int = PAGE_SIZE) -> Page[Any]:
    """One page of rows. A page number that is no number, or out of range, shows the nearest page."""
    number = request.GET.get("page", "1")
    return Paginator(rows, size).get_page(number if len(number) < 10 else "1")
