"""The smallest valid rows of `incubator.contests`, and a contest brought to any state. Call them inside an organisation's context."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from incubator.accounts.actors import actor_for, system
from incubator.contests.models import Contest, Entry, Event
from incubator.contests.services import contests, entries, events, judging
from tests.factories.accounts import make_person

numbers = itertools.count(1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
RUBRIC = (("创新性", 40), ("市场前景", 30), ("团队", 20), ("社会价值", 10))


def a_contest(by: Any, **fields: Any) -> Contest:
    """A draft with two tracks, four criteria and two prizes; registration runs on the day of the tests."""
    number = next(numbers)
    given = {
        "title": f"第{number}届创业大赛", "slug": f"contest-{number}", "summary": "面向全省创业团队。", "rules": "团队须在规定日期内提交项目。",
        "registration_from": date(2026, 11, 1), "registration_to": date(2026, 11, 30), "judging_to": date(2026, 12, 10), "results_on": date(2026, 12, 20),
    }  # fmt: skip
    contest = contests.draft_contest(by=by, **given | fields)
    contests.set_parts(
        contest, by=by, tracks=[{"name": "成长组"}, {"name": "初创组"}],
        criteria=[{"name": name, "weight": weight, "at_90": "突出", "at_75": "较好", "at_60": "一般"} for name, weight in RUBRIC],
        prizes=[{"name": "一等奖", "rank_from": 1, "rank_to": 1, "amount": 20000}, {"name": "二等奖", "rank_from": 2, "rank_to": 3, "amount": 8000}],
    )  # fmt: skip
    return contest


def open_contest(by: Any, **fields: Any) -> Contest:
    """A contest that takes entries."""
    return contests.publish_contest(a_contest(by, **fields), by=by)


def an_entry(contest: Contest, *, send: bool = True, **fields: Any) -> Entry:
    """An entry of a team of two, handed in."""
    number = next(numbers)
    people, deck = fields.pop("people", [f"张伟{number}", f"李娜{number}"]), fields.pop("deck", None)
    given = {
        "track": contest.tracks.first(), "team": f"松江{number}队", "contact_name": people[0], "email": f"team{number}@example.com",
        "company": f"长春松江{number}科技有限公司",
    }  # fmt: skip
    texts = {"title": "智能分拣", "summary": "用于农产品。", "market": "省内合作社。", "progress": "已有样机。"}
    texts |= {name: fields.pop(name) for name in list(fields) if name in texts}
    entry = entries.start_entry(contest, **given | fields)
    entry = entries.save_team(entry, [{"name": name, "part": "", "consents": True} for name in people])
    entry = entries.save_project(entry, deck=deck, **texts)
    return entries.submit_entry(entry) if send else entry


def a_jury(contest: Contest, organisation: Any, by: Any, count: int = 4) -> list[Any]:
    """Judges with accounts; the first chairs."""
    users = [make_person(f"judge-{next(numbers)}", organisation, "judge") for _place in range(count)]
    for place, user in enumerate(users):
        judging.add_judge(contest, user, kind="industry" if place % 2 == 0 else "academic", employer="", chairs=place == 0, by=by)
    return users


def in_judging(organisation: Any, manager: Any, officer: Any, *, teams: int = 4, judges: int = 4, **fields: Any) -> Contest:
    """A contest whose entries are dealt out to its judges."""
    contest = open_contest(manager, **fields)
    made = [an_entry(contest) for _place in range(teams)]
    contest = contests.close_registration(contest, by=system(organisation))
    for entry in made:
        entries.screen_entry(Entry.objects.get(pk=entry.pk), "pass", by=officer)
    a_jury(contest, organisation, manager, judges)
    return judging.open_judging(contest, by=manager)


def score_all(contest: Contest, value: Any = None) -> None:
    """Every open sheet is filled in and handed in; `value`: (sheet) → a score for all criteria."""
    for sheet in contest.sheets.due().select_related("judge__user"):
        by = actor_for(sheet.judge.user, contest.organisation)
        given = value(sheet) if value else 70 + (sheet.entry_id + sheet.judge_id) % 20
        judging.save_scores(sheet, {line.key: given for line in contest.criteria.all()}, "说明", by=by)
        judging.seal_scores(sheet, by=by)


def an_event(by: Any, *, publish: bool = True, **fields: Any) -> Event:
    """A talk on the site in a week, with ten seats."""
    number, start = next(numbers), datetime(2026, 12, 1, 14, 0, tzinfo=SHANGHAI)
    given = {
        "title": f"第{number}期创业沙龙", "slug": f"talk-{number}", "summary": "路演与交流。", "starts_at": start, "ends_at": start + timedelta(hours=2),
        "place": "净月A座路演大厅", "capacity": 10,
    }  # fmt: skip
    event = events.draft_event(by=by, **given | fields)
    return events.publish_event(event, by=by) if publish else event
