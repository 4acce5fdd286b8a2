"""The smallest valid rows of `mentors`. Call them inside an organisation's context."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mentors.models import Course, CourseRun, Enrolment, Expertise, HonorariumRate, Mentor, Need, OfficeHour, Pairing, Session
from mentors.planning import DEFAULT_WEIGHTS

numbers = itertools.count(1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
SCORE = {"total": 7417, "bonus": 0, "parts": {"needs": 2667, "stage": 2000, "industry": 750, "hours": 1500, "language": 250, "place": 250}, "weights": DEFAULT_WEIGHTS}


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of November 2026 in office time."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def a_mentor(user: Any = None, *, reviewer: Any = None, approver: Any = None, topics: tuple[str, ...] = ("funding", "law"), windows: tuple[str, ...] = ("1-pm", "3-am"), **fields: Any) -> Mentor:
    """An active mentor of this year when somebody reviewed and approved, else one who applied."""
    number = next(numbers)
    active = {"state": "active", "reviewer": reviewer, "approver": approver, "term_from": FIRST, "term_to": LAST} if reviewer and approver else {}
    plain = {
        "name": f"导师{number}", "email": f"mentor{number}@example.com", "languages": ["zh"], "stages": ["seed"], "industries": ["I65"], "modes": ["on_site", "video"],
        "city": "长春市", "public_fields": ["name"],
    }  # fmt: skip
    mentor = Mentor.objects.create(user=user, **plain | active | fields)
    for topic in topics:
        Expertise.objects.create(mentor=mentor, topic=topic, level=2)
    for window in windows:
        OfficeHour.objects.create(mentor=mentor, window=window)
    return mentor


def a_need(startup: Any, **fields: Any) -> Need:
    """A startup that looks for money, on Tuesday afternoons."""
    plain = {"topics": {"funding": 1}, "stage": "seed", "industry": "I65", "hours_month": 4, "windows": ["1-pm"], "languages": ["zh"], "modes": ["on_site", "video"], "city": "长春市"}
    return Need.objects.create(startup=startup, **plain | fields)


def a_pairing(mentor: Mentor, startup: Any, state: str = "paired", **fields: Any) -> Pairing:
    """Two who work together."""
    yes = {"mentor_yes_at": at(1, 9), "startup_yes_at": at(1, 9), "paired_at": at(1, 9)} if state == "paired" else {}
    return Pairing.objects.create(mentor=mentor, startup=startup, state=state, origin="staff", score=SCORE, answer_by=date(2026, 12, 1), **yes | fields)


def a_session(pairing: Pairing, starts_at: datetime, minutes: int = 60, state: str = "planned", **fields: Any) -> Session:
    """A session; what was logged or confirmed names who did it."""
    return Session.objects.create(
        pairing=pairing, mentor=pairing.mentor, startup=pairing.startup, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), mode="on_site", state=state, **fields
    )


def a_logged(pairing: Pairing, starts_at: datetime, minutes: int = 60, **fields: Any) -> Session:
    return a_session(pairing, starts_at, minutes, "logged", **{"logger": pairing.mentor.user, "logged_at": starts_at, "confirm_by": starts_at + timedelta(days=7), "summary": "融资计划"} | fields)


def a_confirmed(pairing: Pairing, confirmer: Any, starts_at: datetime, minutes: int = 60, **fields: Any) -> Session:
    return Session.objects.create(
        pairing=pairing, mentor=pairing.mentor, startup=pairing.startup, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), mode="on_site", state="confirmed",
        logger=pairing.mentor.user, logged_at=starts_at + timedelta(hours=2), confirmer=confirmer, confirmed_at=starts_at + timedelta(days=1), summary="融资计划", **fields,
    )  # fmt: skip


def a_rate(author: Any, verifier: Any = None, **fields: Any) -> HonorariumRate:
    """200 yuan an hour since the beginning of the year, without withholding; verified when somebody did."""
    state = {"state": "verified", "verifier": verifier} if verifier else {}
    return HonorariumRate.objects.create(author=author, **{"valid_from": FIRST, "rate": "200.00", "source": "示例"} | state | fields)


def a_class(capacity: int = 2, **fields: Any) -> CourseRun:
    """A class that can be joined until the end of the year."""
    number = next(numbers)
    course = Course.objects.create(name=f"创业培训{number}", kind="startup", provider="净月", syllabus="市场", pass_mark=60)
    return CourseRun.objects.create(course=course, **{"name": "一班", "capacity": capacity, "trainer": "崔老师", "enrol_until": LAST} | fields)


def an_enrolment(run: CourseRun, founder: Any, **fields: Any) -> Enrolment:
    return Enrolment.objects.create(run=run, founder=founder, **fields)
