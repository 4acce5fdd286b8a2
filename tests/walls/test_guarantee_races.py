"""A fund never guarantees more than it can carry: eight real processes approve against its last room."""

from __future__ import annotations

import pytest
from django.db import connection, connections

from incubator.accounts.actors import actor_for
from incubator.core.roles import as_role
from incubator.core.scoping import organisation_context
from incubator.guarantees.models import ExposureEntry, Fund
from incubator.policy.loading import load_everything
from tests.factories.accounts import make_organisation, make_person
from tests.factories.guarantees import a_case, a_fund, before_committee, second_officer, vote_all
from tests.factories.tenants import a_founder, a_startup
from tests.walls import guarantee_racer
from tests.walls.report import tell
from tests.walls.test_races import RACERS, Field

pytestmark = pytest.mark.django_db(transaction=True)
EACH = 90_000


@pytest.fixture(scope="module")
def field(django_db_setup):
    made = Field("tests.walls.guarantee_racer")
    yield made
    made.close()


def test_eight_processes_and_the_last_room_of_a_fund(field):
    load_everything()
    organisation = make_organisation("jingyue", "长春净月创客空间")
    people = {role: make_person(role, organisation, role) for role in ("owner", "manager", "finance", "officer", "founder")}
    actor = lambda role: actor_for(people[role], organisation)  # noqa: E731
    with organisation_context(organisation):
        fund, second, cases = a_fund(actor, "20000.00"), second_officer(organisation), []  # carries 100,000: one of eight
        for _ in range(RACERS):
            startup = a_startup()
            a_founder(startup, user=people["founder"])
            cases.append(before_committee(a_case(startup, actor), actor, second, fund))
            vote_all(cases[-1], actor)
    answers = [answer for mine in field.run(guarantee_racer.approve, *(("jingyue", people["owner"].email, [case.pk]) for case in cases)) for answer in mine]
    with organisation_context(organisation):
        stands, written = Fund.objects.get(pk=fund.pk), ExposureEntry.objects.count()
    assert (answers.count("approved"), answers.count("refused"), written, stands.outstanding) == (1, RACERS - 1, 1, EACH)
    control = over_the_room(field)
    tell("races: guarantee fund", f"{RACERS} processes approve against the last room: {answers.count('approved')} approved, guaranteed {stands.outstanding} of {stands.capacity}; control without the wall: {control}")


def over_the_room(field) -> int:
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE guarantee_control (room int)")
        cursor.execute("INSERT INTO guarantee_control VALUES (100000)")
        cursor.execute("GRANT SELECT, UPDATE ON guarantee_control TO fuhua_app")
    connections.close_all()
    done = sum(field.run(guarantee_racer.careless, (EACH,)))
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE guarantee_control")
    connections.close_all()
    assert done > 1
    return done
