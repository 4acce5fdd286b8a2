"""Numbers without a gap: the invariant sees what is missing, double, or was never given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from incubator.core.invariants import violations
from incubator.core.scoping import organisation_context
from incubator.journal import series
from incubator.journal.models import Counter
from incubator.journal.services import next_number

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("printed", "wrong"),
    [
        (["SQ-2026-000001", "SQ-2026-000002", "SQ-2026-000003"], 0),
        (["净创补申〔2026〕1号", "净创补申〔2026〕2号", "净创补申〔2026〕3号"], 0),
        (["SQ-2026-000001", "SQ-2026-000003"], 1),
        (["SQ-2026-000001", "SQ-2026-000002", "SQ-2026-000002", "SQ-2026-000003"], 1),
        (["SQ-2026-000001", "SQ-2026-000002", "SQ-2026-000003", "SQ-2026-000004"], 1),
        (["SQ-2026-000001", "SQ-2026-000002", "SQ-2025-000003"], 2),
        ([], 3),
    ],
)
def test_what_is_missing_double_or_never_given_is_counted(printed, wrong, inside, monkeypatch):
    monkeypatch.setattr(series, "_known", {"SQ": lambda: printed})
    for _number in range(3):
        next_number("SQ", year=2026)
    assert {one.name: count for one, count in violations()}["journal.numbers"] == wrong


def test_another_houses_numbers_are_its_own(organisation, other_organisation, monkeypatch):
    monkeypatch.setattr(series, "_known", {"SQ": lambda: [f"SQ-2026-{row.value:06d}" for row in Counter.objects.all()]})
    for house, count in ((organisation, 2), (other_organisation, 1)):
        with organisation_context(house):
            for _number in range(count):
                next_number("SQ", year=2026)
    assert {one.name: count for one, count in violations()}["journal.numbers"] == 1  # the printed one stands for two


def test_every_series_that_is_taken_says_where_its_numbers_stand():
    """A new `next_number(…)` in the code needs its `numbered(…)`."""
    root = Path(__file__).parents[3]
    homes = [*root.glob("incubator/*/**/*.py"), *root.glob("spaces/**/*.py"), *root.glob("billing/**/*.py"), *root.glob("cms/**/*.py")]
    taken = {name for path in homes for name in re.findall(r"next_number\(['\"](\w+)['\"]", path.read_text(encoding="utf-8"))}
    assert taken <= set(series.known_series())
    assert {"SQ", "claim", "XY", "HT"} <= taken
