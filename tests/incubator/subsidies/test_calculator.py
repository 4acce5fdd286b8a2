"""The public calculator: asked without an account, answered with clause and amount, and nothing of it is kept."""

import json
import logging

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from incubator.subsidies.views import calculator as page

pytestmark = pytest.mark.django_db
ANSWERS = {
    "who": "startup", "quarter": "2026-Q3", "settled_on": "2026-01-01", "incubated": "yes", "abnormal": "no",
    "rent_area": "81.37", "rent_unit_rent": "61.93", "broadband_monthly_fee": "913.77", "software_software": "17391.53",
}


@pytest.fixture
def address(world):
    return reverse("site:calculator", args=[world.organisation.slug])


def test_every_programme_answers_at_once(address):
    """81.37 ㎡ × 50 (cut from 61.93) × 50 % = 2,034.25 a month; 400 a month (cut from 456.89); 5,000 (cut from 5,217.46)."""
    found = Client().post(address, ANSWERS)
    amounts = {one.edition.kind: str(one.outcome.amount) for one in found.context["answers"]}
    assert amounts == {"rent": "6102.75", "broadband": "1200.00", "software": "5000.00"}
    assert {one.state for one in found.context["answers"]} == {"open"}  # papers are still to be shown
    for amount in ("6,102.75", "1,200.00", "5,000.00"):
        assert amount in found.text


def test_a_refusal_says_why_and_by_which_words(address, world):
    found = Client().post(address, ANSWERS | {"abnormal": "yes"})
    assert {one.state for one in found.context["answers"]} == {"refused"}
    assert gettext("The company is on the list of abnormal operations. Have it removed first.") in found.text
    assert "未被列入经营异常名录" in found.text
    assert f"/{world.organisation.slug}/policy/{world.measure.slug}/" in found.text
    assert "6,102.75" not in found.text


def test_what_no_measure_sets_shows_its_words_and_no_figure(address):
    found = Client().get(address)
    names = {programme.name for programme in found.context["unset"]}
    assert "一次性创业补贴" in names
    for programme in found.context["unset"]:
        assert programme.citation.quote in found.text
        assert programme.citation.get_absolute_url() in found.text
    assert not names & {"众创空间房租补贴", "众创空间宽带网络补贴", "众创空间公共软件补贴"}  # the measure here sets these
    assert "amount-box" not in found.text


def test_each_clause_it_quotes_can_be_opened(address):
    found = Client().post(address, ANSWERS)
    urls = {check.url for one in found.context["answers"] for check in one.checks if check.url}
    urls |= {reason.url for one in found.context["answers"] for reason in one.reasons if reason.url}
    assert len(urls) > 5
    for url in urls:
        assert Client().get(url.partition("#")[0]).status_code == 200, url


def rows_of_every_table():
    """How many rows each table has, without the cache, which counts requests by a digest."""
    counts = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            if name != "cache":
                cursor.execute(f'SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM "{name}"')
                counts[name] = cursor.fetchone()
    return counts


def test_nothing_that_was_typed_is_kept(address, caplog):
    """No row in any table, no session, no cookie but the form's, no line in a log, nothing in the address or the cache."""
    caplog.set_level(logging.DEBUG)
    before, browser = rows_of_every_table(), Client()
    found = browser.post(address, ANSWERS)
    assert found.status_code == 200
    assert rows_of_every_table() == before
    assert set(browser.cookies) <= {"csrftoken"}
    assert not Session.objects.exists()
    typed = [ANSWERS[name] for name in ("rent_area", "rent_unit_rent", "broadband_monthly_fee", "software_software")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM cache")
        kept = json.dumps([[str(cell) for cell in row] for row in cursor.fetchall()])
    lines = "\n".join(f"{record.getMessage()} {record.args}" for record in caplog.records if record.name != "django.db.backends")
    for value in typed:
        assert value not in kept
        assert value not in lines
    assert "no-store" in found.headers["Cache-Control"]


def test_a_flood_is_slowed_down(address, monkeypatch):
    monkeypatch.setattr(page, "MOST", 3)
    cache.clear()
    answers = [Client().post(address, ANSWERS).status_code for _time in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert Client().get(address).status_code == 200
    assert Client().post(address, ANSWERS, REMOTE_ADDR="203.0.113.9").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"rent_area": "many"}, {"rent_area": ""}, {"quarter": "1999-Q1"}, {"settled_on": "2026-02-31"}, {"who": "nobody"},
        {"rent_unit_rent": "-1"}, {"software_software": "1e9"}, {"abnormal": "perhaps"},
    ],
)
def test_bad_answers_get_a_sentence_and_keep_the_rest(address, wrong):
    found = Client().post(address, ANSWERS | wrong)
    assert found.status_code == 200
    assert "answers" not in found.context
    assert set(found.context["form"].errors) == set(wrong)
    assert 'value="913.77"' in found.text


def test_a_person_leads_on_to_the_form_with_the_programme(address, client_of):
    found = Client().post(address, ANSWERS)
    rent = next(one for one in found.context["answers"] if one.edition.kind == "rent")
    assert Client().get(rent.url).url.startswith("/accounts/login/")
    start = client_of("founder").get(rent.url)
    assert start.status_code == 200
    assert start.context["wanted"] == str(rent.edition.pk)


def test_the_deployments_own_page_computes_nothing(shipped):
    found = Client().get(reverse("policy-calculator"))
    assert "form" not in found.context
    assert found.context["unset"]
