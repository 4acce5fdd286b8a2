"""The authority's acts, recorded by finance and confirmed by a second person; then the public notice."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.core.errors import BusinessError, Conflict, NotEligible
from incubator.core.money import yuan
from incubator.journal.services import make_move
from incubator.policy.models import OfficialReply, ReasonCode
from incubator.policy.services import record_decision
from incubator.subsidies.models import Claim, ClaimLine
from incubator.subsidies.services.applications import free_if_over, tell_applicant
from incubator.subsidies.services.budgets import commit_lines
from incubator.subsidies.services.claims import standing, tell_lines
from incubator.subsidies.services.results import issue_result
from incubator.subsidies.states import APPLICATION_MOVES, CLAIM_MOVES

ACTS = {"approved": "approve_line", "cut": "cut_line", "refused": "refuse_line"}


@dataclass(frozen=True)
class LineReply:
    """What the authority said of one line: approved, cut to an amount, or refused; with code and its own words."""

    line: ClaimLine
    verdict: str
    decided: Decimal
    reason: ReasonCode | None = None
    words: str = ""


@transaction.atomic
def record_receipt(claim: Claim, reply: OfficialReply, *, by: Actor) -> Claim:
    """Note that the authority took the claim in; its receipt is attached."""
    accepted = make_move(claim, CLAIM_MOVES, "record_receipt", by=by, receipt=reply)
    tell_lines(accepted, gettext_noop("The authority has received the claim with %(number)s."), "accepted")
    return accepted


@transaction.atomic
def record_return(claim: Claim, reply: OfficialReply, *, note: str, by: Actor) -> Claim:
    """Note that the authority gave the claim back, with its reasons."""
    if not note.strip():
        raise BusinessError(_("Write what the authority wants corrected."), field="note")
    returned = make_move(claim, CLAIM_MOVES, "record_return", by=by, note=note, receipt=reply)
    sentence = gettext_noop("The authority gave the claim with %(number)s back to the operator, who corrects it. You need to do nothing.")
    tell_lines(returned, sentence, f"returned:{returned.moved_at:%Y%m%d%H%M%S}")
    return returned


@transaction.atomic
def record_claim_decision(claim: Claim, reply: OfficialReply, lines: list[LineReply], *, by: Actor) -> Claim:
    """Write down the authority's decision line by line. Nothing takes effect before a second person confirms it."""
    recorded = make_move(claim, CLAIM_MOVES, "record_decision", by=by, reply=reply)
    expected = {line.pk for line in standing(recorded)}
    if {answer.line.pk for answer in lines} != expected:
        raise Conflict(_("The reply must name every line of the claim. Reload the page and fill in each one."))
    for answer in lines:
        _write_reply(answer)
    recorded.decided = sum((answer.decided for answer in lines), Decimal("0.00"))
    recorded.save(update_fields=["decided"])
    return recorded


def check_reply(answer: LineReply) -> None:
    """Raise BusinessError, at its field, for a cut that is none and for a cut or refusal without its reason."""
    line = answer.line
    if answer.verdict == "cut" and not 0 < answer.decided < line.amount:
        raise BusinessError(
            _("Line %(line)s: a cut amount lies between 0 and %(amount)s yuan. Approve or refuse it otherwise.")
            % {"line": line.position, "amount": line.amount},
            field=f"decided_{line.pk}",
        )
    if answer.verdict != "approved" and answer.reason is None:
        raise BusinessError(_("Line %(line)s: choose the reason.") % {"line": line.position}, field=f"reason_{line.pk}")


def _write_reply(answer: LineReply) -> None:
    check_reply(answer)
    line = answer.line
    line.verdict, line.decided, line.reason, line.words = answer.verdict, answer.decided, answer.reason, answer.words
    line.save(update_fields=["verdict", "decided", "reason", "words"])


@transaction.atomic
def confirm_claim_decision(claim: Claim, *, total: Decimal, by: Actor) -> Claim:
    """The second person compares the record with the reply: the total typed from the paper must be the sum.

    From here on it counts: one decision record per line, each application moves, each applicant is told, and what was
    granted is committed in the budget line that pays. Raises OutOfBudget when the line cannot carry it."""
    decided = make_move(claim, CLAIM_MOVES, "confirm_record", by=by)
    lines = standing(decided)
    if total != sum((line.decided or Decimal("0.00") for line in lines), Decimal("0.00")):
        raise NotEligible(
            _("The reply's total is %(total)s yuan, but the recorded lines add up to %(sum)s yuan. Reject the record, or type the total again.")
            % {"total": total, "sum": decided.decided},
            code="total",
        )
    for line in lines:
        _decide_line(decided, line, by=by)
    commit_lines(decided, lines, by=by)
    for line in lines:
        issue_result(line.application, line.decision, line.verdict)
    return decided


def _decide_line(claim: Claim, line: ClaimLine, *, by: Actor) -> None:
    application = make_move(line.application, APPLICATION_MOVES, ACTS[line.verdict], by=system(by.organisation))
    codes = [line.reason.code] if line.reason else []
    line.decision = record_decision(
        application,
        line.verdict,
        by=by,
        edition=application.edition,
        trace_sha256=application.trace_sha256,
        reasons=codes,
        before=line.amount,
        after=line.decided,
        reply=claim.reply,
        official_on=claim.reply.dated_on if claim.reply else None,
        note=line.words,
    )
    line.save(update_fields=["decision"])
    line.application = application
    free_if_over(application)
    tell_applicant(
        application,
        gettext_noop("The authority decided on %(number)s: %(amount)s yuan of %(claimed)s yuan. %(words)s"),
        key=f"decided:{claim.pk}",
        amount=yuan(line.decided or Decimal("0.00")),
        claimed=yuan(line.amount),
        words=line.words,
    )


@transaction.atomic
def reject_claim_decision(claim: Claim, *, note: str, by: Actor) -> Claim:
    """The record does not agree with the paper: finance records it anew."""
    if not note.strip():
        raise BusinessError(_("Say what does not agree with the reply."), field="note")
    moved = make_move(claim, CLAIM_MOVES, "reject_record", by=by, note=note, reply=None, recorder=None, decided=None)
    for line in standing(moved):
        line.verdict, line.decided, line.reason, line.words = ClaimLine.Verdict.OPEN, None, None, ""
        line.save(update_fields=["verdict", "decided", "reason", "words"])
    return moved
