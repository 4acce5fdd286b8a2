"""Working days."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from incubator.core.calendar import WorkingCalendar

OCTOBER = WorkingCalendar(
    holidays=frozenset(date(2026, 10, number) for number in range(1, 8)),
    extra_workdays=frozenset({date(2026, 10, 10)}),
)


def test_a_worked_saturday_counts_and_a_holiday_does_not():
    assert OCTOBER.works(date(2026, 10, 10))
    assert not OCTOBER.works(date(2026, 10, 1))
    assert not OCTOBER.works(date(2026, 10, 11))
    assert OCTOBER.nth_after(date(2026, 9, 28), 5) == date(2026, 10, 10)
    assert OCTOBER.nth_after(date(2026, 10, 10), 1) == date(2026, 10, 12)


def test_a_holiday_wins_over_a_worked_day():
    day = date(2026, 10, 10)
    assert not WorkingCalendar(frozenset({day}), frozenset({day})).works(day)


NEAR = st.dates(date(2026, 9, 20), date(2026, 10, 31))


@settings(max_examples=100, deadline=None)
@given(NEAR, st.integers(1, 20), st.frozensets(NEAR, max_size=12), st.frozensets(NEAR, max_size=6))
def test_the_nth_working_day_has_n_working_days_before_it(start, count, holidays, worked):
    last = WorkingCalendar(holidays, worked).nth_after(start, count)
    span = [start + timedelta(days=step) for step in range(1, (last - start).days + 1)]
    counted = [day for day in span if (day.isoweekday() < 6 or day in worked) and day not in holidays]
    assert len(counted) == count
    assert counted[-1] == last
