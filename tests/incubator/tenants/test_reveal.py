"""Personal data in full: for whom, for which reason, and what is written down about it."""

import time

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY

from incubator.core.scoping import organisation_context
from incubator.journal.models import Entry
from tests.factories.tenants import a_founder, a_startup

ACCOUNT, RESIDENT_ID, PHONE = "6222020000001234567", "220104199001011234", "13800138000"


@pytest.fixture
def startup(organisation, people):
    with organisation_context(organisation):
        startup = a_startup(bank_account=ACCOUNT, bank_name="吉林银行")
        startup.person = a_founder(startup, name="王小明", resident_id=RESIDENT_ID, phone=PHONE)
        return startup


@pytest.fixture
def page(startup):
    return f"/office/jingyue/startups/{startup.pk}/reveal/"


def entries(organisation):
    with organisation_context(organisation):
        return list(Entry.objects.filter(act="reveal"))


def asked(what="bank_account", **fields):
    return {"what": what, "reason": "payment", "words": "第三季度拨付"} | fields


@pytest.mark.parametrize("role", ["owner", "finance", "officer"])
def test_it_shows_the_account_once_and_writes_down_who_looked(client_of, page, role, organisation, people, startup):
    shown = client_of(role).post(page, asked())
    assert shown.status_code == 200 and ACCOUNT in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    (entry,) = entries(organisation)
    assert (entry.user, entry.subject_id, entry.note) == (people[role], startup.pk, "第三季度拨付")
    assert entry.facts == {"field": "tenants.startup.bank_account", "row": startup.pk, "reason": "payment"}


def test_it_shows_a_number_of_a_person_and_nothing_else(client_of, page, organisation, startup):
    shown = client_of("officer").post(page, asked(f"resident_id-{startup.person.pk}")).content.decode()
    assert RESIDENT_ID in shown and ACCOUNT not in shown and PHONE not in shown
    assert RESIDENT_ID not in str([entry.__dict__ for entry in entries(organisation)])


@pytest.mark.parametrize("role", ["manager", "viewer"])
def test_other_roles_are_refused_and_see_no_button(client_of, page, role, organisation, startup):
    assert client_of(role).post(page, asked()).status_code == 403
    assert page not in client_of(role).get(f"/office/jingyue/startups/{startup.pk}/").content.decode()
    assert entries(organisation) == []


@pytest.mark.parametrize("missing", ["what", "reason", "words"])
def test_without_a_reason_nothing_is_shown(client_of, page, missing, organisation):
    answer = client_of("officer").post(page, asked() | {missing: ""})
    assert ACCOUNT not in answer.content.decode() and entries(organisation) == []


def test_the_number_of_another_startups_person_is_no_choice(client_of, page, organisation):
    with organisation_context(organisation):
        other = a_founder(a_startup(), resident_id="220104199001015678")
    answer = client_of("officer").post(page, asked(f"resident_id-{other.pk}"))
    assert "220104199001015678" not in answer.content.decode() and entries(organisation) == []


def test_looking_at_the_form_shows_nothing(client_of, page, organisation):
    shown = client_of("officer").get(page)
    assert "no-store" in shown.headers["Cache-Control"] and entries(organisation) == []
    assert not any(secret in shown.content.decode() for secret in (ACCOUNT, RESIDENT_ID, PHONE))


def test_numbers_in_the_reason_are_masked_on_record(client_of, page, organisation):
    client_of("officer").post(page, asked(words=f"核对 {ACCOUNT} 与 {RESIDENT_ID}"))
    assert entries(organisation)[0].note == "核对 ****4567 与 220***********4"


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_hour_after_signing_in_it_asks_again_who_is_there(client_of, page, method, organisation):
    client = client_of("officer")
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time.time() - 3600}]
    session.save()
    answer = getattr(client, method)(page, asked())
    assert answer.status_code == 302 and entries(organisation) == []
    assert answer.headers["Location"] == page if method == "post" else "/accounts/" in answer.headers["Location"]
