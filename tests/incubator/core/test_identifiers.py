"""Credit codes and identity numbers, against python-stdnum and against the published weights."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from incubator.core.identifiers import (
    normalise_identifier,
    resident_id_check,
    resident_id_problem,
    uscc_check,
    uscc_problem,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600037341L"])
def test_a_right_credit_code_has_no_problem(code):
    assert uscc_problem(code) is None


@pytest.mark.parametrize(
    ("code", "problem", "about"),
    [
        ("91350100M000100Y4", "LENGTH", ""),
        ("91350100M000100Y433", "LENGTH", ""),
        ("", "LENGTH", ""),
        ("91350100M000100Y4Z", "CHARACTER", "Z"),
        ("9135010OM000100Y43", "CHARACTER", "O"),
        ("91350100m000100Y43", "CHARACTER", "m"),
        ("91350100M000100Y44", "CHECK_CHARACTER", "4"),
        ("91350100M001000Y43", "CHECK_CHARACTER", "3"),
    ],
)
def test_a_wrong_credit_code_says_why(code, problem, about):
    found = uscc_problem(code)
    assert (found.code, found.about) == (problem, about)
    assert found.zh != found.en


@settings(max_examples=150, deadline=None)
@given(
    st.text("0123456789", min_size=8, max_size=8), st.text(ALPHABET, min_size=9, max_size=9), st.sampled_from(ALPHABET)
)
def test_the_check_character_agrees_with_a_second_library(head, rest, last):
    first = head + rest
    assert uscc_check(first) == uscc.calc_check_digit(first)
    assert (uscc_problem(first + last) is None) == uscc.is_valid(first + last)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_a_right_identity_number_has_no_problem(number):
    assert resident_id_problem(number) is None


@pytest.mark.parametrize(
    ("number", "problem", "about"),
    [
        ("110105491231002", "LENGTH", ""),
        ("1101051949123100AX", "CHARACTER", "A"),
        ("11010519491231002Y", "CHARACTER", "Y"),
        ("110105194913310021", "BIRTH_DATE", "19491331"),
        ("110105190002290021", "BIRTH_DATE", "19000229"),
        ("110105194912310021", "CHECK_CHARACTER", "1"),
    ],
)
def test_a_wrong_identity_number_says_why(number, problem, about):
    found = resident_id_problem(number)
    assert (found.code, found.about) == (problem, about)


@settings(max_examples=100, deadline=None)
@given(st.dates(), st.integers(0, 999))
def test_the_identity_check_agrees_with_a_second_library(born, order):
    first = f"110105{born.year:04d}{born.month:02d}{born.day:02d}{order:03d}"
    assert resident_id_check(first) == ric.calc_check_digit(first + "0")
    assert resident_id_problem(first + resident_id_check(first)) is None


def test_identifiers_are_stored_in_capitals_and_half_width():
    assert normalise_identifier(" １１０１０５１９４９１２３１００２ｘ ") == "11010519491231002X"
