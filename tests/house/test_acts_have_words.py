"""The search of the journal names every act in words: those of each table of moves, and those written down by name."""

import ast

import pytest

from incubator.office.audit import LABELS, WORDS
from incubator.subsidies.views.shared import ACT_WORDS
from tests.house.states import ROOT, TABLES, load

HOMES = ("incubator", "spaces", "billing", "mentors", "cms")
NAMED = {(act, str(label)) for (_kind, act), label in LABELS.items()}


DECIDED = {"approved", "cut", "refused"}  # a line's verdict is the act of its decision record


def written() -> set[str]:
    """The acts that `record` and `record_decision` are called with by name."""
    texts = (path.read_text(encoding="utf-8") for home in HOMES for path in (ROOT / home).rglob("*.py"))
    calls = (node for text in texts if "record(" in text for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args)
    places = {"record": 0, "record_decision": 1}
    named = [(call, places[call.func.id]) for call in calls if getattr(call.func, "id", "") in places]
    firsts = (call.args[place] for call, place in named if len(call.args) > place)
    return {first.value for first in firsts if isinstance(first, ast.Constant)} | DECIDED


@pytest.mark.parametrize("name", TABLES)
def test_the_moves_of_every_table_have_their_words(name):
    table, _states = load(name)
    assert {(move.act, str(move.label)) for move in table} - NAMED == set()


def test_every_act_that_is_written_down_has_words():
    found = written()
    assert len(found) > 50
    assert found - {act for act, _label in NAMED} - set(WORDS) - set(ACT_WORDS) == set()
