"""The one-off startup grant: every failing condition is named."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incubator.core.exact import BadValueError
from incubator.core.formulas import compute

TERMS = {
    "amount": "5000",
    "min_operating_months": 6,
    "categories": ["高校毕业生", "返乡创业人员"],
    "certificate_valid_months": 24,
}
FACTS = {
    "category": "高校毕业生",
    "category_valid_to": "2026-12-31",
    "trained_on": "2025-05-20",
    "registered_on": "2026-01-31",
    "applied_on": "2026-08-01",
    "first_firm": True,
    "granted_before": False,
}


def grant(terms=None, **facts):
    result = compute("startup_grant", terms=TERMS | (terms or {}), facts=FACTS | facts).as_json()
    assert result["lines"] == [
        {"amount": result["amount"], "reason": result["reasons"][0] if result["reasons"] else None}
    ]
    assert result["steps"][-1]["result"] == result["amount"]
    return result["amount"], result["reasons"]


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        pytest.param({}, [], id="all conditions hold"),
        pytest.param({"category": "退休人员"}, ["CATEGORY_NOT_ELIGIBLE"], id="another category"),
        pytest.param({"category": None}, ["CATEGORY_NOT_ELIGIBLE"], id="no category"),
        pytest.param({"category_valid_to": None}, [], id="a category without end"),
        pytest.param({"category_valid_to": "2026-08-01"}, [], id="the last day of the category counts"),
        pytest.param({"category_valid_to": "2026-07-31"}, ["CATEGORY_EXPIRED"], id="expired the day before"),
        pytest.param({"trained_on": None}, ["NO_TRAINING"], id="no training"),
        pytest.param({"trained_on": "2026-08-01"}, [], id="trained on the day of application"),
        pytest.param({"trained_on": "2026-08-02"}, ["NO_TRAINING"], id="trained afterwards"),
        pytest.param({"trained_on": "2024-08-01"}, [], id="the last day of the certificate counts"),
        pytest.param({"trained_on": "2024-07-31"}, ["NO_TRAINING"], id="the certificate is too old"),
        pytest.param({"first_firm": False}, ["NOT_FIRST_FIRM"], id="not the first firm"),
        pytest.param({"registered_on": "2026-02-01"}, [], id="six months to the day"),
        pytest.param({"registered_on": "2026-02-02"}, ["TOO_EARLY"], id="a day less than six months"),
        pytest.param({"registered_on": "2026-09-01"}, ["TOO_EARLY"], id="registered after the application"),
        pytest.param({"granted_before": True}, ["ONCE_ONLY"], id="granted before"),
        pytest.param(
            {
                "category": None,
                "category_valid_to": "2020-01-01",
                "trained_on": None,
                "first_firm": False,
                "registered_on": "2026-08-01",
                "granted_before": True,
            },
            ["CATEGORY_NOT_ELIGIBLE", "CATEGORY_EXPIRED", "NO_TRAINING", "NOT_FIRST_FIRM", "TOO_EARLY", "ONCE_ONLY"],
            id="nothing holds",
        ),
    ],
)
def test_startup_grant(facts, reasons):
    assert grant(**facts) == ("0.00" if reasons else "5000.00", reasons)


def test_the_last_day_of_a_short_month_completes_it():
    assert grant({"min_operating_months": 1}, registered_on="2026-01-31", applied_on="2026-02-28") == ("5000.00", [])


def test_conditions_that_the_rule_does_not_set_do_not_bind():
    open_terms = {"min_operating_months": None, "certificate_valid_months": None}
    assert grant(open_terms, trained_on="2001-01-01", registered_on="2026-08-01") == ("5000.00", [])
    assert grant(open_terms, registered_on="2026-08-02") == ("0.00", ["TOO_EARLY"])


@pytest.mark.parametrize(
    ("terms", "facts", "sentence"),
    [
        ({"amount": None}, {}, "terms.amount is null: give a value"),
        ({"categories": None}, {}, "terms.categories is null: give a value"),
        ({}, {"first_firm": "yes"}, 'facts.first_firm is "yes": give true or false'),
        ({}, {"trained_on": "2025-02-30"}, 'facts.trained_on is "2025-02-30": give a date that exists'),
    ],
)
def test_startup_grant_refuses(terms, facts, sentence):
    with pytest.raises(BadValueError) as refusal:
        compute("startup_grant", terms=TERMS | terms, facts=FACTS | facts)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize("key", FACTS)
def test_startup_grant_needs_every_fact(key):
    facts = {name: value for name, value in FACTS.items() if name != key}
    with pytest.raises(BadValueError, match=f"^facts.{key} is missing: give a value"):
        compute("startup_grant", terms=TERMS, facts=facts)


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.integers(0, 900), st.integers(0, 24))
def test_operating_months_agree_with_counting_month_ends(registered, later, least):
    applied = registered + timedelta(days=later)
    worked, day = 0, registered
    while True:  # step to the same day of the next month, or its last day
        after = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        last = (after + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        day = after.replace(day=min(registered.day, last.day))
        if day > applied:
            break
        worked += 1
    facts = {
        "registered_on": str(registered),
        "applied_on": str(applied),
        "trained_on": str(applied),
        "category_valid_to": None,
    }
    amount, reasons = grant({"min_operating_months": least}, **facts)
    assert (amount, reasons) == (("0.00", ["TOO_EARLY"]) if worked < least else ("5000.00", []))
    assert Decimal(amount) in (0, 5000)
