"""Rounding, figures, capitals: worked rows, and random amounts against a second way of writing."""

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incubator.core.money import (
    MAXIMUM,
    AmountError,
    amount_in_words,
    parse_amount,
    round_fen,
    wan,
    words_to_amount,
    yuan,
)

FEN = st.integers(0, 99_999_999_999_999)


def amount_of(fen):
    return Decimal(fen) / 100


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ("17538.71", "人民币壹万柒仟伍佰叁拾捌元柒角壹分"),
        ("100000", "人民币壹拾万元整"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("0.05", "人民币伍分"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("0", "人民币零元整"),
        ("0.50", "人民币伍角整"),
        ("0.15", "人民币壹角伍分"),
        ("1.05", "人民币壹元零伍分"),
        ("10.05", "人民币壹拾元零伍分"),
        ("10.50", "人民币壹拾元伍角整"),
        ("1680.32", "人民币壹仟陆佰捌拾元叁角贰分"),
        ("100500", "人民币壹拾万零伍佰元整"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
        ("10070000", "人民币壹仟零柒万元整"),
        ("100001000", "人民币壹亿零壹仟元整"),
        ("100010000", "人民币壹亿零壹万元整"),
        ("110001000", "人民币壹亿壹仟万壹仟元整"),
        ("600000000000", "人民币陆仟亿元整"),
        ("999999999999.99", "人民币玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_amount_in_words(figures, words):
    assert amount_in_words(Decimal(figures)) == words
    assert words_to_amount(words) == Decimal(figures)


def read_aloud(words):
    """Read capitals with a running sum, the way a person does; knows nothing of the product."""
    places = {"拾": 10, "佰": 100, "仟": 1000}
    total = section = digit = 0
    for sign in words.removeprefix("人民币"):
        if sign in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
        elif sign in places:
            section, digit = section + digit * places[sign], 0
        elif sign in "万亿":
            total, section, digit = total + (section + digit) * (10**4 if sign == "万" else 10**8), 0, 0
        elif sign == "元":
            total, section, digit = (total + section + digit) * 100, 0, 0
        elif sign in "角分":
            total, digit = total + digit * (10 if sign == "角" else 1), 0
    return total


@settings(max_examples=200, deadline=None)
@given(FEN)
@example(0)
@example(1)
@example(10)
@example(100)
@example(99_999_999_999_999)
def test_words_and_figures_round_trip(fen):
    words = amount_in_words(amount_of(fen))
    assert words_to_amount(words) == amount_of(fen)
    assert read_aloud(words) == fen
    assert "零零" not in words
    assert words.endswith("分") == bool(fen % 10)
    assert words.endswith("整") != bool(fen % 10)


def test_words_of_every_pattern_of_zeros_round_trip():
    for shape in itertools.product("07", repeat=14):
        fen = int("".join(shape))
        words = amount_in_words(amount_of(fen))
        assert words_to_amount(words) == amount_of(fen)
        assert read_aloud(words) == fen
        assert "零零" not in words


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("壹仟陆佰捌拾元零叁角贰分", "1680.32"),
        ("人民币壹拾万零柒仟元零伍角叁分", "107000.53"),
        ("人民币 壹角正", "0.10"),
        ("壹角", "0.10"),
        ("壹拾圆正", "10"),
        ("零元整", "0"),
    ],
)
def test_words_in_optional_forms_are_read(words, figures):
    assert words_to_amount(words) == Decimal(figures)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "人民币",
        "元整",
        "壹元",
        "壹零元整",
        "壹分整",
        "零分",
        "拾元整",
        "壹仟零万元整",
        "壹仟伍元整",
        "壹佰二元整",
        "整",
    ],
)
def test_words_that_the_rules_forbid_are_refused(words):
    with pytest.raises(AmountError) as refusal:
        words_to_amount(words)
    assert refusal.value.code == "format"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("-0.01", "maximum"),
        ("1000000000000", "maximum"),
        ("0.005", "decimals"),
        ("NaN", "maximum"),
        ("Infinity", "maximum"),
    ],
)
def test_amounts_that_have_no_words_are_refused(amount, code):
    with pytest.raises(AmountError) as refusal:
        amount_in_words(Decimal(amount))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        pytest.param(Decimal("0.005"), "0.01", id="half a fen goes up"),
        pytest.param(Decimal("0.00499999"), "0.00", id="less than half goes down"),
        pytest.param(Decimal("1.125"), "1.13", id="beside an even fen, half still goes up"),
        pytest.param(Fraction(2400 * 16, 31), "1238.71", id="a fraction"),
        pytest.param(5, "5.00", id="a whole number"),
        pytest.param(Decimal("-0.005"), "-0.01", id="a negative half goes away from zero"),
        pytest.param(Fraction(-1, 1000), "0.00", id="a tiny negative is zero without a sign"),
        pytest.param(Fraction(10**31 + 5, 1000), f"{10**28}.01", id="more digits than a context holds"),
    ],
)
def test_round_fen(value, rounded):
    assert str(round_fen(value)) == rounded


