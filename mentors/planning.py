"""A matching as a pure function: what is given, by plain data, and what comes out of it, the same each time.

`given` holds mentors, startups, weights, floor, bonus, pins, bans and the seed (docs/decisions/0080). Points are whole
hundredths; a test compares them with the formula `mentor_score`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from incubator.core.canonical import canonical
from mentors.choices import HALVES, industry_fit, stage_fit
from mentors.formulas import WEIGHTS
from mentors.solver import ENGINE, solve

type Data = Mapping[str, Any]
DEFAULT_WEIGHTS = {name: int(Fraction(points) * 100) for name, points in WEIGHTS.items()}  # hundredths, together 10000
PARTS = tuple(WEIGHTS)
WEEKS = 4  # of a month, for office hours
HOURS = {key: last.hour - first.hour for key, _label, first, last in HALVES}
FITS = {"0": 0, "0.5": 1, "1": 2}  # in halves
TIE = 1 << 40  # two sums of so many random bits are never the same by chance
REMOTE = {"video", "phone"}


def half_up(top: int, bottom: int) -> int:
    """Top ÷ bottom as a whole number, a half upwards."""
    return (2 * top + bottom) // (2 * bottom)


def shared_hours(mentor: Data, startup: Data) -> int:
    """The hours a month at which both can meet, at most what the mentor gives."""
    both = set(mentor["windows"]) & set(startup["windows"])
    return min(WEEKS * sum(HOURS[window.partition("-")[2]] for window in both), mentor["hours_month"])


def obstacles(mentor: Data, startup: Data) -> list[str]:
    """Why this pair is impossible, by code; nothing: it is possible."""
    found = []
    if startup["id"] in mentor["conflicts"]:
        found.append("CONFLICT")
    if not mentor["serves"]:
        found.append("NOT_SERVING")
    if mentor["id"] in startup["mentors"]:
        found.append("PAIRED")
    if mentor["places"] <= 0:
        found.append("NO_PLACE")
    if not set(mentor["languages"]) & set(startup["languages"]):
        found.append("NO_LANGUAGE")
    if not set(mentor["modes"]) & set(startup["modes"]):
        found.append("NO_MODE")
    return found


def points_of(mentor: Data, startup: Data, weights: Mapping[str, int]) -> dict[str, int]:
    """The hundredths of each part of the score."""
    wanted = startup["topics"]
    covered = sum(priority * mentor["topics"].get(topic, 0) for topic, priority in wanted.items())
    hours = min(shared_hours(mentor, startup), startup["hours"])
    same_place = bool(mentor["city"]) and mentor["city"] == startup["city"]
    place_ok = same_place or bool(REMOTE & set(mentor["modes"]) & set(startup["modes"]))
    return {
        "needs": half_up(weights["needs"] * covered, 2 * sum(wanted.values())),
        "stage": half_up(weights["stage"] * FITS[stage_fit(startup["stage"], mentor["stages"])], 2),
        "industry": half_up(weights["industry"] * FITS[industry_fit(startup["industry"], mentor["industries"])], 2),
        "hours": half_up(weights["hours"] * hours, startup["hours"]),
        "language": weights["language"] if startup["language"] in mentor["languages"] else 0,
        "place": weights["place"] if place_ok else 0,
    }


def score_of(mentor: Data, startup: Data, given: Data) -> dict[str, Any]:
    """The explained score of a pair: parts, total and bonus in hundredths, and what stands in the way."""
    parts = points_of(mentor, startup, given["weights"])
    total, blocked = sum(parts.values()), obstacles(mentor, startup)
    if [mentor["id"], startup["id"]] in given["bans"]:
        blocked.append("BANNED")
    if total < given["floor"] * 100:
        blocked.append("BELOW_FLOOR")
    return {"parts": parts, "total": total, "bonus": given["bonus"] * 100 if startup["alone"] else 0, "blocked": blocked}


def tie(seed: str, startup: int, mentor: int) -> int:
    """A number below 2⁴⁰ that nobody chooses and everybody can compute."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{startup}:{mentor}".encode()).digest()[:5])


