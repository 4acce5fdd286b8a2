"""News, stories, feed, map, shared links, two persons, and a walk along every link of a site."""

from __future__ import annotations

import io
import json
import re
from collections import deque
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.core.files.images import ImageFile
from django.test import Client
from PIL import Image as Picture
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.images.models import Image

from cms.finding import index_site
from cms.models import ArticlePage
from incubator.core.scoping import organisation_context
from tests.browser import signed_in
from tests.cms.test_search import an_article
from tests.factories.accounts import make_person
from tests.factories.contests import an_event, in_judging, open_contest


def test_news_and_stories_stand_on_their_lists(site, organisation):
    an_article(site, "新的消息", slug="n", kind="news")
    an_article(site, "好的案例", slug="s", kind="story", consent_note="负责人书面同意")
    an_article(site, "普通页面", slug="p")
    news, stories = (Client().get(f"/{organisation.slug}/{name}/").content.decode() for name in ("news", "stories"))
    assert "新的消息" in news
    assert "好的案例" not in news
    assert "好的案例" in stories
    assert "普通页面" not in news + stories


def test_a_story_without_consent_is_refused(site):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError) as refused:
        an_article(site, "案例", slug="s", kind="story")
    assert "consent_note" in refused.value.error_dict


def test_the_feed_has_news_with_whole_addresses(site, organisation, settings):
    an_article(site, "新的消息", slug="n", kind="news", lead="一句话")
    answer = Client().get(f"/{organisation.slug}/news/feed/")
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert f"{settings.SITE_URL}/{organisation.slug}/n/" in answer.content.decode()


def test_news_reach_followers_once_and_the_search_anew(site, organisation):
    page = an_article(site, "新的消息", slug="n", kind="news")
    jobs = list(ProcrastinateJob.objects.values_list("task_name", "args"))
    assert ("incubator.contests.tasks.mail_followers", {"organisation_id": organisation.pk, "page_id": page.pk}) in jobs
    assert any(name == "cms.tasks.index_site" for name, _args in jobs)
    page.refresh_from_db()
    page.save_revision().publish()
    again = [args for name, args in ProcrastinateJob.objects.values_list("task_name", "args") if name.endswith("mail_followers")]
    assert len(again) == 1


def test_a_shared_link_says_what_it_is(site, organisation):
    an_article(site, "“引号”与<标签>", slug="n", kind="news", lead="一句话")
    page = Client().get(f"/{organisation.slug}/n/").content.decode()
    assert 'property="og:title"' in page
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert json.loads(data)["headline"] == "“引号”与<标签>"
    assert "<标签>" not in data


def test_what_was_published_shows_at_once(site, organisation):
    """The body is kept for a minute, but by revision: a new one is never hidden by an old one."""
    visitor, address = Client(), f"/{organisation.slug}/n/"
    page = an_article(site, "页面", text="旧的话", slug="n")
    assert "旧的话" in visitor.get(address).content.decode()
    page.refresh_from_db()
    from cms.starting_content import as_json

    page.body = as_json([("text", {"heading": "", "text": "<p>新的话</p>"})])
    page.save_revision().publish()
    said = visitor.get(address).content.decode()
    assert "新的话" in said
    assert "旧的话" not in said


def test_two_persons_publish_where_the_organisation_wants_it(site, organisation, people):
    site.needs_two = True
    site.save_revision().publish()
    first, second = signed_in(people["editor"]), signed_in(make_person("second-editor", organisation, "editor"))
    page = ArticlePage(title="草稿", slug="draft", live=False)
    site.refresh_from_db()
    site.add_child(instance=page)
    page.save_revision(user=people["editor"])
    form = {"title": "草稿", "slug": "draft", "kind": "page", "shown_on": "2026-11-24", "lead": "", "body-count": "0", "body_en-count": "0", "action-publish": "1",
            "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0", "comments-MAX_NUM_FORMS": ""}  # fmt: skip
    first.post(f"/cms/pages/{page.pk}/edit/", form)
    page.refresh_from_db()
    assert not page.live
    answer = second.post(f"/cms/pages/{page.pk}/edit/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    page.refresh_from_db()
    assert page.live


@pytest.fixture
def whole(site, organisation, actor):
    """A site with everything on it."""
    body = io.BytesIO()
    Picture.new("RGB", (1280, 720), "white").save(body, "PNG")
    body.seek(0)
    cover = Image.objects.create(title="封面", description="一幢房子", file=ImageFile(body, "cover.png"), collection=site.collection)
    an_article(site, "新的消息", slug="n", kind="news", cover=cover)
    an_article(site, "好的案例", slug="s", kind="story", consent_note="负责人书面同意", title_en="A good story")
    an_article(site, "关于我们", slug="about", show_in_menus=True)
    with organisation_context(organisation):
        open_contest(actor("manager"), slug="open")
        in_judging(organisation, actor("manager"), actor("officer"), teams=2, judges=3, slug="judged")
        an_event(actor("officer"), slug="talk")
        index_site(organisation)
    return site


PICTURES = ("/media/", "/static/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_link_of_a_site_leads_somewhere(whole, organisation, language, settings):
    """As a visitor along every link: no 404, no other host; each page has a title, a sentence about itself or the word that it
    is not to be listed, a language, and words for its pictures."""
    client, home = Client(), f"/{organisation.slug}/"
    client.cookies["language"] = language
    waiting, seen, wrong = deque([home, "/"]), {home, "/"}, []
    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        if answer.status_code not in (200, 302):
            wrong.append((address, answer.status_code))
            continue
        if answer.status_code == 302 or not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        wrong += [(address, fault) for fault in faults_of(page, language)]
        for link in links_of(page):
            parts = urlsplit(link)
            if parts.scheme in ("mailto", "tel") or link.startswith("#"):
                continue
            if parts.netloc and not link.startswith(settings.SITE_URL):
                wrong.append((address, f"other host {link}"))
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if target and target not in seen and not target.startswith((*PICTURES, "/accounts/", "/home/")) and len(seen) < 400:
                seen.add(target)
                waiting.append(target)
    assert wrong == [], "\n".join(map(str, wrong[:30]))
    assert {f"{home}{name}/" for name in ("n", "s", "about", "news", "stories", "contests", "events", "search", "follow", "notices", "calculator", "verify", "open-data", "mentors")} <= seen
    assert f"{home}contests/open/enter/" in seen


def links_of(page):
    return [unescape(link) for link in re.findall(r'<(?:a|link|img|script|form)\b[^>]*?(?:href|src|action)="([^"]*)"', page) if "canonical" not in link]


def faults_of(page, language):
    head = page.partition("</head>")[0]
    if not re.search(r"<title>[^<]{2,}</title>", head):
        yield "no title"
    if not re.search(r'<meta name="description" content="[^"]{2,}">', head) and "noindex" not in head:
        yield "no description"
    if f'<html lang="{language}"' not in page:
        yield "no language"
    if re.search(r"<img\b(?![^>]*\balt=)", page):
        yield "a picture without words"
    if "http://" in re.sub(r'(content|href)="http://[^"]*"|http://schema\.org|application/ld\+json.*?</script>', "", head):
        yield "another host in the head"


def test_the_map_lists_public_pages_only(whole, organisation, settings):
    text = Client().get(f"/{organisation.slug}/sitemap.xml").content.decode()
    assert f"{settings.SITE_URL}/{organisation.slug}/n/" in text
    assert f"{settings.SITE_URL}/{organisation.slug}/contests/open/" in text
    assert "/office/" not in text
    assert f"/{organisation.slug}/sitemap.xml" in Client().get("/robots.txt").content.decode()
