"""Rent: the worked rows of the design, and the edges in words."""

from decimal import Decimal

import pytest

from incubator.core.exact import BadValueError
from incubator.core.formulas import compute
from incubator.subsidies import formulas  # noqa: F401  (registers)

LEASE = {
    "area": "100",
    "unit_rent": "50",
    "lease_start": "2025-01-01",
    "lease_end": "2027-12-31",
    "settled_on": "2025-01-01",
    "months": ["2026-01"],
}
QUARTER = ["2026-01", "2026-02", "2026-03"]


def rent(terms, facts):
    """Return the total and, per month, the amount and the reason."""
    result = compute("rent_subsidy", terms=terms, facts=LEASE | facts).as_json()
    assert sum(Decimal(line["amount"]) for line in result["lines"]) == Decimal(result["amount"])
    assert result["steps"][-1]["result"] == result["amount"]
    return result["amount"], {line["month"]: (line["amount"], line["reason"]) for line in result["lines"]}


def refusal(name, terms, facts):
    with pytest.raises(BadValueError) as refused:
        compute(name, terms=terms, facts=facts)
    return str(refused.value)


@pytest.mark.parametrize(
    ("terms", "facts", "amount"),
    [
        pytest.param(
            {"share": "0.5", "unit_cap": "50", "area_cap": "120"},
            {"area": "150", "unit_rent": "62", "months": QUARTER},
            "9000.00",
            id="price and area above their caps, three months, half",
        ),
        pytest.param(
            {"share": "1"},
            {"area": "80", "unit_rent": "30", "lease_start": "2026-01-16", "months": QUARTER},
            "6038.71",
            id="lease from the middle of January",
        ),
        pytest.param(
            {"share": "1", "unit_cap": "15"}, {"unit_rent": "12"}, "1200.00", id="actual rent below the standard"
        ),
        pytest.param(
            {"share": "0.6", "quarter_cap": "10000"},
            {"area": "100", "unit_rent": "60", "months": QUARTER},
            "10000.00",
            id="60 % of 18,000 cut to the cap of the quarter",
        ),
        pytest.param(
            {"share": "0.5"},
            {"months": ["2026-02", "2026-03", "2026-04"], "months_already": QUARTER},
            "2500.00",
            id="two of three months granted before",
        ),
        pytest.param({"share": "2/3"}, {"area": "10", "unit_rent": "10"}, "66.67", id="a share of two thirds is exact"),
        pytest.param(
            {"share": "1", "basis": "net", "vat_rate": "0.05"},
            {"area": "1000", "unit_rent": "62"},
            "59047.62",
            id="net of VAT, the unit rent is not rounded before the area",
        ),
        pytest.param(
            {"share": "1", "basis": "net", "vat_rate": "0.09", "unit_cap": "50"},
            {"unit_rent": "54.5"},
            "5000.00",
            id="net of VAT, the unit rent just reaches the cap",
        ),
        pytest.param(
            {"share": "1"},
            {"lease_start": "2026-02-10", "lease_end": "2026-02-19", "months": ["2026-02"]},
            "1785.71",
            id="ten days of February, both ends inside the month",
        ),
        pytest.param(
            {"share": "1", "month_cap": "3000"},
            {"lease_start": "2026-01-16"},
            "2580.65",
            id="the cap of the month is not reduced for part of a month",
        ),
        pytest.param({"share": "1"}, {"months": []}, "0.00", id="no month claimed"),
        pytest.param({"share": "0"}, {}, "0.00", id="a share of nothing"),
        pytest.param({"share": "1"}, {"area": "0.01", "unit_rent": "0.49"}, "0.00", id="less than half a fen"),
        pytest.param({"share": "1"}, {"area": "0.01", "unit_rent": "0.50"}, "0.01", id="half a fen"),
    ],
)
def test_rent_amounts(terms, facts, amount):
    assert rent(terms, facts)[0] == amount


def test_rent_months_granted_before_are_named_line_by_line():
    _, lines = rent({"share": "0.5"}, {"months": ["2026-04", "2026-02", "2026-03"], "months_already": QUARTER[::-1]})
    assert lines == {
        "2026-02": ("0.00", "DUP_MONTH"),
        "2026-03": ("0.00", "DUP_MONTH"),
        "2026-04": ("2500.00", None),
    }
    assert list(lines) == ["2026-02", "2026-03", "2026-04"]


