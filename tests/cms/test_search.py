"""The public search: Chinese words of two characters, also inside a name; published words only, each organisation for itself."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.finding import index_site, search
from cms.models import ArticlePage, SearchText
from cms.models.search import grams_of
from cms.starting_content import as_json
from incubator.core.scoping import organisation_context
from tests.factories.contests import an_event, open_contest


def an_article(site, title, text="", slug="a", **fields):
    page = ArticlePage(title=title, slug=slug, body=as_json([("text", {"heading": "", "text": f"<p>{text}</p>"})]), **fields)
    site.refresh_from_db()
    site.add_child(instance=page)
    page.save_revision().publish()
    return page


@pytest.fixture
def indexed(site, organisation):
    """index(): what can be found is written anew."""

    def index():
        with organisation_context(organisation):
            return index_site(organisation)

    return index


def titles(organisation, query, language="zh-hans"):
    return [hit["row"].title for hit in search(organisation, query, language)]


@pytest.mark.parametrize(("text", "grams"), [
    ("人参", ["人参"]),
    ("延边人参", ["延边", "边人", "人参"]),
    ("人参AI鉴别2026", ["人参", "ai", "鉴别", "2026"]),
    ("ＡＩ　助手", ["ai", "助手"]),
    ("", []), ("参", []), ("% _ \\", []),
])  # fmt: skip
def test_a_text_is_cut_into_pieces(text, grams):
    assert sorted(grams_of(text)) == sorted(grams)


def test_two_characters_are_found_in_the_middle_of_a_name(site, organisation, indexed):
    an_article(site, "延边特色人参电商孵化基地", slug="ginseng")
    an_article(site, "人工智能参考资料", slug="other")  # 人 and 参 apart: another word
    indexed()
    assert titles(organisation, "人参") == ["延边特色人参电商孵化基地"]
    assert titles(organisation, "特色人参电商") == ["延边特色人参电商孵化基地"]


@pytest.mark.parametrize("query", ["人参AI", "人参ai", "人参ＡＩ"])
def test_mixed_words_are_found(site, organisation, indexed, query):
    an_article(site, "人参AI鉴别", slug="ai")
    indexed()
    assert titles(organisation, query) == ["人参AI鉴别"]


@pytest.mark.parametrize("query", ["%", "_", "\\", "%_\\", "' OR 1=1 --", "<script>"])
def test_signs_are_taken_literally(site, organisation, indexed, query):
    an_article(site, "普通标题", slug="plain")
    indexed()
    assert titles(organisation, query) == []
    page = Client().get(f"/{organisation.slug}/search/", {"q": query})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().split("<main")[1].split("</main")[0]


def test_one_character_is_looked_for_in_titles_only(site, organisation, indexed):
    an_article(site, "参考", slug="title")
    an_article(site, "别的", text="参加", slug="body")
    indexed()
    assert titles(organisation, "参") == ["参考"]


def test_the_title_comes_before_the_text(site, organisation, indexed):
    an_article(site, "别的标题", text="本文讲补贴申报。", slug="body")
    an_article(site, "补贴申报指南", slug="title")
    indexed()
    assert titles(organisation, "补贴申报") == ["补贴申报指南", "别的标题"]


def test_contests_events_and_english_words_are_found(site, organisation, indexed, actor):
    with organisation_context(organisation):
        open_contest(actor("manager"), title="返乡创业大赛", title_en="Returnee contest")
        an_event(actor("officer"), title="知识产权沙龙", title_en="Patent salon")
    indexed()
    assert titles(organisation, "返乡") == ["返乡创业大赛"]
    assert titles(organisation, "产权") == ["知识产权沙龙"]
    assert titles(organisation, "patent", "en") == ["Patent salon"]


def test_drafts_and_other_organisations_are_not_found(site, other_site, organisation, other_organisation, indexed):
    an_article(other_site, "别家的机密", slug="theirs")
    draft = ArticlePage(title="尚未发布的机密", slug="draft", live=False)
    site.add_child(instance=draft)
    indexed()
    with organisation_context(other_organisation):
        index_site(other_organisation)
    assert titles(organisation, "机密") == []
    assert titles(other_organisation, "机密") == ["别家的机密"]


def test_nothing_found_shows_what_is_near(site, organisation, indexed):
    an_article(site, "人参基地", slug="near")
    indexed()
    page = Client().get(f"/{organisation.slug}/search/", {"q": "人参蜂蜜"}).content.decode()
    assert "人参基地" in page
    assert SearchText.objects.filter(organisation=organisation).exists()


def test_what_is_taken_off_is_found_no_more(site, organisation, indexed):
    page = an_article(site, "临时通知", slug="gone")
    indexed()
    assert titles(organisation, "临时") == ["临时通知"]
    page.unpublish()
    indexed()
    assert titles(organisation, "临时") == []
