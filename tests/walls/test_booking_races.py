"""24 real connections want one room at overlapping times, round after round: nobody has it twice, nobody waits for ever."""

from __future__ import annotations

import multiprocessing

import pytest
from django.db import connection, connections

from incubator.core.roles import as_role
from incubator.core.scoping import organisation_context
from spaces.models import Allocation
from tests.factories.accounts import make_organisation, make_person
from tests.factories.bookings import a_resource
from tests.factories.tenants import a_founder, a_startup
from tests.walls import booking_racer as racer
from tests.walls.report import tell

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS, ROUNDS = 24, 40
OVERLAPS = """
SELECT count(*) FROM {table} one JOIN {table} other ON one.ctid < other.ctid AND one.starts_at < other.ends_at AND one.ends_at > other.starts_at
"""


@pytest.fixture
def field(db):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.walls.booking_racer"])
    pool = context.Pool(CLIENTS, racer.enter, (connection.settings_dict["NAME"], context.Barrier(CLIENTS)))
    yield lambda act, *each: pool.map_async(act, [tuple(one(place) if callable(one) else one for one in each) for place in range(CLIENTS)], chunksize=1).get(timeout=120)
    pool.terminate()
    pool.join()


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_booking(field):
    organisation = make_organisation("jingyue", "长春净月创客空间")
    founder = make_person("founder", organisation, "founder")
    with organisation_context(organisation):
        startup = a_startup()
        a_founder(startup, user=founder)
        room = a_resource(rules={"step": 15, "longest": 240})
    before = deadlocks()
    answers = field(racer.book, organisation.slug, founder.email, room.pk, startup.pk, lambda place: place, ROUNDS)
    booked, taken = (sum(answer[name] for answer in answers) for name in ("booked", "taken"))
    with organisation_context(organisation):
        rows = list(Allocation.objects.order_by("starts_at").values_list("starts_at", "ends_at"))
    overlaps = sum(first[1] > second[0] for first, second in zip(rows, rows[1:], strict=False))
    assert (booked + taken, booked, overlaps, deadlocks() - before) == (CLIENTS * ROUNDS, len(rows), 0, 0)
    assert booked >= ROUNDS  # somebody wins each round
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE booking_control (starts_at timestamptz, ends_at timestamptz)")
        cursor.execute("GRANT SELECT, INSERT ON booking_control TO fuhua_app")
    connections.close_all()
    field(racer.careless, lambda place: place, ROUNDS)
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS.format(table="booking_control"))
        (broken,) = cursor.fetchone()
    with as_role("fuhua_owner"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE booking_control")
    assert broken > 0
    tell("races: booking", f"{CLIENTS} connections × {ROUNDS} rounds on one room: {booked} booked, overlaps {overlaps}, deadlocks 0; control: {broken} overlaps, broken 1 of 1")
