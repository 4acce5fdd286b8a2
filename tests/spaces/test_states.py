"""Every state × act of a lease: what the table names happens, everything else is refused and changes nothing."""

from __future__ import annotations

from datetime import date

import pytest

from incubator.core.errors import IllegalMove, NotAllowed
from incubator.core.states import acts_of, find_move
from incubator.journal.services import make_move
from spaces.states import LEASE_MOVES, LEASE_TONES, LeaseState
from tests.factories.accounts import make_person
from tests.factories.documents import a_document
from tests.factories.spaces import a_lease, a_site
from tests.factories.tenants import a_startup

pytestmark = pytest.mark.django_db


@pytest.fixture
def lease_in(inside, actor, people):
    """A lease in any state, drafted and proposed by somebody who acts in no test."""
    outsider = make_person("outsider")
    document = a_document(actor("officer"))

    def make(state):
        fields = {"number": "HT-2026-000001", "approver": people["viewer"], "document": document}
        persons = {"proposer": outsider, "settlement_proposer": outsider, "signed_on": date(2026, 1, 1)}
        return a_lease(a_startup(), a_site(), outsider, state=state, **fields, **persons)

    return make


@pytest.mark.parametrize("state", LeaseState.values)
@pytest.mark.parametrize("act", acts_of(LEASE_MOVES))
def test_lease_move(lease_in, actor, state, act):
    lease = lease_in(state)
    move = find_move(LEASE_MOVES, act, state)
    if move is None:
        with pytest.raises(IllegalMove):
            make_move(lease, LEASE_MOVES, act, by=actor("manager"))
        lease.refresh_from_db()
        assert lease.state == state
        return
    with pytest.raises(NotAllowed):
        make_move(lease, LEASE_MOVES, act, by=actor("viewer"))
    assert make_move(lease, LEASE_MOVES, act, by=actor(sorted(move.roles)[0])).state == (move.target or state)


def test_each_state_has_a_tone():
    assert sorted(LEASE_TONES) == sorted(LeaseState.values)
