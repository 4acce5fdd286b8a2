"""The places of the public side. On the deployment's own pages only what belongs to everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.models import ArticlePage, OrganisationHome
from incubator.core.navigation import Item


def places(request: HttpRequest) -> list[Item]:
    """Start page, pages that an editor put into the menu, policy library, notices, verification, the way in."""
    organisation = getattr(request, "organisation", None)
    if organisation is None:
        return [Item(_("Start page"), "/", "home"), Item(_("Policy library"), reverse("policy:documents"), "book"), _door(request)]
    slug = organisation.slug
    return [
        *_pages(organisation),
        Item(_("News"), reverse("site:news", args=[slug]), "chat"),
        Item(_("Events"), reverse("contests:events", args=[slug]), "calendar"),
        Item(_("Contests"), reverse("contests:contests", args=[slug]), "star"),
        Item(_("Policy library"), reverse("site-policy:documents", args=[slug]), "book"),
        Item(_("What can I get?"), reverse("site:calculator", args=[slug]), "coins"),
        Item(_("Mentor directory"), reverse("site:mentors:directory", args=[slug]), "users"),
        Item(_("Public notices"), reverse("site:notices", args=[slug]), "bell"),
        _door(request),
    ]


def _pages(organisation: Any) -> list[Item]:
    """The organisation's page, if it has one, and the articles below it that are in the menu."""
    home = OrganisationHome.objects.on_the_site().filter(organisation=organisation).first()
    if home is None:
        return []
    articles = ArticlePage.objects.live().in_menu().child_of(home)
    start = f"/{organisation.slug}/"
    return [
        Item(_("Start page"), start, "home"),
        *(Item(str(article.heading), f"{start}{article.slug}/") for article in articles),
    ]


def _door(request: HttpRequest) -> Item:
    if request.user.is_authenticated:
        return Item(_("My pages"), reverse("home"), "user")
    return Item(_("Sign in"), reverse("account_login"), "log-in")


def at_the_foot(request: Any) -> list[Item]:
    """Places that few look for each day: stories, open data, verification, following."""
    organisation = getattr(request, "organisation", None)
    if organisation is None:
        return []
    names = (
        (_("Success stories"), "site:stories"), (_("Open data"), "open:data"), (_("Statistics"), "open:statistics"), (_("Verify a document"), "site:verify"),
        (_("Be told what is new"), "contests:follow"), (_("Search"), "site:search"),
    )  # fmt: skip
    return [Item(label, reverse(name, args=[organisation.slug])) for label, name in names]
