"""The world of tests/factories/subsidies.py as fixtures."""

from __future__ import annotations

import pytest

from incubator.policy.loading import load_everything
from tests.factories.subsidies import (  # noqa: F401 - tests of this folder take them from here
    MONTHS,
    QUARTER,
    add_cost,
    add_startup,
    apply_for,
    edition,
    endorse,
    look_through,
    make_world,
    pdf,
    seal,
)


@pytest.fixture
def shipped(db):
    """Everything that load_policy loads: it belongs to nobody, so no context is open yet."""
    return load_everything()


@pytest.fixture
def world(shipped, inside, organisation, people, actor):
    """Everything an application needs, inside the organisation's context."""
    return make_world(organisation, people, actor)
