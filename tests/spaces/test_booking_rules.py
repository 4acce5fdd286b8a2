"""Each rule refuses by its name; prices are cut at the edges of bands; days on which the clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from incubator.core.calendar import WorkingCalendar
from spaces.booking_rules import (
    Booker,
    Busy,
    Facts,
    Refused,
    Rules,
    Seats,
    Wanted,
    first_refusal,
    local_moment,
    portions,
    starts_of,
)
from spaces.pricing import Price, quote

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)
HOURS = dict.fromkeys(range(5), [(9 * 60, 12 * 60), (12 * 60, 18 * 60)])
FACTS = Facts(1, "A-301", ZONE, Seats((11,)), capacity=8, features=frozenset({"投影"}), rules=Rules(lead=120, before=0, after=15, daily_limit=240, active_limit=3), hours=HOURS, group=5)


def at(hour, minute=0, day=DAY):
    return datetime.combine(day, time(hour, minute), ZONE)


def wanted(start=None, minutes=60, **given):
    start = start or at(10)
    return Wanted(start, start + timedelta(minutes=minutes), NOW, **given)


def code(asked, booker=None, facts=FACTS, busy=None):
    found = first_refusal(facts, asked, booker or Booker(), busy if busy is not None else {})
    return found.code if found else None


@pytest.mark.parametrize(("asked", "expected"), [
    (wanted(), None),
    (wanted(minutes=0), "TOO_SHORT"),
    (wanted(minutes=-60), "TOO_SHORT"),
    (wanted(minutes=60 * 24 * 3650), "TOO_LONG"),
    (wanted(start=NOW - timedelta(hours=1)), "PAST"),
    (wanted(start=NOW + timedelta(minutes=60)), "LEAD_TIME"),
    (wanted(start=at(10, day=DAY + timedelta(days=90))), "HORIZON"),
    (wanted(start=at(10, 7)), "STEP"),
    (wanted(minutes=15), "TOO_SHORT"),
    (wanted(minutes=540), "TOO_LONG"),
    (wanted(start=at(8)), "CLOSED"),
    (wanted(start=at(11), minutes=120), None),  # across two spans that touch
    (wanted(start=at(23), minutes=120), "CLOSED"),  # across midnight
    (wanted(start=at(10, day=date(2026, 11, 28))), "CLOSED"),  # a Saturday
    (wanted(people=9), "CAPACITY"),
    (wanted(quantity=2), "CAPACITY"),
    (wanted(features=frozenset({"投影", "视频会议"})), "FEATURE"),
    (wanted(minutes=300), "DAILY_LIMIT"),
])  # fmt: skip
def test_the_rule_that_refuses_is_named(asked, expected):
    assert code(asked) == expected


@pytest.mark.parametrize(("booker", "facts", "expected"), [
    (Booker(active=3), FACTS, "ACTIVE_LIMIT"),
    (Booker(active=3, staff=True), FACTS, None),
    (Booker(minutes_by_day={(1, DAY): 200}), FACTS, "DAILY_LIMIT"),
    (Booker(), replace(FACTS, permit_required=True), "PERMIT"),
    (Booker(permits={5: (date(2026, 1, 1), date(2026, 11, 24))}), replace(FACTS, permit_required=True), "PERMIT_EXPIRES"),  # not on the day of use
    (Booker(permits={5: (date(2026, 1, 1), DAY)}), replace(FACTS, permit_required=True), None),
    (Booker(in_arrears=True), replace(FACTS, rules=Rules(refuse_arrears=True)), "ARREARS"),
    (Booker(in_arrears=True), FACTS, None),  # off unless the rules say so
    (Booker(free_minutes={5: 30}), replace(FACTS, rules=Rules(only_free_hours=True)), "QUOTA"),
    (Booker(free_minutes={5: 60}), replace(FACTS, rules=Rules(only_free_hours=True)), None),
    (Booker(), replace(FACTS, is_open=False), "CLOSED"),
    (Booker(), replace(FACTS, seats=Seats(())), "CLOSED"),
])  # fmt: skip
def test_rules_about_who_asks(booker, facts, expected):
    assert code(wanted(), booker, facts) == expected


def test_any_hour_opens_the_house_but_not_a_taken_room():
    night, busy = wanted(start=at(8)), {11: [Busy(at(7), at(9), at(7), at(9))]}
    assert code(night, Booker(any_hour=True)) is None
    assert code(night, Booker(any_hour=True), busy=busy) == "TAKEN"


def test_taken_touching_buffer_and_closed():
    busy = {11: [Busy(at(10), at(11, 15), at(10), at(11))]}
    assert code(wanted(start=at(10, 30)), busy=busy) == "TAKEN"
    assert code(wanted(start=at(11)), busy=busy) == "BUFFER"
    assert code(wanted(start=at(11, 15)), busy=busy) is None
    touching = {11: [Busy(at(10), at(11), at(10), at(11))]}
    assert code(wanted(start=at(11)), facts=replace(FACTS, rules=Rules()), busy=touching) is None
    assert code(wanted(start=at(10)), busy={11: [Busy(at(9), at(18), at(9), at(18), closed="检修")]}) == "BLACKOUT"


def test_a_refusal_says_when_it_is_taken():
    found = first_refusal(FACTS, wanted(start=at(10, 30)), Booker(), {11: [Busy(at(10), at(11, 15), at(10), at(11))]})
    assert "10:00–11:00" in found.message


def test_desks_are_counted_and_a_composite_needs_all():
    busy = {1: [Busy(at(10), at(11), at(10), at(11))]}
    desks = replace(FACTS, seats=Seats((1, 2, 3)), capacity=9)
    assert [code(wanted(quantity=count), facts=desks, busy=busy) for count in (1, 2, 3)] == [None, None, "TAKEN"]
    assert code(wanted(), facts=replace(FACTS, seats=Seats((1, 2), all_of_them=True)), busy=busy) == "TAKEN"


def test_a_worked_weekend_opens_like_a_monday_and_a_holiday_is_closed():
    saturday, thursday = date(2026, 11, 28), date(2026, 11, 26)
    calendar = WorkingCalendar(frozenset({thursday}), frozenset({saturday}))
    facts = replace(FACTS, calendar=calendar)
    assert code(wanted(start=at(10, day=saturday)), facts=facts) is None
    assert code(wanted(start=at(10, day=thursday)), facts=facts) == "CLOSED"
    assert len(starts_of(facts, saturday, 60)) > 0
    assert starts_of(facts, thursday, 60) == []


# --- the clocks change


@pytest.mark.parametrize(("zone", "day", "at_time", "expected"), [
    ("Europe/Berlin", date(2026, 3, 29), time(2, 30), "DST_GAP"),
    ("Europe/Berlin", date(2026, 10, 25), time(2, 30), "DST_TWICE"),
    ("Asia/Shanghai", date(1988, 4, 17), time(2, 30), "DST_GAP"),
    ("Asia/Shanghai", date(1988, 9, 11), time(1, 30), "DST_TWICE"),
])  # fmt: skip
def test_a_time_that_is_missing_or_comes_twice(zone, day, at_time, expected):
    with pytest.raises(Refused) as refused:
        local_moment(day, at_time, ZoneInfo(zone))
    assert refused.value.code == expected


def test_a_time_that_comes_twice_can_be_told_apart():
    berlin, day = ZoneInfo("Europe/Berlin"), date(2026, 10, 25)
    first, second = (local_moment(day, time(2, 30), berlin, second=which) for which in (False, True))
    assert second - first == timedelta(hours=1)
    assert list(portions(first, second, berlin)) == []  # the same wall time: only the elapsed hour between them


# --- prices

DAYTIME = Price(1, 0, Decimal(80), starts=8 * 60, ends=18 * 60)
EVENING = Price(2, 0, Decimal(120), starts=18 * 60)
WEEK = WorkingCalendar()


def cost(start, end, prices=(DAYTIME, EVENING), **given):
    return quote(start, end, given.pop("zone", ZONE), prices, calendar=WEEK, **given)


def test_the_worked_example_of_the_design():
    found = cost(at(17), at(19, 30))
    assert (found.price, found.due) == (Decimal("260.00"), Decimal("260.00"))
    covered = cost(at(17), at(19, 30), free_minutes=60)
    assert (covered.price, covered.free_minutes, covered.due) == (Decimal("260.00"), 60, Decimal("180.00"))


@pytest.mark.parametrize(("prices", "expected"), [
    ((DAYTIME, Price(3, 1, Decimal(50))), "50.00"),  # the plan's price of the class
    ((DAYTIME, Price(3, 2, Decimal(90)), Price(4, 1, Decimal(50))), "90.00"),  # of the resource: before the plan's of the class
    ((DAYTIME, Price(3, 0, Decimal(30), days="workday")), "30.00"),  # named days before any
    ((DAYTIME, Price(3, 0, Decimal(30), days="weekend")), "80.00"),
    ((DAYTIME, Price(3, 0, Decimal(30), last_day=date(2026, 11, 1))), "80.00"),  # over
    ((), "0.00"),
])  # fmt: skip
def test_the_most_specific_price_holds(prices, expected):
    assert cost(at(10), at(11), prices).due == Decimal(expected)


def test_rounded_once_capped_by_the_day_and_for_each_seat():
    third = (Price(1, 0, Decimal("10.00")),)
    assert cost(at(10), at(10, 20), third).due == Decimal("3.33")
    assert cost(at(10), at(10, 20), third, quantity=3).due == Decimal("10.00")  # not 9.99
    assert cost(at(8), at(18), day_cap=Decimal(300)).due == Decimal("300.00")
    over_midnight = cost(at(22), at(2, day=DAY + timedelta(days=1)), (Price(1, 0, Decimal(100)),), day_cap=Decimal(150))
    assert over_midnight.due == Decimal("300.00")  # 150 on each of two days


def test_an_hour_that_does_not_exist_is_not_paid():
    berlin = ZoneInfo("Europe/Berlin")
    night = datetime(2026, 3, 29, 1, 0, tzinfo=berlin).astimezone(UTC), datetime(2026, 3, 29, 4, 0, tzinfo=berlin).astimezone(UTC)
    assert cost(*night, (Price(1, 0, Decimal(60)),), zone=berlin).due == Decimal("120.00")


def test_the_price_explains_itself():
    assert [step["expression"] for step in cost(at(17), at(19, 30)).why] == ["60 ÷ 60 × 80", "90 ÷ 60 × 120"]
