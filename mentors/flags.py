"""What looks odd about a session, and lets a second person look before it is paid (people-contests.md A5)."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from difflib import SequenceMatcher

from django.utils import timezone

from mentors.models import Session
from mentors.states import HOLDING

LATE = timedelta(days=7)
FAST = timedelta(seconds=30)
TRAVEL = timedelta(minutes=30)
ALIKE = 0.9
SAMPLED = 5  # percent
LEAST_TEXT = 12  # characters; shorter ones are alike by nature
MANY = 4  # sessions of one startup in a month, from which on it is odd that nobody else got any
EARLY, NIGHT = 7, 22


def flags_on_logging(session: Session) -> list[str]:
    """What can be seen when a session is logged."""
    begins = timezone.localtime(session.starts_at)
    others = Session.objects.filter(mentor=session.mentor).exclude(pk=session.pk)
    found = []
    if session.logged_at and session.logged_at - session.ends_at > LATE:
        found.append("LATE")
    if begins.hour >= NIGHT or begins.hour < EARLY:
        found.append("NIGHT")
    if is_repeated(session.summary, list(others.exclude(summary="").order_by("-starts_at").values_list("summary", flat=True)[:60])):
        found.append("SAME_TEXT")
    if session.mode == "on_site" and has_no_travel_time(session):
        found.append("TRAVEL")
    month = others.filter(state__in=HOLDING, starts_at__year=begins.year, starts_at__month=begins.month)
    startups = list(month.values_list("startup_id", flat=True))
    if len(startups) >= MANY and set(startups) == {session.startup_id}:
        found.append("ONE_STARTUP")
    return found + (["DOUBLED"] if has_doubled(session) else [])


def is_repeated(text: str, earlier: list[str]) -> bool:
    """Whether nearly the same was written before."""
    return len(text) >= LEAST_TEXT and any(SequenceMatcher(None, text, other, autojunk=False).ratio() >= ALIKE for other in earlier)


def has_no_travel_time(session: Session) -> bool:
    """Whether the mentor met somebody on site in another room's site less than half an hour away in time."""
    near = Session.objects.filter(
        mentor=session.mentor, mode="on_site", state__in=HOLDING, starts_at__lt=session.ends_at + TRAVEL, ends_at__gt=session.starts_at - TRAVEL
    ).exclude(pk=session.pk)  # fmt: skip
    here = session.space.site_id if session.space else None
    return here is not None and near.exclude(space=None).exclude(space__site=here).exists()


def has_doubled(session: Session) -> bool:
    """Whether the confirmed and open hours of this month are more than twice those of the month before, from eight on."""
    begins = timezone.localtime(session.starts_at)
    last = (begins.replace(day=1) - timedelta(days=1)).date()
    rows = Session.objects.filter(mentor=session.mentor, state__in=HOLDING).exclude(pk=session.pk)
    now = sum(one.minutes for one in rows.filter(starts_at__year=begins.year, starts_at__month=begins.month)) + session.minutes
    before = sum(one.minutes for one in rows.filter(starts_at__year=last.year, starts_at__month=last.month))
    return before > 0 and now > 2 * before and now >= 8 * 60


def flags_on_confirming(session: Session, origin: str) -> list[str]:
    """What can be seen when the founder confirms; and the lot of the second check."""
    found = []
    if session.logged_at and session.confirmed_at and session.confirmed_at - session.logged_at < FAST and origin and origin == session.logged_from:
        found.append("FAST")
    return found + (["SAMPLE"] if is_sampled(session) else [])


def is_sampled(session: Session) -> bool:
    """Whether the session is among the five percent: by a hash of month and number, so nobody can pick."""
    drawn = hashlib.sha256(f"{timezone.localtime(session.starts_at):%Y-%m}:{session.pk}".encode()).digest()
    return int.from_bytes(drawn[:4]) % 100 < SAMPLED
