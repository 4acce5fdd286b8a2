"""Acts on pairings: propose, accept by both, decline, pause, end, rematch; goals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.accounts.models import User
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.refusals import clash
from incubator.journal.services import lock, make_move, moving, record
from incubator.notices.services import notify
from incubator.tenants.models import Founder, Startup
from mentors.gathering import given_for_one
from mentors.models import Goal, MatchRun, Mentor, Pairing
from mentors.planning import score_of
from mentors.states import PAIRING_MOVES
from mentors.words import BLOCKS

ANSWER_DAYS = 14
MISSED_FOR_REMATCH = 2
EARLY_BIRD = ("BELOW_FLOOR",)  # no obstacle for a pair that people choose themselves


def founders_of(startup: Startup) -> list[User]:
    """The founders of a startup who sign in."""
    rows = Founder.objects.filter(startup=startup, role="founder", user__isnull=False, user__is_active=True).select_related("user")
    return [row.user for row in rows if row.user]


def page_of(pairing: Pairing) -> str:
    """The address of a pairing in the portal."""
    return f"/portal/{pairing.organisation.slug}/mentoring/pairings/{pairing.pk}/"


def check_possible(startup: Startup, mentor: Mentor) -> dict[str, Any]:
    """The explained score of this pair today. Raises BusinessError with the hard filter that stands in the way."""
    given = given_for_one(startup)
    if not given["startups"]:
        raise BusinessError(_("%(startup)s has not said yet what it needs. That comes first.") % {"startup": startup.short_name})
    offer = next((one for one in given["mentors"] if one["id"] == mentor.pk), None)
    if offer is None:
        raise BusinessError(_("%(name)s does not serve now.") % {"name": mentor})
    score = score_of(offer, given["startups"][0], given)
    blocked = [code for code in score["blocked"] if code not in EARLY_BIRD]
    if blocked:
        raise Conflict(_("This pair is not possible: %(reason)s") % {"reason": BLOCKS[blocked[0]]}, code=blocked[0])
    return score | {"weights": given["weights"]}


@transaction.atomic
def propose_pairing(startup: Startup, mentor: Mentor, *, origin: str, by: Actor, score: dict[str, Any] | None = None, run: MatchRun | None = None) -> Pairing:
    """Propose a mentor to a startup; each side is asked. A founder's own choice counts as the startup's yes.

    Raises Conflict for a hard filter, a pair that is open already, and a mentor without a free place."""
    if origin == "choice" and not Startup.objects.of_founder(by).filter(pk=startup.pk).exists():
        raise NotAllowed(_("Only a founder of this startup may choose."))
    score = score or check_possible(startup, mentor)
    own = timezone.now() if origin == "choice" else None
    fields = {"score": score, "run": run, "origin": origin, "startup_yes_at": own, "answer_by": timezone.localdate() + timedelta(days=ANSWER_DAYS)}
    with (
        clash("pairing_open_once", _("The two are paired already, or a proposal is open.")),
        clash("mentor_capacity", _("%(name)s has no free place any more.") % {"name": mentor}),
    ):
        made: Pairing = Pairing.objects.create(startup=startup, mentor=mentor, **fields)
    record("propose_pairing", made, by=by, origin=origin, score=score["total"])
    if mentor.user:
        notify([mentor.user], gettext_noop("%(startup)s is proposed to you. Please answer."), key=f"pairing:{made.pk}:ask", url=page_of(made), startup=startup.short_name)
    if own is None:
        notify(founders_of(startup), gettext_noop("%(mentor)s is proposed to you as a mentor. Please answer."), key=f"pairing:{made.pk}:ask", url=page_of(made), mentor=mentor.name)
    return made


def check_side(pairing: Pairing, by: Actor, *, office: bool = True) -> str:
    """Which side this person is on: mentor, startup, or office. Raises NotAllowed for nobody's side."""
    if by.user and pairing.mentor.user_id == by.user.pk:
        return "mentor"
    if Role.FOUNDER in by.roles and Startup.objects.of_founder(by).filter(pk=pairing.startup_id).exists():
        return "startup"
    if office and by.in_office:
        return "office"
    raise NotAllowed(_("Only the mentor or a founder of this startup may do this."))


@transaction.atomic
def accept_pairing(pairing: Pairing, *, by: Actor) -> Pairing:
    """One side says yes; with the second yes the pairing begins."""
    side = check_side(pairing, by, office=False)
    act, field = f"accept_as_{side}", f"{side}_yes_at"
    with moving(pairing, PAIRING_MOVES, act, by=by) as asked:
        setattr(asked, field, getattr(asked, field) or timezone.now())
    if not (asked.mentor_yes_at and asked.startup_yes_at):
        return asked
    begun = make_move(asked, PAIRING_MOVES, "pair", by=system(by.organisation), paired_at=timezone.now())
    people = [*founders_of(begun.startup), *([begun.mentor.user] if begun.mentor.user else [])]
    notify(people, gettext_noop("%(mentor)s and %(startup)s work together now. Plan the first session."), key=f"pairing:{begun.pk}:begun", url=page_of(begun), mentor=begun.mentor.name, startup=begun.startup.short_name)
    return begun


def decline_pairing(pairing: Pairing, *, note: str, by: Actor) -> Pairing:
    """One side says no, with the reason."""
    check_side(pairing, by, office=False)
    return make_move(pairing, PAIRING_MOVES, "decline", by=by, note=note, reason=note)


def move_pairing(pairing: Pairing, act: str, *, note: str = "", by: Actor) -> Pairing:
    """Pause, resume or end a pairing; end it for a new match after two missed sessions."""
    check_side(pairing, by)
    if act == "rematch":
        missed = pairing.sessions.filter(state="missed").count()
        if missed < MISSED_FOR_REMATCH:
            raise Conflict(_("A new match needs %(least)d missed sessions; this pairing has %(count)d.") % {"least": MISSED_FOR_REMATCH, "count": missed})
    return make_move(pairing, PAIRING_MOVES, act, by=by, note=note, reason=note)


def lapse_proposals(day: date) -> int:
    """The clock: proposals that nobody answered in time free the mentor's place. Returns how many."""
    over = Pairing.objects.filter(state="proposed", answer_by__lt=day).select_related("organisation")
    for pairing in over:
        make_move(pairing, PAIRING_MOVES, "lapse", by=system(pairing.organisation))
    return len(over)


@transaction.atomic
def set_goal(pairing: Pairing, *, by: Actor, **fields: Any) -> Goal:
    """Mentor or founder set a goal of a running pairing."""
    check_side(pairing, by)
    if pairing.state not in ("paired", "paused"):
        raise Conflict(_("Goals belong to a running pairing."))
    goal = Goal.objects.create(pairing=pairing, **fields)
    record("set_goal", pairing, by=by, goal=goal.pk)
    return goal


@transaction.atomic
def move_goal(goal: Goal, *, progress: int, comment: str, by: Actor) -> Goal:
    """Note how far a goal is, 0 to 100 percent."""
    check_side(goal.pairing, by)
    locked = lock(goal)
    locked.progress, locked.comment, locked.changed_at = progress, comment, timezone.now()
    locked.save()
    record("move_goal", goal.pairing, by=by, goal=goal.pk, progress=progress)
    return locked