def test_round_fen_refuses_a_float():
    with pytest.raises(TypeError, match=r"not the float 0\.1"):
        round_fen(0.1)


@pytest.mark.parametrize(
    ("amount", "written", "in_wan"),
    [
        ("17538.71", "17,538.71", "1.8"),
        ("0", "0.00", "0.0"),
        ("-1200.5", "-1,200.50", "-0.1"),
        ("500", "500.00", "0.1"),
        ("499.99", "499.99", "0.0"),
        ("-499.99", "-499.99", "0.0"),
        ("123456789", "123,456,789.00", "12,345.7"),
    ],
)
def test_figures_with_separators_and_in_ten_thousands(amount, written, in_wan):
    assert yuan(Decimal(amount)) == written
    assert wan(Decimal(amount)) == in_wan


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1200", "1200.00"),
        ("1200.5", "1200.50"),
        (" 0.01 ", "0.01"),
        ("１２００．５０", "1200.50"),
        ("　８０", "80.00"),
        ("1,200.50", "1200.50"),
        ("1，200", "1200.00"),
        ("12,345,678", "12345678.00"),
        ("999999999999.99", "999999999999.99"),
        ("007", "7.00"),
    ],
)
def test_parse_amount(typed, amount):
    assert str(parse_amount(typed)) == amount


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("　", "empty"),
        ("-1", "sign"),
        ("－１", "sign"),
        ("−1", "sign"),
        ("+1", "sign"),
        ("0.001", "decimals"),
        ("1,200.505", "decimals"),
        ("1e5", "format"),
        ("NaN", "format"),
        ("Infinity", "format"),
        ("0x10", "format"),
        ("1_000", "format"),
        ("1,20", "format"),
        ("0,125", "format"),
        ("1234,567", "format"),
        ("10²", "format"),
        ("①", "format"),
        ("٣", "format"),
        ("12.", "format"),
        (".5", "format"),
        ("1.2.3", "format"),
        ("12 000", "format"),
        ("¥12", "format"),
        ("壹佰", "format"),
        ("1\x00", "format"),
        ("1000000000000", "maximum"),
        ("9" * 500, "maximum"),
    ],
)
def test_parse_amount_refuses(typed, code):
    with pytest.raises(AmountError) as refusal:
        parse_amount(typed)
    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")


def test_parse_amount_holds_the_bound_of_the_field():
    assert parse_amount("4000000", maximum=Decimal(4_000_000)) == 4_000_000
    with pytest.raises(AmountError, match=r"^4000000\.01 yuan is more than 4,000,000\.00 yuan\.$"):
        parse_amount("4000000.01", maximum=Decimal(4_000_000))


@settings(max_examples=100, deadline=None)
@given(FEN)
def test_what_is_written_is_read_back(fen):
    amount = amount_of(fen)
    assert parse_amount(yuan(amount)) == amount <= MAXIMUM
