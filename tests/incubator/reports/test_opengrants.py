"""Open data of grants: after the public notice only, masked, and searched for every number in full."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from incubator.policy.masking import personal_data
from incubator.policy.models import ReasonCode
from incubator.policy.services import budgets as policy
from incubator.reports import opengrants
from incubator.subsidies.services import claim_notices, claims, decisions, revisions
from incubator.tenants.models import Founder, Startup
from tests.incubator.reports.conftest import a_reply
from tests.walls.report import tell

RESIDENT_ID, CERTIFICATE, PHONE, CONTACT, MAIL = "220104199001011234", "220098765432", "13900139001", "13700137002", "private@example.org"
LATER = datetime(2026, 12, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def get(client, name):
    return client.get(reverse(f"open:{name}", args=["jingyue"]))


def grants(client):
    return json.loads(get(client, "grants-json").content)["grants"]


@pytest.fixture
def noticed(decided, actor):
    decided.claim = claim_notices.publish_claim_notice(decided.claim, by=actor("manager"))
    return decided


@pytest.fixture
def final(noticed, actor):
    """The notice has ended, and another manager has confirmed the result."""
    from incubator.accounts.actors import actor_for
    from tests.factories.accounts import make_person

    with time_machine.travel(LATER, tick=True):
        second = actor_for(make_person("manager2", noticed.organisation, "manager"), noticed.organisation)
        noticed.claim = claim_notices.confirm_claim_result(noticed.claim, by=second)
        yield noticed


def test_nothing_before_the_notice_and_nothing_while_it_stands(decided, actor, client):
    assert grants(client) == []
    claim_notices.publish_claim_notice(decided.claim, by=actor("manager"))
    assert grants(client) == []
    with time_machine.travel(LATER, tick=True):  # ended, but nobody has confirmed the result
        assert grants(client) == []


def test_after_the_notice_a_firm_stands_with_its_code_clause_and_amounts(final, actor, client):
    policy.disburse(final.rent, Decimal("400.00"), key="paid:1", by=actor("finance"))
    (one,) = grants(client)
    assert (one["amountAwarded"], one["amountDisbursed"], one["currency"]) == ("1000.00", "400.00", "CNY")
    assert one["recipientOrganization"] == [{"id": f"CN-USCC-{final.startup.uscc}", "name": final.startup.name}]
    assert one["fundingOrganization"][0]["name"] == "净月高新区人社局" and one["awardDate"] == "2026-11-20"
    assert one["legalBasis"][0]["quote"] == final.rent.edition.programme.citation.quote
    assert one["publicNotice"]["orderedBy"]["quote"] == final.claim.notice.citation.quote
    head, row = csv.reader(io.StringIO(get(client, "grants-csv").content.decode("utf-8-sig")))
    assert tuple(head) == opengrants.HEAD and len(row) == len(head)
    assert dict(zip(head, row, strict=True))["Amount Awarded"] == "1000.00"
    assert get(client, "data").context["count"] == 1


@pytest.fixture
def as_person(final, monkeypatch):
    """as_person(True): the same line as if its application had been for the founder (an application never changes whose it is)."""
    founder = Founder.objects.filter(startup=final.startup).order_by("pk").first()
    Founder.objects.filter(pk=founder.pk).update(name="欧阳海娜", category="veteran")
    founder.refresh_from_db()
    read = opengrants.lines_on_notice

    def lines():
        for line in read():
            line.application.founder = founder
            yield line

    return lambda yes: monkeypatch.setattr(opengrants, "lines_on_notice", lines if yes else read)


def test_a_person_stands_masked_with_the_ordering_words_and_leaves_with_the_notice(final, as_person, client):
    as_person(True)
    (one,) = grants(client)
    assert one["recipientIndividual"][0]["name"] == "欧**娜" and "recipientOrganization" not in one
    assert one["publicationOrderedBy"]["quote"] == final.claim.notice.citation.quote
    text = get(client, "grants-json").content.decode() + get(client, "grants-csv").content.decode()
    assert "欧阳海娜" not in text and "veteran" not in text and "退役" not in text
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai"))):
        assert grants(client) == []
        as_person(False)
        assert len(grants(client)) == 1  # a firm stays


def test_a_changed_line_waits_for_its_own_notice(final, actor, client):
    (line,) = claims.standing(final.claim)
    answer = decisions.LineReply(line, "cut", Decimal("900.00"), ReasonCode.objects.get(code="AUTHORITY"))
    ground = revisions.Ground("correction", a_reply(actor, "again"), "更正")
    revision = revisions.record_revision(final.claim, ground, [answer], by=actor("finance"))
    assert [one["amountAwarded"] for one in grants(client)] == ["1000.00"]
    revisions.confirm_revision(revision, total=Decimal("900.00"), by=actor("manager"))
    assert grants(client) == []


def test_what_looks_like_a_number_in_full_keeps_its_line_back(final, client):
    Startup.objects.filter(pk=final.startup.pk).update(name=f"某企业{PHONE}")
    assert grants(client) == []
    assert opengrants.published(final.organisation).withheld == 1


def test_no_file_and_no_public_page_holds_a_number_in_full(final, as_person, client):
    Founder.objects.filter(startup=final.startup).update(phone=PHONE)
    Founder.objects.filter(pk=Founder.objects.order_by("pk").first().pk).update(resident_id=RESIDENT_ID, category="graduate", category_number=CERTIFICATE)
    Startup.objects.filter(pk=final.startup.pk).update(contact_phone=CONTACT, contact_email=MAIL)
    secrets = {RESIDENT_ID, CERTIFICATE, PHONE, CONTACT, MAIL, *Startup.objects.values_list("bank_account", flat=True)} - {""}
    names = ("grants-json", "grants-csv", "data", "statistics")
    for person in (False, True):
        as_person(person)
        for name in names:
            text = get(client, name).content.decode()
            assert [secret for secret in secrets if secret in text] == []
        assert grants(client) and personal_data(grants(client)) == []
    assert personal_data({"name": PHONE}) == ["phone"]  # the search would see one
    tell("open data", f"{len(names)} public pages and files, as firm and as person, {len(secrets)} secrets: 0 in full")


def test_an_organisation_that_is_not_there_has_no_data(final, client):
    assert client.get("/nobody-here/open-data/grants.json").status_code == 404


def test_a_flood_of_downloads_is_slowed(final, client):
    from django.core.cache import cache

    cache.clear()
    answers = [get(client, "grants-csv").status_code for _ in range(32)]
    assert answers[:30] == [200] * 30 and answers[-1] == 429
    cache.clear()


def test_the_list_asks_a_fixed_number_of_times_and_joins_few_tables(final, django_assert_max_num_queries):
    """A statement of twenty tables ran into the time limit of a page where the planner knew little of them."""
    with django_assert_max_num_queries(16) as asked:
        assert len(opengrants.published(final.organisation).grants) == 1
    assert max(query["sql"].count(" JOIN ") for query in asked.captured_queries) <= 6


def test_a_grant_stays_published_while_and_after_it_is_paid():
    """Every state that a confirmed claim can still come to."""
    from incubator.subsidies.states import CLAIM_MOVES

    reached = {"confirmed"}
    for _round in CLAIM_MOVES:
        reached |= {str(move.target) for move in CLAIM_MOVES if move.target and reached & {str(source) for source in move.sources}}
    assert reached == set(opengrants.FINAL)
