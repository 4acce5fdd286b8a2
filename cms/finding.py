"""The search of an organisation's public site: what can be found is written anew after each publication, and each night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape, format_html, strip_tags
from django.utils.safestring import SafeString

from cms.models import ArticlePage, OrganisationHome, SearchText
from cms.models.search import grams_of, plain
from incubator.contests.models import Contest, Event
from incubator.policy.models import Clause, PolicyDocument
from spaces.models import Site

LANGUAGES = ("zh-hans", "en")
MOST, AROUND = 60, 60
LONGEST = 20_000


@dataclass(frozen=True)
class Page:
    """One page that can be found."""

    kind: str
    url: str
    title: str
    body: str
    day: date | None = None


def pages_of(organisation: Any) -> Iterator[Page]:
    """Every public page of the organisation with its words in the active language."""
    slug = organisation.slug
    home = OrganisationHome.objects.on_the_site().filter(organisation=organisation).first()
    if home is not None:
        yield Page("page", f"/{slug}/", str(home.heading), f"{home.introduction} {words(home.content)}")
        for article in ArticlePage.objects.live().descendant_of(home):
            yield Page(article.kind, address(article), str(article.heading), f"{article.introduction} {words(article.content)}", article.shown_on)
    for contest in Contest.objects.on_the_site():
        yield Page("contest", reverse("contests:contest", args=[slug, contest.slug]), contest.name, f"{contest.about} {contest.rules_text}", contest.registration_from)
    for event in Event.objects.on_the_site():
        yield Page("event", reverse("contests:event", args=[slug, event.slug]), event.name, f"{event.about} {event.programme_text} {event.place}", event.starts_at.date())
    for site in Site.objects.all():
        yield Page("space", f"/{slug}/#spaces", site.name, site.address)
    yield from policy_of(slug)


def policy_of(slug: str) -> Iterator[Page]:
    """The library: each text and each of its clauses."""
    for text in PolicyDocument.objects.shared().for_library():
        yield Page("policy", reverse("site-policy:document", args=[slug, text.slug]), text.title, f"{text.number} {text.issuer}", text.issued_on)
        for clause in Clause.objects.filter(document=text):
            yield Page("policy", reverse("site-policy:clause", args=[slug, text.slug, clause.path]), f"{clause.label} {clause.title}".strip(), clause.text, text.issued_on)


def address(page: Any) -> str:
    """The address of a page below its organisation, without the host."""
    return str(page.get_url() or page.url_path)


def words(content: Any) -> str:
    """The words of a body, without markup and live figures."""
    said = []
    for block in getattr(content.text, "raw_data", None) or []:
        said += texts(block["value"])
    return strip_tags(" ".join(said))


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [word for one in value.values() for word in texts(one)]
    return [word for one in value for word in texts(one)] if isinstance(value, list) else []


@transaction.atomic
def index_site(organisation: Any) -> int:
    """Write down anew what can be found. Call it in the organisation's context. Returns how many pages."""
    rows: dict[tuple[str, str], SearchText] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for page in pages_of(organisation):
                body = page.body[:LONGEST]
                rows[language, page.url] = SearchText(
                    organisation=organisation, language=language, kind=page.kind, url=page.url, title=page.title[:300], body=body, day=page.day,
                    grams=grams_of(f"{page.title} {body}"),
                )  # fmt: skip
    SearchText.objects.filter(organisation=organisation).delete()
    SearchText.objects.bulk_create(rows.values(), batch_size=500)
    return len(rows)


def found(organisation: Any, query: str, language: str) -> QuerySet[SearchText]:
    """Pages with all pieces of the query; a single character is looked for in titles only."""
    rows = SearchText.objects.filter(organisation=organisation, language=language)
    grams = grams_of(query)
    if not grams:
        return rows.filter(title__icontains=plain(query)) if plain(query).strip() else rows.none()
    return rows.filter(grams__contains=grams)


def search(organisation: Any, query: str, language: str) -> list[dict[str, Any]]:
    """What is found, the best first: in the title before in the text, as one piece before scattered, new before old."""
    wanted = plain(query).strip()
    hits = []
    for row in found(organisation, query, language)[:400]:
        title, body = plain(row.title), plain(row.body)
        whole = wanted in title, wanted in body or wanted in title
        if not whole[1] and " " not in wanted and not any(part in body + title for part in wanted.split()):
            continue  # the pieces stand apart: another word
        hits.append((whole, row.day or date.min, {"row": row, "title": marked(row.title, wanted), "text": excerpt(row.body, wanted)}))
    hits.sort(key=lambda hit: (hit[0], hit[1]), reverse=True)
    return [hit[2] for hit in hits[:MOST]]


def excerpt(text: str, wanted: str) -> SafeString:
    """Some words around the first place."""
    at = plain(text).find(wanted) if len(plain(text)) == len(text) else text.find(wanted)
    start = max(0, at - AROUND // 2)
    return marked(("…" if start else "") + text[start : start + AROUND * 2], wanted)


def marked(text: str, wanted: str) -> SafeString:
    """The text with the words that were looked for marked; everything is escaped."""
    at = plain(text).find(wanted) if wanted and len(plain(text)) == len(text) else -1
    if at < 0:
        return SafeString(escape(text))
    end = at + len(wanted)
    return format_html("{}<mark>{}</mark>{}", text[:at], text[at:end], text[end:])


def near(organisation: Any, query: str, language: str) -> list[SearchText]:
    """Nothing was found: pages that share a piece with the query."""
    grams = grams_of(query)
    rows = SearchText.objects.filter(organisation=organisation, language=language, grams__overlap=grams) if grams else SearchText.objects.none()
    return list(rows.filter(~Q(title=""))[:5])
