"""Real processes with connections of their own, all at once (walls.md 6)."""

from __future__ import annotations

import multiprocessing
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection, connections

from incubator.accounts.actors import actor_for
from incubator.core.roles import as_role
from incubator.core.scoping import organisation_context
from incubator.policy.loading import load_everything
from incubator.policy.models import Decision
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.services import review
from incubator.tenants.models import Founder
from tests.browser import SECRET
from tests.factories.accounts import make_organisation, make_person
from tests.factories.subsidies import look_through, make_world
from tests.factories.tenants import a_startup
from tests.walls import racer
from tests.walls.report import tell

pytestmark = pytest.mark.django_db(transaction=True)
RACERS, ROUNDS, SHORT = 8, 20, 5
ROLES = ("officer", "manager", "finance", "founder")


class Field:
    """Eight processes at one barrier, which know the acts of this module."""

    def __init__(self, acts: str = "tests.walls.racer") -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([acts])
        barrier = context.Barrier(RACERS)
        self.pool = context.Pool(RACERS, racer.enter, (connection.settings_dict["NAME"], barrier))

    def run(self, act, *each):
        """Let all do the act at once; `each` is one tuple of arguments for all, or one for each."""
        given = each if len(each) == RACERS else each * RACERS
        return self.pool.map_async(act, given, chunksize=1).get(timeout=120)

    def close(self) -> None:
        self.pool.terminate()
        self.pool.join()


@pytest.fixture(scope="module")
def field(django_db_setup):
    made = Field()
    yield made
    made.close()


def open_world(slug: str, name: str) -> SimpleNamespace:
    """An organisation with everything an application needs, written for good."""
    organisation = make_organisation(slug, name)
    people = {role: make_person(f"{slug}-{role}", organisation, role) for role in ROLES}
    with organisation_context(organisation):
        return make_world(organisation, people, lambda role: actor_for(people[role], organisation))


def draft(world, kind: str) -> int:
    with organisation_context(world.organisation):
        return world.apply(kind, send=False).pk


def test_claims(field):
    load_everything()
    here, there = open_world("jingyue", "长春净月创客空间"), open_world("yanbian", "延边返乡创业孵化基地")
    doubles = race_for_months(field, here) + race_for_an_invoice(field, here, there)
    decisions = race_to_endorse(field, open_world("huadian", "桦甸返乡创业园"))  # the two above have been refused too often today
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        (deadlocks,) = cursor.fetchone()
    assert (doubles, deadlocks) == (0, 0)
    tell("races: claims", f"{RACERS} processes × {ROUNDS} rounds for one month: doubles {doubles}, deadlocks {deadlocks}; "
         f"one invoice from 2 organisations × {SHORT} rounds: 1 holder each; {RACERS} endorsements at once: {decisions} decision")


def race_for_months(field, world) -> int:
    """All submit the same months of the same startup, round by round. Returns in how many rounds not exactly one won."""
    pattern = draft(world, "rent")
    founder = world.people["founder"].email
    answers = field.run(racer.submit, (world.organisation.slug, founder, pattern, ROUNDS))
    wrong = 0
    for turn in zip(*answers, strict=True):
        winners = [answer for answer in turn if answer["state"] == "submitted"]
        losers = [answer for answer in turn if answer["state"] == "draft"]
        assert {answer["status"] for answer in winners} == {302}
        assert {answer["status"] for answer in losers} <= {200, 409}, {answer["status"] for answer in losers}
        assert all("role=\"alert\"" in answer["page"] or "error" in answer["page"] for answer in losers)
        assert {answer["number"] for answer in losers} <= {""}
        held = [answer["pk"] for answer in winners]
        wrong += len(winners) != 1 or any(answer["months"] != held or answer["invoices"] != held for answer in turn)
    numbers = sorted(answer["number"] for turn in answers for answer in turn if answer["number"])
    assert numbers == [f"SQ-2026-{place:06d}" for place in range(1, ROUNDS + 1)]  # refused ones left no gap
    return wrong


