"""Every state × act of the tables: what the table names happens, everything else is refused and changes nothing."""

from __future__ import annotations

import pytest

from incubator.core.errors import IllegalMove, NotAllowed
from incubator.core.states import acts_of, find_move
from incubator.journal.services import make_move
from incubator.tenants.states import (
    AGREEMENT_MOVES,
    AGREEMENT_TONES,
    STARTUP_MOVES,
    STARTUP_TONES,
    AgreementState,
    StartupState,
)
from tests.factories.accounts import make_person
from tests.factories.documents import a_document
from tests.factories.tenants import a_startup, an_agreement

pytestmark = pytest.mark.django_db
PAIRS = [(state, act) for state in AgreementState.values for act in acts_of(AGREEMENT_MOVES)]


@pytest.fixture
def agreement_in(inside, actor, people, organisation):
    """An agreement in any state, drafted and proposed by somebody who acts in no test."""
    outsider = make_person("outsider")
    document = a_document(actor("officer"), "agreement")

    def make(state):
        fields = {"number": "XY-2026-000001", "countersigner": people["owner"], "document": document}
        return an_agreement(a_startup(), outsider, state=state, proposer=outsider, **fields)

    return make


@pytest.mark.parametrize(("state", "act"), PAIRS)
def test_agreement_move(agreement_in, actor, state, act):
    agreement = agreement_in(state)
    move = find_move(AGREEMENT_MOVES, act, state)
    if move is None:
        with pytest.raises(IllegalMove):
            make_move(agreement, AGREEMENT_MOVES, act, by=actor("manager"))
        agreement.refresh_from_db()
        assert agreement.state == state
        return
    role = sorted(move.roles)[0]
    moved = make_move(agreement, AGREEMENT_MOVES, act, by=actor(role))
    assert moved.state == (move.target or state)


@pytest.mark.parametrize("act", acts_of(AGREEMENT_MOVES))
def test_agreement_move_needs_the_role(agreement_in, actor, act):
    move = next(move for move in AGREEMENT_MOVES if move.act == act)
    agreement = agreement_in(move.sources[0])
    with pytest.raises(NotAllowed):
        make_move(agreement, AGREEMENT_MOVES, act, by=actor("viewer"))


def test_countersigning_needs_a_second_person(agreement_in, actor, people):
    agreement = agreement_in("sent")
    agreement.drafter = people["manager"]
    agreement.countersigner = None
    agreement.save()
    with pytest.raises(NotAllowed):
        make_move(agreement, AGREEMENT_MOVES, "countersign", by=actor("manager"))


@pytest.mark.parametrize("act", acts_of(STARTUP_MOVES))
@pytest.mark.parametrize("state", StartupState.values)
def test_startup_moves_by_the_product_alone(inside, actor, state, act):
    startup = a_startup(state=state)
    move = find_move(STARTUP_MOVES, act, state)
    with pytest.raises(NotAllowed if move else IllegalMove):
        make_move(startup, STARTUP_MOVES, act, by=actor("owner"))
    if move:
        assert make_move(startup, STARTUP_MOVES, act, by=actor("system")).state == move.target


def test_each_state_has_a_tone():
    assert sorted(AGREEMENT_TONES) == sorted(AgreementState.values)
    assert sorted(STARTUP_TONES) == sorted(StartupState.values)
