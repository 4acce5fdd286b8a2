"""A new decision on a decided claim: recorded by finance, confirmed by a second person, told as a new fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotEligible
from incubator.core.money import yuan
from incubator.journal.services import lock, make_move
from incubator.notices.services import notify, people_with
from incubator.policy.models import Objection, OfficialReply, PublicNotice
from incubator.policy.services import record_decision, remedy_objection
from incubator.subsidies.models import Claim, ClaimLine, ClaimRevision, RevisedLine
from incubator.subsidies.services.applications import free_if_over, tell_applicant
from incubator.subsidies.services.budgets import adjust_line
from incubator.subsidies.services.claims import claim_url, standing
from incubator.subsidies.services.decisions import ACTS, LineReply, check_reply
from incubator.subsidies.services.keys import reserve_keys
from incubator.subsidies.services.payouts import follow_decision
from incubator.subsidies.services.results import issue_result
from incubator.subsidies.states import APPLICATION_MOVES, CLAIM_MOVES, REVISION_MOVES, ApplicationState

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Ground:
    """What a new decision rests on: the paper, the kind, for an upheld objection that objection, and the reasons."""

    basis: str
    reply: OfficialReply
    note: str
    objection: Objection | None = None


@transaction.atomic
def record_revision(claim: Claim, ground: Ground, lines: Sequence[LineReply], *, by: Actor) -> ClaimRevision:
    """Write a new decision down, for the lines that change. Nothing takes effect before a second person confirms it.

    Raises BusinessError (no reasons, nothing changes, a cut that is none), Conflict (another one waits)."""
    locked = make_move(claim, CLAIM_MOVES, "revise", by=by, note=ground.note)
    _check_ground(locked, ground)
    if locked.revisions.filter(state="recorded").exists():
        raise Conflict(_("A new decision on this claim already waits for its second person. Confirm or reject it first."))
    here = {line.pk: line for line in standing(locked)}
    changed = [answer for answer in lines if _changes(here, answer)]
    if not changed:
        raise BusinessError(_("Nothing changes: every line stays as it was decided. Change at least one."))
    revision = ClaimRevision.objects.create(
        claim=locked, basis=ground.basis, objection=ground.objection, reply=ground.reply, note=ground.note, recorder=by.user
    )
    for answer in changed:
        _write_line(revision, here[answer.line.pk], answer)
    notify(
        [person for person in people_with(claim.organisation, Role.MANAGER, Role.OWNER) if by.user is None or person.pk != by.user.pk],
        gettext_noop("A new decision on %(number)s was recorded. Compare it with its paper and confirm it."),
        key=f"revision:{revision.pk}", url=claim_url(locked), number=locked.number,
    )
    return revision


def _check_ground(claim: Claim, ground: Ground) -> None:
    if not ground.note.strip():
        raise BusinessError(_("Write the reasons; the applicant will read them."), field="note")
    objection = ground.objection
    if (ground.basis == ClaimRevision.Basis.OBJECTION) != (objection is not None):
        raise BusinessError(_("Choose the upheld objection that the new decision follows, or another ground."), field="objection")
    if objection is not None and not open_grounds(claim).filter(pk=objection.pk).exists():
        raise BusinessError(_("This objection was not upheld against a notice of this claim, or it was followed already."), field="objection")


def open_grounds(claim: Claim) -> Any:
    """Objections against the claim's notices that were upheld and wait for their decision."""
    chain = PublicNotice.objects.chain(claim.notice) if claim.notice_id else []
    return Objection.objects.filter(notice__in=chain, state="upheld", remedied_at=None).order_by("number")


def _changes(here: dict[int, ClaimLine], answer: LineReply) -> bool:
    line = here.get(answer.line.pk)
    if line is None:
        raise Conflict(_("A line is not in the claim any more. Reload the page."))
    if (answer.verdict, answer.decided) == (line.verdict, line.decided):
        return False
    check_reply(answer)
    return True


