"""What an owner sees of the own people's sign-ins: theirs, while they work here, without full addresses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from incubator.journal import door
from incubator.journal.devices import coarse_device, coarse_network
from incubator.journal.models import SecurityEvent
from tests.browser import signed_in

PAGE = "/office/jingyue/settings/people/sign-ins/"
What = SecurityEvent.What
pytestmark = pytest.mark.django_db
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"


def noted(user, what=What.SIGNED_IN, path="/accounts/login/", **meta):
    from django.test import RequestFactory

    return door.note(what, RequestFactory(REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT=EDGE, **meta).get(path), user=user)


def shown(people, query="") -> list:
    return signed_in(people["owner"]).get(PAGE + query).context["rows"]


def test_an_owner_sees_way_and_coarse_device_and_no_full_address(people):
    noted(people["officer"], path="/accounts/login/code/confirm/")
    page = signed_in(people["owner"]).get(PAGE)
    row = next(row for row in page.context["rows"] if row.event.user == people["officer"])
    assert (row.device, row.network) == ("Edge · Windows", "203.0.*.*")
    assert row.way
    assert "203.0.113.9" not in page.text and "AppleWebKit" not in page.text


def test_people_of_another_house_founders_and_nobody_are_not_shown(people, other_people):
    for user in (other_people["officer"], people["founder"], None):
        noted(user, What.SIGN_IN_FAILED)
    assert {row.event.user for row in shown(people)} <= {people["owner"]}


def test_only_days_on_which_somebody_worked_here_count(people):
    held = people["officer"].memberships.get()
    today = timezone.localdate()
    held.since, held.until = today - timedelta(days=40), today - timedelta(days=10)
    held.save()
    for days in (50, 30, 0):
        SecurityEvent.objects.create(what=What.SIGNED_IN, user=people["officer"], at=timezone.now() - timedelta(days=days))
    found = [row.event for row in shown(people) if row.event.user == people["officer"]]
    assert [(timezone.now() - event.at).days for event in found] == [30]


def test_filters_by_person_and_event(people):
    noted(people["officer"])
    noted(people["manager"], What.FACTOR_FAILED, "/accounts/2fa/authenticate/")
    assert [row.event.user for row in shown(people, f"?who={people['officer'].pk}")] == [people["officer"]]
    assert [row.event.user for row in shown(people, "?what=factor_failed")] == [people["manager"]]
    assert shown(people, "?what=refused_foreign&who=x&days=nonsense")  # nonsense asks for everything
    assert not [row for row in shown(people) if row.event.what == What.REFUSED_FOREIGN]


@pytest.mark.parametrize("role", ["manager", "finance", "officer", "viewer", "editor"])
def test_nobody_but_an_owner(people, role):
    assert signed_in(people[role]).get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (EDGE, "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148 MicroMessenger/8.0.50", "WeChat · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14; HUAWEI) AppleWebKit/537.36 Chrome/114 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_devices_in_a_few_words(agent, named):
    assert coarse_device(agent) == named


@pytest.mark.parametrize(("address", "half"), [("203.0.113.9", "203.0.*.*"), ("2001:db8:1:2::5", "2001:0db8:*"), (None, "")])
def test_half_an_address(address, half):
    assert coarse_network(address) == half
