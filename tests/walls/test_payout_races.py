"""Never more is ordered than decided or received, and each answer of the bank counts once: eight real processes."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, connections

from billing.models import LedgerEntry, Payout, PayoutResult, Way
from billing.services import payout_files
from incubator.accounts.actors import actor_for
from incubator.core.roles import as_role
from incubator.core.scoping import organisation_context
from tests.factories.accounts import make_organisation, make_person
from tests.factories.payouts import a_due, a_paper, approve, funds, order, payee_of
from tests.walls import payout_racer
from tests.walls.report import tell
from tests.walls.test_races import RACERS, Field

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, EACH, ROOM = 10, 100, 17  # 80 orders of 100 yuan each; 17 of them are covered
SLUG = "jingyue"


@pytest.fixture(scope="module")
def field(django_db_setup):
    made = Field("tests.walls.payout_racer")
    yield made
    made.close()


@pytest.fixture
def house():
    organisation = make_organisation(SLUG, "长春净月创客空间")
    people = {role: make_person(role, organisation, role) for role in ("owner", "manager", "finance", "officer")}
    return organisation, people, lambda role: actor_for(people[role], organisation)


def test_eight_processes_order_what_is_left(field, house):
    organisation, people, actor = house
    email = people["finance"].email
    with organisation_context(organisation):
        due, startup = a_due(actor, people, f"{ROOM * EACH}.50")
    answers = [answer for mine in field.run(payout_racer.order, (SLUG, email, [due.pk] * ROUNDS, str(EACH), "authority")) for answer in mine]
    with organisation_context(organisation):
        ordered = due.payouts.total()
        first = order(a_due(actor, people, "900", case=50)[0], payee_startup(50), actor, str(EACH))
    assert (answers.count("ordered"), ordered) == (ROOM, ROOM * EACH)
    passed, held = race_to_pass_on(field, organisation, people, actor)
    straight = race_past_the_services(field, organisation, email, first)
    once = race_of_answers(field, organisation, people, actor)
    control = overpaid_without_the_wall(field)
    tell("races: payouts", f"{RACERS} processes × {ROUNDS} orders against {ROOM}: {answers.count('ordered')} ordered, above the decision 0; "
         f"passed on {passed} of {held} received; rows written past the services: {straight}; each answer of the bank taken once: {once}; "
         f"control without wall: {control} of {ROOM}")


def payee_startup(case):
    from billing.models import PayoutDue

    return PayoutDue.objects.get(about=f"test.case:{case}").startup


def race_to_pass_on(field, organisation, people, actor):
    """Every process orders another line of one claim; the money of the authority covers five of them."""
    with organisation_context(organisation):
        funds(actor, "500", claim=901, tail="pass")
        dues = [a_due(actor, people, str(EACH), case=100 + place, claim=901)[0].pk for place in range(RACERS)]
    given = [(SLUG, people["finance"].email, [due], str(EACH), "pass_through") for due in dues]
    answers = [answer for mine in field.run(payout_racer.order, *given) for answer in mine]
    with organisation_context(organisation):
        passed = Payout.objects.filter(due__batch__about="test.case:901").total()
    assert (answers.count("ordered"), passed) == (5, 500)
    return passed, 500


def race_past_the_services(field, organisation, email, first):
    numbers = [[f"BF-X-{racer * 10 + place + 2}" for place in range(3)] for racer in range(RACERS)]
    answers = [answer for mine in field.run(payout_racer.insert, *[(SLUG, email, first.pk, mine) for mine in numbers]) for answer in mine]
    assert set(answers) == {"written", "payout_within_decision"}
    with organisation_context(organisation):
        assert Payout.objects.filter(due=first.due).total() == 900
    return f"{answers.count('written')} of 8 that fit"


def race_of_answers(field, organisation, people, actor):
    """All processes bring the same answers: each is taken once and posted once."""
    with organisation_context(organisation):
        due, startup = a_due(actor, people, "500", case=300, claim=903)
        funds(actor, "500", claim=903, tail="answers")
        pairs = [(approve(order(due, startup, actor, str(EACH), Way.PASS_THROUGH), startup, actor), payee_of(startup)) for _place in range(5)]
        payout_files.make_file(pairs, by=actor("finance"))
        document, keys = a_paper(actor, "results"), [f"{payout.number}-1" for payout, _payee in pairs]
    given = (SLUG, people["finance"].email, keys, document.pk, date(2026, 1, 21))
    answers = [answer for mine in field.run(payout_racer.result, given) for answer in mine]
    with organisation_context(organisation):
        assert (answers.count("taken"), PayoutResult.objects.count(), LedgerEntry.objects.filter(kind="payout").count()) == (5, 5, 5)
    return answers.count("taken")


def overpaid_without_the_wall(field) -> int:
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE payout_control_due (decided int)")
        cursor.execute("CREATE TABLE payout_control (amount int)")
        cursor.execute("INSERT INTO payout_control_due VALUES (%s)", [ROOM * EACH])
        cursor.execute("GRANT SELECT, INSERT ON payout_control, payout_control_due TO fuhua_app")
    connections.close_all()
    paid = sum(field.run(payout_racer.careless, (EACH, ROUNDS)))
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE payout_control, payout_control_due")
    connections.close_all()
    assert paid > ROOM  # looking, then writing: more is paid than was decided
    return paid
