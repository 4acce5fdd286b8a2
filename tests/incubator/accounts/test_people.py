"""Owners give and end roles; an organisation keeps an owner; invitations are taken once, by whom they are for."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from incubator.accounts import services
from incubator.accounts.models import Membership
from incubator.core.errors import Conflict
from incubator.journal.models import Entry
from tests.factories.accounts import make_person

PEOPLE = "/office/jingyue/settings/people/"
TODAY, YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)


def test_an_owner_gives_a_role_and_the_journal_says_so(client_of, people, inside):
    answer = client_of("owner").post(f"{PEOPLE}give/", {"user": people["viewer"].pk, "role": "officer", "until": "2026-12-31"})
    assert answer.status_code == 302, answer.text
    given = Membership.objects.get(user=people["viewer"], role="officer")
    assert (given.since, given.until) == (TODAY, date(2026, 12, 31))
    entry = Entry.objects.get(act="give_role")
    assert (entry.user, entry.subject_id, entry.facts["role"]) == (people["owner"], given.pk, "officer")


def test_a_role_goes_only_to_somebody_who_belongs_here(client_of, other_people, inside):
    answer = client_of("owner").post(f"{PEOPLE}give/", {"user": other_people["viewer"].pk, "role": "officer"})
    assert answer.status_code == 200
    assert not Membership.objects.filter(user=other_people["viewer"], organisation=inside).exists()


@pytest.mark.parametrize("role", ["manager", "finance", "officer", "viewer", "editor", "founder"])
def test_nobody_but_an_owner_raises_a_role(client_of, people, inside, role):
    answer = client_of(role).post(f"{PEOPLE}give/", {"user": people[role].pk, "role": "owner"})
    assert answer.status_code == 403
    assert Membership.objects.filter(user=people[role]).count() == 1


def test_a_role_that_ended_yesterday_opens_nothing_today(client_of, people, inside):
    Membership.objects.filter(user=people["viewer"]).update(since=date(2026, 1, 1))
    held = people["viewer"].memberships.get()
    assert client_of("viewer").get("/office/jingyue/").status_code == 200
    assert client_of("owner").post(f"{PEOPLE}{held.pk}/end/", {"until": str(YESTERDAY)}).status_code == 302
    assert client_of("viewer").get("/office/jingyue/").status_code == 404
    assert Entry.objects.get(act="end_role").facts == {"role": "viewer", "until": str(YESTERDAY)}
    page = client_of("owner").get(PEOPLE)
    assert list(page.context["past"]) == [held]
    assert held not in page.context["running"]


def test_the_last_owner_stays(client_of, people, inside):
    held = people["owner"].memberships.get()
    answer = client_of("owner").post(f"{PEOPLE}{held.pk}/end/", {"until": "2027-01-01"})
    assert answer.status_code == 409
    held.refresh_from_db()
    assert held.until is None


def test_the_database_keeps_the_last_owner_too(people):
    owners = Membership.objects.filter(user=people["owner"])
    for act in (lambda: owners.update(until=TODAY), lambda: owners.update(role="viewer"), owners.delete):
        with pytest.raises(IntegrityError, match="without an owner"), transaction.atomic():
            act()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS membership_owner_remains IMMEDIATE")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS membership_owner_remains DEFERRED")
    assert owners.get().until is None


def test_of_two_owners_one_may_go(people, organisation, actor, inside):
    second = make_person("second", organisation, "owner")
    services.end_role(second.memberships.get(), TODAY + timedelta(days=9), by=actor("owner"))
    with pytest.raises(Conflict):  # the second one has a last day, so the first stays
        services.end_role(people["owner"].memberships.get(), timezone.localdate(), by=actor("owner"))


def test_a_role_of_another_organisation_is_out_of_sight(client_of, other_people, people):
    held = other_people["viewer"].memberships.get()
    assert client_of("owner").get(f"{PEOPLE}{held.pk}/end/").status_code == 404


def test_the_table_of_powers_shows_every_permission(client_of, people):
    from rules.permissions import permissions

    page = client_of("viewer").get("/office/jingyue/settings/roles/")
    shown = [power.name for _app, powers in page.context["groups"] for power in powers]
    assert sorted(shown) == sorted(permissions)


def test_every_permission_has_words():
    from rules.permissions import permissions

    from incubator.accounts.powers import LABELS

    assert set(LABELS) == set(permissions)


def test_a_form_sent_an_hour_after_signing_in_is_asked_for_again(client_of, people, inside):
    """allauth would replay it past the organisation's context; here the form comes back by GET, after the proof."""
    client = client_of("owner")
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time.time() - 3600}]
    session.save()
    answer = client.post(f"{PEOPLE}give/", {"user": people["viewer"].pk, "role": "officer"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{PEOPLE}give/")
    assert client.get(f"{PEOPLE}give/").headers["Location"].startswith("/accounts/")
    assert not Membership.objects.filter(user=people["viewer"], role="officer").exists()
