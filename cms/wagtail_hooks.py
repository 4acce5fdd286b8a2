"""What /cms/ shows beyond Wagtail's own permissions: an editor finds own pages only, and no menu of others' things."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks

from cms.gate import own_pages
from cms.models import OrganisationHome

OF_THE_PLATFORM = frozenset({"reports", "settings", "help"})


@hooks.register("construct_page_chooser_queryset")
def choose_from_own_pages(pages: Any, request: HttpRequest) -> Any:
    """A link can be made to pages of the own organisation; to others by their address."""
    return pages if request.user.is_superuser else pages & own_pages(request.user)


@hooks.register("construct_main_menu")
def short_menu(request: HttpRequest, items: list[Any]) -> None:
    """Pages, pictures, documents."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in OF_THE_PLATFORM]


@hooks.register("before_publish_page")
def published_by_two(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Where the organisation wants two persons: who wrote the last draft cannot publish it."""
    home = OrganisationHome.objects.ancestor_of(page, inclusive=True).first()
    last = page.latest_revision
    if home is None or not home.needs_two or (last is not None and last.user_id not in (None, request.user.pk)):
        return None
    messages.error(request, _("This site is published by two: save the draft and ask another editor to publish it."))
    page.save_revision(user=request.user)
    return redirect("wagtailadmin_pages:edit", page.pk)
