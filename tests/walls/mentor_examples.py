"""Mentoring and training for the tests of addresses: one example for each."""

from __future__ import annotations

from typing import Any

from incubator.core.periods import Month
from incubator.documents.services import keep_paper
from mentors.models import Certificate, Goal, Lesson, MatchMark
from mentors.models.people import Interest
from mentors.services import honoraria, matching
from tests.factories.documents import pdf_bytes
from tests.factories.mentors import a_class, a_confirmed, a_logged, a_mentor, a_need, a_pairing, a_rate, a_session, an_enrolment, at
from tests.factories.tenants import a_startup


def add_mentoring(world: Any) -> None:
    """A mentor who serves the first startup, others before and after; sessions, a matching, statements, a class."""
    people, actor = world.people, world.actor
    two = {"reviewer": people["officer"], "approver": people["manager"]}
    world.mentor = a_mentor(people["mentor"], **two, bank_account="6222000011112222", account_entered_by=people["officer"], account_verified_by=people["finance"])
    world.mentor_new, world.mentor_applied = a_mentor(**two), a_mentor()
    a_need(world.startup)
    other = a_startup()
    a_need(other)
    world.pairing = a_pairing(world.mentor, world.startup)
    world.goal = Goal.objects.create(pairing=world.pairing, text="首批订单", due_on=at(30, 9).date())
    world.interest = Interest.objects.create(mentor=world.mentor, startup=other, kind="supplier", declared_by=people["officer"])
    world.session = a_session(world.pairing, at(28, 14))
    world.session_logged = a_logged(world.pairing, at(23, 10))
    world.session_disputed = a_session(world.pairing, at(21, 10), state="disputed", logger=people["mentor"], dispute="时间不对", reply="是")
    a_confirmed(world.pairing, people["founder"], at(10, 14, month=10))
    world.match = matching.draft_matching(name="匹配", seed="x", by=actor("officer"))
    world.match = matching.compute_matching(world.match, by=actor("officer"))
    world.match_draft = matching.draft_matching(name="草稿", seed="x", by=actor("officer"))
    world.mark = MatchMark.objects.create(run=world.match_draft, mentor=world.mentor_new, startup=other, kind="pin", reason="x", marked_by=people["officer"])
    a_rate(people["finance"], people["owner"])
    world.rate = a_rate(people["finance"], valid_from=at(1, 9).date())
    drafted = honoraria.draft_honorarium(world.mentor, Month(2026, 10), by=actor("finance"))
    world.honorarium = honoraria.agree_honorarium(drafted, by=actor("mentor"))
    a_confirmed(world.pairing, people["founder"], at(10, 14, month=9))
    world.honorarium_draft = honoraria.draft_honorarium(world.mentor, Month(2026, 9), by=actor("finance"))
    add_training(world)


def add_training(world: Any) -> None:
    """A class with a lesson; the founder takes part in another one and has a certificate of it."""
    world.run_open, founder = a_class(), world.startup.founders.get(user=world.people["founder"])
    world.lesson = Lesson.objects.create(run=world.run_open, starts_at=at(27, 9), ends_at=at(27, 12), title="市场", key="ab" * 32)
    done = a_class()
    world.enrolment = an_enrolment(done, founder)
    passed = an_enrolment(a_class(), founder, state="passed", signer=world.people["officer"], issuer=world.people["manager"])
    paper = keep_paper(pdf_bytes(), title="certificate", name="c.pdf", by=world.actor("officer"))
    world.training_certificate = Certificate.objects.create(
        number="PX-2026-000009", enrolment=passed, issued_on=at(1, 9).date(), sha256="0" * 64, verify_code="AAAA-BBBB-CCCC", document=paper,
        snapshot={"holder": "王小明", "kind": "general", "course": "x", "provider": "y"},
    )  # fmt: skip


