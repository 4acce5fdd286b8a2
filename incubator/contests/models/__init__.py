"""The tables of contests and events."""

from incubator.contests.models.awards import Certificate
from incubator.contests.models.contests import Contest, Criterion, Method, Prize, Track
from incubator.contests.models.entries import Entry, EntryMember, LeakHit
from incubator.contests.models.events import Attendee, Event, EventKind
from incubator.contests.models.followers import Follower
from incubator.contests.models.judging import Conflict, JudgeKind, JudgeSeat, ScoreSheet

__all__ = [
    "Attendee",
    "Certificate",
    "Conflict",
    "Contest",
    "Criterion",
    "Entry",
    "EntryMember",
    "Event",
    "EventKind",
    "Follower",
    "JudgeKind",
    "JudgeSeat",
    "LeakHit",
    "Method",
    "Prize",
    "ScoreSheet",
    "Track",
]
