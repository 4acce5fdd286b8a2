"""Acts on matchings: draft, pin and ban, compute, publish, close; and the proof that a result comes again."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict, NotEligible
from incubator.core.refusals import clash
from incubator.journal.services import lock, make_move, moving, record
from incubator.tenants.models import Startup
from mentors.gathering import given_for, latest_weights
from mentors.models import MatchMark, MatchRun, Mentor
from mentors.planning import digest, obstacles, plan
from mentors.services.pairings import propose_pairing
from mentors.states import MATCHING_MOVES
from mentors.words import BLOCKS


@transaction.atomic
def draft_matching(*, name: str, floor: int = 40, bonus: int = 0, weights: dict[str, int] | None = None, seed: str = "", by: Actor) -> MatchRun:
    """Open a matching. Weights are hundredths of points that add up to 10000; a seed that nobody chose breaks ties."""
    weights = weights or latest_weights()
    if sum(weights.values()) != 10_000:
        raise BusinessError(_("The points of the parts add up to %(sum)s. They must be 100.") % {"sum": sum(weights.values()) / 100}, field="needs")
    with clash("match_run_name_once", _("There is a matching of this name already."), field="name"):
        run = MatchRun.objects.create(name=name, floor=floor, bonus=bonus, weights=weights, seed=seed or secrets.token_hex(8), author=by.user)
    record("draft_matching", run, by=by)
    return run


@transaction.atomic
def mark_pair(run: MatchRun, mentor: Mentor, startup: Startup, *, kind: str, reason: str, by: Actor) -> MatchMark:
    """Pin a pair or rule it out, with the reason; computing again keeps it. A pin never overrides a hard filter."""
    given = given_for(run)
    offer = next((one for one in given["mentors"] if one["id"] == mentor.pk), None)
    wish = next((one for one in given["startups"] if one["id"] == startup.pk), None)
    if offer is None or wish is None:
        raise NotEligible(_("This mentor or startup takes no part in the matching."))
    blocked = obstacles(offer, wish) if kind == "pin" else []
    if blocked:
        raise Conflict(_("This pair is not possible: %(reason)s") % {"reason": BLOCKS[blocked[0]]}, code=blocked[0])
    make_move(run, MATCHING_MOVES, "edit", by=by, note=f"{kind}: {mentor} × {startup.short_name}. {reason}")
    MatchMark.objects.filter(run=run, mentor=mentor, startup=startup).delete()
    return MatchMark.objects.create(run=run, mentor=mentor, startup=startup, kind=kind, reason=reason, marked_by=by.user)


@transaction.atomic
def unmark_pair(mark: MatchMark, *, by: Actor) -> MatchRun:
    """Take a pin or a ban away."""
    run = make_move(mark.run, MATCHING_MOVES, "edit", by=by, note=f"- {mark.kind}: {mark}")
    mark.delete()
    return run


def compute_matching(run: MatchRun, *, by: Actor) -> MatchRun:
    """Find the optimum of what is on file now, with the pins and bans. Input and result are kept with their hashes."""
    with moving(run, MATCHING_MOVES, "compute", by=by) as computed:
        before = computed.result.get("total")
        computed.given = given_for(computed)
        if not computed.given["startups"]:
            raise Conflict(_("No startup has said what it needs. Write needs down first."))
        result = plan(computed.given)
        computed.result = result | {"total_before": before}
        computed.given_sha256, computed.result_sha256 = digest(computed.given), digest(result)
        computed.engine, computed.computed_at = result["engine"], timezone.now()
    return computed


def comes_again(run: MatchRun) -> bool:
    """Whether the stored input still has its hash, and gives the same result again."""
    return digest(run.given) == run.given_sha256 and digest(plan(run.given)) == run.result_sha256


@transaction.atomic
def publish_matching(run: MatchRun, *, by: Actor) -> MatchRun:
    """Propose every pair; mentor and founder are asked, each with its own words.

    Raises Conflict when what is on file has changed since the computation: compute again first."""
    locked = lock(run)
    if locked.state == "computed" and digest(given_for(locked)) != locked.given_sha256:
        raise Conflict(_("Mentors, needs or pairings have changed since this was computed. Compute again, look, then publish."))
    published = make_move(locked, MATCHING_MOVES, "publish", by=by)
    mentors = Mentor.objects.select_related("user").in_bulk([pair["mentor"] for pair in published.result["pairs"]])
    startups = Startup.objects.in_bulk([pair["startup"] for pair in published.result["pairs"]])
    for pair in published.result["pairs"]:
        score: dict[str, Any] = {name: pair[name] for name in ("parts", "total", "bonus")} | {"weights": published.weights}
        propose_pairing(startups[pair["startup"]], mentors[pair["mentor"]], origin="run", score=score, run=published, by=by)
    return published


def close_matching(run: MatchRun, *, note: str, by: Actor) -> MatchRun:
    """Close a matching; pairings that came of it go their own way."""
    return make_move(run, MATCHING_MOVES, "close", by=by, note=note)
