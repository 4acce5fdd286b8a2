"""What one process does in the races for seats of an event, and between a judge and the freeze."""

from __future__ import annotations

import time

from tests.walls import racer  # first: it sets Django up in a new process

from django.db import IntegrityError, InternalError, connection, transaction  # noqa: E402

from incubator.accounts.actors import actor_for  # noqa: E402
from incubator.accounts.models import Organisation, User  # noqa: E402
from incubator.contests.models import Contest, Event, ScoreSheet  # noqa: E402
from incubator.contests.services import entries, events, judging  # noqa: E402
from incubator.core.errors import BusinessError  # noqa: E402
from incubator.core.scoping import organisation_context  # noqa: E402

PAUSE = 0.005  # the work between looking and writing


@racer.race
def register(slug: str, number: int, pks: list[int]) -> list[str]:
    """For each event, at once with all others: register; the answer is what one got."""
    organisation, answers = Organisation.objects.get(slug=slug), []
    for pk in pks:
        racer.meet()
        with organisation_context(organisation):
            attendee = events.register_attendee(Event.objects.get(pk=pk), name=f"客人{number}", email=f"guest{number}@example.com")
            answers.append(attendee.state)
    return answers


@racer.race
def careless_seats(rounds: int, capacity: int) -> int:
    """The control: count, then insert, without a trigger."""
    got = 0
    for place in range(rounds):
        racer.meet()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM race_seats WHERE event = %s", [place])
            if cursor.fetchone()[0] < capacity:
                time.sleep(PAUSE)
                cursor.execute("INSERT INTO race_seats VALUES (%s)", [place])
                got += 1
    return got


@racer.race
def enter(slug: str, number: int, pks: list[int]) -> list[str]:
    """For each contest, at once with all others: enter with one and the same address."""
    organisation, answers = Organisation.objects.get(slug=slug), []
    for pk in pks:
        racer.meet()
        try:
            with organisation_context(organisation):
                contest = Contest.objects.get(pk=pk)
                entries.start_entry(contest, track=contest.tracks.first(), team=f"队{number}", contact_name="张伟", email="one@example.com")
            answers.append("entered")
        except BusinessError:
            answers.append("refused")
    return answers


@racer.race
def seal_or_freeze(slug: str, email: str, pairs: list[tuple[int, int]], side: str) -> list[str]:
    """For each contest: change a sealed sheet past every service, while somebody freezes the scores."""
    organisation, user = Organisation.objects.get(slug=slug), User.objects.get(email=email)
    return [_once(organisation, user, contest, sheet, side) for contest, sheet in pairs]


def _once(organisation, user, contest_pk: int, sheet_pk: int, side: str) -> str:
    racer.meet()
    try:
        with organisation_context(organisation):
            if side == "freeze":
                judging.freeze_scores(Contest.objects.get(pk=contest_pk), by=actor_for(user, organisation))
            else:
                ScoreSheet.objects.filter(pk=sheet_pk).update(state="assigned", sealed_at=None)
                ScoreSheet.objects.filter(pk=sheet_pk).update(scores={"c1": 100, "c2": 100, "c3": 100, "c4": 100})
                time.sleep(PAUSE)
        return side
    except (BusinessError, IntegrityError, InternalError):
        return "refused"
