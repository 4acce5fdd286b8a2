"""Every list of the office asks as often for four rows as for two, and never more than eight times (performance.md)."""

from __future__ import annotations

from incubator.bench.measures import _lists, _page
from incubator.bench.world import grow, make_world
from incubator.core.scoping import organisation_context
from incubator.reports.models import FrozenMonth
from incubator.subsidies.models import SubsidyApplication
from tests.walls.report import tell

MOST = 8


def test_lists_ask_at_most_eight_times_whatever_they_hold(db):
    world, counts = make_world(), {}
    for size in (2, 4):
        grow(world, size)
        with organisation_context(world.organisation):
            assert SubsidyApplication.objects.count() == size and not FrozenMonth.objects.exists()
            for name, view, path in _lists():
                counts.setdefault(name, []).append(_page(world, view, path).statements)
    assert {name: found for name, found in counts.items() if found[0] != found[1] or found[1] > MOST} == {}
    tell("lists", f"{len(counts)} lists of the office, at most {max(max(found) for found in counts.values())} statements, the same at both sizes")
