"""Broadband and software: the worked rows, the edges, and random cases against a second calculation."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incubator.core.exact import BadValueError
from incubator.core.formulas import compute
from incubator.subsidies.formulas import Invoice, SoftwareFacts, SoftwareTerms, software_subsidy

QUARTER = ["2026-01", "2026-02", "2026-03"]
YUAN = st.integers(0, 3_000_000).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
MAYBE_YUAN = st.none() | YUAN
SHARE = st.sampled_from(["0", "0.3", "0.5", "1/3", "2/3", "0.6", "1"])
MONTH = st.tuples(st.integers(2025, 2026), st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02d}")


def refusal(name, terms, facts):
    with pytest.raises(BadValueError) as refused:
        compute(name, terms=terms, facts=facts)
    return str(refused.value)


def fen_of(text):
    return int(Fraction(text) * 100)


@pytest.mark.parametrize(
    ("terms", "facts", "amount", "lines"),
    [
        pytest.param(
            {"share": "0.5", "month_cap": "400"},
            {"monthly_fee": "999", "months": QUARTER},
            "1200.00",
            [("400.00", None)] * 3,
            id="499.50 cut to 400, three months",
        ),
        pytest.param(
            {"share": "0.5"},
            {"monthly_fee": "199.99", "months": ["2026-01"]},
            "100.00",
            [("100.00", None)],
            id="half up to the fen",
        ),
        pytest.param(
            {"share": "1", "max_months": 3},
            {
                "monthly_fee": "100",
                "months": [*QUARTER, "2026-04"][::-1],
                "months_already": ["2026-02"],
                "months_used": 1,
            },
            "200.00",
            [("100.00", None), ("0.00", "DUP_MONTH"), ("100.00", None), ("0.00", "TERM_EXHAUSTED")],
            id="ascending months, one granted before, term used up",
        ),
        pytest.param(
            {"share": "1", "month_cap": "0", "max_months": 1},
            {"monthly_fee": "100", "months": QUARTER[:2]},
            "0.00",
            [("0.00", "CAP_REACHED")] * 2,
            id="a cap of nothing uses up no month",
        ),
        pytest.param(
            {"share": "0", "month_cap": "0"},
            {"monthly_fee": "100", "months": ["2026-01"]},
            "0.00",
            [("0.00", None)],
            id="a share of nothing",
        ),
    ],
)
def test_broadband(terms, facts, amount, lines):
    result = compute("broadband_subsidy", terms=terms, facts=facts).as_json()
    assert result["amount"] == amount
    assert [(line["amount"], line["reason"]) for line in result["lines"]] == lines
    assert [line["month"] for line in result["lines"]] == sorted(facts["months"])


@pytest.mark.parametrize(
    ("terms", "facts", "sentence"),
    [
        ({}, {}, "terms.share is missing: give a value"),
        ({"share": "0.5"}, {"months": []}, "facts.monthly_fee is missing: give a value"),
        ({"share": "0.5"}, {"monthly_fee": "5"}, "facts.months is missing: give a value"),
        (
            {"share": "0.5"},
            {"monthly_fee": "5", "months": ["2026-01", "2026-01"]},
            'facts.months[1] is "2026-01": it is listed twice',
        ),
        (
            {"share": "0.5", "quarter_cap": "5"},
            {},
            'terms.quarter_cap is "5": this key is not known (known: share, month_cap, max_months, citations)',
        ),
    ],
)
def test_broadband_refuses(terms, facts, sentence):
    assert refusal("broadband_subsidy", terms, facts) == sentence


@settings(max_examples=100, deadline=None)
@given(
    SHARE,
    MAYBE_YUAN,
    st.none() | st.integers(0, 6),
    YUAN,
    st.lists(MONTH, unique=True, max_size=8),
    st.lists(MONTH, max_size=4),
    st.integers(0, 4),
)
def test_broadband_agrees_with_a_second_calculation(share, cap, most, fee, months, already, used):
    facts = {"monthly_fee": fee, "months": months, "months_already": already, "months_used": used}
    result = compute(
        "broadband_subsidy", terms={"share": share, "month_cap": cap, "max_months": most}, facts=facts
    ).as_json()
    expected = []
    for month in sorted(months):
        twice = Fraction(fee) * Fraction(share) * 200
        full = (twice.numerator // twice.denominator + 1) // 2
        fen = full if cap is None else min(full, fen_of(cap))
        reason = "CAP_REACHED" if full and not fen else None
        if month in already:
            fen, reason = 0, "DUP_MONTH"
        elif most is not None and used >= most:
            fen, reason = 0, "TERM_EXHAUSTED"
        used += fen > 0
        expected.append((month, fen, reason))
    assert [(line["month"], fen_of(line["amount"]), line["reason"]) for line in result["lines"]] == expected


@pytest.mark.parametrize(
    ("terms", "facts", "amount", "lines"),
    [
        pytest.param(
            {"share": "0.3", "period_cap": "5000"},
            {"invoices": [{"number": "A1", "amount": "18000"}]},
            "5000.00",
            [("A1", "5000.00", None)],
            id="5,400 cut to the cap of the period",
        ),
        pytest.param(
            {"share": "0.3", "period_cap": "5000"},
            {
                "invoices": [
                    {"number": "B", "amount": "10000"},
                    {"number": "A", "amount": "10000"},
                    {"number": "B", "amount": "10000"},
                    {"number": "C", "amount": "1"},
                    {"number": "K", "amount": "1"},
                ],
                "invoices_already": ["K"],
            },
            "5000.00",
            [
                ("B", "3000.00", None),
                ("A", "2000.00", None),
                ("B", "0.00", "DUP_INVOICE"),
                ("C", "0.00", "CAP_REACHED"),
                ("K", "0.00", "DUP_INVOICE"),
            ],
            id="order of the claim, the same number twice, the cap, a number used before",
        ),
        pytest.param(
            {"share": "1/3"},
            {"invoices": [{"number": "A", "amount": "0.05"}, {"number": "B", "amount": "0.00"}]},
            "0.02",
            [("A", "0.02", None), ("B", "0.00", None)],
            id="no cap, a third of five fen, an invoice of nothing",
        ),
        pytest.param({"share": "1"}, {"invoices": []}, "0.00", [], id="no invoice"),
    ],
)
def test_software(terms, facts, amount, lines):
    result = compute("software_subsidy", terms=terms, facts=facts).as_json()
    assert result["amount"] == amount
    assert [(line["number"], line["amount"], line["reason"]) for line in result["lines"]] == lines


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "facts.invoices is missing: give a value"),
        ({"invoices": ["A1"]}, 'facts.invoices[0] is "A1": give an object with keys'),
        ({"invoices": [{"amount": "5"}]}, "facts.invoices[0].number is missing: give a value"),
        (
            {"invoices": [{"number": "A1", "amount": "-5"}]},
            'facts.invoices[0].amount is "-5": a negative number makes no sense here',
        ),
        (
            {"invoices": [{"number": "A1", "amount": "5", "tax": "1"}]},
            'facts.invoices[0].tax is "1": this key is not known (known: number, amount)',
        ),
        (
            {"invoices": [{"number": "Ａ１", "amount": "5"}]},
            'facts.invoices[0].number is "Ａ１": full-width digits are not read here; write 0 to 9',
        ),
    ],
)
def test_software_refuses(facts, sentence):
    assert refusal("software_subsidy", {"share": "0.3"}, facts) == sentence


def test_software_from_typed_values_is_the_same_path():
    invoice = Invoice(number="A1", amount=Decimal("18000.00"))
    terms = SoftwareTerms(share=Fraction(3, 10), period_cap=Decimal("5000.00"))
    typed = software_subsidy(terms, SoftwareFacts(invoices=(invoice,)))
    assert typed == compute("software_subsidy", terms=terms, facts={"invoices": [invoice]})
    assert typed.amount == 5000


INVOICES = st.lists(st.fixed_dictionaries({"number": st.sampled_from("ABCDEF"), "amount": YUAN}), max_size=8)


@settings(max_examples=100, deadline=None)
@given(SHARE, MAYBE_YUAN, INVOICES, st.lists(st.sampled_from("ABCXYZ"), max_size=3))
def test_software_agrees_with_a_second_calculation(share, cap, invoices, already):
    facts = {"invoices": invoices, "invoices_already": already}
    result = compute("software_subsidy", terms={"share": share, "period_cap": cap}, facts=facts).as_json()
    expected, seen, total = [], list(already), 0
    for invoice in invoices:
        twice = Fraction(invoice["amount"]) * Fraction(share) * 200
        full = fen = (twice.numerator // twice.denominator + 1) // 2
        if cap is not None and total + full > fen_of(cap):
            fen = fen_of(cap) - total
        reason = "CAP_REACHED" if full and not fen else None
        if invoice["number"] in seen:
            fen, reason = 0, "DUP_INVOICE"
        seen.append(invoice["number"])
        total += fen
        expected.append((fen, reason))
    assert [(fen_of(line["amount"]), line["reason"]) for line in result["lines"]] == expected
    assert fen_of(result["amount"]) == total
