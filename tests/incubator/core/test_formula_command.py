"""``manage.py formula``: what goes in, what comes out, and how it refuses."""

import io
import json
import os
import subprocess
import sys

import pytest
from django.core.management import call_command

from incubator.core.management.commands.formula import run
from incubator.subsidies import formulas  # noqa: F401  (registers)

RENT = {
    "terms": {"share": "0.5", "unit_cap": "50", "area_cap": "120"},
    "facts": {
        "area": "150",
        "unit_rent": "62",
        "lease_start": "2026-01-01",
        "lease_end": "2026-12-31",
        "settled_on": "2026-01-01",
        "months": ["2026-01", "2026-02", "2026-03"],
    },
}


def error(name, text, **options):
    status, out, err = run(name, text, **options)
    assert (status, out) == (2, "")
    assert list(json.loads(err)) == ["error"]
    assert "\n" not in err
    return json.loads(err)["error"]


def with_fact(key, value):
    return json.dumps({"terms": RENT["terms"], "facts": RENT["facts"] | {key: value}})


def test_a_case_is_computed():
    status, out, err = run("rent_subsidy", json.dumps(RENT))
    assert (status, err) == (0, "")
    result = json.loads(out)
    assert list(result) == ["amount", "lines", "steps", "reasons"]
    assert result["amount"] == "9000.00"
    assert result["lines"][0] == {"month": "2026-01", "amount": "3000.00", "reason": None}
    assert result["steps"][0]["label"] == {"zh": "计补面积（㎡）", "en": "Area counted (㎡)"}


def test_numbers_that_are_no_money_may_be_json_numbers():
    assert json.loads(run("rent_subsidy", with_fact("area", 150.5))[1])["amount"] == "9000.00"
    assert json.loads(run("rent_subsidy", with_fact("area", 60.1))[1])["amount"] == "4507.50"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "case is not JSON: ", id="nothing"),
        pytest.param("{", "case is not JSON: ", id="half an object"),
        pytest.param(b"\xff\xfe", "case is not JSON: ", id="not UTF-8"),
        pytest.param("[" * 100_000, "case is not JSON: ", id="nested without end"),
        pytest.param("[]", "case is []: give ", id="a list"),
        pytest.param("null", "case is null: give ", id="null"),
        pytest.param('{"terms": {}, "note": 1}', "case.note is 1: ", id="a key of the case that is not known"),
        pytest.param('{"facts": {"amount": NaN}}', "case holds NaN: ", id="NaN"),
        pytest.param('{"facts": {"amount": -Infinity}}', "case holds -Infinity: ", id="Infinity"),
        pytest.param('{"facts": {"amount": "1", "amount": "2"}}', "case gives the key amount twice", id="a key twice"),
        pytest.param('{"terms": [], "facts": {"amount": "1"}}', "terms is []: ", id="terms that are no object"),
        pytest.param('{"terms": false, "facts": {"amount": "1"}}', "terms is false: ", id="terms that are false"),
        pytest.param('{"facts": null}', "facts is null: ", id="facts that are null"),
        pytest.param("{}", "facts.amount is missing: ", id="no facts"),
        pytest.param('{"facts": {"amount": 1e2}}', "facts.amount is 1e2: ", id="an exponent"),
        pytest.param(
            '{"facts": {"amount": 100}}', "facts.amount is 100: write an amount as a string", id="a number for money"
        ),
        pytest.param('{"facts": {"amount": "１００"}}', 'facts.amount is "１００": full-width', id="full-width digits"),
        pytest.param('{"facts": {"amount": "-1"}}', 'facts.amount is "-1": a negative', id="negative"),
        pytest.param('{"facts": {"amount": "0.001"}}', 'facts.amount is "0.001": an amount has', id="part of a fen"),
        pytest.param(
            '{"facts": {"amount": "1000000000000.00"}}',
            'facts.amount is "1000000000000.00": an amount is at most',
            id="too much",
        ),
        pytest.param('{"facts": {"amount": true}}', "facts.amount is true: ", id="true"),
        pytest.param(
            '{"facts": {"amount": "1", "ümlaut": 2}}',
            "facts.ümlaut is 2: this key is not known",
            id="a key that is not known",
        ),
    ],
)
def test_a_case_that_makes_no_sense_is_refused(text, sentence):
    assert error("amount_in_words", text).startswith(sentence)
    assert error("amount_in_words", text, explain=True).startswith(sentence)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("area", "NaN", 'facts.area is "NaN": '),
        ("lease_end", "2025-12-31", 'facts.lease_end is "2025-12-31": it lies before facts.lease_start "2026-01-01"'),
        ("months", ["2026-01", "2026-01"], 'facts.months[1] is "2026-01": it is listed twice'),
        ("months", ["2026-13"], 'facts.months[0] is "2026-13": '),
        ("paid_before", "1e5", 'facts.paid_before is "1e5": '),
        ("settled_on", "\ud800", 'facts.settled_on is "'),
    ],
)
def test_a_fact_that_makes_no_sense_is_named(key, value, sentence):
    assert error("rent_subsidy", with_fact(key, value)).startswith(sentence)


