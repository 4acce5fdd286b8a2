import pytest

from tests.factories.mentors import a_mentor, a_need, a_pairing
from tests.factories.tenants import a_founder, a_startup


@pytest.fixture
def startup(inside, people):
    """A startup with its founder, who said what it needs."""
    made = a_startup()
    a_founder(made, user=people["founder"])
    a_need(made)
    return made


@pytest.fixture
def mentor(inside, people):
    """A mentor who signs in, approved by two."""
    return a_mentor(people["mentor"], reviewer=people["officer"], approver=people["manager"])


@pytest.fixture
def pairing(mentor, startup):
    return a_pairing(mentor, startup)
