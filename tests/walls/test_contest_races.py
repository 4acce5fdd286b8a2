"""Seats, one entry for each address, and the freeze: real processes, all at once, beside a control that breaks."""

from __future__ import annotations

import pytest
from django.db import connection

from incubator.accounts.actors import actor_for
from incubator.contests.models import Contest, Entry, Event
from incubator.contests.services import judging
from incubator.core.roles import as_role
from incubator.core.scoping import organisation_context
from incubator.policy.loading import load_everything
from tests.factories.accounts import make_organisation, make_person
from tests.factories.contests import an_event, in_judging, open_contest, score_all
from tests.walls import contest_racer
from tests.walls.report import tell
from tests.walls.test_races import RACERS, Field

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, SEATS, FREEZES = 12, 3, 6


@pytest.fixture(scope="module")
def field(django_db_setup):
    made = Field("tests.walls.contest_racer")
    yield made
    made.close()


@pytest.fixture
def house():
    load_everything()
    organisation = make_organisation("jingyue", "长春净月创客空间")
    people = {role: make_person(f"race-{role}", organisation, role) for role in ("manager", "officer", "owner")}
    return organisation, people, {role: actor_for(person, organisation) for role, person in people.items()}


def test_no_event_is_overbooked(field, house):
    organisation, _people, by = house
    with organisation_context(organisation):
        made = [an_event(by["officer"], capacity=SEATS).pk for _round in range(ROUNDS)]
    answers = field.run(contest_racer.register, *[("jingyue", place, made) for place in range(RACERS)])
    with organisation_context(organisation):
        held = [(event.taken, event.attendees.filter(state="seated").count(), event.attendees.count()) for event in Event.objects.filter(pk__in=made)]
    broken = controls(field)
    assert held == [(SEATS, SEATS, RACERS)] * ROUNDS  # everybody has a seat or a place on the list
    assert sum(answer.count("seated") for answer in answers) == SEATS * ROUNDS
    assert broken > 0
    tell("races: seats of events", f"{RACERS} processes × {ROUNDS} events with {SEATS} seats: overbooked 0, waiting {RACERS - SEATS} each; careless control broken {broken} of {ROUNDS}")


def controls(field) -> int:
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE race_seats (event integer)")
        cursor.execute("GRANT ALL ON race_seats TO fuhua_app")
    field.run(contest_racer.careless_seats, *[(ROUNDS, SEATS)] * RACERS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT event FROM race_seats GROUP BY event HAVING count(*) > %s) over", [SEATS])
        (broken,) = cursor.fetchone()
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE race_seats")
    return broken


def test_one_address_enters_once(field, house):
    organisation, _people, by = house
    with organisation_context(organisation):
        made = [open_contest(by["manager"]).pk for _round in range(FREEZES)]
    answers = field.run(contest_racer.enter, *[("jingyue", place, made) for place in range(RACERS)])
    with organisation_context(organisation):
        counts = [Entry.objects.filter(contest=pk).count() for pk in made]
    assert counts == [1] * FREEZES
    assert sum(answer.count("entered") for answer in answers) == FREEZES
    tell("races: one entry for each address", f"{RACERS} processes × {FREEZES} contests: doubles 0")


def test_a_frozen_sheet_is_the_one_that_was_hashed(field, house):
    organisation, people, by = house
    with organisation_context(organisation):
        pairs = []
        for _round in range(FREEZES):
            contest = in_judging(organisation, by["manager"], by["officer"], teams=1, judges=3)
            score_all(contest)
            judging.ask_freeze(contest, by=by["manager"])
            pairs.append((contest.pk, contest.sheets.first().pk))
    each = [("jingyue", people["owner"].email, pairs, "freeze" if place == 0 else "change") for place in range(RACERS)]
    answers = field.run(contest_racer.seal_or_freeze, *each)
    with organisation_context(organisation):
        found = [Contest.objects.get(pk=pk) for pk, _sheet in pairs]
        frozen = [contest for contest in found if contest.state != "judging"]
        wrong = [contest.pk for contest in frozen if contest.sheets_sha256 != judging.hash_of_sheets(contest)]
    assert wrong == []
    assert any("refused" in answer for answer in answers)
    assert len(frozen) + answers[0].count("refused") == FREEZES
    tell("races: freeze of scores", f"{RACERS} processes × {FREEZES} contests: frozen {len(frozen)}, sheets that differ from their hash {len(wrong)}")
