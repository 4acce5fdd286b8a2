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


WRITTEN = (
    "title", "title_en", "lead", "lead_en", "body", "body_en", "slug", "kind", "shown_on", "source", "cover", "consent_note", "search_description",
    "show_in_menus", "accent", "logo", "needs_two", "go_live_at", "expire_at",
)  # fmt: skip


def wants_two(page: Any) -> bool:
    """Whether the organisation of this page has it published by two. The published word counts, not a draft of it."""
    home = OrganisationHome.objects.ancestor_of(page, inclusive=True).first()
    return home is not None and home.needs_two


def is_reviewed(page: Any, user: Any) -> bool:
    """Whether somebody else wrote the last draft, and this person publishes it as it is. The editor has saved a revision of
    what is about to be published, so the draft is the one before."""
    newest = list(page.revisions.order_by("-created_at", "-pk")[:2])
    if len(newest) < 2 or newest[1].user_id in (None, user.pk):
        return False
    return all(newest[0].content.get(name) == newest[1].content.get(name) for name in WRITTEN)


@hooks.register("before_publish_page")
def published_by_two(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Where the organisation wants two persons: who wrote the last draft cannot publish it."""
    if not wants_two(page) or is_reviewed(page, request.user):
        return None
    messages.error(request, _("This site is published by two: save the draft and ask another editor to publish it."))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def never_many_at_once(request: HttpRequest, kind: str, objects: Any, action: Any) -> HttpResponse | None:
    """Publishing many pages at once would pass by the second person."""
    if kind != "publish" or not any(wants_two(page) for page in objects if hasattr(page, "get_ancestors")):
        return None
    messages.error(request, _("This site is published by two: save the draft and ask another editor to publish it."))
    return redirect("wagtailadmin_explore_root")
