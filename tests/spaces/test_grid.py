"""The rent-control grid: what a tile says, where it leads, and the months below it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from incubator.core.periods import Month
from spaces import rentroll
from spaces.models import Floor, PlanTile
from tests.factories.documents import a_document
from tests.factories.spaces import a_running_lease, a_site, a_space
from tests.factories.tenants import a_startup

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"office:spaces:{name}", args=["jingyue", *args])


@pytest.fixture
def space(inside):
    return a_space(a_site(), code="A-301")


@pytest.fixture
def let(people, actor):
    """Let a space until a day."""

    def until(space, last, **fields):
        return a_running_lease(a_startup(), space, people["officer"], people["manager"], a_document(actor("officer")), ends_on=last, **fields)

    return until


@pytest.mark.parametrize(("days", "status"), [(0, "due30"), (30, "due30"), (31, "due60"), (60, "due60"), (61, "due90"), (90, "due90"), (91, "let")])
def test_a_tile_says_how_soon_the_lease_ends(space, let, days, status):
    today = timezone.localdate()
    let(space, today + timedelta(days=days))
    (cell,) = rentroll.cells_on(today, [space])
    assert (cell.status, cell.days) == (status, days)


def test_free_since_the_last_lease_own_use_and_a_day_in_the_past(space, let):
    hall, today = a_space(space.site, lettable=False), timezone.localdate()
    let(space, today - timedelta(days=10), state="ended", ended_on=today - timedelta(days=10))
    free, own = rentroll.cells_on(today, [space, hall])
    assert (free.status, free.days, own.status) == ("free", 10, "own")
    assert rentroll.cells_on(date(2026, 2, 1), [space])[0].line is not None


def test_an_early_end_frees_the_tile_and_the_month(space, let):
    lease = let(space, date(2026, 12, 31), state="ended", ended_on=date(2026, 6, 15))
    assert rentroll.cells_on(date(2026, 6, 16), [space])[0].status == "free"
    (june,) = rentroll.use_by_month([space], [Month.of(lease.ended_on)], date(2026, 11, 24))
    assert (june.let_area, june.free_area) == (Decimal("43.25"), Decimal("43.25"))  # 86.50 ㎡ for 15 of 30 days


def test_the_page_leads_on(client_of, space, let):
    lease = let(space, date(2040, 12, 31))
    free = a_space(space.site, code="A-302")
    page = client_of("officer").get(url("grid")).content.decode()
    assert url("lease", lease.pk) in page
    assert f"{url('lease-draft')}?space={free.pk}" in page
    assert f'value="{free.pk}" selected' in client_of("officer").get(url("lease-draft"), {"space": free.pk}).content.decode()
    assert f"{url('lease-draft')}?space={free.pk}" not in client_of("viewer").get(url("grid")).content.decode()
    assert client_of("founder").get(url("grid")).status_code == 403
    assert client_of("viewer").get(url("grid-export")).content[:2] == b"PK"


@pytest.mark.parametrize("query", [{"day": "x"}, {"day": "2026-13-40"}, {"site": "999999999999999999999"}, {"status": "nothing"}, {"day": "2100-12-31"}])
def test_nonsense_shows_the_whole_house(client_of, space, query):
    assert "A-301" in client_of("viewer").get(url("grid"), query).content.decode()


@pytest.mark.parametrize("count", [1, 4])
def test_the_grid_asks_the_same_number_of_questions(space, let, django_assert_num_queries, count):
    rooms = [a_space(space.site) for _ in range(count)]
    for room in rooms:
        let(room, date(2040, 12, 31))
    with django_assert_num_queries(6):
        rentroll.cells_on(timezone.localdate(), rooms)


def test_two_rectangles_never_cover_a_cell(space):
    floor = Floor.objects.create(site=space.site, name="三层")
    PlanTile.objects.create(floor=floor, space=space, x=0, y=0, width=4, height=3)
    PlanTile.objects.create(floor=floor, label="走廊", x=4, y=0, width=2, height=3)  # touching is no overlap
    with pytest.raises(IntegrityError, match="plan_tile_no_overlap"), transaction.atomic():
        PlanTile.objects.create(floor=floor, label="电梯", x=5, y=2, width=2, height=2)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
