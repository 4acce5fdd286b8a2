"""A booking that costs something becomes one line of one bill; calendar entries are read back as RFC 5545 says."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from incubator.accounts.actors import actor_for
from incubator.core.periods import Month
from incubator.core.scoping import organisation_context
from spaces import calendars
from spaces.contracts import compile_contract, contracts_in
from spaces.models import Booking, Resource
from spaces.services import bookings
from spaces.usage import usage_charges
from tests.factories.bookings import a_price, a_resource, an_ask, at
from tests.factories.tenants import a_founder, a_startup

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)


@pytest.fixture
def used(inside, people, actor):
    """Two bookings of a startup: one used, one still to come."""
    startup = a_startup()
    a_founder(startup, user=people["founder"])
    room = a_resource(rules={"release_after": 0})
    a_price(room, people["manager"])
    first = bookings.book(an_ask(room, startup), by=actor("founder"))
    bookings.book(an_ask(room, startup, at(9, day=date(2026, 12, 2))), by=actor("founder"))
    return startup, room, first


def test_a_use_comes_onto_the_bill_once_and_only_when_it_is_over(used, actor):
    startup, _room, first = used
    assert contracts_in(NOVEMBER) == {}
    with time_machine.travel(at(20), tick=True):
        bookings.turn_bookings(timezone.now())
        assert contracts_in(NOVEMBER) == {f"usage:{startup.pk}": startup}
        bill = compile_contract(f"usage:{startup.pk}", NOVEMBER, due_on=date(2026, 12, 15), by=actor("finance"))
        again = compile_contract(f"usage:{startup.pk}", NOVEMBER, due_on=date(2026, 12, 15), by=actor("finance"))
    assert (bill.pk, again.total) == (again.pk, Decimal("80.00"))
    line = again.lines.get()
    assert (line.source_key, line.kind, line.first_day) == (f"use:{first.items.get().pk}", "booking", date(2026, 11, 25))
    assert str(first) in line.text


def test_half_past_midnight_of_the_first_belongs_to_the_new_month(used, actor):
    startup, room, _first = used
    Resource.objects.filter(pk=room.pk).update(name="夜间会议室")
    night = bookings.book(an_ask(room, startup, at(0, 30, day=date(2026, 12, 1))), by=actor("officer"))
    with time_machine.travel(at(9, day=date(2026, 12, 1)), tick=True):
        bookings.turn_bookings(timezone.now())
        keys = {month: [charge.source_key for charge in usage_charges(startup, month)] for month in (NOVEMBER, DECEMBER)}
    key = f"use:{night.items.get().pk}"
    assert key not in keys[NOVEMBER] and key in keys[DECEMBER]


def unfolded(text):
    return [line.partition(":") for line in re.sub(r"\r\n[ \t]", "", text).split("\r\n") if line]


def test_lines_are_folded_at_75_octets_and_text_is_escaped(used, actor):
    _startup, room, first = used
    Booking.objects.filter(pk=first.pk).update(title="评审；A,B;C\\D\n" + "很长的标题" * 9)
    text = calendars.invitation(first, "REQUEST")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    summary = next(value for name, _colon, value in unfolded(text) if name == "SUMMARY")
    assert "A\\,B\\;C\\\\D\\n" in summary and summary.endswith("很长的标题")
    assert room.name in summary


def test_a_feed_keeps_the_uid_counts_changes_and_tells_of_cancelled_ones(used, actor, people, client, organisation):
    _startup, room, first = used
    feed, token = calendars.make_feed(by=actor("founder"), user=people["founder"])
    room_feed, room_token = calendars.make_feed(by=actor("officer"), resource=room)
    url = f"/ical/{organisation.slug}/{token}.ics"
    before = client.get(url)
    assert before.status_code == 200 and f"UID:{first.uid}@fuhua" in before.text
    assert client.get(url, headers={"If-None-Match": before["ETag"]}).status_code == 304
    bookings.reschedule(first, at(16), at(17), by=actor("founder"))
    bookings.cancel(Booking.objects.get(pk=first.pk), by=actor("founder"))
    after = client.get(url).text
    entry = after[after.index(f"UID:{first.uid}") :].partition("END:VEVENT")[0]
    assert "SEQUENCE:2" in entry and "STATUS:CANCELLED" in entry
    of_room = client.get(f"/ical/{organisation.slug}/{room_token}.ics").text
    assert first.title not in of_room and people["founder"].email not in of_room
    calendars.withdraw_feed(feed, by=actor("founder"))
    assert client.get(url).status_code == 404
    assert room_feed.digest != room_token


def test_a_feed_of_one_house_is_not_there_in_another(organisation, other_organisation, people, client):
    with organisation_context(organisation):
        _feed, token = calendars.make_feed(by=actor_for(people["founder"], organisation), user=people["founder"])
    assert client.get(f"/ical/{organisation.slug}/{token}.ics").status_code == 200
    assert client.get(f"/ical/{other_organisation.slug}/{token}.ics").status_code == 404


def test_a_hold_is_not_billed(used, actor):
    startup, room, _first = used
    bookings.hold(an_ask(room, startup, at(18)), by=actor("founder"))
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        bookings.turn_bookings(timezone.now())
        bill = compile_contract(f"usage:{startup.pk}", NOVEMBER, due_on=date(2026, 12, 15), by=actor("finance"))
    assert bill.total == Decimal("80.00")
