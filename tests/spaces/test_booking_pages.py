"""Pages of bookings: a startup finds, books, moves and cancels; the office decides, closes, keeps rooms and prices."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.utils.translation import gettext

from spaces.models import Allocation, Booking, BookingPolicy, Closure, Guest, OpeningHours, Resource, Tariff, Waiting
from spaces.services import bookings
from tests.factories.bookings import a_group, a_lot, a_policy, a_price, a_resource, an_ask, at
from tests.factories.spaces import a_site
from tests.factories.tenants import a_founder, a_startup

pytestmark = pytest.mark.django_db
PORTAL, OFFICE = "/portal/jingyue/bookings/", "/office/jingyue/bookings/"


@pytest.fixture
def startup(inside, people):
    found = a_startup()
    a_founder(found, user=people["founder"])
    return found


@pytest.fixture
def room(inside, people):
    found = a_resource(name="三层会议室")
    a_price(found, people["manager"])
    return found


def form(startup, **fields):
    return {"startup": startup.pk, "day": "2026-11-25", "starts": "14:00", "minutes": "60", "people": "3", "title": "周会", "seen": "80.00", "act": "book"} | fields


def test_search_lists_starts_and_says_why_the_rest_is_out(startup, room, client_of):
    small = a_resource(room.site, name="小间", capacity=2)
    page = client_of("founder").get(f"{PORTAL}?day=2026-11-25&minutes=60&people=3&after=14:00&before=16:00").text
    assert f"/resources/{room.pk}/?day=2026-11-25&amp;starts=14%3A15" in page
    assert f"/resources/{small.pk}/?" not in page
    assert small.name in page and gettext("%(count)s people are more than the %(most)s that %(name)s holds. Choose a larger one.") % {"count": 3, "most": 2, "name": "小间"} in page


def test_a_quote_then_a_booking(startup, room, client_of):
    client = client_of("founder")
    quote = client.get(f"{PORTAL}resources/{room.pk}/?day=2026-11-25&starts=14:00&minutes=60&people=3")
    assert "80.00" in quote.text and not Booking.objects.exists()
    answer = client.post(f"{PORTAL}resources/{room.pk}/", form(startup))
    made = Booking.objects.get()
    assert (answer.status_code, answer["Location"], made.state) == (302, f"{PORTAL}{made.pk}/", "confirmed")
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(("change", "status"), [
    ({"seen": "0.01"}, 409), ({"seen": "abc"}, 409), ({"minutes": "0"}, 409), ({"minutes": "-60"}, 409), ({"minutes": "5256000"}, 409), ({"minutes": "9" * 30}, 200),
    ({"day": "2026-11-01"}, 409), ({"day": "2026-02-30"}, 200), ({"starts": "25:00"}, 200), ({"starts": "14:07"}, 409), ({"people": "99"}, 409), ({"people": "0"}, 200),
    ({"startup": "999999"}, 200), ({"title": "x" * 81}, 200), ({"day": "2099-01-01"}, 409), ({"starts": "23:30", "minutes": "5000"}, 409),
])  # fmt: skip
def test_bad_input_is_said_and_nothing_is_lost(startup, room, client_of, change, status):
    answer = client_of("founder").post(f"{PORTAL}resources/{room.pk}/", form(startup) | change)
    assert (answer.status_code, Booking.objects.count()) == (status, 0)
    assert "周会" in answer.text or "xxx" in answer.text


def test_a_price_from_the_browser_counts_for_nothing(startup, room, client_of):
    client_of("founder").post(f"{PORTAL}resources/{room.pk}/", form(startup, price="0.01", due="0", credit_minutes="600", rate="1"))
    assert str(Booking.objects.get().due) == "80.00"


def test_a_taken_time_offers_three_ways_and_the_waiting_list(startup, room, client_of, actor):
    other = a_resource(room.site, name="二层会议室", group=room.group)
    bookings.book(an_ask(room, startup), by=actor("founder"))
    client = client_of("founder")
    page = client.post(f"{PORTAL}resources/{room.pk}/", form(startup))
    assert page.status_code == 409
    for url in (f"/resources/{room.pk}/?day=2026-11-25&amp;starts=15%3A00", f"/resources/{other.pk}/?day=2026-11-25&amp;starts=14%3A00", f"/resources/{room.pk}/?day=2026-11-26&amp;starts=14%3A00"):
        assert url in page.text
    client.post(f"{PORTAL}resources/{room.pk}/", form(startup, act="wait"))
    assert Waiting.objects.get().state == "waiting"
    assert client.get(f"{PORTAL}mine/").status_code == 200
    client.post(f"{PORTAL}waiting/{Waiting.objects.get().pk}/leave/")
    assert Waiting.objects.get().state == "left"


def test_hold_confirm_move_guests_cancel(startup, room, client_of):
    client = client_of("founder")
    client.post(f"{PORTAL}resources/{room.pk}/", form(startup, act="hold"))
    page = f"{PORTAL}{Booking.objects.get().pk}/"
    assert Booking.objects.get().state == "held"
    client.post(page, {"act": "confirm"})
    client.post(f"{page}move/", {"day": "2026-11-26", "starts": "10:00", "minutes": "90"})
    moved = Booking.objects.get()
    assert (moved.state, moved.starts_at, moved.minutes) == ("confirmed", at(10, day=date(2026, 11, 26)), 90)
    client.post(page, {"act": "guests", "guests": "李雷，某某公司\n韩梅梅"})
    assert list(Guest.objects.values_list("name", "company")) == [("李雷", "某某公司"), ("韩梅梅", "")]
    assert client.post(f"{page}cancel/", {"reason": ""}).status_code == 302
    assert Booking.objects.get().state == "cancelled"


def test_a_series_says_what_becomes_of_each_date(startup, room, client_of, actor):
    bookings.book(an_ask(room, startup, at(14, day=date(2026, 12, 2))), by=actor("founder"))
    client, url = client_of("founder"), f"{PORTAL}resources/{room.pk}/series/"
    given = form(startup, repeat="weekly", count="4", act="look")
    preview = client.post(url, given).text
    assert preview.count('name="date"') == 3 and Booking.objects.count() == 1
    done = client.post(url, {**given, "act": "book", "date": ["2026-11-25", "2026-12-02", "2026-12-09"]})
    assert done.status_code == 200
    assert Booking.objects.filter(series__isnull=False).count() == 2
    assert client.post(url, {**given, "count": "500"}).status_code == 200
    first = Booking.objects.filter(series__isnull=False).order_by("starts_at").first()
    client.post(f"{PORTAL}{first.pk}/cancel/", {"rest": "1", "reason": ""})
    assert Booking.objects.filter(series__isnull=False, state="cancelled").count() == 2


def test_the_week_shows_own_bookings_and_not_whose_the_others_are(startup, room, client_of, actor, people):
    bookings.book(an_ask(room, startup, title="自己的会"), by=actor("founder"))
    stranger = a_startup()
    bookings.book(an_ask(room, stranger, at(16), title="别人的会"), by=actor("officer"))
    page = client_of("founder").get(f"{PORTAL}resources/{room.pk}/week/?day=2026-11-25").text
    assert "自己的会" in page and "别人的会" not in page and stranger.name not in page


def test_the_door_checks_in(startup, room, client_of, actor):
    soon = bookings.book(an_ask(room, startup, at(10, 15, day=date(2026, 11, 24))), by=actor("founder"))
    client = client_of("founder")
    assert client.get(f"{PORTAL}door/{room.door}/").status_code == 200
    client.post(f"{PORTAL}door/{room.door}/")
    soon.refresh_from_db()
    assert soon.state == "in_use"
    assert client.get(f"{PORTAL}door/nothing-like-this/").status_code == 404


def test_the_office_decides_with_the_losers_shown(startup, client_of, actor):
    hall = a_resource(name="路演厅", rules={"approval": "competing"})
    first = bookings.book(an_ask(hall, startup, title="发布会"), by=actor("founder"))
    second = bookings.book(an_ask(hall, a_startup(), at(14, 30), title="宣讲会"), by=actor("founder"))
    client = client_of("officer")
    assert "宣讲会" in client.get(f"{OFFICE}{first.pk}/approve/").text
    client.post(f"{OFFICE}{first.pk}/approve/")
    assert {row.pk: row.state for row in Booking.objects.all()} == {first.pk: "confirmed", second.pk: "rejected"}


def test_the_office_closes_with_the_bookings_in_the_way_shown(startup, room, client_of, actor):
    made = bookings.book(an_ask(room, startup, title="客户来访"), by=actor("founder"))
    given = {"resource": room.pk, "kind": "maintenance", "words": "检修", "first_day": "2026-11-25", "starts": "08:00", "last_day": "2026-11-25", "ends": "18:00"}
    shown = client_of("officer").post(f"{OFFICE}closures/new/", given)
    assert shown.status_code == 409 and "客户来访" in shown.text and not Closure.objects.exists()
    assert client_of("officer").post(f"{OFFICE}closures/new/", {**given, "cancelling": "on"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert Allocation.objects.holding().get().state == "blocked"


def test_the_office_keeps_rooms_hours_rules_prices_and_plans(startup, client_of, people):
    client, site, group, policy = client_of("officer"), a_site(), a_group(), a_policy()
    room = {"site": site.pk, "name": "四层会议室", "kind": "room", "group": group.pk, "policy": policy.pk, "capacity": "10", "seats": "1", "features": "投影，白板", "is_open": "on", "version": "1"}
    assert client.post(f"{OFFICE}resources/new/", room).status_code == 302
    made = Resource.objects.get()
    assert (made.features, made.seats.count()) == (["投影", "白板"], 1)
    assert client.post(f"{OFFICE}resources/{made.pk}/change/", {**room, "capacity": "12"}).status_code == 302
    assert client.post(f"{OFFICE}resources/{made.pk}/change/", {**room, "capacity": "14"}).status_code == 409  # an old version
    assert client.post(f"{OFFICE}resources/new/", room).status_code == 409
    assert client.post(f"{OFFICE}sites/{site.pk}/hours/", {"day0": "9:00-12:00, 13：00-18:00", "day1": "18-9"}).status_code == 200
    assert client.post(f"{OFFICE}sites/{site.pk}/hours/", {"day0": "9:00-12:00, 13：00-18:00", "day1": "20:00-24:00"}).status_code == 302
    assert list(OpeningHours.objects.values_list("day", "opens", "closes")) == [(0, time(9), time(12)), (0, time(13), time(18)), (1, time(20), time(0))]
    price = {"group": group.pk, "days": "any", "starts": "08:00", "ends": "18:00", "price": "80", "valid_from": "2026-01-01"}
    assert client.post(f"{OFFICE}prices/new/", {**price, "resource": made.pk}).status_code == 200
    assert client.post(f"{OFFICE}prices/new/", price).status_code == 302
    client.post(f"{OFFICE}prices/{Tariff.objects.get().pk}/end/")
    assert Tariff.objects.get().valid_to == date(2026, 11, 24)
    assert client.post(f"{OFFICE}plans/new/", {"name": "会员", f"group{group.pk}": "10"}).status_code == 302
    assert client.get(f"{OFFICE}resources/").status_code == 200
    rules = {field: "60" for field in ("step", "shortest", "longest")} | dict.fromkeys(("lead", "before", "after", "daily_limit", "active_limit", "no_show_limit", "release_after", "free_cancel_hours", "late_fee_percent"), "0")
    assert client.post(f"{OFFICE}rules/new/", rules | {"name": "新规则", "approval": "none", "horizon_days": "30", "shortest": "30", "version": "1"}).status_code == 409
    assert client.post(f"{OFFICE}rules/new/", rules | {"name": "新规则", "approval": "none", "horizon_days": "30", "version": "1"}).status_code == 302
    assert BookingPolicy.objects.filter(name="新规则", longest=60).exists()


def test_a_reader_of_the_office_changes_nothing(startup, room, client_of, actor):
    made = bookings.book(an_ask(room, startup), by=actor("founder"))
    client = client_of("viewer")
    assert client.get(f"{OFFICE}{made.pk}/").status_code == 200
    assert client.post(f"{OFFICE}{made.pk}/", {"act": "guests", "guests": "张三"}).status_code == 403
    assert not Guest.objects.exists()


def test_free_minutes_are_shown_and_used(startup, room, client_of):
    a_lot(startup, room.group, 60)
    client = client_of("founder")
    assert 'name="seen" value="0.00"' in client.get(f"{PORTAL}resources/{room.pk}/?day=2026-11-25&starts=14:00&minutes=60&people=3").text
    client.post(f"{PORTAL}resources/{room.pk}/", form(startup, seen="0.00"))
    assert Booking.objects.get().items.get().credit_minutes == 60
    assert "0" in client.get(f"{PORTAL}mine/").text
