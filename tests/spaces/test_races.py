"""No space is let twice: real connections, as the site's own role, past every check in Python."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import psycopg
import pytest
from django.db import connections

from incubator.accounts.actors import actor_for
from incubator.core.errors import Conflict
from incubator.core.scoping import organisation_context
from spaces import services
from spaces.models import Lease, LeaseLine
from tests.factories.accounts import make_organisation, make_person
from tests.factories.spaces import a_lease, a_line, a_site, a_space
from tests.factories.tenants import a_startup

RIVALS = 12


@pytest.fixture
def rivals(database_url):
    """Drafts of overlapping, non-identical spans on one space, written for good."""
    organisation = make_organisation("jingyue", "长春净月创客空间")
    officer, manager = (make_person(role, organisation, role) for role in ("officer", "manager"))
    with organisation_context(organisation):
        site = a_site()
        space = a_space(site)
        first = date(2026, 1, 1)
        for day in range(RIVALS):
            span = {"starts_on": first + timedelta(days=10 * day), "ends_on": first + timedelta(days=10 * day + 364)}
            a_line(a_lease(a_startup(), site, officer, **span), space)
    return organisation, manager


def overlaps() -> int:
    """How many pairs of holding lines overlap on one space."""
    held = list(LeaseLine.objects.filter(holds_space=True).order_by("starts_on"))
    return sum(later.starts_on <= earlier.ends_on for earlier, later in zip(held, held[1:], strict=False))


def test_the_constraint_lets_one_of_overlapping_lines_hold(rivals, database_url):
    organisation, _manager = rivals
    with organisation_context(organisation):
        lines = list(LeaseLine.objects.values_list("pk", flat=True))
    start = Barrier(RIVALS)

    def hold(pk: int) -> bool:
        with psycopg.connect(database_url, options="-c role=fuhua_app") as connection:
            connection.execute("SELECT set_config('app.organisation_id', %s, true)", [str(organisation.pk)])
            start.wait()
            try:
                connection.execute("UPDATE spaces_leaseline SET holds_space = true WHERE id = %s", [pk])
                connection.commit()
            except (psycopg.errors.ExclusionViolation, psycopg.errors.DeadlockDetected):
                return False
        return True

    with ThreadPoolExecutor(RIVALS) as pool:
        won = sum(pool.map(hold, lines))
    with organisation_context(organisation):
        assert (won, overlaps(), LeaseLine.objects.filter(holds_space=True).count()) == (1, 0, 1)


def test_approvals_at_the_same_moment(rivals):
    organisation, manager = rivals
    with organisation_context(organisation):
        leases = list(Lease.objects.order_by("pk"))
    start = Barrier(RIVALS)

    def approve(lease: Lease) -> str:
        try:
            start.wait()
            with organisation_context(organisation):
                return services.approve_lease(lease, by=actor_for(manager, organisation)).state
        except Conflict:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RIVALS) as pool:
        answers = sorted(pool.map(approve, leases))
    with organisation_context(organisation):
        assert answers == ["approved", *["refused"] * (RIVALS - 1)]
        assert (overlaps(), Lease.objects.filter(state="approved").count()) == (0, 1)
