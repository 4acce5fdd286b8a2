"""Every state × act of every table of moves: what the table does not name is refused, what it names makes sense."""

import pytest

from incubator.accounts.roles import Role
from incubator.core import states as core_states
from incubator.core.states import SYSTEM, acts_of, find_move
from tests.house.states import ROOT, TABLES, load

LOADED = {name: load(name) for name in TABLES}
PAIRS = [(name, state, act) for name, (table, states) in LOADED.items() for state in states.values for act in acts_of(table)]
MOVES = [(name, move) for name, (table, _states) in LOADED.items() for move in table]
# Where a record begins; every other state must be reached by an act.
FIRST = {"REPAIR_MOVES": "reported", "FUND_ENTRY_MOVES": "proposed", "BOOKING_MOVES": "held", "WAITING_MOVES": "waiting", "MENTOR_MOVES": "applied", "PAIRING_MOVES": "proposed", "SESSION_MOVES": "planned", "HONORARIUM_MOVES": "drafted", "ENROLMENT_MOVES": "waiting", "CERTIFICATE_MOVES": "valid", "SHEET_MOVES": "assigned", "SEAT_MOVES": "waiting", "BUDGET_MOVES": "proposed", "FROZEN_MOVES": "proposed", "CLOSE_MOVES": "proposed", "LINE_MOVES": "imported", "ERASURE_MOVES": "asked", "STARTUP_MOVES": "registered", "CLAIM_MOVES": "assembling", "OBJECTION_MOVES": "filed", "REVISION_MOVES": "recorded", "INVOICING_MOVES": "requested", "LATE_FEE_MOVES": "proposed", "DEPOSIT_MOVES": "requested", "PAYMENT_MOVES": "waiting", "REFUND_MOVES": "requested", "PAYOUT_MOVES": "ordered", "FUNDS_MOVES": "recorded", "CLAWBACK_MOVES": "open"}


def listed(table):
    return {(str(source), move.act): move for move in table for source in move.sources}


@pytest.mark.parametrize(("name", "state", "act"), PAIRS)
def test_only_what_the_table_names_is_possible(name, state, act):
    table, _states = LOADED[name]
    assert find_move(table, act, state) is listed(table).get((state, act))


@pytest.mark.parametrize(("name", "move"), MOVES, ids=lambda value: getattr(value, "act", value))
def test_a_move_names_states_and_roles_that_exist(name, move):
    _table, states = LOADED[name]
    assert set(map(str, move.sources)) <= set(states.values)
    assert move.target is None or str(move.target) in states.values
    assert move.roles
    assert set(map(str, move.roles)) <= {*Role.values, SYSTEM}
    assert str(move.label)


@pytest.mark.parametrize("name", TABLES)
def test_every_state_is_reached(name):
    table, states = LOADED[name]
    reached = {FIRST.get(name, "draft")}
    while more := {str(m.target) for m in table if m.target and reached & set(map(str, m.sources))} - reached:
        reached |= more
    assert reached == set(states.values)


@pytest.mark.parametrize("name", TABLES)
def test_nobody_is_asked_to_differ_from_himself(name):
    """An act that fills a person field cannot demand that this person be another: it could never be done twice."""
    table, _states = LOADED[name]
    assert [move.act for move in table if move.signs and move.signs in move.unlike] == []


def test_no_table_of_moves_is_forgotten():
    found = set()
    for home in ("incubator", "spaces", "billing", "mentors", "cms"):
        for path in (ROOT / home).rglob("states.py"):
            text = path.read_text(encoding="utf-8")
            found |= {line.split("=")[0].strip() for line in text.splitlines() if "_MOVES = moves(" in line}
    assert found == set(TABLES)


def test_a_table_with_two_ways_out_by_one_act_is_refused():
    row = core_states.Move("go", "Go", ("here",), "there", frozenset({SYSTEM}))
    with pytest.raises(ValueError, match="listed twice"):
        core_states.moves(row, row)
