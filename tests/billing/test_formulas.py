"""Rent of part of a month and late fee, against the worked figures and a second calculation."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.formulas import METHODS, share_of_month
from incubator.core.exact import BadValueError
from incubator.core.formulas import compute
from incubator.core.money import round_fen
from incubator.core.periods import Month


def rent(method, first, last, monthly="3000.00"):
    return compute("prorated_rent", terms={"method": method}, facts={"monthly_rent": monthly, "from": first, "to": last})


@pytest.mark.parametrize(("method", "amount"), [("actual", "1645.16"), ("thirty", "1700.00"), ("year", "1676.71"), ("full", "3000.00")])
def test_the_worked_month(method, amount):
    assert rent(method, "2026-03-15", "2026-03-31").amount == Decimal(amount)


@pytest.mark.parametrize("method", METHODS)
def test_a_whole_month_is_the_monthly_rent_and_no_part_costs_more(method):
    for number in range(1, 13):
        month = Month(2026, number)
        assert rent(method, str(month.first), str(month.last)).amount == Decimal("3000.00")
        shares = [share_of_month(method, month, days) for days in range(month.days + 2)]
        assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == shares[-2] == 1


@given(first=st.dates(date(2024, 1, 1), date(2027, 12, 31)), days=st.integers(0, 200), fen=st.integers(0, 10**7))
def test_days_counted_one_by_one_give_the_same_rent(first, days, fen):
    last = first + timedelta(days=days)
    count = {}
    for step in range(days + 1):
        month = Month.of(first + timedelta(days=step))
        count[month] = count.get(month, 0) + 1
    expected = sum(round_fen(Decimal(fen) * days / month.days / 100) for month, days in count.items())
    assert rent("actual", first, last, Decimal(fen) / 100).amount == expected


def test_a_span_that_ends_before_it_starts_is_refused():
    with pytest.raises(BadValueError, match="facts.to"):
        rent("actual", "2026-03-02", "2026-03-01")


@pytest.mark.parametrize(
    ("paid_on", "cap", "amount", "reasons"),
    [("2026-06-30", "0.2", "38.93", ()), ("2026-06-13", "0.2", "0.00", ()), ("2026-06-14", "0.2", "7.79", ()), ("2026-06-01", "1", "0.00", ()), ("2028-06-30", "0.2", "778.50", ("CAP_REACHED",))],
)
def test_late_fee(paid_on, cap, amount, reasons):
    terms = {"daily_rate": "0.0005", "grace_days": 3, "cap_ratio": cap}
    found = compute("late_fee", terms=terms, facts={"amount": "3892.50", "due_on": "2026-06-10", "paid_on": paid_on})
    assert (found.amount, found.reasons) == (Decimal(amount), reasons)
