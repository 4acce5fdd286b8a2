"""Certificates and the record of an event, as people open them."""

from __future__ import annotations

import subprocess
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from incubator.contests.services import events
from incubator.core.scoping import organisation_context
from incubator.policy.loading import load_everything
from incubator.accounts.actors import actor_for
from tests.factories.contests import SHANGHAI, an_event
from tests.walls.contest_examples import award, judged
from types import SimpleNamespace


@pytest.fixture
def world(organisation, people, actor):
    load_everything()
    with organisation_context(organisation):
        made = SimpleNamespace(organisation=organisation, people=people)
        made.contest = award(made, judged(made, actor("manager"), actor("officer"), "awarded"), actor("manager"))
        yield made


def words_of(response):
    body = b"".join(response.streaming_content)
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=body, capture_output=True, check=True).stdout.decode()


def test_a_certificate_is_printed_and_checked_by_its_code(world, client_of):
    with time_machine.travel(datetime(2026, 12, 6, 10, tzinfo=SHANGHAI)):
        one = world.contest.certificates.get(is_team=False, holder__startswith="张伟")
        page = client_of("viewer").get(f"/office/{world.organisation.slug}/contests/{world.contest.pk}/certificates/{one.pk}/")
        text = words_of(page)
        assert one.holder in text
        assert one.number in text
        visitor = Client()
        checked = visitor.get(f"/verify/{world.organisation.slug}/{one.verify_code}/").content.decode()
        assert one.number in checked
        assert one.holder not in checked  # a person is masked
        own = visitor.get(f"/{world.organisation.slug}/contests/awarded/entry/{one.entry.key}/certificates/{one.pk}/")
        assert one.number in words_of(own)


def test_the_record_of_an_event_masks_names(world, client_of, actor):
    event = an_event(actor("officer"), slug="held")
    guest = events.register_attendee(event, name="欧阳娜", email="a@example.com")
    events.check_in(guest, by=actor("officer"))
    event.refresh_from_db()
    event.state = "held"
    event.save()
    answer = client_of("officer").post(f"/office/{world.organisation.slug}/events/{event.pk}/evidence/")
    text = words_of(answer)
    assert "欧阳娜" not in text
    assert "欧*娜" in text
    assert actor_for(world.people["officer"], world.organisation).roles