def digest(data: Any) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def plan(given: Data) -> dict[str, Any]:
    """The optimum: pairs with their explained scores, who stays without and why. Order of the input does not matter."""
    mentors = sorted(given["mentors"], key=lambda one: one["id"])
    startups = sorted(given["startups"], key=lambda one: one["id"])
    pinned = _pinned(given, mentors, startups)
    taken = {mentor: sum(1 for one, _startup in pinned if one == mentor) for mentor, _startup in pinned}
    places = [max(mentor["places"] - taken.get(mentor["id"], 0), 0) if mentor["serves"] else 0 for mentor in mentors]
    rows = [startup for startup in startups if startup["wanted"] > _held(pinned, startup)]
    arcs = [_arcs(startup, mentors, places, pinned, given) for startup in rows]
    helped = [bool(startup["mentors"]) or _held(pinned, startup) > 0 for startup in rows]
    chosen = solve(arcs, [startup["wanted"] - _held(pinned, startup) for startup in rows], places, helped)
    found = [(mentors[place]["id"], startup["id"]) for startup, held in zip(rows, chosen, strict=True) for place in held]
    return _told(given, mentors, startups, [*sorted(pinned), *found], set(pinned))


def _pinned(given: Data, mentors: list[Data], startups: list[Data]) -> set[tuple[int, int]]:
    """The pairs that people fixed, as far as they are possible: a pin overrides the floor, never a hard filter."""
    by_id = ({one["id"]: one for one in mentors}, {one["id"]: one for one in startups})
    wanted = [(by_id[0].get(mentor), by_id[1].get(startup)) for mentor, startup in given["pins"]]
    return {(mentor["id"], startup["id"]) for mentor, startup in wanted if mentor and startup and not obstacles(mentor, startup)}


def _held(pinned: set[tuple[int, int]], startup: Data) -> int:
    return sum(1 for _mentor, one in pinned if one == startup["id"])


def _arcs(startup: Data, mentors: list[Data], places: list[int], pinned: set[tuple[int, int]], given: Data) -> dict[int, int]:
    """The possible mentors of a startup: place in the list → value of the pair."""
    found = {}
    for place, mentor in enumerate(mentors):
        if places[place] and (mentor["id"], startup["id"]) not in pinned:
            score = score_of(mentor, startup, given)
            if not score["blocked"]:
                found[place] = (score["total"] + score["bonus"]) * TIE + tie(given["seed"], startup["id"], mentor["id"])
    return found


def _told(given: Data, mentors: list[Data], startups: list[Data], pairs: list[tuple[int, int]], pinned: set[tuple[int, int]]) -> dict[str, Any]:
    """The result as data: each pair with its score and the next best of the startup, and those without a mentor."""
    by_id = {mentor["id"]: mentor for mentor in mentors}
    held = {startup["id"]: [mentor for mentor, one in pairs if one == startup["id"]] for startup in startups}
    told, alone = [], []
    for startup in startups:
        own = held[startup["id"]]
        for mentor in own:
            score = score_of(by_id[mentor], startup, given)
            told.append({"mentor": mentor, "startup": startup["id"], "total": score["total"], "parts": score["parts"], "bonus": score["bonus"], "pinned": (mentor, startup["id"]) in pinned})
        if not own and not startup["mentors"]:
            alone.append({"startup": startup["id"], "why": why_alone(startup, mentors, given)})
    told.sort(key=lambda one: (-one["total"], one["startup"], one["mentor"]))
    return {"engine": ENGINE, "pairs": told, "alone": alone, "total": sum(one["total"] for one in told), "matched": sum(1 for own in held.values() if own)}


def why_alone(startup: Data, mentors: list[Data], given: Data) -> str:
    """The reason that keeps most mentors from this startup; FULL when others were simply better."""
    counted: dict[str, int] = {}
    for mentor in mentors:
        blocked = score_of(mentor, startup, given)["blocked"]
        for code in blocked[:1] or ["FULL"]:
            counted[code] = counted.get(code, 0) + 1
    if not counted:
        return "NO_MENTOR"
    return "FULL" if "FULL" in counted else max(sorted(counted), key=lambda code: counted[code])
