"""Measurements gate only what noise cannot touch: counts, and which packages a web worker holds."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from incubator.bench import frame
from incubator.bench.measures import HEAVY, OURS, probe


def test_a_web_worker_holds_no_heavy_package():
    """Every address resolved, in a fresh process: paper, workbooks and solvers are imported where they are used."""
    found = probe(OURS)
    assert found["heavy"] == []
    assert found["modules"] > 500
    assert probe(f"{OURS}; import openpyxl")["heavy"] == ["openpyxl"]  # the probe would see one
    assert "weasyprint" in HEAVY and "ortools" in HEAVY


def test_statements_are_counted_beyond_the_log(db):
    with frame.counted() as count, connection.cursor() as cursor:
        for _time in range(12):
            cursor.execute("SELECT 1")
    assert count == [12]


def test_sides_take_turns_and_medians_make_the_ratio(db):
    order = []
    found = frame.side_by_side("x", 1, ("limit", lambda: order.append("a")), ("ours", lambda: order.append("b")), goal=2, rounds=3)
    assert "".join(order) == "ab" * 3
    assert [side["name"] for side in found.sides] == ["limit", "ours"] and found.ratio > 0
    assert json.loads(json.dumps(found.as_json()))["what"] == "x"


def test_different_results_have_no_time(db):
    with pytest.raises(frame.DifferentResult):
        frame.side_by_side("x", 1, ("limit", lambda: 1), ("ours", lambda: 2), goal=2, same=lambda one, other: one == other)


def test_the_exponent_is_the_slope_of_growth():
    assert frame.exponent([(100, 1.0), (200, 2.0), (400, 4.0)]) == 1.0
    assert frame.exponent([(100, 1.0), (200, 4.0), (400, 16.0)]) == 2.0


def test_a_busy_machine_marks_the_run(monkeypatch):
    monkeypatch.setattr(frame.os, "cpu_count", lambda: 2)
    for load, noisy in ((0.3, False), (6.0, True)):
        monkeypatch.setattr(frame.os, "getloadavg", lambda load=load: (load, 0, 0))
        assert frame.marked(frame.Outcome("x", 1)).noisy is noisy


def test_only_known_measures_run():
    with pytest.raises(CommandError):
        call_command("bench", "nothing")
