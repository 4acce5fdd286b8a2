"""The register, the results as JSON, the stored trace, and the three formulas of the kernel."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from incubator.core import formulas
from incubator.core.exact import BadValueError
from incubator.core.formulas import Line, Result, Steps, compute, formula, get_formula, plain, recompute, trace
from incubator.core.given import Given, NoTerms, Source

OCTOBER = {
    "published_on": "2026-09-28",
    "holidays": [f"2026-10-0{number}" for number in range(1, 8)],
    "extra_workdays": ["2026-10-10"],
}


def test_a_name_is_registered_once():
    with pytest.raises(RuntimeError, match="amount_in_words is registered twice"):
        formula("amount_in_words", terms=NoTerms, facts=Given, zh="", en="")(lambda terms, facts: Result())


def test_an_unknown_name_is_refused():
    with pytest.raises(BadValueError, match='formula is "rent": no formula has this name'):
        get_formula("rent")


def test_the_formulas_are_listed_by_name():
    names = [item.name for item in formulas.formulas()]
    assert names == sorted(names)
    assert {"amount_in_words", "identifiers", "notice_period"} <= set(names)


def test_a_result_is_json_with_amounts_as_strings():
    steps = Steps()
    steps.add("面积", "Area", "min(150, 120)", Fraction(120), "第三条")
    lines = [Line({"month": "2026-01"}, Decimal("3000.00")), Line({"month": "2026-02"}, Decimal("0.00"), "DUP_MONTH")]
    result = Result.of_lines(lines, steps, fallback=True)
    assert json.loads(json.dumps(result.as_json())) == {
        "amount": "3000.00",
        "lines": [
            {"month": "2026-01", "amount": "3000.00", "reason": None},
            {"month": "2026-02", "amount": "0.00", "reason": "DUP_MONTH"},
        ],
        "steps": [
            {
                "number": 1,
                "label": {"zh": "面积", "en": "Area"},
                "expression": "min(150, 120)",
                "result": "120",
                "citation": "第三条",
            },
            {"number": 2, "label": {"zh": "合计", "en": "Total"}, "expression": "3000.00", "result": "3000.00"},
        ],
        "reasons": ["DUP_MONTH"],
        "fallback": True,
    }


def test_a_line_of_other_amounts_has_no_amount():
    assert Line({"interest": Decimal("5.00")}).as_json() == {"interest": "5.00", "reason": None}


def test_plain_refuses_what_json_cannot_hold():
    assert plain({"on": date(2026, 1, 2), "shares": (Fraction(2, 3),)}) == {"on": "2026-01-02", "shares": ["2/3"]}
    with pytest.raises(TypeError, match=r"0\.5 has no form in JSON"):
        plain(0.5)


def test_terms_and_facts_must_be_objects_with_known_keys():
    for terms, facts, sentence in [
        ({}, {}, "facts.amount is missing: give a value"),
        ({}, {"amount": None}, "facts.amount is null: give a value"),
        ({}, [], "facts is []: give an object with keys"),
        ({}, {"amount": "1", "colour": "red"}, 'facts.colour is "red": this key is not known (known: amount)'),
        ({"share": "1"}, {"amount": "1"}, 'terms.share is "1": this key is not known (known: citations)'),
        ({"citations": {"share": "x"}}, {"amount": "1"}, 'terms.citations key is "share": cite one of no terms'),
    ]:
        with pytest.raises(BadValueError) as refusal:
            compute("amount_in_words", terms=terms, facts=facts)
        assert str(refusal.value) == sentence


def test_a_subject_without_keys_of_its_own_cannot_be_read():
    with pytest.raises(NotImplementedError):
        Given.read(Source("facts", {}))


def test_amount_in_words():
    result = compute("amount_in_words", terms={}, facts={"amount": "1409.5"}).as_json()
    assert (result["amount"], result["words"]) == ("1409.50", "人民币壹仟肆佰零玖元伍角整")
    assert (result["lines"], result["reasons"]) == ([], [])


def test_notice_period_over_the_october_holidays():
    terms = {"working_days": 5, "citations": {"working_days": "示例办法 第八条"}}
    result = compute("notice_period", terms=terms, facts=OCTOBER).as_json()
    assert (result["last_day"], result["confirm_from"]) == ("2026-10-10", "2026-10-12")
    assert [line["day"] for line in result["lines"]] == [
        "2026-09-29",
        "2026-09-30",
        "2026-10-08",
        "2026-10-09",
        "2026-10-10",
    ]
    assert {step["citation"] for step in result["steps"]} == {"示例办法 第八条"}


@pytest.mark.parametrize(
    ("terms", "facts", "sentence"),
    [
        ({"working_days": 0}, OCTOBER, "terms.working_days is 0: give at least 1"),
        ({}, OCTOBER, "terms.working_days is missing: give a value"),
        ({"working_days": 5}, {**OCTOBER, "holidays": None}, "facts.holidays is null: give a value"),
        (
            {"working_days": 5},
            {"published_on": "2026-09-28", "holidays": []},
            "facts.extra_workdays is missing: give a value",
        ),
    ],
)
def test_notice_period_refuses(terms, facts, sentence):
    with pytest.raises(BadValueError) as refusal:
        compute("notice_period", terms=terms, facts=facts)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("facts", "valid", "reasons", "reason"),
    [
        ({"uscc": "91350100M000100Y43"}, True, [], None),
        ({"uscc": "91350100m000100y43"}, True, [], None),
        ({"resident_id": "11010519491231002X"}, True, [], None),
        ({"resident_id": "11010519491231002x"}, True, [], None),
        ({"uscc": "91350100M000100Y43", "resident_id": "11010519491231002X"}, True, [], None),
        (
            {"uscc": "91350100M000100Y4Z"},
            False,
            ["CHARACTER"],
            "“Z” cannot occur: only digits and capital letters without I, O, S, V, Z do",
        ),
        (
            {"uscc": "91350100M000100Y44", "resident_id": "110105194912310021"},
            False,
            ["CHECK_CHARACTER"],
            "the check character should be “3”, not “4”; the check character should be “X”, not “1”",
        ),
    ],
)
def test_identifiers(facts, valid, reasons, reason):
    result = compute("identifiers", terms={}, facts=facts).as_json()
    assert (result["amount"], result["valid"], result["reasons"], result["reason"]) == (None, valid, reasons, reason)
    assert [line["key"] for line in result["lines"]] == list(facts)


def test_identifiers_need_one():
    with pytest.raises(BadValueError, match="give either"):
        compute("identifiers", terms={}, facts={"uscc": None})


def traced(**overrides):
    terms, facts = {"working_days": 5}, OCTOBER | overrides
    result = compute("notice_period", terms=terms, facts=facts)
    return trace(
        result, terms=terms, facts=facts, name="notice_period", version="0.1", edition={"id": 3, "parameters": [7]}
    )


def test_the_same_inputs_give_the_same_hash():
    record = traced()
    assert record == traced()
    assert record["schema"] == "fuhua.trace.v1"
    assert record["formula"] == "notice_period@1"
    assert record["edition"] == {"id": 3, "parameters": [7]}
    assert len(record["sha256"]) == 64
    assert traced(published_on="2026-09-27")["sha256"] != record["sha256"]


def test_typed_inputs_and_json_give_the_same_hash():
    chosen = get_formula("notice_period")
    terms, facts = chosen.read({"working_days": "5"}, OCTOBER)
    result = compute("notice_period", terms=terms, facts=facts)
    record = trace(
        result, terms=terms, facts=facts, name="notice_period", version="0.1", edition={"id": 3, "parameters": [7]}
    )
    assert record["sha256"] == traced()["sha256"]


@pytest.mark.parametrize("name", ["amount_in_words", "notice_period"])
def test_a_stored_trace_recomputes_and_a_changed_one_does_not(name):
    terms, facts = ({}, {"amount": "5"}) if name == "amount_in_words" else ({"working_days": 5}, OCTOBER)
    record = json.loads(json.dumps(trace(compute(name, terms=terms, facts=facts), terms=terms, facts=facts, name=name)))
    assert recompute(record)
    assert not recompute(record | {"engine": "other"})
    other = trace(Result(), terms=terms, facts=facts, name=name)
    assert not recompute(other)
