"""What must be true of contests and events at any time."""

from __future__ import annotations

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from incubator.contests.models import Certificate, Conflict, Contest, Event, ScoreSheet
from incubator.contests.services.judging import hash_of_sheets
from incubator.contests.states import AFTER_FREEZE, RESULT_STATES
from incubator.core.formulas import recompute
from incubator.core.invariants import invariant
from incubator.journal.series import numbered

numbered("contest_certificate", lambda: Certificate.objects.values_list("number", flat=True))


@invariant("contests.seats", _("An event counts the people who hold its seats"))
def seats() -> int:
    held = Count("attendees", filter=Q(attendees__state__in=("seated", "attended")))
    return Event.objects.annotate(held=held).exclude(taken=F("held")).count()


@invariant("contests.conflicts", _("Nobody scores an entry with which they have a conflict"))
def conflicts() -> int:
    barred = set(Conflict.objects.values_list("entry", "judge"))
    return sum(pair in barred for pair in ScoreSheet.objects.filter(state__in=("assigned", "sealed")).values_list("entry", "judge"))


@invariant("contests.frozen", _("Frozen sheets still have the hash that was kept"))
def frozen() -> int:
    kept = Contest.objects.filter(state__in=AFTER_FREEZE, entries__reopened=False).distinct()
    return sum(contest.sheets_sha256 != hash_of_sheets(contest) for contest in kept if not contest.entries.filter(reopened=True).exists())


@invariant("contests.ranking", _("A final ranking is the one that its sheets give"))
def ranking() -> int:
    return sum(not recompute(contest.ranking) for contest in Contest.objects.filter(state__in=RESULT_STATES))
