"""One world for a whole file: built once, and what a test writes is undone after it. Import the fixtures that you use."""

from __future__ import annotations

import pytest

from incubator.accounts.actors import actor_for, system
from incubator.accounts.roles import Role
from incubator.core.scoping import organisation_context
from incubator.policy.loading import load_everything
from tests.browser import signed_in
from tests.factories.accounts import make_organisation, make_person
from tests.factories.subsidies import make_world
from tests.walls.conftest import building, for_the_file, for_this_test  # noqa: F401  (fixtures)


@pytest.fixture(scope="module")
def site(for_the_file):  # noqa: F811
    """The organisation with a person of each role, the measure in force, one startup with paid costs."""
    with building():
        load_everything()
        organisation = make_organisation("jingyue", "长春净月创客空间", prefix="净创")
        people = {role.value: make_person(role.value, organisation, role.value) for role in Role}

        def actor(role):
            return system(organisation) if role == "system" else actor_for(people[role], organisation)

        with organisation_context(organisation):
            return make_world(organisation, people, actor)


@pytest.fixture
def world(site, for_this_test):  # noqa: F811
    with organisation_context(site.organisation):
        yield site


@pytest.fixture
def organisation(world):
    return world.organisation


@pytest.fixture
def client_of(world):
    """client_of("officer"): a browser in which that person is signed in."""
    return lambda role: signed_in(world.people[role])
