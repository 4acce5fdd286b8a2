"""How far a contest is, for pages: its steps, and how the jury gets on. Never a score before the freeze."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from incubator.contests.models import Contest, JudgeSeat
from incubator.contests.states import ContestState
from incubator.core.pieces import Step, way

STEPS = ("draft", "registration", "screening", "judging", "provisional", "noticed", "final", "awarded")


def ways(contest: Contest) -> list[Step]:
    """The steps of a contest; a cancelled one stopped where it was."""
    labels = [(key, ContestState(key).label) for key in STEPS]
    here = {"published": "registration", "frozen": "provisional", "cancelled": "draft"}.get(contest.state, contest.state)
    if contest.state == "awarded":
        here = ""
    return way(labels, here, stopped=contest.state == "cancelled")


@dataclass(frozen=True)
class JuryRow:
    """A judge with the sheets that are done and due."""

    seat: JudgeSeat
    done: int
    due: int
    recused: int


def jury_rows(contest: Contest) -> list[JuryRow]:
    """Each judge's progress: counts only."""
    counted: Counter[tuple[int, str]] = Counter(contest.sheets.values_list("judge_id", "state"))
    return [
        JuryRow(seat, counted[seat.pk, "sealed"] + counted[seat.pk, "abstained"], counted[seat.pk, "assigned"], counted[seat.pk, "recused"])
        for seat in contest.judges.select_related("user")
    ]


def sealed_by_entry(contest: Contest) -> dict[Any, tuple[int, int]]:
    """For each entry, how many sheets are sealed and how many there are."""
    found: dict[Any, list[int]] = {}
    for pk, state in contest.sheets.exclude(state="recused").values_list("entry_id", "state"):
        row = found.setdefault(pk, [0, 0])
        row[0] += state == "sealed"
        row[1] += 1
    return {pk: (done, all_of) for pk, (done, all_of) in found.items()}
