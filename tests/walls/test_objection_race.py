"""An objection is filed while the result of its notice becomes final: never both (lifecycles.md 2.2)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from incubator.accounts.actors import actor_for, system
from incubator.core.roles import as_role
from incubator.core.scoping import organisation_context
from incubator.policy.loading import clause_of, load_everything
from incubator.policy.models import Objection, PublicNotice
from incubator.policy.services import cite, close_notice, draft_notice, publish_notice
from tests.factories.accounts import make_organisation, make_person
from tests.walls import objection_racer
from tests.walls.report import tell
from tests.walls.test_races import RACERS, Field

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15


@pytest.fixture(scope="module")
def field(django_db_setup):
    made = Field()
    yield made
    made.close()


def ended_notices(organisation, manager):
    by = actor_for(manager, organisation)
    words = cite(clause_of("三十"), "目标责任制")
    made = []
    for place in range(ROUNDS):
        notice = publish_notice(draft_notice(title=f"公示{place}", payload={"rows": []}, citation=words, working_days=5, by=by), by=by, on=date(2026, 11, 2))
        made.append(close_notice(notice, by=system(organisation)).pk)
    return made


def test_an_objection_and_a_final_result_never_both(field):
    load_everything()
    organisation = make_organisation("jingyue", "长春净月创客空间")
    manager = make_person("race-manager", organisation, "manager")
    officers = [make_person(f"race-officer-{place}", organisation, "officer") for place in range(RACERS // 2)]
    with organisation_context(organisation):
        notices = ended_notices(organisation, manager)
    each = [("jingyue", officers[place // 2].email, notices, "object" if place % 2 else "finish") for place in range(RACERS)]
    answers = field.run(objection_racer.object_or_finish, *each)
    with organisation_context(organisation):
        final = set(PublicNotice.objects.exclude(final_at=None).values_list("pk", flat=True))
        objected = set(Objection.objects.values_list("notice", flat=True))
    broken = controls(field)
    assert final & objected == set()
    assert len(final | objected) == ROUNDS  # somebody won every round
    assert any("refused" in answer for answer in answers)
    assert broken > 0
    tell("races: objections", f"{RACERS} processes × {ROUNDS} notices: final with an open objection 0 "
         f"({len(final)} final, {len(objected)} objected to); careless control broken {broken} of {ROUNDS}")


def controls(field) -> int:
    """How many rounds the control has broken: both wrote."""
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE race_objections (notice integer); CREATE TABLE race_finals (notice integer)")
        cursor.execute("GRANT ALL ON race_objections, race_finals TO fuhua_app")
    field.run(objection_racer.careless, *[(ROUNDS, "object" if place % 2 else "finish") for place in range(RACERS)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT notice) FROM race_objections JOIN race_finals USING (notice)")
        (broken,) = cursor.fetchone()
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE race_objections; DROP TABLE race_finals")
    return broken
