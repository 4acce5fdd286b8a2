"""A budget line is never overspent: eight real processes commit against the last room of it (lifecycles.md 6, 8)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection, connections

from incubator.accounts.actors import actor_for
from incubator.core.roles import as_role
from incubator.core.scoping import organisation_context
from incubator.policy.loading import load_everything
from incubator.policy.models import BudgetEntry, BudgetLine
from tests.factories.accounts import make_organisation, make_person
from tests.factories.budgets import Case, a_line, commit_to, decide
from tests.walls import budget_racer
from tests.walls.report import tell
from tests.walls.test_races import RACERS, Field

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, EACH, ROOM = 20, 100, 37  # 160 commitments of 100 yuan each; 37 of them find room


@pytest.fixture(scope="module")
def field(django_db_setup):
    made = Field("tests.walls.budget_racer")
    yield made
    made.close()


def test_eight_processes_and_the_last_room_of_a_line(field):
    load_everything()
    organisation = make_organisation("jingyue", "长春净月创客空间")
    people = {role: make_person(role, organisation, role) for role in ("manager", "finance")}
    actor = lambda role: actor_for(people[role], organisation)  # noqa: E731
    with organisation_context(organisation):
        line = a_line(actor, amount=f"{ROOM * EACH}.50")
        cases = [(case, decide(Case(case), EACH, actor).pk) for case in range(1, RACERS * ROUNDS + 1)]
    email = people["manager"].email
    given = [("jingyue", email, line.pk, cases[place::RACERS]) for place in range(RACERS)]
    answers = [answer for mine in field.run(budget_racer.commit, *given) for answer in mine]
    assert sorted(set(answers)) == ["committed", "refused"]
    with organisation_context(organisation):
        stands = BudgetLine.objects.get(pk=line.pk)
        written = BudgetEntry.objects.filter(kind="commitment").count()
        assert (answers.count("committed"), written, stands.committed) == (ROOM, ROOM, ROOM * EACH)
        assert stands.entries.sums()["committed"] == stands.committed
        assert stands.available == Decimal("0.50")
    paid = race_to_pay(field, organisation, actor, email)
    control = overspent_without_the_wall(field)
    tell("races: budget", f"{RACERS} processes × {ROUNDS} commitments against room for {ROOM}: {written} committed, available 0.50, overspent 0; "
         f"one payout written by {RACERS} at once × 5: {paid}; control without condition: {control} committed of {ROOM}")


def race_to_pay(field, organisation, actor, email) -> str:
    """Eight processes write the same five payouts of one case: five entries, and every process is shown the same ones."""
    with organisation_context(organisation):
        line = a_line(actor, amount="1000", region="朝阳区")
        commit_to(line, Case(9000), "1000", actor)
    answers = field.run(budget_racer.pay_once, ("jingyue", email, 9000, "200", 5))
    assert all(mine == answers[0] for mine in answers)
    with organisation_context(organisation):
        line.refresh_from_db()
        entries = BudgetEntry.objects.filter(kind="disbursement").count()
    assert (entries, line.paid, line.committed) == (5, 1000, 0)
    return f"{entries} entries"


def overspent_without_the_wall(field) -> int:
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE budget_control (appropriated int, committed int)")
        cursor.execute("INSERT INTO budget_control VALUES (%s, 0)", [ROOM * EACH])
        cursor.execute("GRANT SELECT, UPDATE ON budget_control TO fuhua_app")
    connections.close_all()
    committed = sum(field.run(budget_racer.careless, (EACH, ROUNDS)))
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE budget_control")
    connections.close_all()
    assert committed > ROOM  # reading, then writing: the line is overspent
    return committed
