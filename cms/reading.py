"""Public lists that are no Wagtail pages: news, stories, the feed, the search, the map of the site."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.feedgenerator import Atom1Feed
from django.utils.timezone import make_aware
from django.utils.translation import get_language

from cms import finding
from cms.models import ArticlePage, OrganisationHome, SearchText
from cms.views import home_of
from incubator.core.listing import asked_choice, asked_words
from incubator.core.throttle import too_many
from incubator.core.views import paginate, public

KINDS = ("page", "news", "story", "contest", "event", "space", "policy")
MOST, SECONDS = 60, 60


def articles(request: Any, *kinds: str) -> Any:
    """Published articles of the organisation; none where it has no page yet."""
    home = OrganisationHome.objects.on_the_site().filter(organisation=request.organisation).first()
    return ArticlePage.objects.told_by(request.organisation, *kinds) if home else ArticlePage.objects.none()


@public
def news(request: HttpRequest) -> HttpResponse:
    """News, the newest first."""
    return render(request, "cms/article_list.html", home_of(request) | {"page": paginate(request, articles(request, "news"), 12), "kind": "news"})


@public
def stories(request: HttpRequest) -> HttpResponse:
    """Success stories."""
    return render(request, "cms/article_list.html", home_of(request) | {"page": paginate(request, articles(request, "story"), 12), "kind": "story"})


@public
def feed(request: Any) -> HttpResponse:
    """News and stories for feed readers."""
    organisation, base = request.organisation, settings.SITE_URL
    made = Atom1Feed(title=organisation.name, link=f"{base}/{organisation.slug}/", description=organisation.tagline, language=get_language() or "zh-hans", feed_url=base + request.path)
    for article in articles(request, "news", "story")[:30]:
        at = make_aware(datetime.combine(article.shown_on, time(9)))
        made.add_item(title=str(article.heading), link=base + finding.address(article), description=str(article.introduction), updateddate=at, pubdate=at, unique_id=base + finding.address(article))
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@public
def search(request: Any) -> HttpResponse:
    """Find Chinese words of two characters, also inside a name."""
    if too_many(request, "site-search", most=MOST, seconds=SECONDS):
        return render(request, "429.html", status=429)
    words, kind = asked_words(request), asked_choice(request, "kind", KINDS)
    language = "zh-hans" if (get_language() or "zh").startswith("zh") else "en"
    hits = finding.search(request.organisation, words, language) if words else []
    shown = [hit for hit in hits if not kind or hit["row"].kind == kind]
    context = {"words": words, "kind": kind, "hits": shown, "kinds": [one for one in KINDS if any(hit["row"].kind == one for hit in hits)], "near": [] if hits or not words else finding.near(request.organisation, words, language)}
    return render(request, "cms/search.html", home_of(request) | context)


@public
def sitemap(request: Any) -> HttpResponse:
    """Every public page of the organisation, for search engines. Read from what can be found."""
    rows = SearchText.objects.filter(organisation=request.organisation, language="zh-hans").exclude(url__contains="#").order_by("url")
    return render(request, "cms/sitemap.xml", {"rows": rows, "base": settings.SITE_URL}, content_type="application/xml; charset=utf-8")


@public
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone, and where the maps are."""
    homes = OrganisationHome.objects.on_the_site()
    lines = ["User-agent: *", *(f"Disallow: /{path}/" for path in ("office", "portal", "platform", "accounts", "cms", "verify", "home")),
             *(f"Sitemap: {settings.SITE_URL}/{home.organisation.slug}/sitemap.xml" for home in homes)]  # fmt: skip
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
