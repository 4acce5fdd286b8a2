"""Contests for everybody: the list, a contest, its result, the board of a pitch day."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from incubator.contests.assignment import drawn
from incubator.contests.models import Contest, Event
from incubator.contests.progress import sealed_by_entry, ways
from incubator.contests.services.results import ranked_entries
from incubator.core.views import public


def shown(request: Any, slug: str) -> Contest:
    """The contest at this address, if it was announced."""
    return get_object_or_404(Contest.objects.on_the_site(), slug=slug)


@public
def contest_list(request: HttpRequest) -> HttpResponse:
    """All contests, those that take entries first."""
    return render(request, "contests/public/contests.html", at_home(request) | {"contests": list(Contest.objects.on_the_site())})


@public
def contest(request: HttpRequest, slug: str) -> HttpResponse:
    """One contest: dates, tracks, prizes, rules, rubric and method, where it stands, the way in."""
    found = shown(request, slug)
    context = {
        "contest": found, "steps": ways(found), "tracks": found.tracks.all(), "criteria": found.criteria.all(), "prizes": found.prizes.all(),
        "count": found.entries.standing().exclude(state="draft").count(), "events": Event.objects.on_the_site().filter(contest=found),
    }  # fmt: skip
    return render(request, "contests/public/contest.html", at_home(request) | context)


@public
def result(request: HttpRequest, slug: str) -> HttpResponse:
    """Ranks with names, method, jury, recusals and the hash of the sheets. Names only when the result is final."""
    found = shown(request, slug)
    if not found.is_resolved:
        raise Http404
    context = {
        "contest": found, "rows": ranked_entries(found), "judges": found.judges.count(), "recusals": found.sheets.filter(state="recused").count(),
        "sheets": found.sheets.counting().count(),
    }  # fmt: skip
    return render(request, "contests/public/result.html", at_home(request) | context)


@public
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The second screen of a pitch day: teams in the order that was drawn, sheets as they come in, ranks once revealed.

    Only for contests that are not blind; the page asks for itself again every ten seconds."""
    found = shown(request, slug)
    if found.is_blind or found.state not in ("judging", "frozen", "provisional", "noticed", "final", "awarded"):
        raise Http404
    counted, ranks = sealed_by_entry(found), {row["code"]: row for row in ranked_entries(found)} if found.revealed_at else {}
    rows = [
        {"entry": one, "place": place, "on": place == found.on_stage, "sheets": counted.get(one.pk, (0, 0)), "rank": ranks.get(one.code)}
        for place, one in enumerate(pitch_order(found), 1)
    ]
    rows.sort(key=lambda row: row["rank"]["rank"] if row["rank"] else row["place"])
    context = at_home(request) | {"contest": found, "rows": rows, "revealed": bool(ranks), "now": timezone.now()}
    return render(request, "contests/public/board.html", context)


def pitch_order(found: Contest) -> list[Any]:
    """The teams in the order that the seed draws."""
    return sorted(found.entries.eligible().select_related("track"), key=lambda entry: drawn(found.seed, "pitch", entry.code))


def at_home(request: Any) -> dict[str, str]:
    """The seal leads to the organisation's own page."""
    return {"home_url": f"/{request.organisation.slug}/"}
