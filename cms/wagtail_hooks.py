"""What /cms/ shows beyond Wagtail's own permissions: an editor finds own pages only, and no menu of others' things."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from cms.gate import own_pages

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
