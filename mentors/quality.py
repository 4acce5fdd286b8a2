"""How well mentoring works: counts, medians and shares of one mentor or of all, over a span of days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.utils import timezone

from mentors.models import Goal, Mentor, Pairing, Session

SHOWN_FROM = 3  # ratings are shown from so many on, never single ones
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Quality:
    """The figures of one mentor. None: nothing to count from, or too little to be shown."""

    mentor: Mentor
    planned: int
    held: int
    confirmed: int
    minutes: int
    reply_days: float | None
    rating: float | None
    ratings: int
    goal_progress: int | None

    @property
    def held_share(self) -> int | None:
        """Sessions that took place, of those whose day has come, in percent."""
        return round(100 * self.held / self.planned) if self.planned else None

    @property
    def confirmed_share(self) -> int | None:
        return round(100 * self.confirmed / self.held) if self.held else None

    @property
    def hours(self) -> str:
        return f"{self.minutes / 60:.1f}"


def quality_of(mentors: Iterable[Mentor], since: date, until: date) -> list[Quality]:
    """The figures of each mentor over a span of days, both included; three queries for all."""
    sessions, pairings, goals = rows_of(since, until)
    return [one_of(mentor, sessions.get(mentor.pk, []), pairings.get(mentor.pk, []), goals.get(mentor.pk, [])) for mentor in mentors]


def rows_of(since: date, until: date) -> tuple[dict[int, list[Any]], ...]:
    """Sessions, answers and goals of the span, by mentor."""
    held = Session.objects.filter(starts_at__date__gte=since, starts_at__date__lte=until).only("mentor_id", "state", "starts_at", "ends_at", "rating")
    asked = Pairing.objects.filter(proposed_at__date__gte=since, proposed_at__date__lte=until).exclude(mentor_yes_at=None)
    goals = Goal.objects.filter(pairing__state__in=["paired", "paused", "ended"]).values_list("pairing__mentor_id", "progress")
    found: tuple[dict[int, list[Any]], ...] = ({}, {}, {})
    for session in held:
        found[0].setdefault(session.mentor_id, []).append(session)
    for pairing in asked:
        found[1].setdefault(pairing.mentor_id, []).append((pairing.mentor_yes_at - pairing.proposed_at).total_seconds() / 86400)
    for mentor_id, progress in goals:
        found[2].setdefault(mentor_id, []).append(progress)
    return found


def one_of(mentor: Mentor, sessions: Sequence[Session], replies: Sequence[float], progress: Sequence[int]) -> Quality:
    """The figures of one mentor from its rows."""
    now = timezone.now()
    over = [one for one in sessions if one.ends_at <= now and one.state not in ("cancelled", "void")]
    held = [one for one in over if one.state in ("logged", "confirmed", "disputed", "unconfirmed")]
    confirmed = [one for one in held if one.state == "confirmed"]
    ratings = [one.rating for one in confirmed if one.rating]
    return Quality(
        mentor, len(over), len(held), len(confirmed), sum(one.minutes for one in confirmed), median(replies) if replies else None,
        median(ratings) if len(ratings) >= SHOWN_FROM else None, len(ratings), round(median(progress)) if progress else None,
    )  # fmt: skip


def public_figures(mentor: Mentor) -> Quality:
    """What everybody may know of a mentor: the last twelve months."""
    today = timezone.localdate()
    return quality_of([mentor], today - YEAR, today)[0]
