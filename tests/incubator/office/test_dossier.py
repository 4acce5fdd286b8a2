"""The company file: everything about one startup, nothing about its neighbours."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from incubator.core.periods import Month
from incubator.office.views.dossier import ACTS, coverage
from incubator.tenants import services
from tests.factories.billing import a_fapiao, a_slip
from tests.factories.documents import a_document, an_upload
from tests.factories.spaces import a_running_lease, a_site, a_space
from tests.factories.tenants import YEAR_END, YEAR_START, a_founder, a_startup

pytestmark = pytest.mark.django_db


def page(client, startup):
    return client.get(reverse("office:dossier", args=["jingyue", startup.pk]))


@pytest.fixture
def filled(inside, people, actor):
    """A startup with something in each part of its file."""
    startup = a_startup(name="吉林星火科技有限公司")
    a_founder(startup, name="赵敏", user=people["founder"])
    document = a_document(actor("officer"), "agreement", title="孵化协议扫描件")
    services.sign_agreement(
        startup,
        drafted_by=actor("officer"),
        countersigned_by=actor("manager"),
        starts_on=YEAR_START,
        ends_on=YEAR_END,
        document=document,
    )
    services.keep_document(startup, document)
    a_running_lease(startup, a_space(a_site(), code="A-301"), people["officer"], people["manager"], document)
    a_slip(a_fapiao(startup, people["officer"]), people["officer"])
    startup.refresh_from_db()
    return startup


def test_every_part_is_shown(client_of, filled):
    response = page(client_of("officer"), filled)
    shown = response.content.decode()
    for part in ("赵敏", "XY-", "A-301", "3,892.50", "孵化协议扫描件", filled.uscc):
        assert part in shown
    assert len(response.context["events"]) > 2


def test_nothing_of_the_neighbour_is_shown(client_of, filled, people, actor):
    neighbour = a_startup(name="延边白山有限公司")
    services.add_document(neighbour, an_upload(), kind="licence", by=actor("officer"), title="邻居的执照")
    a_fapiao(neighbour, people["officer"], item="邻居的房租")
    shown = page(client_of("officer"), filled).content.decode()
    assert ("延边白山" in shown, "邻居" in shown) == (False, False)


def test_an_empty_file(client_of, inside):
    assert page(client_of("viewer"), a_startup()).status_code == 200


@pytest.mark.parametrize(("role", "count"), [("officer", 8), ("manager", 8), ("viewer", 0)])
def test_only_acts_that_the_person_may_do(client_of, filled, role, count):
    response = page(client_of(role), filled)
    assert sum(response.context[f"can_{name}"] for name in ACTS) == count


@pytest.mark.parametrize("role", ["founder", "mentor", "editor"])
def test_others_do_not_read_it(client_of, filled, role):
    assert page(client_of(role), filled).status_code == 403


def test_coverage_by_month(inside, people):
    startup, now = a_startup(), Month.of(timezone.localdate())
    first, last = now.plus(-1).first, now.first
    paid = a_fapiao(startup, people["officer"], period_from=first, period_to=last)
    a_slip(paid, people["officer"])
    a_fapiao(startup, people["officer"], kind="software", period_from=last, period_to=last)
    rows = coverage([paid, *startup.fapiao.filter(kind="software")])
    assert [str(month) for month, _cells in rows[:2]] == [str(now), str(now.plus(-1))]
    assert [[cell.state for cell in cells] for _month, cells in rows[:3]] == [
        ["paid", "none", "unpaid"],
        ["paid", "none", "none"],
        ["none", "none", "none"],
    ]
    assert len(rows) == 12
