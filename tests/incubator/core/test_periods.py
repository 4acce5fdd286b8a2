"""Months and spans against a count day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incubator.core.periods import (
    Month,
    add_months,
    add_years,
    months_from,
    months_of,
    whole_months,
    whole_years,
)

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def test_a_month_knows_its_days_and_quarter():
    month = Month.parse("2024-02")
    assert (month.first, month.last, month.days) == (date(2024, 2, 1), date(2024, 2, 29), 29)
    assert month.quarter == "2024-Q1"
    assert [Month(2026, number).quarter for number in (3, 4, 6, 7, 9, 10, 12)] == [
        f"2026-Q{number}" for number in (1, 2, 2, 3, 3, 4, 4)
    ]
    assert str(month) == "2024-02"
    assert Month.of(date(2024, 2, 29)) == month


def test_months_sort_and_step_over_the_year():
    assert sorted([Month(2026, 1), Month(2025, 12)]) == [Month(2025, 12), Month(2026, 1)]
    assert Month(2025, 12).plus(1) == Month(2026, 1)
    assert Month(2026, 1).plus(-13) == Month(2024, 12)
    assert list(map(str, months_from(Month(2025, 11), Month(2026, 2)))) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert months_from(Month(2026, 2), Month(2026, 1)) == ()
    assert months_of(date(2026, 1, 31), date(2026, 2, 1)) == (Month(2026, 1), Month(2026, 2))
    assert months_of(date(2026, 2, 1), date(2026, 1, 31)) == ()


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "0000-01", "2026-1", "202601", "2026-01-01", "２０２６-01", "", "二〇二六年"]
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError):
        Month.parse(text)


@settings(max_examples=100, deadline=None)
@given(DAYS, DAYS, DAYS)
def test_days_inside_counts_each_day(day, start, end):
    month = Month.of(day)
    days = [date(month.year, month.month, 1) + timedelta(days=step) for step in range(31)]
    inside = [one for one in days if one.month == month.month and start <= one <= end]
    assert month.days_inside(start, end) == len(inside)
    assert month.inside(start, end) == ((inside[0], inside[-1]) if inside else None)


@pytest.mark.parametrize(
    ("start", "day", "years"),
    [
        pytest.param("2024-02-29", "2025-02-27", 0, id="29 February, the day before 28"),
        pytest.param("2024-02-29", "2025-02-28", 1, id="29 February falls on 28 in a common year"),
        pytest.param("2024-02-29", "2028-02-28", 3, id="29 February stays 29 in a leap year"),
        pytest.param("2024-02-29", "2028-02-29", 4, id="29 February, four years later"),
        pytest.param("2024-06-30", "2026-06-29", 1, id="the day before the anniversary"),
        pytest.param("2024-06-30", "2026-06-30", 2, id="the anniversary counts"),
        pytest.param("2024-06-30", "2024-06-29", -1, id="before the start"),
    ],
)
def test_whole_years(start, day, years):
    assert whole_years(date.fromisoformat(start), date.fromisoformat(day)) == years


@settings(max_examples=150, deadline=None)
@given(DAYS, DAYS)
def test_whole_months_and_years_are_the_last_step_not_past_the_day(start, day):
    months, years = whole_months(start, day), whole_years(start, day)
    assert add_months(start, months) <= day < add_months(start, months + 1)
    assert add_years(start, years) <= day < add_years(start, years + 1)


def test_a_day_that_the_month_lacks_becomes_its_last():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert whole_months(date(2026, 1, 31), date(2026, 2, 28)) == 1
