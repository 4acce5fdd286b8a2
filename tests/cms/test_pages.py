"""The public pages, as a reader without an account gets them."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cms.live import SiteOnOffer
from cms.models import ArticlePage, DeploymentHome, OrganisationHome
from cms.services import publish_site, set_up_deployment
from incubator.core.scoping import organisation_context
from spaces.models import Site
from tests.factories.documents import a_document
from tests.factories.spaces import a_site, a_space
from tests.factories.tenants import a_startup, an_agreement

OUTSIDE = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//[^"']+""")
ADDRESSES = ("/", "/jingyue/", "/jingyue/notices/", "/jingyue/calculator/", "/jingyue/open-data/", "/jingyue/statistics/", "/jingyue/verify/")


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_says_its_language_title_and_what_it_is(site, reader, address, language):
    response = reader(language).get(address)
    html = text_of(response)
    assert response.status_code == 200
    assert f'<html lang="{language}"' in html
    assert re.search(r"<title>\S[^<]+·[^<]+</title>", html)
    assert re.search(r'<meta name="description" content="[^"]{8,}">', html)
    assert html.count("<h1") == 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_asks_no_other_host(site, reader, address, settings):
    """The own address (canonical, shared links) and the vocabulary of the data for machines ask nobody."""
    page = text_of(reader().get(address)).replace(settings.SITE_URL, "").replace("https://schema.org", "")
    assert OUTSIDE.findall(page) == []


def test_the_first_page_names_the_organisations_that_have_a_page(site, other_organisation, reader):
    html = text_of(reader().get("/"))
    assert '<a href="/jingyue/">长春净月创客空间</a>' in html
    assert "延边返乡" not in html
    assert 'href="/policy/"' in html


def test_the_first_page_has_only_places_that_belong_to_everybody(site, reader):
    nav = text_of(reader().get("/")).partition('<nav class="public-nav"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', nav) == ["/", "/policy/", "/accounts/login/"]


def test_an_organisations_places(site, reader):
    nav = text_of(reader().get("/jingyue/")).partition('<nav class="public-nav"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', nav) == [
        "/jingyue/", "/jingyue/news/", "/jingyue/events/", "/jingyue/contests/", "/jingyue/policy/", "/jingyue/calculator/", "/jingyue/mentors/", "/jingyue/notices/", "/accounts/login/",
    ]


