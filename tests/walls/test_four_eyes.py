"""Four eyes are kept by the database: where two steps each sign, a CHECK compares the two persons (walls.md 4).

A step that refuses a person but signs nothing leaves no second column to compare: the table of moves alone keeps it."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection

from tests.house.states import TABLES, load
from tests.walls.report import tell

pytestmark = pytest.mark.django_db
CLAIM = "subsidies_claim"
# Kept by the table of moves alone, and why no CHECK says it.
WITHOUT_CHECK = {
    (CLAIM, "publisher_id", "recorder_id"): "only skipping the notice needs another person; publishing it does not, and both sign here",
}


def model_of(name: str):
    """The model that moves by this table: its states are those of the table."""
    _table, states = load(name)
    choices = set(states.values)
    home = TABLES[name][1].rpartition(".")[0]  # tables of two apps may know the same states
    (found,) = [model for model in apps.get_models() if model.__module__.startswith(f"{home}.") and {value for value, _label in (field_of(model).choices or ())} == choices] or [None]
    return found


def field_of(model):
    return next((field for field in model._meta.local_fields if field.name == "state"), model._meta.pk)


def signed_pairs() -> set[tuple[str, str, str]]:
    """Table and two person columns of every step that signs and must not be done by whoever signed before."""
    pairs = set()
    for name in TABLES:
        model, (moves, _states) = model_of(name), load(name)
        for move in moves:
            for other in move.unlike if move.signs else ():
                columns = sorted(model._meta.get_field(field).column for field in (move.signs, other))
                pairs |= {(model._meta.db_table, *columns)} if columns[0] != columns[1] else set()
    return pairs


def compares(definition: str, one: str, other: str) -> bool:
    pair = rf"\b({one}|{other})\b\)* (<>|IS DISTINCT FROM) \(*\b({one}|{other})\b"
    alike = rf"\b({one}|{other})\b\)* = \(*\b({one}|{other})\b"  # written as NOT (a = b)
    return bool(re.search(pair, definition) or ("NOT" in definition and re.search(alike, definition)))


def test_each_pair_of_signatures_is_compared_by_a_check():
    with connection.cursor() as cursor:
        cursor.execute("SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'")
        checks = cursor.fetchall()
    pairs = signed_pairs()
    missing = {pair for pair in pairs if not any(table == pair[0] and compares(text, *pair[1:]) for table, text in checks)}
    assert missing == set(WITHOUT_CHECK)
    tell("four eyes", f"{len(pairs)} pairs of signatures in {len(TABLES)} tables of moves: {len(pairs - missing)} compared by a CHECK, {len(missing)} by the moves alone")
