"""Papers that run out: who hears of it, how often, and how the lists show it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.translation import ngettext

from incubator.accounts.actors import system
from incubator.core.scoping import organisation_context
from incubator.notices.models import Notice
from incubator.tenants.models import StartupDocument
from incubator.tenants.reminders import remind_of_expiry
from incubator.tenants.services import add_document, withdraw_document
from incubator.tenants.tasks import remind_of_expiry_everywhere
from incubator.tenants.vault import vault_of
from tests.factories.documents import an_upload
from tests.factories.tenants import a_founder, a_startup

TODAY = date(2026, 11, 24)


@pytest.fixture
def startup(inside, people):
    made = a_startup()
    a_founder(made, user=people["founder"])
    return made


@pytest.fixture
def put(startup, actor):
    """put(20): a licence that is valid for twenty days more."""

    def paper(days: int | None, **fields):
        until = None if days is None else TODAY + timedelta(days=days)
        given = {"kind": "licence", "title": "营业执照", "valid_to": until, "issuer": "长春市市场监督管理局"} | fields
        return add_document(startup, an_upload(), by=actor("officer"), **given)

    return paper


def told():
    return sorted(Notice.objects.filter(key__startswith="paper:").values_list("person__email", "key"))


def test_founder_and_officers_hear_of_it_thirty_and_seven_days_before_once_each(put, inside, people):
    paper = put(30)
    for _hour in range(3):
        remind_of_expiry(system(inside))
    first = told()
    assert {email for email, _key in first} == {people["founder"].email, people["officer"].email}
    assert len(first) == 2
    assert all(key.endswith(":30") for _email, key in first)
    paper.document.valid_to = TODAY + timedelta(days=7)
    paper.document.save()
    for _hour in range(3):
        remind_of_expiry(system(inside))
    assert len(told()) == 4
    assert sum(key.endswith(":7") for _email, key in told()) == 2


@pytest.mark.parametrize("days", [31, -1, None], ids=["31 days", "expired", "for ever"])
def test_nobody_hears_of_other_papers(put, inside, days):
    put(days)
    remind_of_expiry(system(inside))
    assert told() == []


def test_nobody_hears_of_a_paper_that_was_replaced_or_taken_out(put, inside, actor):
    put(20)
    put(400)
    withdraw_document(put(10, kind="lease"), by=actor("officer"))
    remind_of_expiry(system(inside))
    assert told() == []


def test_the_address_of_the_notice_leads_to_the_list(put, startup, inside, people, client_of):
    put(20)
    remind_of_expiry(system(inside))
    for role in ("founder", "officer"):
        url = Notice.objects.get(person=people[role], key__startswith="paper:").url
        answer = client_of(role).get(url)
        assert answer.status_code == 200
        assert answer.context["papers_only_soon"] is True


def test_the_clock_reaches_every_organisation(organisation, other_organisation, people, other_people):
    for here, somebody in ((organisation, people), (other_organisation, other_people)):
        with organisation_context(here):
            made = a_startup()
            a_founder(made, user=somebody["founder"])
            until = TODAY + timedelta(days=5)
            add_document(made, an_upload(), kind="licence", by=system(here), valid_to=until)
    remind_of_expiry_everywhere(timestamp=0)
    for here in (organisation, other_organisation):
        with organisation_context(here):
            assert len(told()) == 2


def test_the_list_shows_issuer_and_days_and_can_show_only_what_expires(put, startup, organisation, client_of):
    put(12)
    put(-3, title="旧合同", kind="lease")
    put(300, title="软件许可", kind="software_licence")
    for role, path in (("officer", f"/office/{organisation.slug}/startups/{startup.pk}/"), ("founder", f"/portal/{organisation.slug}/company/{startup.pk}/")):
        page = client_of(role).get(path)
        assert "长春市市场监督管理局" in page.text
        assert ngettext("expires in %(left)s day", "expires in %(left)s days", 12) % {"left": 12} in page.text
        assert (page.context["papers_all"], page.context["papers_soon"], len(page.context["papers"])) == (3, 2, 3)
        only = client_of(role).get(path, {"papers": "expiring"})
        assert {paper.document.title for paper in only.context["papers"]} == {"营业执照", "旧合同"}


def test_named_read_and_list_agree(put, startup, rf):
    for days in (-1, 0, 30, 31, None):
        put(days)
    named = set(StartupDocument.objects.of(startup).expiring())
    listed = vault_of(rf.get("/", {"papers": "expiring"}), StartupDocument.objects.of(startup))["papers"]
    assert named == set(listed)
    assert len(named) == 3
