"""Journeys without a browser: a team, a judge, the chair, a guest, a follower, an officer at the door."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client

from incubator.contests.models import Attendee, Contest, Entry, Follower, ScoreSheet
from incubator.contests.services import contests, events, judging, results
from incubator.policy.loading import load_everything
from tests.browser import signed_in
from tests.factories.contests import SHANGHAI, a_contest, an_event, in_judging, open_contest, score_all

TEAM = {"team": "松江队", "contact_name": "张伟", "email": "team@example.com"}
PEOPLE = {"people-TOTAL_FORMS": "6", "people-INITIAL_FORMS": "0", "people-0-name": "张伟", "people-0-consents": "on", "people-1-name": "李娜", "people-1-part": "技术"}
PROJECT = {"title": "智能分拣", "summary": "用于农产品", "market": "合作社", "progress": "样机"}


@pytest.fixture
def opened(inside, actor):
    return open_contest(actor("manager"), slug="open")


def test_a_team_enters_without_an_account(opened, inside):
    visitor, base = Client(), f"/{inside.slug}/contests/open/"
    assert "松江队" not in visitor.get(base).content.decode()
    answer = visitor.post(f"{base}enter/", {**TEAM, "track": opened.tracks.first().pk})
    entry = Entry.objects.get()
    assert answer["Location"] == f"{base}entry/{entry.key}/team/"
    people = {**TEAM, **PEOPLE, "track": opened.tracks.first().pk}
    assert visitor.post(answer["Location"], people)["Location"].endswith("/project/")
    assert visitor.post(f"{base}entry/{entry.key}/project/", PROJECT)["Location"].endswith("/send/")
    send = f"{base}entry/{entry.key}/send/"
    refused = visitor.post(send, {"accepts": "on"})
    assert refused.status_code == 409  # 李娜 has not agreed
    assert "李娜" in refused.content.decode()
    visitor.post(f"{base}entry/{entry.key}/team/", people | {"people-1-consents": "on"})
    assert visitor.post(send, {"accepts": "on"}).status_code == 302
    assert Entry.objects.get().state == "submitted"
    page = visitor.get(f"{base}entry/{entry.key}/")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert visitor.get(f"{base}entry/{'0' * 32}/").status_code == 404


def test_a_robot_is_told_the_same_and_nothing_is_kept(opened, inside):
    answer = Client().post(f"/{inside.slug}/contests/open/enter/", {**TEAM, "track": opened.tracks.first().pk, "website": "spam"})
    assert answer.status_code == 302
    assert Entry.objects.count() == 0


def test_what_was_typed_stays_when_something_is_wrong(opened, inside):
    answer = Client().post(f"/{inside.slug}/contests/open/enter/", {**TEAM, "email": "no address", "uscc": "12"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "松江队" in text
    assert text.count('aria-invalid="true"') == 3  # track, address, credit code


def test_a_draft_is_hidden_from_the_public(inside, actor):
    contest = a_contest(actor("manager"), slug="draft")
    assert Client().get(f"/{inside.slug}/contests/{contest.slug}/").status_code == 404


def test_a_manager_sets_the_rules_in_the_browser(inside, client_of):
    manager, base = client_of("manager"), f"/office/{inside.slug}/contests/"
    words = {"title": "春季赛", "slug": "spring", "summary": "简介", "rules": "规则", "registration_from": "2026-11-24", "registration_to": "2026-12-20",
             "judging_to": "2027-01-10", "results_on": "2027-01-20", "method": "mean", "per_entry": "3", "min_judges": "5", "min_entries_per_judge": "5",
             "anchors": "0", "team_most": "6", "notice_days": "5", "is_blind": "on"}  # fmt: skip
    wrong = manager.post(f"{base}new/", words | {"judging_to": "2026-12-01"})
    assert wrong.status_code == 200
    assert manager.post(f"{base}new/", words).status_code == 302
    contest = Contest.objects.get()
    rows = {f"{name}-{key}": value for name in ("tracks", "criteria", "prizes") for key, value in (("TOTAL_FORMS", "1"), ("INITIAL_FORMS", "0"))}
    rows |= {"tracks-0-name": "成长组", "criteria-0-name": "创新", "criteria-0-weight": "100", "criteria-0-at_90": "好", "criteria-0-at_75": "中", "criteria-0-at_60": "可",
             "prizes-0-name": "一等奖", "prizes-0-rank_from": "1", "prizes-0-rank_to": "1", "prizes-0-amount": "1000"}  # fmt: skip
    assert manager.post(f"{base}{contest.pk}/rules/", rows).status_code == 302
    assert manager.post(f"{base}{contest.pk}/publish/").status_code == 302
    contest.refresh_from_db()
    assert contest.state == "registration"
    assert manager.get(f"{base}{contest.pk}/edit/").status_code == 409


def test_a_judge_scores_on_the_desk(inside, actor):
    contest = in_judging(inside, actor("manager"), actor("officer"), teams=2, judges=3)
    sheet = contest.sheets.select_related("judge__user").first()
    judge, page = signed_in(sheet.judge.user), f"/portal/{inside.slug}/judging/{sheet.pk}/"
    saved = judge.post(f"{page}save/", {"c1": "88"})
    assert saved.status_code == 200
    assert ScoreSheet.objects.get(pk=sheet.pk).scores == {"c1": 88}
    assert judge.post(page, {"c1": "88", "hand_in": "1"}).status_code == 409
    bad = judge.post(f"{page}save/", {"c1": "101"})
    assert "c1" not in bad.content.decode() or ScoreSheet.objects.get(pk=sheet.pk).scores["c1"] == 88
    whole = {"c1": "88", "c2": "80.5", "c3": "70", "c4": "75", "hand_in": "1"}
    assert judge.post(page, whole).status_code == 302
    assert ScoreSheet.objects.get(pk=sheet.pk).state == "sealed"
    assert judge.post(page, whole).status_code == 409  # once
    assert judge.post(f"{page}unseal/").status_code == 302
    assert ScoreSheet.objects.get(pk=sheet.pk).state == "assigned"


def test_the_chair_finalises_and_the_team_reads_its_own_sheets(db, inside_policy, actor):
    contest = in_judging(inside_policy, actor("manager"), actor("officer"), teams=2, judges=3)
    score_all(contest)
    judging.ask_freeze(contest, by=actor("manager"))
    results.notice_result(judging.freeze_scores(contest, by=actor("owner")), by=actor("manager"))
    chair, entry = contest.judges.get(chairs=True).user, contest.entries.first()
    visitor, slug = Client(), inside_policy.slug
    assert visitor.get(f"/{slug}/contests/{contest.slug}/result/").status_code == 404
    with time_machine.travel(datetime(2026, 12, 5, 10, tzinfo=SHANGHAI)):
        answer = signed_in(chair).post(f"/portal/{slug}/judging/contests/{contest.pk}/final/", {"minutes": "评委会召开会议，异议期无异议，确认排名结果。"})
        assert answer.status_code == 302
        shown = visitor.get(f"/{slug}/contests/{contest.slug}/result/").content.decode()
        own = visitor.get(f"/{slug}/contests/{contest.slug}/entry/{entry.key}/").content.decode()
    assert all(row.team in shown for row in contest.entries.all())
    assert "说明" in own
    assert all(str(seat) not in own for seat in contest.judges.all())


@pytest.fixture
def inside_policy(organisation):
    from incubator.core.scoping import organisation_context

    load_everything()
    with organisation_context(organisation):
        yield organisation


def test_a_guest_registers_waits_and_gives_the_place_back(inside, actor):
    event = an_event(actor("officer"), capacity=1, slug="talk")
    visitor, page = Client(), f"/{inside.slug}/events/talk/"
    first = visitor.post(page, {"name": "张伟", "email": "a@example.com"})["Location"]
    second = visitor.post(page, {"name": "李娜", "email": "b@example.com"})["Location"]
    assert [one.state for one in Attendee.objects.all()] == ["seated", "waiting"]
    assert "1" in visitor.get(second).content.decode()
    again = visitor.post(page, {"name": "张伟", "email": "A@example.com"})
    assert again.status_code == 409
    visitor.post(first)
    assert [one.state for one in Attendee.objects.order_by("pk")] == ["cancelled", "seated"]
    event.refresh_from_db()
    assert event.taken == 1


def test_the_door_finds_by_ticket_name_and_digits_and_counts_once(inside, actor, client_of):
    event = an_event(actor("officer"), slug="talk")
    guest = events.register_attendee(event, name="张伟", email="a@example.com", phone_tail="0426")
    officer, door = client_of("officer"), f"/office/{inside.slug}/events/{event.pk}/door/"
    for words in (guest.code.lower(), "张伟", "0426"):
        assert guest.name in officer.get(door, {"q": words}).content.decode()
    assert officer.post(f"{door}{guest.pk}/").status_code == 302
    assert officer.post(f"{door}{guest.pk}/").status_code == 409
    guest.refresh_from_db()
    assert guest.state == "attended"
    assert client_of("officer").get(f"/office/{inside.slug}/events/{event.pk}/attendance/").status_code == 200


def test_following_needs_a_yes_and_ends_with_one_click(inside, actor):
    visitor = Client()
    visitor.post(f"/{inside.slug}/follow/", {"email": "reader@example.com"})
    follower = Follower.objects.get()
    from incubator.contests import tasks

    event = an_event(actor("officer"), slug="talk")
    tasks.mail_followers(organisation_id=inside.pk, event_id=event.pk)
    assert mail.outbox == []  # not confirmed
    visitor.post(f"/{inside.slug}/follow/{follower.key}/")
    tasks.mail_followers(organisation_id=inside.pk, event_id=event.pk)
    tasks.mail_followers(organisation_id=inside.pk, event_id=event.pk)
    assert len(mail.outbox) == 1  # once, also when the job runs twice
    assert mail.outbox[0].extra_headers["List-Unsubscribe"].endswith(f"/follow/{follower.key}/stop/>")
    assert visitor.get(f"/{inside.slug}/follow/{follower.key}/stop/").status_code == 200
    assert Follower.objects.count() == 1  # opening a link alone ends nothing: mail scanners do that
    strict = Client(enforce_csrf_checks=True)
    strict.post(f"/{inside.slug}/follow/{follower.key}/stop/", {"List-Unsubscribe": "One-Click"})
    assert Follower.objects.count() == 0


def test_mails_of_a_team_say_code_and_link(opened, inside):
    from incubator.contests import tasks

    Client().post(f"/{inside.slug}/contests/open/enter/", {**TEAM, "track": opened.tracks.first().pk})
    entry = Entry.objects.get()
    tasks.mail_entry_link(organisation_id=inside.pk, entry_id=entry.pk)
    assert entry.code in mail.outbox[0].body
    assert entry.key in mail.outbox[0].body
    contests.turn_contests(by=actor_system(inside))


def actor_system(organisation):
    from incubator.accounts.actors import system

    return system(organisation)


def test_the_second_screen_hides_ranks_until_they_are_revealed(inside_policy, actor, client_of):
    contest = in_judging(inside_policy, actor("manager"), actor("officer"), teams=2, judges=3, is_blind=False)
    board, stage = f"/{inside_policy.slug}/contests/{contest.slug}/board/", f"/office/{inside_policy.slug}/contests/{contest.pk}/stage/"
    manager = client_of("manager")
    assert manager.post(stage, {"to": "1"}).status_code == 302
    assert manager.post(stage, {"to": "reveal"}).status_code == 409
    score_all(contest)
    judging.ask_freeze(contest, by=actor("manager"))
    contest = judging.freeze_scores(contest, by=actor("owner"))
    score = contest.ranked[0]["score"]
    assert score not in Client().get(board).content.decode()
    manager.post(stage, {"to": "reveal"})
    assert score in Client().get(board).content.decode()
