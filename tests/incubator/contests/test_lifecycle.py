"""A contest from the draft to its certificates, and what each step refuses."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction

from incubator.accounts.actors import actor_for, system
from incubator.contests.models import Certificate, Conflict, Contest, Criterion, Entry, ScoreSheet
from incubator.contests.services import contests, entries, judging, results
from incubator.core.errors import BusinessError, Conflict as Clash, IllegalMove, NotAllowed, NotEligible
from incubator.core.formulas import recompute
from incubator.policy.loading import load_everything
from tests.factories.contests import SHANGHAI, a_contest, a_jury, an_entry, in_judging, open_contest, score_all


@pytest.fixture
def policy(db):
    """The texts that everybody shares: the clause that orders the notice."""
    load_everything()


@pytest.fixture
def judged(policy, inside, actor):
    """A contest in judging: four teams, four judges."""
    return in_judging(inside, actor("manager"), actor("officer"))


def frozen(contest, actor):
    score_all(contest)
    judging.ask_freeze(contest, by=actor("manager"))
    return judging.freeze_scores(contest, by=actor("owner"))


def noticed(contest, actor):
    return results.notice_result(frozen(contest, actor), by=actor("manager"))


def chair_of(contest):
    return actor_for(contest.judges.get(chairs=True).user, contest.organisation)


def test_from_draft_to_certificate(judged, actor):
    contest = noticed(judged, actor)
    assert contest.state == "noticed"
    assert contest.notice.kind == "contest"
    assert recompute(contest.ranking)
    with time_machine.travel(datetime(2026, 12, 5, 10, tzinfo=SHANGHAI)):
        contest = results.finalise_result(contest, minutes="评委会于12月4日召开会议，异议期无异议，确认排名。", by=chair_of(contest))
        results.order_award(contest, by=actor("finance"))
        contest = results.award_prizes(contest, by=actor("manager"))
    assert contest.state == "awarded"
    winners = Certificate.objects.filter(is_team=True)
    assert [found.rank for found in winners] == sorted(row["rank"] for row in contest.ranked if row["rank"] <= 3)
    assert Certificate.objects.count() == 3 * winners.count()  # the team and its two people
    assert all(results.is_as_written(found) for found in Certificate.objects.all())


def test_nothing_is_announced_with_a_wrong_rubric(inside, actor):
    manager = actor("manager")
    contest = a_contest(manager)
    contests.set_parts(contest, by=manager, tracks=[], criteria=[{"name": "创新", "weight": 60}], prizes=[])
    with pytest.raises(NotEligible) as refused:
        contests.publish_contest(contest, by=manager)
    assert "60" in refused.value.message
    assert len(contests.missing_of(contest)) == 4


@pytest.mark.parametrize("change", ["method", "weight", "track", "prize"])
def test_rules_are_locked_when_registration_opens(inside, actor, change):
    contest = open_contest(actor("manager"))
    assert contest.state == "registration"
    with pytest.raises(IllegalMove):
        contests.change_contest(contest, by=actor("manager"), method="median")
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        if change == "method":
            Contest.objects.filter(pk=contest.pk).update(method="median")
        elif change == "weight":
            Criterion.objects.filter(contest=contest).update(weight=25)
        elif change == "track":
            contest.tracks.create(name="新赛道")
        else:
            contest.prizes.first().delete()


def test_the_clock_opens_and_closes_registration(inside, actor):
    contest = open_contest(actor("manager"), registration_from=date(2026, 11, 25))
    assert contest.state == "published"
    with pytest.raises(Clash):
        an_entry(contest)
    assert contests.turn_contests(by=actor("system"), today=date(2026, 11, 25)) == 1
    contest.refresh_from_db()
    draft, sent = an_entry(contest, send=False), an_entry(contest)
    assert contests.turn_contests(by=actor("system"), today=date(2026, 12, 1)) == 1
    assert Entry.objects.get(pk=draft.pk).state == "lapsed"
    assert Entry.objects.get(pk=sent.pk).state == "submitted"


def test_an_entry_is_closed_by_the_database_too(inside, actor):
    contest = open_contest(actor("manager"))
    entry = an_entry(contest)
    before = entry.sha256
    changed = entries.save_project(entry, title="另一个题目", summary="甲", market="乙", progress="丙")
    assert changed.sha256 != before
    contests.close_registration(contest, by=actor("system"))
    with pytest.raises(IllegalMove):
        entries.save_project(Entry.objects.get(pk=entry.pk), title="再改")
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(title="再改")
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        Entry.objects.create(contest=contest, track=entry.track, team="迟到", contact_name="甲", email="late@example.com", email_index="x" * 64)


def test_a_contact_and_a_company_enter_once(inside, actor):
    contest = open_contest(actor("manager"))
    an_entry(contest, email="one@example.com", uscc="91350100M000100Y43")
    with pytest.raises(Clash) as refused:
        an_entry(contest, email="ONE@example.com")
    assert refused.value.field == "email"
    with pytest.raises(Clash) as refused:
        an_entry(contest, uscc="91350100M000100Y43")
    assert refused.value.field == "uscc"


def test_a_returned_entry_gets_one_round(inside, actor):
    contest = open_contest(actor("manager"))
    entry = an_entry(contest)
    contests.close_registration(contest, by=actor("system"))
    entry = Entry.objects.get(pk=entry.pk)
    with pytest.raises(BusinessError):
        entries.screen_entry(entry, "return", by=actor("officer"), note="缺材料")
    entry = entries.screen_entry(entry, "return", by=actor("officer"), reason="INCOMPLETE", note="缺市场分析")
    entry = entries.submit_entry(entries.save_project(entry, title="智能分拣", summary="甲", market="补充", progress="丙"))
    assert entry.corrected
    with pytest.raises(BusinessError):
        entries.screen_entry(entry, "return", by=actor("officer"), reason="INCOMPLETE", note="还缺")
    assert entries.screen_entry(entry, "exclude", by=actor("officer"), reason="NOT_ENTITLED", note="已过年限").state == "ineligible"


def test_judging_needs_three_judges_and_a_chair(inside, actor):
    contest = open_contest(actor("manager"))
    entry = an_entry(contest)
    contests.close_registration(contest, by=actor("system"))
    entries.screen_entry(Entry.objects.get(pk=entry.pk), "pass", by=actor("officer"))
    a_jury(contest, inside, actor("manager"), 2)
    with pytest.raises(NotEligible) as refused:
        judging.open_judging(contest, by=actor("manager"))
    assert entry.code in refused.value.message


def test_a_judge_of_the_team_gets_no_sheet(inside, actor):
    contest = open_contest(actor("manager"))
    jury = a_jury(contest, inside, actor("manager"), 4)
    entry = an_entry(contest, email=jury[1].email)
    an_entry(contest)
    contests.close_registration(contest, by=actor("system"))
    for one in contest.entries.all():
        entries.screen_entry(one, "pass", by=actor("officer"))
    judging.open_judging(contest, by=actor("manager"))
    assert Conflict.objects.get().judge.user == jury[1]
    assert not ScoreSheet.objects.filter(entry=entry, judge__user=jury[1]).exists()
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        ScoreSheet.objects.create(contest=contest, entry=entry, judge=contest.judges.get(user=jury[1]))


@pytest.mark.parametrize(("scores", "good"), [({"c1": 100.1}, False), ({"c1": -1}, False), ({"c1": 70}, False), ({"c1": 70, "c2": 70, "c3": 70, "c4": 70}, True)])
def test_a_sheet_is_sealed_whole(judged, scores, good):
    sheet = judged.sheets.select_related("judge__user").first()
    by = actor_for(sheet.judge.user, judged.organisation)

    def hand_in():
        judging.save_scores(sheet, scores, "", by=by)
        return judging.seal_scores(sheet, by=by).state

    if good:
        assert hand_in() == "sealed"
        return
    with pytest.raises(BusinessError):
        hand_in()
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():  # the database refuses the same
        ScoreSheet.objects.filter(pk=sheet.pk).update(state="sealed", scores=scores, sealed_at=datetime(2026, 11, 24, tzinfo=SHANGHAI))


def test_a_low_or_high_total_needs_a_comment(judged):
    sheet = judged.sheets.select_related("judge__user").first()
    by = actor_for(sheet.judge.user, judged.organisation)
    low = dict.fromkeys(("c1", "c2", "c3", "c4"), 59)
    judging.save_scores(sheet, low, "", by=by)
    with pytest.raises(BusinessError) as refused:
        judging.seal_scores(sheet, by=by)
    assert refused.value.field == "comment"
    judging.save_scores(sheet, low, "市场分析不足。", by=by)
    assert judging.seal_scores(sheet, by=by).state == "sealed"


def test_nobody_scores_for_another_judge(judged):
    sheet = judged.sheets.first()
    other = judged.judges.exclude(pk=sheet.judge_id).first()
    with pytest.raises(NotAllowed):
        judging.save_scores(sheet, {"c1": 70}, "", by=actor_for(other.user, judged.organisation))


def test_the_freeze_needs_quorum_two_persons_and_no_judge(judged, actor):
    with pytest.raises(NotEligible):
        judging.ask_freeze(judged, by=actor("manager"))
    score_all(judged)
    with pytest.raises(NotEligible):
        judging.freeze_scores(judged, by=actor("owner"))
    judging.ask_freeze(judged, by=actor("manager"))
    with pytest.raises(NotAllowed):
        judging.freeze_scores(judged, by=actor("manager"))
    contest = judging.freeze_scores(judged, by=actor("owner"))
    assert contest.state == "provisional"
    assert contest.sheets_sha256 == judging.hash_of_sheets(contest)


def test_scores_stand_after_the_freeze(judged, actor):
    contest = frozen(judged, actor)
    sheet = contest.sheets.select_related("judge__user").first()
    by = actor_for(sheet.judge.user, contest.organisation)
    with pytest.raises(BusinessError):
        judging.unseal_scores(sheet, by=by)
    for change in ({"scores": {"c1": 100, "c2": 100, "c3": 100, "c4": 100}}, {"state": "assigned"}, {"comment": "改"}):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            ScoreSheet.objects.filter(pk=sheet.pk).update(**change)
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        sheet.delete()


def test_recusal_is_for_good_and_refilled_by_another(judged, actor):
    sheet = judged.sheets.select_related("judge__user", "entry").first()
    spare = a_jury_member(judged, actor)
    judging.recuse(sheet, reason="曾任该团队顾问", by=actor_for(sheet.judge.user, judged.organisation))
    assert judging.refill(judged, by=actor("manager")) >= 1
    holders = set(judged.sheets.filter(entry=sheet.entry).exclude(state="recused").values_list("judge__user", flat=True))
    assert sheet.judge.user_id not in holders
    assert len(holders) == 3
    assert spare.contest_id == judged.pk


def a_jury_member(contest, actor):
    from tests.factories.accounts import make_person

    return judging.add_judge(contest, make_person("spare-judge", contest.organisation, "judge"), kind="public", employer="", chairs=False, by=actor("manager"))


def test_only_the_chair_finalises_after_the_notice(judged, actor):
    contest = noticed(judged, actor)
    minutes = "评委会召开会议，异议期无异议，确认排名结果。"
    with pytest.raises(NotEligible):
        results.finalise_result(contest, minutes=minutes, by=chair_of(contest))
    other = contest.judges.get(chairs=False, pk=contest.judges.filter(chairs=False).first().pk)
    with time_machine.travel(datetime(2026, 12, 5, 10, tzinfo=SHANGHAI)):
        with pytest.raises(NotAllowed):
            results.finalise_result(contest, minutes=minutes, by=actor_for(other.user, contest.organisation))
        with pytest.raises(BusinessError):
            results.finalise_result(contest, minutes="无", by=chair_of(contest))
        contest = results.finalise_result(contest, minutes=minutes, by=chair_of(contest))
        assert contest.state == "final"
        with pytest.raises(NotEligible):
            results.award_prizes(contest, by=actor("manager"))
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            Contest.objects.filter(pk=contest.pk).update(minutes="另一份")


def test_a_result_is_taken_back_only_after_an_upheld_objection(judged, actor):
    contest = noticed(judged, actor)
    with pytest.raises(NotEligible):
        results.reopen_result(contest, teams=list(contest.entries.all())[:1], note="复核", by=actor("manager"))
    assert system(contest.organisation).roles


def test_a_certificate_is_revoked_once_and_never_rewritten(judged, actor):
    contest = noticed(judged, actor)
    with time_machine.travel(datetime(2026, 12, 5, 10, tzinfo=SHANGHAI)):
        contest = results.finalise_result(contest, minutes="评委会召开会议，异议期无异议，确认排名结果。", by=chair_of(contest))
        results.order_award(contest, by=actor("finance"))
        results.award_prizes(contest, by=actor("manager"))
        one = results.revoke_certificate(Certificate.objects.first(), because="材料不实", by=actor("manager"))
        with pytest.raises(IllegalMove):
            results.revoke_certificate(one, because="再次", by=actor("manager"))
        for change in ({"holder": "别人"}, {"revoked_because": "改口"}):
            with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
                Certificate.objects.filter(pk=one.pk).update(**change)


def test_cancelling_says_why(inside, actor):
    contest = open_contest(actor("manager"))
    with pytest.raises(BusinessError):
        contests.cancel_contest(contest, note=" ", by=actor("owner"))
    assert contests.cancel_contest(contest, note="承办方变更", by=actor("owner")).cancelled_because == "承办方变更"