def _write_line(revision: ClaimRevision, line: ClaimLine, answer: LineReply) -> None:
    RevisedLine.objects.create(
        revision=revision, line=line, verdict_before=line.verdict, decided_before=line.decided or NOTHING,
        verdict=answer.verdict, decided=answer.decided, reason=answer.reason, words=answer.words,
    )


@transaction.atomic
def confirm_revision(revision: ClaimRevision, *, total: Decimal, by: Actor) -> ClaimRevision:
    """The second person compares the record with its paper: the new total of the claim typed from it must be the sum.

    Each changed line gets a new decision that names the one it replaces; applications move, months are taken again or
    freed, the budget follows, each applicant is told on paper. Raises OutOfBudget when the line cannot carry it."""
    confirmed = make_move(revision, REVISION_MOVES, "confirm", by=by)
    claim = lock(confirmed.claim)
    if claim.state not in {source for move in CLAIM_MOVES if move.act == "revise" for source in move.sources}:
        raise Conflict(_("The claim has moved on meanwhile. Reject the record, and record it anew where the claim stands now."))
    rows = list(confirmed.lines.select_related("line__decision", "reason"))
    expected = (claim.decided or NOTHING) + sum((row.delta for row in rows), NOTHING)
    if total != expected:
        raise NotEligible(
            _("With this record the claim stands at %(sum)s yuan, not at %(total)s yuan. Reject the record, or type the total again.")
            % {"total": total, "sum": expected},
            code="total",
        )
    lines = {line.pk: line for line in standing(claim)}
    for row in rows:
        _decide_again(confirmed, row, lines[row.line_id], by=by)
    claim.decided = expected
    claim.save(update_fields=["decided"])
    if confirmed.objection is not None:
        remedy_objection(confirmed.objection, by=by)
    return confirmed


def _decide_again(revision: ClaimRevision, row: RevisedLine, line: ClaimLine, *, by: Actor) -> None:
    if line.decided != row.decided_before or line.decision is None:
        raise Conflict(_("Line %(line)s was decided anew meanwhile. Reject the record.") % {"line": line.position})
    before = line.application.state
    application = make_move(line.application, APPLICATION_MOVES, ACTS[row.verdict], by=system(by.organisation), note=revision.note)
    if before == ApplicationState.REFUSED_IN_CLAIM and application.state != before:
        reserve_keys(application)
    decision = record_decision(
        application, row.verdict, by=by, edition=application.edition, trace_sha256=application.trace_sha256,
        reasons=[row.reason.code] if row.reason else [], before=row.decided_before, after=row.decided,
        reply=revision.reply, official_on=revision.reply.dated_on, replaces=line.decision, note=row.words or revision.note,
    )  # fmt: skip
    line.verdict, line.decided, line.reason, line.words, line.decision = row.verdict, row.decided, row.reason, row.words, decision
    line.save(update_fields=["verdict", "decided", "reason", "words", "decision"])
    free_if_over(application)
    adjust_line(application, decision, on=revision.reply.dated_on, by=by)
    line.application = application
    follow_decision(lock(revision.claim), line, decision, by=by)
    tell_applicant(
        application,
        gettext_noop("There is a new decision on %(number)s: %(amount)s yuan instead of %(before)s yuan. %(note)s"),
        key=f"revised:{decision.pk}", amount=yuan(row.decided), before=yuan(row.decided_before), note=revision.note,
    )
    issue_result(application, decision, row.verdict)


@transaction.atomic
def reject_revision(revision: ClaimRevision, *, note: str, by: Actor) -> ClaimRevision:
    """The record does not agree with its paper: it stays in the journal, and finance records it anew."""
    if not note.strip():
        raise BusinessError(_("Say what does not agree with the paper."), field="note")
    return make_move(revision, REVISION_MOVES, "reject", by=by, note=note)
