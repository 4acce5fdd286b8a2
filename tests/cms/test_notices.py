"""Public notices: what they show, for how long, and what a withdrawn one leaves behind."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client
from django.utils import timezone

from cms.notices import RETENTION_DAYS, find, on_the_site
from cms.services import publish_site
from incubator.core.scoping import organisation_context
from incubator.policy.models import PublicNotice
from incubator.policy.services.notices import withdraw_notice
from tests.cms.conftest import a_notice


def text_of(response):
    return response.content.decode()


def address_of(notice):
    return f"/jingyue/notices/{notice.code}/"


def test_a_notice_shows_its_rows_dates_and_what_orders_it(site, notice, reader):
    response = reader("en").get(address_of(notice))
    html = text_of(response)
    assert response.status_code == 200
    for part in ("first quarter of 2026", "创业补贴实施细则（示例）", "张*", "91220101MA00000017", "17,538.71", "22,538.71", "公示五个工作日", "How to object", "0431-81234567"):
        assert part in html, part
    assert f'/jingyue/policy/measure/%E5%85%AD/?quote={notice.citation_id}#quote' in html
    assert '<meta name="robots" content="noindex">' in html


def test_the_list_says_whether_objections_are_possible(site, notice, organisation, actor, citation_in, reader):
    old = timezone.localdate() - timedelta(days=30)
    with organisation_context(organisation):
        citation = notice.citation
    a_notice(organisation, actor("manager"), citation, on=old, title="较早的公示")
    html = text_of(reader("en").get("/jingyue/notices/"))
    assert html.index("2026年第一季度房租补贴公示") < html.index("较早的公示")
    assert html.count("Objections possible") == 1
    assert html.count(">Ended<") == 1


def test_a_notice_leaves_the_site_when_its_retention_is_over(site, notice, organisation):
    over = notice.last_day + timedelta(days=RETENTION_DAYS)
    with organisation_context(organisation):
        shown = [on_the_site(day).exists() for day in (notice.last_day, over, over + timedelta(days=1))]
        assert find(notice.code, over) == (notice, None)
        with pytest.raises(Http404):
            find(notice.code, over + timedelta(days=1))
    assert shown == [True, True, False]


@pytest.mark.parametrize(("days_ago", "status"), [(30, 200), (200, 404)])
def test_an_old_notice_is_read_until_its_retention_is_over(site, organisation, actor, citation_in, reader, days_ago, status):
    day = timezone.localdate() - timedelta(days=days_ago)
    old = a_notice(organisation, actor("manager"), citation_in(organisation), on=day)
    assert reader().get(address_of(old)).status_code == status


def test_a_draft_is_not_public(site, notice, organisation, reader):
    with organisation_context(organisation):
        draft = PublicNotice.objects.create(title="草稿", citation=notice.citation, working_days=5)
    assert reader().get(address_of(draft)).status_code == 404
    assert "草稿" not in text_of(reader().get("/jingyue/notices/"))


def test_a_withdrawn_notice_shows_the_reason_and_no_row(site, notice, organisation, actor, reader):
    with organisation_context(organisation):
        withdraw_notice(PublicNotice.objects.get(pk=notice.pk), by=actor("manager"), note="金额有误，重新公示")
    html = text_of(reader().get(address_of(notice)))
    assert "金额有误，重新公示" in html
    assert "张*" not in html and "17,538.71" not in html
    assert notice.title not in text_of(reader().get("/jingyue/notices/"))


def test_a_notice_of_another_organisation_is_not_there(site, notice, other_organisation, other_people, reader):
    publish_site(other_organisation)
    assert reader().get(f"/yanbian/notices/{notice.code}/").status_code == 404
    assert notice.title not in text_of(reader().get("/yanbian/notices/"))


@pytest.mark.parametrize("payload", [{}, [], {"rows": "x"}, {"rows": [1, {"name": "a", "amount": "many"}], "total": None}])
def test_an_odd_payload_still_gives_a_page(site, organisation, actor, citation_in, reader, payload):
    odd = a_notice(organisation, actor("manager"), citation_in(organisation), payload=payload)
    assert reader().get(address_of(odd)).status_code == 200


def test_a_title_is_printed_as_typed(site, organisation, actor, citation_in, reader):
    typed = "<script>alert(1)</script>{{ 7|add:7 }}"
    html = text_of(reader().get(address_of(a_notice(organisation, actor("manager"), citation_in(organisation), title=typed))))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}" in html


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", "１"])
def test_a_wrong_page_number_shows_the_nearest_page(site, notice, reader, page):
    assert reader().get("/jingyue/notices/", {"page": page}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_notices(site, notice, organisation, actor, reader, django_assert_num_queries, rows):
    with organisation_context(organisation):
        citation = notice.citation
    for _again in range(rows - 1):
        a_notice(organisation, actor("manager"), citation)
    with django_assert_num_queries(9):
        reader().get("/jingyue/notices/")


def test_the_first_page_shows_the_newest_notices(site, notice, reader):
    assert notice.title in text_of(reader().get("/jingyue/"))


# The entry to verification


@pytest.mark.parametrize("typed", ["ABCD-2345-EFGH", "abcd2345efgh", " abcd 2345 efgh ", "ＡＢＣＤ－２３４５－ＥＦＧＨ"])
def test_a_code_leads_to_the_page_of_the_paper(site, reader, typed):
    response = reader().get("/jingyue/verify/", {"code": typed})
    assert (response.status_code, response.headers["Location"]) == (302, "/verify/jingyue/ABCD-2345-EFGH/")


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-2345-EFG0", "../../office", "A" * 41, "x\x00y"])
def test_what_is_no_code_stays_with_a_sentence(site, reader, typed):
    response = reader("en").get("/jingyue/verify/", {"code": typed})
    assert response.status_code == 200
    assert 'aria-invalid="true"' in text_of(response)


def test_the_notice_list_refuses_to_be_posted_to_without_a_token(site):
    assert Client(enforce_csrf_checks=True).post("/jingyue/notices/").status_code == 403
