"""Acts on bookings: who may, what it costs, what becomes free, who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed
from incubator.core.refusals import constraint_of
from incubator.notices.models import Notice
from spaces.booking_rules import Refused, Taken
from spaces.models import Allocation, Booking, Closure, CreditEntry, CreditLot, MachinePermit, ResourcePart, Waiting
from spaces.services import bookings, credits, decisions, resources, waiting
from tests.factories.bookings import a_group, a_lot, a_policy, a_price, a_resource, an_ask, at
from tests.factories.spaces import a_site, a_space
from tests.factories.tenants import a_founder, a_startup

pytestmark = pytest.mark.django_db


@pytest.fixture
def startup(inside, people):
    found = a_startup()
    a_founder(found, user=people["founder"])
    a_founder(found, name="员工", user=people["member"])
    return found


@pytest.fixture
def room(inside):
    return a_resource()


def at_the_end():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def states(booking):
    return set(Allocation.objects.filter(item__booking=booking).values_list("state", flat=True))


def test_a_booking_is_priced_held_told_and_kept_from_others(startup, room, actor, people):
    a_price(room, people["manager"])
    made = bookings.book(an_ask(room, startup), by=actor("founder"), seen=Decimal("80.00"))
    assert (made.state, made.due, states(made)) == ("confirmed", Decimal("80.00"), {"confirmed"})
    notice = Notice.objects.get(person=people["founder"])
    assert "METHOD:REQUEST" in notice.calendar and f"UID:{made.uid}@fuhua" in notice.calendar
    with pytest.raises(Taken) as refused:
        bookings.book(an_ask(room, startup, at(14, 30)), by=actor("member"))
    assert "14:00–15:00" in refused.value.message and startup.name not in refused.value.message
    assert bookings.book(an_ask(room, startup, at(15)), by=actor("member")).state == "confirmed"  # touching


def test_a_price_that_changed_is_shown_before_it_is_taken(startup, room, actor, people):
    a_price(room, people["manager"])
    with pytest.raises(Conflict) as refused:
        bookings.book(an_ask(room, startup), by=actor("founder"), seen=Decimal("0.01"))
    assert refused.value.code == "PRICE" and "80.00" in refused.value.message
    assert not Booking.objects.exists()


def test_the_database_refuses_what_python_forgets(startup, room, actor):
    made = bookings.book(an_ask(room, startup), by=actor("founder"))
    row = Allocation.objects.get()
    row.pk, row._state.adding, row.starts_at, row.core_start = None, True, at(14, 30), at(14, 30)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row.save()
    assert constraint_of(refused.value) == "allocation_no_overlap"
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=made.pk).update(ends_at=made.starts_at)


def test_free_minutes_are_used_and_come_back_once(startup, room, actor, people):
    a_price(room, people["manager"])
    lot = a_lot(startup, room.group, 90)
    made = bookings.book(an_ask(room, startup, minutes=120), by=actor("founder"))
    assert (made.due, CreditLot.objects.get().left) == (Decimal("40.00"), 0)
    bookings.cancel(made, by=actor("founder"))
    lot.refresh_from_db()
    assert (lot.left, [entry.minutes for entry in CreditEntry.objects.all()]) == (90, [-90, 90])
    assert credits.return_minutes(made.items.get()) == 0
    at_the_end()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        CreditLot.objects.update(used=5)
        at_the_end()
    assert constraint_of(refused.value) == "credit_lot_adds_up"
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditLot.objects.update(used=91)


def test_late_cancellation_costs_what_the_rules_say_and_nothing_by_the_office(startup, actor, people):
    room = a_resource(rules={"free_cancel_hours": 48, "late_fee_percent": 50})
    a_price(room, people["manager"])
    a_lot(startup, room.group, 30)
    first, second = (bookings.book(an_ask(room, startup, at(hour)), by=actor("founder")) for hour in (14, 16))
    assert bookings.late_fee(first, actor("founder")) == Decimal("20.00")
    with pytest.raises(Conflict):
        bookings.cancel(first, by=actor("founder"), seen=Decimal("0.00"))
    late = bookings.cancel(first, by=actor("founder"), seen=Decimal("20.00"))
    assert (late.due, CreditLot.objects.get().left) == (Decimal("20.00"), 0)
    assert bookings.cancel(second, by=actor("officer"), reason="检修").due == Decimal("0.00")


def test_a_hold_ends_by_itself_for_the_next_booker_or_by_the_clock(startup, room, actor):
    held = bookings.hold(an_ask(room, startup), by=actor("founder"))
    with pytest.raises(Taken):
        bookings.book(an_ask(room, startup), by=actor("member"))
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=True):
        assert bookings.book(an_ask(room, startup), by=actor("member")).state == "confirmed"
        held.refresh_from_db()
        assert held.state == "expired"
        with pytest.raises(IllegalMove):
            bookings.confirm(held, by=actor("founder"))
        alone = bookings.hold(an_ask(room, startup, at(9)), by=actor("founder"))
    with time_machine.travel(timezone.now() + timedelta(minutes=30), tick=True):
        assert bookings.confirm(alone, by=actor("founder")).state == "confirmed"  # run out, but nobody came: still good
        assert bookings.turn_bookings(timezone.now()) == 0


def test_two_holds_a_person(startup, room, actor):
    for hour in (9, 11):
        bookings.hold(an_ask(room, startup, at(hour)), by=actor("founder"))
    with pytest.raises(BusinessError):
        bookings.hold(an_ask(room, startup, at(15)), by=actor("founder"))


def test_a_move_takes_the_new_time_as_a_whole_or_not_at_all(startup, room, actor):
    first, second = (bookings.book(an_ask(room, startup, at(hour)), by=actor("founder")) for hour in (10, 14))
    moved = bookings.reschedule(first, at(10, 30), at(11, 30), by=actor("founder"))  # overlaps its own old time
    assert (moved.sequence, moved.uid) == (1, first.uid)
    assert "SEQUENCE:1" in Notice.objects.order_by("pk").last().calendar
    with pytest.raises(Taken), transaction.atomic():
        bookings.reschedule(moved, at(13, 30), at(14, 30), by=actor("founder"))
    moved.refresh_from_db()
    assert moved.starts_at == at(10, 30)
    assert Allocation.objects.holding().count() == 2
    assert second.pk


def test_first_come_keeps_the_time_until_it_is_decided(startup, actor):
    room = a_resource(rules={"approval": "first_come"})
    asked = bookings.book(an_ask(room, startup), by=actor("founder"))
    assert (asked.state, states(asked)) == ("requested", {"hold"})
    with pytest.raises(Taken):
        bookings.book(an_ask(room, startup), by=actor("member"))
    assert decisions.approve(asked, by=actor("officer")).state == "confirmed"
    assert states(asked) == {"confirmed"}


def test_competing_requests_and_the_losers(startup, actor, people):
    hall = a_resource(rules={"approval": "competing"})
    first, second, apart = (bookings.book(an_ask(hall, startup, start), by=actor(who)) for who, start in (("founder", at(14)), ("member", at(14, 30)), ("member", at(17))))
    assert decisions.losers_of(first) == [second]
    assert decisions.approve(first, by=actor("officer")).state == "confirmed"
    assert [Booking.objects.get(pk=one.pk).state for one in (second, apart)] == ["rejected", "requested"]
    assert "chosen" in Booking.objects.get(pk=second.pk).reason or Booking.objects.get(pk=second.pk).reason
    assert Notice.objects.filter(person=people["member"], key=f"booking:{second.pk}:rejected").exists()


def test_nobody_approves_their_own_request_and_a_refusal_has_a_reason(startup, actor, people):
    room = a_resource(rules={"approval": "first_come"})
    asked = bookings.book(an_ask(room, startup), by=actor("founder"))
    Booking.objects.filter(pk=asked.pk).update(person=people["officer"])
    with pytest.raises(NotAllowed):
        decisions.approve(asked, by=actor("officer"))
    with pytest.raises(BusinessError):
        decisions.reject(asked, by=actor("manager"), reason=" ")
    assert decisions.reject(asked, by=actor("manager"), reason="当天有路演").state == "rejected"
    assert states(asked) == {"freed"}


def test_a_request_that_nobody_decides_lapses(startup, actor):
    room = a_resource(rules={"approval": "first_come"})
    asked = bookings.book(an_ask(room, startup), by=actor("founder"))
    with time_machine.travel(at(13), tick=True):
        assert bookings.turn_bookings(timezone.now()) == 1
    asked.refresh_from_db()
    assert (asked.state, states(asked)) == ("lapsed", {"freed"})


def test_check_in_release_and_taking_it_back(startup, room, actor):
    here, absent = (bookings.book(an_ask(room, startup, at(hour)), by=actor("founder")) for hour in (14, 16))
    with pytest.raises(IllegalMove):
        bookings.check_in(here, by=actor("founder"))
    with time_machine.travel(at(13, 50), tick=True):
        assert bookings.check_in(here, by=actor("founder")).state == "in_use"
    with time_machine.travel(at(16, 16), tick=True):
        bookings.turn_bookings(timezone.now())
        here.refresh_from_db()
        absent.refresh_from_db()
        assert (here.state, absent.state, states(absent)) == ("finished", "no_show", {"freed"})
        back = bookings.undo_release(absent, by=actor("officer"), reason="在楼下等电梯")
        assert (back.state, Allocation.objects.holding().filter(item__booking=back).count()) == ("in_use", 1)


def test_three_no_shows_ask_for_approval(startup, room, actor):
    for hour in (9, 11, 13):
        made = bookings.book(an_ask(room, startup, at(hour)), by=actor("founder"))
        Booking.objects.filter(pk=made.pk).update(state="no_show", starts_at=at(9, day=date(2026, 11, 20)))
        Allocation.objects.filter(item__booking=made).update(state="freed")
    assert bookings.book(an_ask(room, startup), by=actor("founder")).state == "requested"


def test_a_machine_asks_for_the_permit_at_booking_and_at_the_door(startup, actor, people):
    laser = a_resource(kind="machine", group=a_group(permit_required=True, permit_course="激光切割机课程"))
    with pytest.raises(Refused) as refused:
        bookings.book(an_ask(laser, startup), by=actor("founder"))
    assert refused.value.code == "PERMIT" and "激光切割机课程" in refused.value.message
    permit = resources.grant_permit(people["founder"], laser.group, basis="课程与实操", valid_from=date(2026, 11, 1), valid_to=date(2027, 10, 31), by=actor("officer"))
    made = bookings.book(an_ask(laser, startup), by=actor("founder"))
    resources.suspend_permit(permit, reason="违规操作", by=actor("officer"))
    with time_machine.travel(at(14), tick=True), pytest.raises(BusinessError):
        bookings.check_in(made, by=actor("founder"))
    with pytest.raises(NotAllowed):
        resources.grant_permit(people["officer"], laser.group, basis="x", valid_from=date(2026, 11, 1), valid_to=date(2026, 12, 1), by=actor("officer"))
    assert MachinePermit.objects.count() == 1


def test_a_composite_hall_takes_the_seats_of_its_parts(startup, inside, actor):
    site = a_site()
    left, right = a_resource(site), a_resource(site)
    whole = a_resource(site, seats=0, kind="hall", capacity=20)
    for part in (left, right):
        ResourcePart.objects.create(whole=whole, part=part)
    made = bookings.book(an_ask(whole, startup, people=20), by=actor("founder"))
    assert Allocation.objects.filter(item__booking=made).count() == 2
    with pytest.raises(Taken):
        bookings.book(an_ask(left, startup), by=actor("member"))
    bookings.cancel(made, by=actor("founder"))
    bookings.book(an_ask(right, startup), by=actor("member"))
    with pytest.raises(Taken):
        bookings.book(an_ask(whole, startup), by=actor("founder"))


def test_the_same_desk_again_and_never_more_than_there_are(startup, actor):
    desks = a_resource(kind="desks", seats=3, capacity=3, rules={"longest": 480})
    first = bookings.book(an_ask(desks, startup, at(9), quantity=1), by=actor("member"))
    two = bookings.book(an_ask(desks, startup, at(9), quantity=2), by=actor("founder"))
    assert Allocation.objects.filter(item__booking__in=(first, two)).values("seat").distinct().count() == 3
    with pytest.raises(Taken):
        bookings.book(an_ask(desks, startup, at(9)), by=actor("founder"))
    mine = set(Allocation.objects.filter(item__booking=two).values_list("seat", flat=True))
    later = bookings.book(an_ask(desks, startup, at(15), quantity=2), by=actor("founder"))
    assert set(Allocation.objects.filter(item__booking=later).values_list("seat", flat=True)) == mine


def test_two_resources_all_or_nothing(startup, actor):
    site = a_site()
    room, mentor = a_resource(site), a_resource(site, kind="person")
    bookings.book(an_ask(mentor, startup), by=actor("founder"))
    both = replace(an_ask(room, startup), wants=[*an_ask(room, startup).wants, *an_ask(mentor, startup).wants])
    with pytest.raises(Taken) as refused, transaction.atomic():
        bookings.book(both, by=actor("member"))
    assert mentor.name in refused.value.message
    later = replace(both, start=at(16), end=at(17), kind="mentor")
    made = bookings.book(later, by=actor("member"))
    assert Allocation.objects.filter(item__booking=made).count() == 2


def test_a_closure_shows_who_is_in_the_way_then_holds_every_seat(startup, room, actor, people):
    made = bookings.book(an_ask(room, startup), by=actor("founder"))
    span = {"starts_at": at(8), "ends_at": at(18), "kind": "maintenance", "words": "投影检修", "resource": room}
    with pytest.raises(Conflict), transaction.atomic():
        resources.close(by=actor("officer"), **span)
    assert not Closure.objects.exists()
    closure = resources.close(by=actor("officer"), cancelling=True, **span)
    made.refresh_from_db()
    assert (made.state, made.reason) == ("cancelled", "投影检修")
    assert Notice.objects.filter(person=people["founder"], key=f"booking:{made.pk}:cancelled").exists()
    with pytest.raises(Taken) as refused:
        bookings.book(an_ask(room, startup, at(16)), by=actor("founder"))
    assert "投影检修" in refused.value.message
    resources.lift(closure, by=actor("officer"))
    assert bookings.book(an_ask(room, startup, at(16)), by=actor("founder")).state == "confirmed"


def test_the_waiting_list_is_served_in_its_order(startup, room, actor, people):
    taken = bookings.book(an_ask(room, startup), by=actor("founder"))
    first = waiting.join_waiting(startup, room, earliest=at(14), latest=at(14, 30), minutes=60, people=2, title="面试", by=actor("member"))
    assert waiting.serve_waiting(timezone.now()) == 0
    bookings.cancel(taken, by=actor("founder"))
    assert waiting.serve_waiting(timezone.now()) == 1
    first.refresh_from_db()
    assert (first.state, first.offer.state, first.offer.starts_at) == ("offered", "held", at(14))
    assert Notice.objects.filter(person=people["member"], key=f"booking:{first.offer_id}:offer").exists()
    bookings.confirm(first.offer, by=actor("member"))
    waiting.serve_waiting(timezone.now())
    assert Waiting.objects.get().state == "taken"


def test_an_offer_that_nobody_takes_goes_on_and_none_is_made_at_night(startup, room, actor):
    entry = waiting.join_waiting(startup, room, earliest=at(14), latest=at(15), minutes=60, people=2, title="面试", by=actor("member"))
    with time_machine.travel(at(23, day=date(2026, 11, 24)), tick=True):
        assert waiting.serve_waiting(timezone.now()) == 0
    assert waiting.serve_waiting(timezone.now()) == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=True):
        bookings.turn_bookings(timezone.now())
        assert waiting.serve_waiting(timezone.now()) == 1  # passed, and as nobody else waits, offered again
    with time_machine.travel(at(16), tick=True):
        bookings.turn_bookings(timezone.now())
        waiting.serve_waiting(timezone.now())
    entry.refresh_from_db()
    assert entry.state == "over"


def test_plans_grant_minutes_once_a_month_and_by_share(startup, actor):
    group = a_group()
    plan = resources.add_plan(by=actor("manager"), name="企业会员", grants=[(group, 600)])
    credits.join_plan(startup, plan, first_day=date(2026, 11, 16), last_day=date(2027, 11, 15), by=actor("manager"))
    assert [lot.granted for lot in CreditLot.objects.all()] == [300]
    assert credits.grant_minutes(date(2026, 11, 30)) == 0
    assert credits.grant_minutes(date(2026, 12, 1)) == 1
    assert sorted(lot.granted for lot in CreditLot.objects.all()) == [300, 600]
    with pytest.raises(BusinessError):
        credits.join_plan(startup, plan, first_day=date(2027, 1, 1), last_day=date(2027, 2, 1), by=actor("manager"))


def test_a_space_is_for_letting_or_for_booking(inside, actor):
    site = a_site()
    let, meeting = a_space(site), a_space(site, lettable=False)
    fields = {"site": site, "name": "三层会议室", "kind": "room", "group": a_group(), "policy": a_policy(), "capacity": 8}
    with pytest.raises(BusinessError):
        resources.save_resource(None, by=actor("officer"), space=let, **fields)
    room = resources.save_resource(None, by=actor("officer"), space=meeting, **fields)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        type(meeting).objects.filter(pk=meeting.pk).update(lettable=True)
    assert constraint_of(refused.value) == "booked_is_not_let"
    with pytest.raises(Conflict):
        resources.save_resource(room, by=actor("officer"), version=9, space=meeting, **fields)


def test_desks_are_numbered_and_a_booked_one_stays(startup, actor):
    desks = a_resource(kind="desks", seats=2, capacity=2)
    bookings.book(an_ask(desks, startup, quantity=2), by=actor("founder"))
    fields = {"site": desks.site, "name": desks.name, "kind": "desks", "group": desks.group, "policy": desks.policy, "capacity": 4}
    more = resources.save_resource(desks, by=actor("officer"), version=1, seats=4, **fields)
    assert list(more.seats.values_list("number", flat=True)) == [1, 2, 3, 4]
    with pytest.raises(BusinessError), transaction.atomic():
        resources.save_resource(more, by=actor("officer"), version=2, seats=1, **fields)