@pytest.mark.parametrize(
    ("terms", "facts", "lines"),
    [
        pytest.param(
            {"share": "1"},
            {"lease_start": "2026-02-01", "lease_end": "2026-02-28", "months": QUARTER},
            {
                "2026-01": ("0.00", "PERIOD_MISMATCH"),
                "2026-02": ("5000.00", None),
                "2026-03": ("0.00", "PERIOD_MISMATCH"),
            },
            id="months outside the lease",
        ),
        pytest.param(
            {"share": "1"},
            {"lease_start": "2026-02-01", "months_already": ["2026-01"]},
            {"2026-01": ("0.00", "DUP_MONTH")},
            id="granted before is said before outside the lease",
        ),
        pytest.param(
            {"share": "1", "max_months": 3},
            {"months": QUARTER, "months_used": 1},
            {"2026-01": ("5000.00", None), "2026-02": ("5000.00", None), "2026-03": ("0.00", "TERM_EXHAUSTED")},
            id="one of three months used before",
        ),
        pytest.param(
            {"share": "1", "max_months": 1},
            {"months": QUARTER, "months_already": ["2026-01"]},
            {"2026-01": ("0.00", "DUP_MONTH"), "2026-02": ("5000.00", None), "2026-03": ("0.00", "TERM_EXHAUSTED")},
            id="a refused month does not use up the term",
        ),
        pytest.param(
            {"share": "1", "max_months": 1, "quarter_cap": "100"},
            {"months": ["2026-03", "2026-04"], "quarter_before": {"2026-Q1": "100"}},
            {"2026-03": ("0.00", "CAP_REACHED"), "2026-04": ("100.00", None)},
            id="a month cut to nothing does not use up the term",
        ),
        pytest.param(
            {"share": "1", "max_months": 0}, {}, {"2026-01": ("0.00", "TERM_EXHAUSTED")}, id="no month at all"
        ),
        pytest.param(
            {"shares_by_year": ["1", "0.5"]},
            {"settled_on": "2024-01-15", "months": ["2026-01"], "lease_start": "2024-01-15"},
            {"2026-01": ("2500.00", None)},
            id="the year of incubation is that of the first covered day",
        ),
        pytest.param(
            {"shares_by_year": ["1", "0.5"]},
            {"settled_on": "2024-01-01"},
            {"2026-01": ("0.00", "TERM_EXHAUSTED")},
            id="a third year that the list does not know",
        ),
        pytest.param(
            {"shares_by_year": ["1", "0.5"]},
            {"settled_on": "2026-06-01"},
            {"2026-01": ("5000.00", None)},
            id="before settling in counts as the first year",
        ),
        pytest.param(
            {"shares_by_year": ["1", "0.5"]},
            {"settled_on": "2024-02-29", "lease_start": "2025-02-28", "months": ["2025-02"]},
            {"2025-02": ("89.29", None)},
            id="settled on 29 February: the second year starts on 28",
        ),
        pytest.param(
            {"shares_by_year": ["1", "0.5"]},
            {"settled_on": "2024-02-29", "lease_start": "2025-02-27", "months": ["2025-02"]},
            {"2025-02": ("357.14", None)},
            id="settled on 29 February: 27 is still the first year",
        ),
        pytest.param(
            {"shares_by_year": ["1", "0.5"]},
            {"settled_on": "2025-01-16", "lease_start": "2026-01-16"},
            {"2026-01": ("1290.32", None)},
            id="a lease that starts on the anniversary is in the second year",
        ),
        pytest.param(
            {"share": "1", "quarter_cap": "8000"},
            {
                "months": [*QUARTER, "2026-04"],
                "quarter_before": {"2026-Q1": "1000", "2026-Q2": "7999.99", "2025-Q4": "9"},
            },
            {
                "2026-01": ("5000.00", None),
                "2026-02": ("2000.00", None),
                "2026-03": ("0.00", "CAP_REACHED"),
                "2026-04": ("0.01", None),
            },
            id="each quarter has its own cap and its own past",
        ),
        pytest.param(
            {"share": "1", "quarter_cap": "8000"},
            {"quarter_before": {"2026-Q1": "9000"}},
            {"2026-01": ("0.00", "CAP_REACHED")},
            id="more than the cap was paid in the quarter before",
        ),
        pytest.param(
            {"share": "1", "total_cap": "6000"},
            {"months": QUARTER, "paid_before": "500"},
            {"2026-01": ("5000.00", None), "2026-02": ("500.00", None), "2026-03": ("0.00", "CAP_REACHED")},
            id="what is left of the total",
        ),
        pytest.param(
            {"share": "1", "total_cap": "6000"},
            {"paid_before": "6000.01"},
            {"2026-01": ("0.00", "CAP_REACHED")},
            id="more than the total was paid before",
        ),
        pytest.param(
            {"share": "1", "month_cap": "4000", "quarter_cap": "7000", "total_cap": "6500"},
            {"months": QUARTER},
            {"2026-01": ("4000.00", None), "2026-02": ("2500.00", None), "2026-03": ("0.00", "CAP_REACHED")},
            id="month, then quarter, then total",
        ),
        pytest.param(
            {"share": "0", "total_cap": "0"},
            {},
            {"2026-01": ("0.00", None)},
            id="nothing cannot be cut to nothing",
        ),
        pytest.param({"share": "1", "month_cap": "0"}, {}, {"2026-01": ("0.00", "CAP_REACHED")}, id="a cap of nothing"),
    ],
)
def test_rent_lines(terms, facts, lines):
    assert rent(terms, facts)[1] == lines


