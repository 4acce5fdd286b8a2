"""What a matching is given, read from the tables: mentors, startups with their needs, conflicts declared and derived."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from incubator.tenants.models import Founder, Startup
from mentors.models import Interest, MatchRun, Mentor, Need, Pairing
from mentors.planning import DEFAULT_WEIGHTS

LONELY = timedelta(days=365)


def conflicts() -> dict[int, set[int]]:
    """For each mentor the startups that are out of the question today: declared, or derived from what is on file."""
    today, found = timezone.localdate(), dict[int, set[int]]()
    for mentor_id, startup_id in Interest.objects.filter(Q(until=None) | Q(until__gte=today), since__lte=today).values_list("mentor_id", "startup_id"):
        found.setdefault(mentor_id, set()).add(startup_id)
    own: dict[int, list[int]] = {}
    for user_id, startup_id in Founder.objects.exclude(user=None).values_list("user_id", "startup_id"):
        own.setdefault(user_id, []).append(startup_id)
    by_name: dict[str, list[int]] = {}
    for pk, name, representative in Startup.objects.values_list("pk", "name", "legal_representative"):
        by_name.setdefault(name, []).append(pk)
        by_name.setdefault(representative, []).append(pk)
    for pk, user_id, name, employer in Mentor.objects.values_list("pk", "user_id", "name", "employer"):
        derived = [*own.get(user_id, []), *by_name.get(name, []), *(by_name.get(employer, []) if employer else [])]
        found.setdefault(pk, set()).update(derived)
    return found


def offers() -> list[dict[str, Any]]:
    """Every mentor who is active or paused, as plain data."""
    today, barred = timezone.localdate(), conflicts()
    rows = Mentor.objects.filter(state__in=["active", "paused"]).prefetch_related("expertise", "office_hours").order_by("pk")
    return [
        {
            "id": mentor.pk, "name": mentor.name, "topics": {one.topic: one.level for one in mentor.expertise.all()}, "stages": sorted(mentor.stages),
            "industries": sorted(mentor.industries), "languages": sorted(mentor.languages), "modes": sorted(mentor.modes), "city": mentor.city,
            "windows": sorted(hour.window for hour in mentor.office_hours.all()), "hours_month": mentor.hours_month, "places": mentor.free_pairs,
            "serves": mentor.serves_on(today), "conflicts": sorted(barred.get(mentor.pk, ())),
        }
        for mentor in rows
    ]  # fmt: skip


def wishes(*, only: Startup | None = None) -> list[dict[str, Any]]:
    """Every startup that said what it needs (`only`: this one), as plain data."""
    rows = Need.objects.select_related("startup").order_by("startup_id")
    rows = rows.filter(startup=only) if only else rows
    open_pairs: dict[int, list[int]] = {}
    for startup_id, mentor_id in Pairing.objects.open().values_list("startup_id", "mentor_id"):
        open_pairs.setdefault(startup_id, []).append(mentor_id)
    helped = set(Pairing.objects.filter(paired_at__gte=timezone.now() - LONELY).values_list("startup_id", flat=True))
    return [
        {
            "id": need.startup_id, "name": need.startup.short_name, "topics": dict(sorted(need.topics.items())), "stage": need.stage, "industry": need.industry,
            "hours": need.hours_month, "windows": sorted(need.windows), "language": need.language, "languages": sorted(need.languages), "modes": sorted(need.modes),
            "city": need.city, "wanted": max(need.wanted - len(open_pairs.get(need.startup_id, [])), 0), "mentors": sorted(open_pairs.get(need.startup_id, [])),
            "alone": need.startup_id not in helped,
        }
        for need in rows
    ]  # fmt: skip


def given_for(run: MatchRun) -> dict[str, Any]:
    """Everything that decides the result of a matching."""
    marks = list(run.marks.order_by("startup_id", "mentor_id").values_list("kind", "mentor_id", "startup_id"))
    return {
        "mentors": offers(), "startups": wishes(), "weights": dict(run.weights or DEFAULT_WEIGHTS), "floor": run.floor, "bonus": run.bonus, "seed": run.seed,
        "pins": [[mentor, startup] for kind, mentor, startup in marks if kind == "pin"], "bans": [[mentor, startup] for kind, mentor, startup in marks if kind == "ban"],
    }  # fmt: skip


def given_for_one(startup: Startup) -> dict[str, Any]:
    """The same for a suggestion to one startup, with the weights as shipped."""
    return {
        "mentors": offers(), "startups": wishes(only=startup), "weights": dict(latest_weights()), "floor": 0, "bonus": 0, "seed": "", "pins": [], "bans": [],
    }  # fmt: skip


def latest_weights() -> dict[str, int]:
    """The weights of the latest matching, or those that are shipped."""
    last = MatchRun.objects.order_by("-pk").first()
    return dict(last.weights) if last and last.weights else DEFAULT_WEIGHTS