def test_english_words_where_there_are_some_else_marked_chinese(site, other_site, reader):
    english, without = text_of(reader("en").get("/jingyue/")), text_of(reader("en").get("/yanbian/"))
    assert "<h1>Jingyue Makerspace, Changchun</h1>" in english
    assert "How to apply" in english
    assert '<h1 lang="zh-hans">延边返乡创业孵化基地</h1>' in without
    assert "Check costs and papers" in english
    assert "怎样申请" in text_of(reader().get("/jingyue/"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_word_of_a_new_page_has_something_in_it(site, reader, language):
    html = text_of(reader(language).get("/jingyue/"))
    assert not re.search(r">\s*None\s*<", html)
    assert html.count("<li><b>") == 4


def test_a_sites_place_says_nothing_twice(site):
    def place(region, address):
        return SiteOnOffer(Site(region=region, address=address)).place

    assert place("吉林省长春市净月区", "长春市净月区生态大街3688号") == "吉林省长春市净月区生态大街3688号"
    assert place("吉林省长春市净月区", "长春市朝阳区红旗街1456号") == "吉林省长春市朝阳区红旗街1456号"
    assert place("吉林省长春市", "净月大街 1 号") == "吉林省长春市净月大街 1 号"


def test_figures_are_counted_from_the_database(site, organisation, people, actor, reader):
    with organisation_context(organisation):
        today = timezone.localdate()
        place = a_site(name="净月一号院", gross_area="2350.50")
        a_space(place, area="86.50")
        a_space(place, area="40.00")
        an_agreement(
            a_startup(), people["officer"], state="active", number="FH-1", starts_on=today, ends_on=today,
            countersigner=people["manager"], document=a_document(actor("officer")),
        )
        a_startup()
    html = text_of(reader("en").get("/jingyue/"))
    figures = re.findall(r"<dt>([^<]+)</dt>\s*<dd class=\"value\">([^<]+)", html)
    assert ("Startups in incubation", "1") in figures
    assert ("Area of the sites", "2,350.5") in figures
    assert "净月一号院" in html
    assert "2 of 2 are free today" in html


def test_a_page_without_anything_yet_says_so(site, reader):
    html = text_of(reader("en").get("/jingyue/"))
    assert "No programme takes applications today." in html
    assert "Spaces for letting" not in html


def test_another_organisations_rows_never_show(site, other_site, other_organisation, organisation, reader):
    with organisation_context(other_organisation):
        a_site(name="别家的园区")
    assert "别家的园区" not in text_of(reader().get("/jingyue/"))
    assert "别家的园区" not in text_of(reader().get("/"))


def test_what_is_not_published_is_not_there(site, organisation, other_organisation, reader):
    assert reader().get("/yanbian/").status_code == 404
    site.unpublish()
    assert reader().get("/jingyue/").status_code == 404
    publish_site(organisation)
    assert reader().get("/jingyue/").status_code == 200


@pytest.mark.parametrize("address", ["/nobody/", "/nobody/notices/", "/policy/notices/", "/Jingyue/notices/", "/jingyue/nothing/"])
def test_unknown_addresses_are_404(site, reader, address):
    assert reader().get(address).status_code == 404


def test_an_article_below_an_organisation(site, reader):
    article = ArticlePage(
        title="关于我们", slug="about", lead="我们是谁", show_in_menus=True,
        body=[("text", {"heading": "历史", "text": "<p>2015年起</p>"}), ("steps", {"heading": "", "steps": [{"title": "预约", "text": ""}]})],
    )
    site.add_child(instance=article)
    response = reader().get("/jingyue/about/")
    html = text_of(response)
    assert response.status_code == 200
    assert "2015年起" in html and "预约" in html
    assert 'href="/jingyue/about/"' in text_of(reader().get("/jingyue/"))


@pytest.mark.parametrize("slug", ["notices", "policy", "verify"])
def test_an_article_cannot_take_the_address_of_a_view(site, slug):
    article = ArticlePage(title="x", slug=slug)
    with pytest.raises(Exception, match="已被|taken"):
        site.add_child(instance=article)


def test_an_article_of_the_deployment_cannot_take_an_organisations_address(organisation, db):
    with pytest.raises(Exception, match="jingyue"):
        DeploymentHome.objects.get().add_child(instance=ArticlePage(title="x", slug="jingyue"))


def test_the_address_of_an_organisations_page_is_its_own(site):
    site.slug = "somewhere"
    site.save()
    assert OrganisationHome.objects.get().slug == "jingyue"


@pytest.mark.parametrize(("address", "queries"), [("/", 6), ("/jingyue/", 14), ("/jingyue/notices/", 8), ("/jingyue/verify/", 7)])
def test_a_page_costs_a_fixed_number_of_queries(site, reader, django_assert_num_queries, address, queries):
    reader().get(address)
    with django_assert_num_queries(queries):
        reader().get(address)


def test_build_site_publishes_every_organisation_and_changes_nothing_twice(organisation, other_organisation, capsys):
    call_command("build_site")
    page = OrganisationHome.objects.get(organisation=organisation)
    page.lead = "编辑写的话"
    page.save_revision().publish()
    call_command("build_site")
    assert [home.slug for home in OrganisationHome.objects.on_the_site()] == ["yanbian", "jingyue"]
    assert OrganisationHome.objects.get(organisation=organisation).lead == "编辑写的话"
    assert "/jingyue/  长春净月创客空间" in capsys.readouterr().out


def test_build_site_for_one_organisation(organisation, other_organisation, capsys):
    call_command("build_site", "yanbian")
    assert [home.slug for home in OrganisationHome.objects.on_the_site()] == ["yanbian"]
    with pytest.raises(CommandError, match="nobody"):
        call_command("build_site", "nobody")


@pytest.mark.parametrize(
    ("address", "host", "port"), [("http://127.0.0.1:8000", "127.0.0.1", 8000), ("https://fuhua.example", "fuhua.example", 443)]
)
def test_the_site_answers_at_the_address_of_the_settings(db, settings, address, host, port):
    settings.SITE_URL = address
    home = set_up_deployment()
    found = home.get_site()
    assert (found.hostname, found.port, found.root_page_id) == (host, port, home.pk)