def mentoring_addresses(world: Any):
    """By the name of their URL, with the arguments behind the organisation."""
    yield from office_addresses(world)
    yield from training_addresses(world)
    yield from portal_addresses(world)
    yield from (("site:mentors:directory", []), ("site:mentors:apply", []), ("site:mentors:profile", [world.mentor.pk]))


def office_addresses(world: Any):
    plain = ("mentors", "mentor-add", "pairings", "sessions", "needs", "runs", "run-draft", "ledger", "quality", "statements", "statements-draft", "rates", "rate-draft", "training", "course-open")
    yield from ((f"office:mentors:{name}", []) for name in plain)
    yield from ((f"office:mentors:{name}", [world.mentor.pk]) for name in ("mentor", "mentor-change", "account-enter", "account-verify", "interest-add"))
    yield from ((f"office:mentors:mentor-act · {act}", [world.mentor_applied.pk, act]) for act in ("review", "approve", "end"))
    yield from (("office:mentors:mentor-invite", [world.mentor_new.pk]), ("office:mentors:interest-end", [world.interest.pk]))
    yield from (("office:mentors:pairing", [world.pairing.pk]), ("office:mentors:pairing-act", [world.pairing.pk, "pause"]))
    yield from (("office:mentors:session", [world.session_disputed.pk]), ("office:mentors:session-act", [world.session_disputed.pk, "void"]))
    yield from ((f"office:mentors:{name}", [world.startup.pk]) for name in ("need-change", "suggest"))
    yield "office:mentors:propose", [world.startup.pk, world.mentor_new.pk]
    yield from (("office:mentors:run", [world.match.pk]), ("office:mentors:run-mark", [world.match_draft.pk]), ("office:mentors:run-unmark", [world.mark.pk]))
    yield from ((f"office:mentors:run-act · {act}", [world.match.pk, act]) for act in ("compute", "publish"))
    yield from (("office:mentors:ledger-file", ["xlsx"]), ("office:mentors:statement", [world.honorarium.pk]), ("office:mentors:rate-verify", [world.rate.pk]))
    yield "office:mentors:statement-act", [world.honorarium.pk, "approve"]


def training_addresses(world: Any):
    run = [world.run_open.pk]
    yield "office:mentors:class-open", [world.run_open.course_id]
    yield from ((f"office:mentors:{name}", run) for name in ("class", "lesson-add", "person-enrol"))
    yield from ((f"office:mentors:{name}", [world.lesson.pk]) for name in ("lesson-board", "lesson-list"))
    yield "office:mentors:enrolment-act", [world.enrolment.pk, "mark"]
    yield from ((f"office:mentors:{name}", [world.training_certificate.pk]) for name in ("certificate-paper", "certificate-revoke"))
    yield from (("portal:mentors:training", []), ("portal:mentors:enrol", run), ("portal:mentors:withdraw", [world.enrolment.pk]))
    yield from (("portal:mentors:attend", [world.lesson.pk, "000000"]), ("portal:mentors:certificate", [world.training_certificate.pk]))


def portal_addresses(world: Any):
    pairing = [world.pairing.pk]
    yield from ((f"portal:mentors:{name}", []) for name in ("home", "profile", "interest-add"))
    yield from (("portal:mentors:profile-act", ["pause"]), ("portal:mentors:choose", [world.startup.pk, world.mentor_new.pk]))
    yield from ((f"portal:mentors:{name}", [world.startup.pk]) for name in ("need", "find"))
    yield from ((f"portal:mentors:{name}", pairing) for name in ("pairing", "session-plan", "log-new", "goal-add"))
    yield from (("portal:mentors:pairing-act", [*pairing, "pause"]), ("portal:mentors:goal-move", [world.goal.pk]))
    yield from ((f"portal:mentors:{name}", [world.session.pk]) for name in ("session", "session-log", "note-write", "session-calendar"))
    yield "portal:mentors:session-act", [world.session_logged.pk, "confirm"]
    yield from ((f"portal:mentors:{name}", [world.honorarium_draft.pk]) for name in ("statement", "statement-agree"))
