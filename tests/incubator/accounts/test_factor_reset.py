"""An owner resets a colleague's lost second factor: with a fresh proof and a reason, never the own one."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import call_command
from django.test import Client

from incubator.accounts.services import give_role
from incubator.accounts.tasks import mail_factor_reset
from incubator.journal.models import Entry, SecurityEvent
from tests.browser import signed_in
from tests.factories.accounts import make_person

REMOVED = SecurityEvent.What.FACTOR_REMOVED


def reset(client, user, reason="在办公室当面确认"):
    return client.post(f"/office/jingyue/settings/people/{user.pk}/reset-factor/", {"reason": reason})


def devices(user) -> int:
    return Authenticator.objects.filter(user=user).count()


@pytest.fixture
def officer(people):
    """At work in a session with a proved device."""
    signed_in(people["officer"])
    return people["officer"]


def test_an_owner_resets_a_colleague(client_of, people, officer, inside, django_capture_on_commit_callbacks):
    at_work = Client()
    at_work.post("/accounts/login/", {"login": officer.email, "password": "correct horse battery"})
    answer = reset(client_of("owner"), officer)
    assert answer.status_code == 302, answer.text
    assert devices(officer) == 0
    entry = Entry.objects.get(act="reset_factor")
    assert (entry.user, entry.subject_id, entry.note) == (people["owner"], officer.pk, "在办公室当面确认")
    assert SecurityEvent.objects.get(what=REMOVED).user == officer
    assert at_work.get("/home/").url.startswith("/accounts/login/")


def test_the_mail_says_who_did_it(organisation, people, db):
    mail_factor_reset(organisation_id=organisation.pk, user_id=people["officer"].pk, by_id=people["owner"].pk)
    assert mail.outbox[0].to == [people["officer"].email]
    assert str(people["owner"]) in mail.outbox[0].body and organisation.name in mail.outbox[0].body


def test_a_reason_is_asked_for(client_of, officer):
    assert reset(client_of("owner"), officer, reason=" ").status_code == 200
    assert devices(officer) == 1


def test_nobody_resets_the_own_one(client_of, people):
    client = client_of("owner")
    assert reset(client, people["owner"]).status_code == 403
    assert devices(people["owner"]) == 1


def test_an_account_that_opens_more_is_left_alone(client_of, people, organisation, other_organisation):
    abroad, runs = people["officer"], make_person("runs", runs_deployment=True)
    give_role(abroad, other_organisation, "officer")
    give_role(runs, organisation, "viewer")
    for user in (abroad, runs):
        signed_in(user)
        assert reset(client_of("owner"), user).status_code == 403
        assert devices(user) == 1


def test_people_of_another_house_are_not_there(client_of, other_people):
    signed_in(other_people["officer"])
    assert reset(client_of("owner"), other_people["officer"]).status_code == 404
    assert devices(other_people["officer"]) == 1


def test_nothing_to_reset_is_said_and_written_nowhere(client_of, people, inside):
    assert reset(client_of("owner"), people["officer"]).status_code == 409
    assert not Entry.objects.filter(act="reset_factor").exists()


def test_the_command_leaves_an_event(officer):
    call_command("forget_device", officer.email)
    assert SecurityEvent.objects.get(what=REMOVED, user=officer).client_ip is None
    assert devices(officer) == 0
