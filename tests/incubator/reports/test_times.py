"""Processing times: from the journal, ours and others' apart, and what is overdue without a person's name."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median

import pytest
from django.urls import reverse
from django.utils import timezone

from incubator.core.scoping import organisation_context
from incubator.journal.models import Entry
from incubator.journal.stays import spreads, stays
from incubator.policy.models import ReasonCode
from incubator.reports import times
from incubator.reports.spans import Span
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.services import review

SPAN = Span("2026-Q1", "2026-Q4")
KIND = times.CASE


@pytest.fixture
def way(inside):
    """way(7, ("submitted", 0), ("in_review", 5)): entries of case 7 so many days after the first of March."""

    def write(case, *steps):
        begin = timezone.make_aware(timezone.datetime(2026, 3, 1, 9))
        for state, days in steps:
            Entry.objects.create(act="x", subject_type=KIND, subject_id=case, subject_name=f"N-{case}", state_to=state, at=begin + timedelta(days=days))

    return write


def test_median_and_ninetieth_are_those_of_the_days_at_the_step(way):
    days = [1, 2, 3, 4, 5, 6, 7, 8, 9, 30]
    for case, count in enumerate(days, 1):
        way(case, ("submitted", 0), ("in_review", count))
    found = spreads(times.OF_STATES, date(2026, 1, 1), date(2026, 12, 31))["first_review"]
    assert (found.count, found.median, found.ninetieth) == (10, median(days), 9)
    listed = stays(times.OF_STATES, "first_review", date(2026, 1, 1), date(2026, 12, 31))
    assert [round(one.days) for one in listed] == sorted(days, reverse=True)


def test_acts_inside_a_step_do_not_cut_it(way):
    way(1, ("filed", 0))
    way(2, ("in_review", 0), ("in_review", 2), ("in_review", 3), ("recommended", 10))
    assert spreads(times.OF_STATES, date(2026, 1, 1), date(2026, 12, 31))["check"].median == 10


def test_two_states_of_one_step_are_one_stay(inside):
    begin = timezone.make_aware(timezone.datetime(2026, 3, 1, 9))
    for state, days in (("sealed", 0), ("filed", 1), ("accepted", 4), ("recorded", 21)):
        Entry.objects.create(act="x", subject_type=times.CLAIM, subject_id=1, subject_name="C", state_to=state, at=begin + timedelta(days=days))
    assert spreads(times.OF_STATES, date(2026, 1, 1), date(2026, 12, 31))["outside"].median == 20


def test_a_stay_counts_where_it_ends_and_two_stays_of_a_case_count_twice(way):
    way(1, ("in_review", 0), ("returned", 3), ("in_review", 40), ("recommended", 45))
    march = spreads(times.OF_STATES, date(2026, 3, 1), date(2026, 3, 31))
    april = spreads(times.OF_STATES, date(2026, 4, 1), date(2026, 4, 30))
    assert (march["check"].count, march["check"].median, "correct" in march) == (1, 3, False)
    assert (april["check"].median, april["correct"].median) == (5, 37)


def test_another_organisations_journal_is_not_read(organisation, other_organisation):
    begin = timezone.make_aware(timezone.datetime(2026, 3, 1, 9))
    with organisation_context(other_organisation):
        for state, days in (("submitted", 0), ("in_review", 2)):
            Entry.objects.create(act="x", subject_type=KIND, subject_id=1, subject_name="N", state_to=state, at=begin + timedelta(days=days))
        assert spreads(times.OF_STATES, date(2026, 1, 1), date(2026, 12, 31))["first_review"].count == 1
    with organisation_context(organisation):
        assert spreads(times.OF_STATES, date(2026, 1, 1), date(2026, 12, 31)) == {}


def test_every_state_that_waits_for_somebody_is_a_step():
    from incubator.subsidies.states import RUNNING

    named = {state for step in times.STEPS if step.record == times.CASE for state in step.states}
    assert {str(state) for state in RUNNING} - {"in_claim"} == {str(state) for state in named}
    assert len({step.name for step in times.STEPS}) == len(times.STEPS)


def test_what_waits_past_the_promised_day_is_overdue_by_step(world, actor, client_of, people):
    case = review.take_application(world.apply("rent"), by=actor("officer"))
    case = review.return_application(case, codes=[ReasonCode.objects.get(code="EVIDENCE_MISSING")], note="缺页", by=actor("officer"))
    days = int(case.edition.reading(case.quarter.first_day).value("service.return_deadline"))
    SubsidyApplication.objects.filter(pk=case.pk).update(moved_at=timezone.now() - timedelta(days=days))
    assert times.overdue(actor("viewer"), timezone.localdate()) == []
    SubsidyApplication.objects.filter(pk=case.pk).update(moved_at=timezone.now() - timedelta(days=days + 3))
    (late,) = times.overdue(actor("viewer"), timezone.localdate())
    assert (late.step.name, late.record.pk, late.days) == ("correct", case.pk, 3)
    page = client_of("viewer").get(reverse("office:reports:times", args=["jingyue"])).content.decode()
    assert case.number in page
    assert people["officer"].name not in page and people["founder"].name not in page


def test_pages_keep_own_and_outside_time_apart(decided, client_of):
    found = client_of("viewer").get(reverse("office:reports:times", args=["jingyue"]), {"from": "2026-Q1", "until": "2026-Q4"})
    own, outside = found.context["own"], found.context["outside"]
    assert {line.step.whose for line in own} == {"own"} and {line.step.whose for line in outside} == {"outside"}
    assert next(line for line in own if line.step.name == "endorse").spread.count == 1
    assert next(line for line in outside if line.step.name == "outside").spread.count == 1
    listed = client_of("viewer").get(reverse("office:reports:stays", args=["jingyue", "endorse"]), {"from": "2026-Q1", "until": "2026-Q4"})
    assert [record.pk for _stay, record in listed.context["rows"]] == [decided.rent.pk]