def race_for_an_invoice(field, here, there) -> int:
    """The same invoice is sent in from two organisations at once; nothing is said of the other."""
    patterns = {world.organisation.slug: draft(world, "software") for world in (here, there)}
    same_invoice(here, there)
    each = [(world.organisation.slug, world.people["founder"].email, patterns[world.organisation.slug], SHORT)
            for world in (here, there) * (RACERS // 2)]
    answers = field.run(racer.submit, *each)
    wrong = 0
    for turn in zip(*answers, strict=True):
        winners = [place for place, answer in enumerate(turn) if answer["state"] == "submitted"]
        wrong += len(winners) != 1
        for place, answer in enumerate(turn):
            assert answer["status"] in {200, 302, 409}
            own, other = (here, there) if place % 2 == 0 else (there, here)
            told = answer["page"]
            assert answer["status"] == 302 or (own.startup.name in told or "error" in told)
            for name in (other.organisation.name, f"/{other.organisation.slug}/", other.startup.name, other.startup.uscc):
                assert name not in told
    return wrong


def same_invoice(here, there) -> None:
    """Give the software invoice of one the number and seller of the other's."""
    from billing.models import Fapiao

    with organisation_context(here.organisation):
        number, seller = Fapiao.objects.filter(kind="software").values_list("number", "seller_uscc").get()
    with organisation_context(there.organisation):
        assert Fapiao.objects.filter(kind="software").update(number=number, seller_uscc=seller) == 1


def race_to_endorse(field, world) -> int:
    """Two managers endorse the same application at once, each in four windows: one endorsement, one decision."""
    second = make_person("second-manager", world.organisation, "manager")
    with organisation_context(world.organisation):
        taken = review.take_application(world.apply("broadband"), by=world.actor("officer"))
        look_through(taken, world.actor)
        recommended = review.recommend_application(taken, by=world.actor("officer"))
    managers = [world.people["manager"].email, second.email] * (RACERS // 2)
    answers = field.run(racer.endorse, *[(world.organisation.slug, email, recommended.pk) for email in managers])
    assert sorted(answers) == ["IllegalMove"] * (RACERS - 1) + ["endorsed"]
    with organisation_context(world.organisation):
        assert SubsidyApplication.objects.get(pk=recommended.pk).state == "endorsed"
        made = Decision.objects.filter(act="endorse", subject_id=recommended.pk).count()
    assert made == 1
    return made


def test_one_form_sent_by_eight_at_once(field):
    """The same form of one person, eight times at the same moment: one act, and every answer leads to its result."""
    organisation = make_organisation("jingyue", "长春净月创客空间")
    manager = make_person("manager", organisation, "manager")
    TOTP.activate(manager, SECRET)
    with organisation_context(organisation):
        startup = a_startup()
    page, form = f"/office/jingyue/startups/{startup.pk}/founders/new/", {"name": "林可欣", "role": "member", "category": "none"}
    keys = [f"{turn:032x}" for turn in range(ROUNDS)]
    answers = field.run(racer.send_form, (organisation.slug, manager.email, page, keys, form))
    assert {answer for mine in answers for answer in mine} == {(302, f"/office/jingyue/startups/{startup.pk}/")}
    control = field.run(racer.send_form, (organisation.slug, manager.email, page, [""] * SHORT, form | {"name": "control"}))
    assert {status for mine in control for status, _where in mine} == {302}
    with organisation_context(organisation):
        made, doubles = (Founder.objects.filter(name__startswith=name).count() for name in ("林可欣", "control"))
    assert (made, doubles) == (ROUNDS, RACERS * SHORT)
    tell("races: forms", f"one form, {RACERS} sendings at once × {ROUNDS} rounds: {made} rows, each answer the first result; "
         f"control without key: {doubles} rows for {SHORT} forms")


def test_numbers_and_the_naive_control(field):
    organisation = make_organisation("jingyue", "长春净月创客空间")
    each = 25
    taken = sorted(number for numbers in field.run(racer.take_numbers, (organisation.slug, each)) for number in numbers)
    assert taken == list(range(1, RACERS * each * 4 // 5 + 1))
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE race_control (month int)")
        cursor.execute("GRANT SELECT, INSERT ON race_control TO fuhua_app")
    connections.close_all()
    firsts = sum(field.run(racer.careless, (ROUNDS,)))
    assert firsts > ROUNDS  # without a constraint somebody comes second and does not notice
    tell("races: numbers", f"{RACERS} processes took {len(taken)} numbers without gap; control: {firsts} first ones in {ROUNDS} rounds, broken 1 of 1")

