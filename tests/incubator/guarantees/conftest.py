"""A startup with its founder, and the policy with its caps."""

import pytest

from incubator.policy.loading import load_everything
from tests.factories.guarantees import second_officer
from tests.factories.tenants import a_founder, a_startup


@pytest.fixture
def policy(db):
    load_everything()


@pytest.fixture
def startup(policy, inside, people):
    made = a_startup()
    a_founder(made, user=people["founder"])
    return made


@pytest.fixture
def second(organisation, inside):
    return second_officer(organisation)
