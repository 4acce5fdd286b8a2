"""Strict reading: each refusal names the key and the value."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incubator.core import exact
from incubator.core.exact import BadValueError, JsonNumber, exact_text, list_of, map_of, one_of, parsed
from incubator.core.periods import Month


@pytest.mark.parametrize(
    ("parse", "value", "read"),
    [
        (exact.number, "62.5", Fraction(125, 2)),
        (exact.number, 62, Fraction(62)),
        (exact.number, JsonNumber("62.5"), Fraction(125, 2)),
        (exact.number, Decimal("62.50"), Fraction(125, 2)),
        (exact.price, "1.255", Fraction(251, 200)),
        (exact.price, Fraction(1, 3), Fraction(1, 3)),
        (exact.money, "9000", Decimal("9000.00")),
        (exact.money, Decimal("0.1"), Decimal("0.10")),
        (exact.ratio, "2/3", Fraction(2, 3)),
        (exact.ratio, "0.50", Fraction(1, 2)),
        (exact.ratio, "1", Fraction(1)),
        (exact.ratio, Decimal("0.6"), Fraction(3, 5)),
        (exact.count, 6, 6),
        (exact.count, "6", 6),
        (exact.count, 0, 0),
        (exact.day, "2024-02-29", date(2024, 2, 29)),
        (exact.day, date(2024, 2, 29), date(2024, 2, 29)),
        (exact.month, "2026-03", Month(2026, 3)),
        (exact.month, Month(2026, 3), Month(2026, 3)),
        (exact.quarter, "2026-Q4", "2026-Q4"),
        (exact.text, "高校毕业生", "高校毕业生"),
        (exact.flag, False, False),
        (one_of("gross", "net"), "net", "net"),
        (list_of(exact.count), [1, 1], (1, 1)),
        (map_of(exact.quarter, exact.money), {"2026-Q1": "5"}, {"2026-Q1": Decimal("5.00")}),
    ],
)
def test_a_sensible_value_is_read(parse, value, read):
    assert parse(value) == read


FULL_WIDTH = "full-width digits are not read here; write 0 to 9"
NEGATIVE = "a negative number makes no sense here"
DIGITS = "give a finite number of at most 15 digits, without sign, exponent, comma or blank"
DATE = "give a date that exists, written YYYY-MM-DD, from 1900 to 2999"
MONTH = "give a month that exists, written YYYY-MM, from 1900 to 2999"


@pytest.mark.parametrize(
    ("parse", "value", "sentence"),
    [
        (exact.number, "-5", f'"-5": {NEGATIVE}'),
        (exact.number, -5, f"-5: {NEGATIVE}"),
        (exact.number, Decimal(-5), f'"-5": {NEGATIVE}'),
        (exact.number, Decimal("NaN"), '"NaN": give a finite number'),
        (exact.number, "NaN", f'"NaN": {DIGITS}'),
        (exact.number, "Infinity", f'"Infinity": {DIGITS}'),
        (exact.number, "1e3", f'"1e3": {DIGITS}'),
        (exact.number, JsonNumber("1e3"), f"1e3: {DIGITS}"),
        (exact.number, "1,000", f'"1,000": {DIGITS}'),
        (exact.number, " 5", f'" 5": {DIGITS}'),
        (exact.number, "+5", f'"+5": {DIGITS}'),
        (exact.number, "", f'"": {DIGITS}'),
        (exact.number, "٣", f'"٣": {DIGITS}'),
        (exact.number, "1_0", f'"1_0": {DIGITS}'),
        (exact.number, "5\n", f'"5\\n": {DIGITS}'),
        (exact.number, "１２", f'"１２": {FULL_WIDTH}'),
        (exact.number, True, "true: give a number"),
        (exact.number, ["5"], '["5"]: give a number'),
        (exact.money, 5, "5: write an amount as a string in quotes"),
        (exact.money, JsonNumber("5.5"), "5.5: write an amount as a string in quotes"),
        (exact.money, True, "true: write an amount as a string in quotes"),
        (exact.money, "0.001", '"0.001": an amount has at most two decimals'),
        (exact.money, "1000000000000", '"1000000000000": an amount is at most 999,999,999,999.99'),
        (exact.ratio, "1.01", '"1.01": a ratio lies between 0 and 1'),
        (exact.ratio, "3/2", '"3/2": a ratio lies between 0 and 1'),
        (exact.ratio, "1/0", '"1/0": the part below the stroke is zero'),
        (exact.ratio, "50%", f'"50%": {DIGITS}'),
        (exact.ratio, "1/-2", f'"1/-2": {DIGITS}'),
        (exact.ratio, "-1/2", f'"-1/2": {NEGATIVE}'),
        (exact.ratio, "１/2", f'"１/2": {FULL_WIDTH}'),
        (exact.ratio, JsonNumber("0.5"), "0.5: write a ratio as a string in quotes"),
        (exact.count, True, "true: give a number"),
        (exact.count, "1.5", '"1.5": give a whole number from 0 to 9999'),
        (exact.count, JsonNumber("6.0"), "6.0: give a whole number from 0 to 9999"),
        (exact.count, 10000, "10000: give a whole number from 0 to 9999"),
        (exact.count_from_1, 0, "0: give at least 1"),
        (exact.day, "2025-02-29", f'"2025-02-29": {DATE}'),
        (exact.day, "20250228", f'"20250228": {DATE}'),
        (exact.day, "2025-W09-5", f'"2025-W09-5": {DATE}'),
        (exact.day, "1899-12-31", f'"1899-12-31": {DATE}'),
        (exact.day, "２０２５-02-28", f'"２０２５-02-28": {FULL_WIDTH}'),
        (exact.day, 20250228, "20250228: give a date as a string in quotes"),
        (exact.day, datetime(2025, 2, 28), '"2025-02-28 00:00:00": give a date as a string in quotes'),
        (exact.month, "2026-13", f'"2026-13": {MONTH}'),
        (exact.month, "2026-1", f'"2026-1": {MONTH}'),
        (exact.month, "3000-01", f'"3000-01": {MONTH}'),
        (exact.month, None, "null: give a month as a string in quotes"),
        (exact.quarter, "2026-Q5", '"2026-Q5": give a calendar quarter written like 2026-Q1'),
        (exact.text, "", '"": give a text that is not empty and has no blanks around it'),
        (exact.text, " A1", '" A1": give a text that is not empty and has no blanks around it'),
        (exact.text, JsonNumber("1.5"), "1.5: give a text as a string in quotes"),
        (exact.flag, "yes", '"yes": give true or false'),
        (exact.flag, 1, "1: give true or false"),
        (one_of("gross", "net"), "NET", '"NET": give one of gross, net'),
        (one_of("gross", "net"), [], "[]: give one of gross, net"),
        (list_of(exact.month), "2026-01", '"2026-01": give a list'),
        (list_of(exact.ratio, least=1), [], "[]: give a list with at least 1 entries"),
        (map_of(exact.quarter, exact.money), [], "[]: give an object"),
    ],
)
def test_a_senseless_value_is_refused_by_name(parse, value, sentence):
    with pytest.raises(BadValueError) as refusal:
        parsed("facts.key", value, parse)
    assert str(refusal.value) == f"facts.key is {sentence}"


@pytest.mark.parametrize(
    ("parse", "value", "sentence"),
    [
        (list_of(exact.month), ["2026-01", "2026-1"], f'facts.key[1] is "2026-1": {MONTH}'),
        (
            list_of(exact.month, unique=True),
            ["2026-01", "2026-02", "2026-01"],
            'facts.key[2] is "2026-01": it is listed twice',
        ),
        (
            map_of(exact.quarter, exact.money),
            {"2026": "5"},
            'facts.key key is "2026": give a calendar quarter written like 2026-Q1',
        ),
        (map_of(exact.quarter, exact.money), {"2026-Q1": "-5"}, f'facts.key["2026-Q1"] is "-5": {NEGATIVE}'),
    ],
)
def test_a_refusal_inside_a_list_names_the_place(parse, value, sentence):
    with pytest.raises(BadValueError) as refusal:
        parsed("facts.key", value, parse)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Fraction(1, 2), "0.5"),
        (Fraction(50), "50"),
        (Fraction(2, 3), "2/3"),
        (Fraction(1, 80), "0.0125"),
        (Fraction(-3, 2), "-1.5"),
        (Fraction(0), "0"),
    ],
)
def test_exact_text(value, written):
    assert exact_text(value) == written


@settings(max_examples=100, deadline=None)
@given(st.fractions())
def test_exact_text_reads_back_the_same(value):
    assert Fraction(exact_text(value)) == value
