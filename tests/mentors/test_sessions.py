"""Sessions: nobody is in two at once, the founder confirms, disputes are settled, odd ones wait, hours are paid once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from billing.models import LedgerLine
from incubator.accounts.actors import actor_for
from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed
from incubator.core.periods import Month
from incubator.core.scoping import organisation_context
from mentors.flags import is_repeated, is_sampled
from incubator.core.ical import folded
from mentors.ical import calendar_of
from mentors.models import Honorarium, HonorariumLine, Mentor, Session, SessionNote
from mentors.services import honoraria, sessions
from mentors.services.sessions import Log
from tests.factories.mentors import a_confirmed, a_logged, a_mentor, a_pairing, a_rate, a_session, at
from tests.factories.tenants import a_startup


def logged(pairing, actor, starts_at=None, minutes=60, **more):
    return sessions.log_session(pairing, Log(starts_at or at(23, 14), minutes, "on_site", "融资计划讨论", **more), by=actor("mentor"))


def test_a_log_is_asked_and_confirmed_by_the_founder(pairing, actor):
    made = logged(pairing, actor)
    assert (made.state, made.confirm_by.date()) == ("logged", (timezone.now() + timedelta(days=7)).date())
    with pytest.raises(NotAllowed):
        sessions.confirm_session(made, by=actor("mentor"))
    with pytest.raises(NotAllowed):
        sessions.confirm_session(made, by=actor("officer"))
    assert sessions.confirm_session(made, rating=5, by=actor("founder")).state == "confirmed"


def test_the_database_keeps_four_eyes_and_what_is_confirmed(pairing, actor):
    made = logged(pairing, actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=made.pk).update(state="confirmed", confirmer=made.logger, confirmed_at=timezone.now())
    done = sessions.confirm_session(made, by=actor("founder"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Session.objects.filter(pk=done.pk).update(ends_at=done.ends_at + timedelta(hours=1))


@pytest.mark.parametrize(("starts_at", "minutes"), [(at(24, 23), 60), (at(1, 9), 60), (at(23, 14), 10)])
def test_future_late_and_short_logs_are_refused(pairing, actor, starts_at, minutes):
    with pytest.raises(BusinessError):
        logged(pairing, actor, starts_at, minutes)


def test_a_mentor_is_not_in_two_sessions_at_once(pairing, actor):
    other = a_pairing(pairing.mentor, a_startup())
    a_session(other, at(23, 14, 30))
    with pytest.raises(Conflict) as refused:
        logged(pairing, actor)
    assert (refused.value.code, refused.value.field) == ("session_mentor_free", "starts_at")
    assert Session.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        a_session(pairing, at(23, 14))


def test_a_startup_is_not_in_two_sessions_at_once(pairing, people):
    twin = a_pairing(a_mentor(reviewer=people["officer"], approver=people["manager"]), pairing.startup)
    a_session(pairing, at(26, 9))
    with pytest.raises(IntegrityError), transaction.atomic():
        a_session(twin, at(26, 9, 59))
    a_session(twin, at(26, 10))


def test_hours_of_a_day_are_capped_with_the_figures(pairing, actor):
    a_session(pairing, at(23, 8), 300)
    with pytest.raises(Conflict) as refused:
        logged(pairing, actor, at(23, 15), 90)
    assert "6.5" in refused.value.message
    assert refused.value.code == "session_load"


def test_only_a_running_pairing_meets(pairing, actor):
    type(pairing).objects.filter(pk=pairing.pk).update(state="paused")
    pairing.refresh_from_db()
    with pytest.raises(Conflict):
        logged(pairing, actor)


def test_a_dispute_hears_both_and_the_new_minutes_are_confirmed_anew(pairing, actor):
    disputed = sessions.dispute_session(logged(pairing, actor, minutes=90), dispute="只有45分钟", by=actor("founder"))
    with pytest.raises(Conflict):
        sessions.resolve_session(disputed, minutes=45, note="x", by=actor("officer"))
    answered = sessions.answer_dispute(disputed, reply="是", by=actor("mentor"))
    with pytest.raises(NotAllowed):
        sessions.resolve_session(answered, minutes=45, note="x", by=actor("mentor"))
    settled = sessions.resolve_session(answered, minutes=45, note="双方认可", by=actor("officer"))
    assert (settled.state, settled.minutes) == ("logged", 45)
    assert sessions.confirm_session(settled, by=actor("founder")).minutes == 45


def test_what_nobody_confirms_counts_for_nothing(pairing, actor):
    made = logged(pairing, actor)
    assert sessions.turn_sessions(made.confirm_by - timedelta(minutes=1)) == 0
    assert sessions.turn_sessions(made.confirm_by) == 1
    with pytest.raises(IllegalMove):
        sessions.confirm_session(made, by=actor("founder"))


def test_a_note_is_its_authors(pairing, actor, client_of):
    made = logged(pairing, actor)
    sessions.write_note(made, text="客户名单在讨论中", by=actor("mentor"))
    assert SessionNote.objects.get().author == actor("mentor").user
    address = f"/portal/jingyue/mentoring/sessions/{made.pk}/"
    assert "客户名单在讨论中" in client_of("mentor").get(address).content.decode()
    assert "客户名单在讨论中" not in client_of("founder").get(address).content.decode()
    assert "客户名单在讨论中" not in client_of("officer").get(f"/office/jingyue/mentors/sessions/{made.pk}/").content.decode()


def test_odd_sessions_wait_for_a_third_person(pairing, actor, people):
    night = logged(pairing, actor, at(22, 22, 30), 30, origin="same")
    done = sessions.confirm_session(night, origin="same", by=actor("founder"))
    assert {"NIGHT", "FAST"} <= set(done.flags)
    assert done not in Session.objects.payable()
    assert sessions.judge_session(done, "clear", note="电话记录", by=actor("officer")).payable


def test_repeated_texts_and_the_lot():
    assert is_repeated("讨论了天使轮融资的节奏与估值区间", ["讨论了天使轮融资的节奏和估值区间"])
    assert not is_repeated("讨论了天使轮融资的节奏与估值区间", ["样机装配公差问题，改用滚珠丝杠"])
    share = sum(is_sampled(Session(pk=pk, starts_at=at(1, 9))) for pk in range(1, 4001)) / 4000
    assert 0.035 < share < 0.065


def test_the_calendar_file_is_folded_and_escaped(pairing):
    text = calendar_of(a_session(pairing, at(27, 14), video_url="https://meet.example/a,b;c"), "https://x.example/s", "x.example")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "DTSTART:20261127T060000Z" in text
    assert "a\\,b\\;c" in text
    assert folded("汉" * 40).replace("\r\n ", "") == "汉" * 40


@pytest.fixture
def october(pairing, people):
    """The example of the design: 50, 30 and 95 confirmed minutes at 200 yuan."""
    a_rate(people["finance"], people["owner"])
    for day, minutes in ((5, 50), (12, 30), (19, 95)):
        a_confirmed(pairing, people["founder"], at(day, 14, month=10), minutes)
    Mentor.objects.filter(pk=pairing.mentor_id).update(bank_account_tail="5678", account_entered_by=people["officer"], account_verified_by=people["finance"])
    return pairing.mentor


def draft(mentor, actor):
    return honoraria.draft_honorarium(mentor, Month(2026, 10), by=actor("finance"))


def test_from_the_minutes_to_the_ledger(october, actor):
    made = honoraria.agree_honorarium(draft(october, actor), by=actor("mentor"))
    assert (made.minutes, made.gross, made.net, made.number) == (165, Decimal("550.00"), Decimal("550.00"), "LW-2026-000001")
    with pytest.raises(NotAllowed):
        honoraria.approve_honorarium(made, by=actor("finance"))
    paid = honoraria.pay_honorarium(honoraria.approve_honorarium(made, by=actor("manager")), paid_on=at(20, 9).date(), reference="1", by=actor("finance"))
    assert paid.state == "paid"
    assert {line.account: line.amount for line in LedgerLine.objects.all()} == {"honoraria": Decimal("550.00"), "bank": Decimal("-550.00")}


def test_only_confirmed_minutes_are_paid_and_once(october, pairing, actor):
    a_logged(pairing, at(26, 9, month=10))
    draft(october, actor)
    assert HonorariumLine.objects.count() == 3
    with pytest.raises(Conflict):
        draft(october, actor)


def test_unconfirmed_minutes_cannot_be_paid_past_python(october, pairing, actor):
    made, open_one = draft(october, actor), a_logged(pairing, at(26, 9, month=10))
    with pytest.raises(DatabaseError), transaction.atomic():
        HonorariumLine.objects.create(honorarium=made, session=open_one, user=october.user, starts_at=open_one.starts_at, ends_at=open_one.ends_at, minutes=60, amount=1)


def test_a_dropped_statement_frees_its_time(october, actor):
    honoraria.drop_honorarium(draft(october, actor), note="重算", by=actor("finance"))
    assert draft(october, actor).number == "LW-2026-000002"


def test_an_hour_is_not_paid_in_another_organisation_too(organisation, other_organisation, people, other_people):
    """The same person serves in both; the answer of the second says no more than that the time is used."""

    def settle(place, staff):
        with organisation_context(place):
            mentor = a_mentor(people["mentor"], reviewer=staff["officer"], approver=staff["manager"])
            a_rate(staff["finance"], staff["owner"])
            a_confirmed(a_pairing(mentor, a_startup()), staff["founder"], at(5, 14, 20, month=10))
            return honoraria.draft_honorarium(mentor, Month(2026, 10), by=actor_for(staff["finance"], place))

    settle(organisation, people)
    with pytest.raises(Conflict) as refused:
        settle(other_organisation, other_people)
    assert refused.value.code == "paid_time_once"


def test_a_changed_account_stops_the_payment(october, actor):
    approved = honoraria.approve_honorarium(honoraria.agree_honorarium(draft(october, actor), by=actor("mentor")), by=actor("manager"))
    changed = Mentor.objects.get(pk=october.pk)
    changed.bank_account = "6222999900001111"
    changed.save()
    with pytest.raises(Conflict) as refused:
        honoraria.pay_honorarium(approved, paid_on=at(20, 9).date(), reference="1", by=actor("finance"))
    assert refused.value.code == "account_changed"
    assert Honorarium.objects.get().state == "approved"
