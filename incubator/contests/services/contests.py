"""Acts on a contest before judging: draft, rules, announcement, the clock, cancelling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.accounts.roles import Role
from incubator.contests.models import Contest, Criterion, Method, Prize, Track
from incubator.contests.services.followers import tell_followers
from incubator.contests.states import CONTEST_MOVES, ENTRY_MOVES, ContestState, EntryState
from incubator.core.canonical import canonical
from incubator.core.errors import BusinessError, IllegalMove, NotEligible
from incubator.core.refusals import clash
from incubator.journal.services import lock, make_move, record
from incubator.notices.services import notify, people_with


@transaction.atomic
def draft_contest(*, by: Actor, **fields: Any) -> Contest:
    """Begin a contest. It is seen by the office only."""
    with clash("contest_slug_once", _("Another contest has this word in its address. Choose another word."), field="slug"):
        contest = Contest.objects.create(drafter=by.user, **fields)  # type: ignore[misc]
    record("draft_contest", contest, by=by)
    return contest


@transaction.atomic
def change_contest(contest: Contest, *, by: Actor, **fields: Any) -> Contest:
    """Change dates, texts and method until registration opens."""
    locked = lock(contest)
    refuse_locked(locked)
    for name, value in fields.items():
        setattr(locked, name, value)
    with clash("contest_slug_once", _("Another contest has this word in its address. Choose another word."), field="slug"):
        locked.save()
    record("change_contest", locked, by=by)
    return locked


def refuse_locked(contest: Contest) -> None:
    """Raise IllegalMove once registration has opened: the rules are fixed, also for us."""
    if contest.state not in (ContestState.DRAFT, ContestState.PUBLISHED):
        raise IllegalMove(_("Registration has opened, so the rules can no longer be changed. A change needs a new contest."))


@transaction.atomic
def set_parts(contest: Contest, *, tracks: Iterable[dict[str, Any]], criteria: Iterable[dict[str, Any]], prizes: Iterable[dict[str, Any]], by: Actor) -> None:
    """Write tracks, rubric and prizes anew, in the order given."""
    locked = lock(contest)
    refuse_locked(locked)
    for model, rows in ((Track, tracks), (Criterion, criteria), (Prize, prizes)):
        model._default_manager.filter(contest=locked).delete()
        for place, row in enumerate(rows):
            extra = {"key": f"c{place + 1}"} if model is Criterion else {}
            model._default_manager.create(contest=locked, ordinal=place, **row, **extra)
    record("change_contest", locked, by=by)


def rules_of(contest: Contest) -> dict[str, Any]:
    """Everything that is fixed when registration opens, as it is hashed."""
    names = ("method", "per_entry", "min_judges", "min_entries_per_judge", "anchors", "team_most", "notice_days", "is_blind", "rules")
    return {
        **{name: getattr(contest, name) for name in names},
        "tracks": list(contest.tracks.values_list("name", flat=True)),
        "criteria": list(contest.criteria.values("key", "name", "weight", "at_90", "at_75", "at_60")),
        "prizes": [{**row, "amount": str(row["amount"])} for row in contest.prizes.values("name", "rank_from", "rank_to", "amount")],
    }


def missing_of(contest: Contest) -> list[str]:
    """What is still missing before the contest can be announced, each as a sentence."""
    criteria = list(contest.criteria.all())
    weights = sum(line.weight for line in criteria)
    bare = [line.name for line in criteria if not (line.at_90 and line.at_75 and line.at_60)]
    found = [
        (not contest.tracks.exists(), _("Add at least one track.")),
        (not criteria, _("Add the criteria of the rubric.")),
        (bool(criteria) and weights != 100, _("The weights of the rubric sum to %(sum)d; they must sum to 100.") % {"sum": weights}),
        (bool(bare), _("Say what earns 90, 75 and 60 for: %(names)s.") % {"names": "、".join(bare)}),
        (not contest.prizes.exists(), _("Add at least one prize.")),
        (contest.method == Method.TRIMMED and contest.per_entry < contest.min_judges,
         _("The trimmed mean needs at least %(least)d judges for each entry.") % {"least": contest.min_judges}),
        (contest.registration_to < timezone.localdate(), _("Registration would end in the past. Change the dates.")),
    ]  # fmt: skip
    return [sentence for wrong, sentence in found if wrong]


@transaction.atomic
def publish_contest(contest: Contest, *, by: Actor) -> Contest:
    """Announce the contest on the public site. Raises NotEligible with everything that is missing."""
    missing = missing_of(contest)
    if missing:
        raise NotEligible(" ".join(missing))
    digest = sha256(canonical(rules_of(contest)).encode()).hexdigest()
    moved = make_move(contest, CONTEST_MOVES, "publish", by=by, rules_sha256=digest)
    tell_followers(moved.organisation, f"contest:{moved.pk}")
    return open_registration(moved, by=system(moved.organisation)) if moved.registration_from <= timezone.localdate() else moved


@transaction.atomic
def cancel_contest(contest: Contest, *, note: str, by: Actor) -> Contest:
    """Cancel a contest; the reason is shown on the public page."""
    if not note.strip():
        raise BusinessError(_("Say why: the reason is shown on the public page."), field="note")
    return make_move(contest, CONTEST_MOVES, "cancel", by=by, note=note, cancelled_because=note.strip())


def turn_contests(*, by: Actor, today: date | None = None) -> int:
    """What the day brings: registration opens and closes. Returns how many contests moved."""
    day = today or timezone.localdate()
    opened = [open_registration(contest, by=by) for contest in Contest.objects.to_open(day)]
    closed = [close_registration(contest, by=by) for contest in Contest.objects.to_close(day)]
    return len(opened) + len(closed)


@transaction.atomic
def open_registration(contest: Contest, *, by: Actor) -> Contest:
    """Open registration: from here on the rules are locked by the database, with their hash."""
    digest = sha256(canonical(rules_of(contest)).encode()).hexdigest()
    return make_move(contest, CONTEST_MOVES, "open_registration", by=by, rules_sha256=digest)


@transaction.atomic
def close_registration(contest: Contest, *, by: Actor) -> Contest:
    """Close registration: drafts lapse, entries stand as they are, officers are asked to screen."""
    moved = make_move(contest, CONTEST_MOVES, "close_registration", by=by)
    for entry in moved.entries.filter(state=EntryState.DRAFT):
        make_move(entry, ENTRY_MOVES, "lapse", by=by)
    notify(
        people_with(moved.organisation, Role.OFFICER),
        gettext_noop("Registration for “%(contest)s” has closed with %(count)s entries. Screen them."),
        key=f"contest:{moved.pk}:screen", url=f"/office/{moved.organisation.slug}/contests/{moved.pk}/",
        contest=moved.title, count=moved.entries.filter(state=EntryState.SUBMITTED).count(),
    )  # fmt: skip
    return moved