def test_absent_and_null_terms_are_the_same():
    nothing = dict.fromkeys(
        [
            "shares_by_year",
            "unit_cap",
            "area_cap",
            "month_cap",
            "quarter_cap",
            "total_cap",
            "max_months",
            "basis",
            "vat_rate",
            "citations",
        ]
    )
    earlier = dict.fromkeys(["months_already", "months_used", "paid_before", "quarter_before"])
    assert rent({"share": "1", **nothing}, earlier) == rent({"share": "1"}, {})


def test_rent_steps_carry_the_citations_of_their_terms():
    citations = {"share": "办法 第三条", "area_cap": "办法 第四条", "quarter_cap": "办法 第五条"}
    terms = {"share": "0.5", "area_cap": "80", "quarter_cap": "3000", "citations": citations}
    facts = LEASE | {"months": ["2026-01", "2026-02", "2026-07"], "months_already": ["2026-07"]}
    steps = compute("rent_subsidy", terms=terms, facts=facts).as_json()["steps"]
    assert [(step["label"]["en"], step["expression"], step["result"], step.get("citation")) for step in steps] == [
        ("Area counted (㎡)", "min(100, 80)", "80", "办法 第四条"),
        ("Unit rent counted (yuan/㎡/month)", "50", "50", None),
        ("2026-01 subsidy", "4000 × 0.5 × 31 ÷ 31", "2000.00", "办法 第三条"),
        ("2026-02 subsidy", "4000 × 0.5 × 28 ÷ 28", "2000.00", "办法 第三条"),
        ("2026-02 quarter cap", "min(2000.00, max(0, 3000.00 − 2000.00))", "1000.00", "办法 第五条"),
        ("2026-07 granted before", "2026-07: months_already → DUP_MONTH", "0.00", None),
        ("Total", "2000.00 + 1000.00", "3000.00", None),
    ]
    assert [step["number"] for step in steps] == list(range(1, 8))


@pytest.mark.parametrize(
    ("terms", "facts", "sentence"),
    [
        ({}, {}, "terms.share is missing: give either share or shares_by_year, not both"),
        (
            {"share": "0.5", "shares_by_year": ["1"]},
            {},
            'terms.share is "0.5": give either share or shares_by_year, not both',
        ),
        ({"shares_by_year": []}, {}, "terms.shares_by_year is []: give a list with at least 1 entries"),
        ({"share": "1", "basis": "net"}, {}, 'terms.vat_rate is missing: the basis "net" needs it'),
        ({"share": "1", "basis": "brutto"}, {}, 'terms.basis is "brutto": give one of gross, net'),
        (
            {"share": "1", "cap": "5"},
            {},
            'terms.cap is "5": this key is not known (known: share, shares_by_year, unit_cap, area_cap,',
        ),
        ({"share": "1", "citations": {"cap": "x"}}, {}, 'terms.citations key is "cap": cite one of share,'),
        (
            {"share": "1"},
            {"lease_end": "2024-12-31"},
            'facts.lease_end is "2024-12-31": it lies before facts.lease_start "2025-01-01"',
        ),
        (
            {"share": "1"},
            {"months": ["2026-01", "2026-02", "2026-01"]},
            'facts.months[2] is "2026-01": it is listed twice',
        ),
        ({"share": "1"}, {"area": "-1"}, 'facts.area is "-1": a negative number'),
        ({"share": "1"}, {"area": "１００"}, 'facts.area is "１００": full-width digits'),
        ({"share": "1"}, {"unit_rent": "NaN"}, 'facts.unit_rent is "NaN": give a finite number'),
        ({"share": "1"}, {"settled_on": None}, "facts.settled_on is null: give a value"),
        (
            {"share": "1"},
            {"quarter_before": {"2026-Q9": "1"}},
            'facts.quarter_before key is "2026-Q9": give a calendar quarter',
        ),
        ({"share": "1"}, {"months_used": True}, "facts.months_used is true: give a number"),
        ({"share": "1"}, {"months_used": -1}, "facts.months_used is -1: a negative number"),
        ({"share": "1"}, {"note": "x"}, 'facts.note is "x": this key is not known'),
    ],
)
def test_rent_refuses(terms, facts, sentence):
    assert refusal("rent_subsidy", terms, LEASE | facts).startswith(sentence)


@pytest.mark.parametrize("key", ["area", "unit_rent", "lease_start", "lease_end", "settled_on", "months"])
def test_rent_needs_every_fact(key):
    facts = {name: value for name, value in LEASE.items() if name != key}
    assert refusal("rent_subsidy", {"share": "1"}, facts) == f"facts.{key} is missing: give a value"