def test_an_unknown_formula_is_refused():
    assert error("rent", "{}").startswith('formula is "rent": ')
    assert error("", "{}").startswith('formula is "": ')


def test_explain_prints_the_table():
    case = {
        "terms": RENT["terms"] | {"citations": {"share": "示例办法 第三条"}},
        "facts": RENT["facts"] | {"months_already": ["2026-01"]},
    }
    status, out, _ = run("rent_subsidy", json.dumps(case), explain=True)
    rows = out.splitlines()
    assert status == 0
    assert rows[0] == "为什么是这个金额 / Why this amount · 房租补贴 / Rent subsidy"
    assert rows[1].split() == "# 步骤 / Step 算式 / Expression 结果 / Result 依据 / Source".split()
    assert rows[5].endswith("示例办法 第三条")
    assert rows[-2:] == ["金额 / Amount: 6000.00", "理由代码 / Reasons: DUP_MONTH"]


def test_explain_without_an_amount():
    _, out, _ = run("identifiers", '{"facts": {"uscc": "91350100M000100Y43"}}', explain=True)
    assert out.splitlines()[-1].startswith("2  统一社会信用代码：结论 / Credit code: verdict")


class Input:
    def __init__(self, text):
        self.buffer = io.BytesIO(text.encode())


def called(monkeypatch, *args, text="", **options):
    monkeypatch.setattr(sys, "stdin", Input(text))
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("formula", *args, stdout=out, stderr=err, **options)
    except SystemExit as end:
        status = end.code
    return status, out.getvalue(), err.getvalue()


def test_the_command_lists_the_formulas_of_every_app(monkeypatch):
    status, out, err = called(monkeypatch, list=True)
    names = [row.split()[0] for row in out.splitlines()]
    assert (status, err) == (0, "")
    assert names == sorted(names)
    assert {
        "amount_in_words",
        "broadband_subsidy",
        "identifiers",
        "notice_period",
        "rent_subsidy",
        "software_subsidy",
        "startup_grant",
    } <= set(names)


def test_the_command_computes_and_refuses(monkeypatch):
    status, out, err = called(monkeypatch, "rent_subsidy", text=json.dumps(RENT))
    assert (status, json.loads(out)["amount"], err) == (0, "9000.00", "")
    status, out, err = called(monkeypatch, "rent_subsidy", text="{}")
    assert (status, out, json.loads(err)) == (
        2,
        "",
        {"error": "terms.share is missing: give either share or shares_by_year, not both"},
    )
    status, out, err = called(monkeypatch)
    assert (status, out, list(json.loads(err))) == (2, "", ["error"])


def test_the_command_line_itself():
    command = [sys.executable, "-m", "django", "formula", "amount_in_words"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    good = subprocess.run(
        command, input='{"facts": {"amount": "17538.71"}}', capture_output=True, text=True, env=environment, check=False
    )
    assert (good.returncode, json.loads(good.stdout)["words"]) == (0, "人民币壹万柒仟伍佰叁拾捌元柒角壹分")
    bad = subprocess.run(
        command, input='{"facts": {"amount": "１"}}', capture_output=True, text=True, env=environment, check=False
    )
    assert (bad.returncode, bad.stdout) == (2, "")
    assert json.loads(bad.stderr) == {
        "error": 'facts.amount is "１": full-width digits are not read here; write 0 to 9'
    }
