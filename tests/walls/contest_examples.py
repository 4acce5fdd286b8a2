"""Contests and events of the world of addresses: one contest in each state that a page needs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import time_machine

from incubator.accounts.actors import actor_for, system
from incubator.contests.models import Certificate, Entry, LeakHit
from incubator.contests.services import contests, entries, events, followers, judging, results
from tests.factories.contests import SHANGHAI, a_contest, a_jury, an_entry, an_event, open_contest, score_all
from tests.factories.documents import an_upload

MINUTES = "评委会召开会议，异议期无异议，确认排名结果。"


def add_contests(world: Any) -> None:
    """A draft, one that takes entries, one being screened, one in judging, one awarded; an event to come and one held."""
    manager, officer = (actor_for(world.people[role], world.organisation) for role in ("manager", "officer"))
    world.contest_draft, world.contest_open = a_contest(manager, slug="draft"), open_contest(manager, slug="open")
    world.entry_draft = an_entry(world.contest_open, send=False)
    world.entry_sent = an_entry(world.contest_open)
    world.contest_screening = open_contest(manager, slug="screening")
    world.entry_waiting = an_entry(world.contest_screening, deck=an_upload("deck.pdf"))
    contests.close_registration(world.contest_screening, by=system(world.organisation))
    world.leak = LeakHit.objects.create(entry=world.entry_waiting, where="title", term="松江")
    world.contest_judging = judged(world, manager, officer, "judging", is_blind=False)
    world.sheet = world.contest_judging.sheets.select_related("judge__user").get(judge__user=world.people["judge"])
    world.contest_awarded = award(world, judged(world, manager, officer, "awarded"), manager)
    world.certificate = Certificate.objects.filter(contest=world.contest_awarded).first()
    world.event, world.event_held = an_event(officer, slug="coming"), an_event(officer, slug="held")
    world.attendee = events.register_attendee(world.event, name="张伟", email="guest@example.com")
    results_event = world.event_held
    results_event.state = "held"
    results_event.save()
    world.follower = followers.ask_to_follow("reader@example.com")


def judged(world: Any, manager: Any, officer: Any, slug: str, **fields: Any) -> Any:
    contest = open_contest(manager, slug=slug, **fields)
    made = an_entry(contest, deck=an_upload("deck.pdf"))
    contest = contests.close_registration(contest, by=system(world.organisation))
    entries.check_blind(entries.screen_entry(Entry.objects.get(pk=made.pk), "pass", by=officer), by=officer)
    judging.add_judge(contest, world.people["judge"], kind="industry", employer="", chairs=False, by=manager)
    a_jury(contest, world.organisation, manager, 2)
    return judging.open_judging(contest, by=manager)


def award(world: Any, contest: Any, manager: Any) -> Any:
    by = {role: actor_for(world.people[role], world.organisation) for role in ("owner", "finance")}
    score_all(contest)
    judging.ask_freeze(contest, by=manager)
    contest = results.notice_result(judging.freeze_scores(contest, by=by["owner"]), by=manager)
    with time_machine.travel(datetime(2026, 12, 5, 10, tzinfo=SHANGHAI)):
        chair = actor_for(contest.judges.get(chairs=True).user, world.organisation)
        contest = results.finalise_result(contest, minutes=MINUTES, by=chair)
        return results.award_prizes(results.order_award(contest, by=by["finance"]), by=manager)


def contest_addresses(world: Any):
    """By the name of their URL, with the arguments behind the organisation."""
    draft, judging_one, waiting = world.contest_draft.pk, world.contest_judging.pk, [world.contest_screening.pk, world.entry_waiting.pk]
    yield from ((f"office:contests:{name}", []) for name in ("contests", "new"))
    yield from ((f"office:contests:{name}", [draft]) for name in ("contest", "edit", "rules", "jury"))
    yield from ((f"office:contests:{name}", waiting) for name in ("entry", "conflict", "blind-checked"))
    yield from (("office:contests:deck", [*waiting, "blind"]), ("office:contests:leak", [waiting[0], world.leak.pk]), ("office:contests:ranking", [world.contest_awarded.pk]))
    yield from ((f"office:contests:entry-act · {act}", [*waiting, act]) for act in ("pass", "return", "exclude"))
    yield "office:contests:entry-act · disqualify", [judging_one, world.sheet.entry_id, "disqualify"]
    yield from (("office:contests:seat-remove", [judging_one, world.sheet.judge_id]), ("office:contests:sheet-aside", [judging_one, world.sheet.pk]), ("office:contests:stage", [judging_one]))
    yield "office:contests:certificate-revoke", [world.contest_awarded.pk, world.certificate.pk]
    for act, pk in (("publish", draft), ("cancel", world.contest_open.pk), ("leaks", waiting[0]), ("refill", judging_one), ("freeze", judging_one)):
        yield f"office:contests:act · {act}", [pk, act]
    yield from ((f"office:events:{name}", []) for name in ("events", "new"))
    yield from ((f"office:events:{name}", [world.event.pk]) for name in ("event", "edit", "door", "attendance"))
    yield from (("office:events:check-in", [world.event.pk, world.attendee.pk]), ("office:events:act", [world.event.pk, "cancel"]))
    yield from (("portal:judging:desk", []), ("portal:contests:own", []))
    yield from ((f"portal:judging:{name}", [world.sheet.pk]) for name in ("sheet", "save", "deck"))
    yield "portal:judging:act", [world.sheet.pk, "recuse"]
    yield from public_addresses(world)


def public_addresses(world: Any):
    yield from ((f"site:{name}", []) for name in ("news", "stories", "feed", "search", "sitemap"))
    key, sent = ["open", world.entry_draft.key], ["open", world.entry_sent.key]
    yield from ((f"contests:{name}", []) for name in ("contests", "events", "follow"))
    yield from ((f"contests:{name}", ["open"]) for name in ("contest", "enter"))
    yield from (("contests:result", ["awarded"]), ("contests:board", ["judging"]), ("contests:entry", key), ("contests:entry-withdraw", sent), ("contests:entry-step", [*key, "team"]))
    yield from (("contests:event", ["coming"]), ("contests:ticket", ["coming", world.attendee.key]))
    yield from ((f"contests:{name}", [world.follower.key]) for name in ("follow-confirm", "follow-stop"))
