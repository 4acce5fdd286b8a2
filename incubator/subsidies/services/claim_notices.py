"""The public notice of a claim's result: published or recorded, withdrawn, followed by another; then the result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.core.errors import NotEligible
from incubator.core.money import yuan
from incubator.documents.models import Document
from incubator.journal.services import make_move, moving, record
from incubator.policy.models import PublicNotice
from incubator.policy.services import draft_notice, finish_notice, publish_notice, record_notice, withdraw_notice
from incubator.policy.states import NoticeState
from incubator.subsidies.editions import NoticeRule, notice_rule_of
from incubator.subsidies.models import Claim, ClaimLine
from incubator.subsidies.services.applications import tell_applicant
from incubator.subsidies.services.claims import standing
from incubator.subsidies.snapshots import notice_rows
from incubator.subsidies.states import CLAIM_MOVES, GRANTED


@transaction.atomic
def publish_claim_notice(claim: Claim, *, by: Actor) -> Claim:
    """Put the result on public notice: masked names, the days counted by the working calendar."""
    noticed = make_move(claim, CLAIM_MOVES, "publish_notice", by=by)
    lines = [line for line in standing(noticed) if line.decided]
    notice = publish_notice(_draft(noticed, lines, by=by, title=f"{noticed.number} 拟补贴名单公示"), by=by)
    _mark_noticed(noticed)
    return _attach(noticed, notice, lines, by)


def _draft(claim: Claim, lines: Sequence[ClaimLine], *, by: Actor, title: str, **recorded: Any) -> PublicNotice:
    rule = notice_rule(claim)
    if rule is None:
        raise NotEligible(_("The measure orders no public notice. Go on without one."))
    if not lines:
        raise NotEligible(_("Nothing was granted, so there is nothing to put on notice."))
    payload = notice_rows(claim, lines)
    days = [edition.reading(claim.quarter.first_day).optional("service.objection") for edition in {line.application.edition for line in lines}]
    if days and all(days):
        payload["objection_days"] = max(int(day) for day in days if day)
    return draft_notice(
        title=title, about=claim.number, payload=payload, working_days=rule.working_days, citation=rule.citation, by=by,
        parties=parties_of(claim, lines, by), replaces=claim.notice, **recorded,
    )


def parties_of(claim: Claim, lines: Sequence[ClaimLine], by: Actor) -> dict[str, Any]:
    """Who had a part in each line (prepared, checked, endorsed, recorded or confirmed it) and in the list as a whole."""
    whole = {claim.recorder_id, claim.confirmer_id}
    rows = {}
    for place, line in enumerate(lines, 1):
        case = line.application
        rows[str(place)] = _persons(whole | {case.preparer_id, case.officer_id, case.first_officer_id, case.endorser_id})
    return {"list": _persons(whole | {by.user.pk if by.user else None}), "rows": rows}


def _persons(ids: set[int | None]) -> list[int]:
    return sorted(person for person in ids if person is not None)


def _attach(claim: Claim, notice: PublicNotice, lines: Sequence[ClaimLine], by: Actor) -> Claim:
    claim.notice = notice
    claim.save(update_fields=["notice"])
    record("notice", claim, by=by, code=notice.code, rows=len(lines))
    for line in lines:
        tell_applicant(
            line.application,
            gettext_noop("The result of %(number)s is on public notice: %(amount)s yuan."),
            key=f"noticed:{notice.pk}",
            amount=yuan(line.decided or 0),
        )
    return claim


def notice_rule(claim: Claim) -> NoticeRule | None:
    """The notice that the editions of the claim order: the longest of them, or None."""
    rules = [rule for line in standing(claim) if (rule := notice_rule_of(line.application.edition))]
    return max(rules, key=lambda rule: rule.working_days) if rules else None


@transaction.atomic
def record_claim_notice(claim: Claim, *, published_on: date, link: str, scan: Document, by: Actor) -> Claim:
    """Write down the notice that the authority itself published: where, when, and its scan."""
    noticed = make_move(claim, CLAIM_MOVES, "record_notice", by=by)
    lines = [line for line in standing(noticed) if line.decided]
    drafted = _draft(noticed, lines, by=by, title=f"{noticed.number} 拟补贴名单公示（主管部门）", link=link, scan=scan)
    _mark_noticed(noticed)
    return _attach(noticed, record_notice(drafted, by=by, published_on=published_on), lines, by)


@transaction.atomic
def withdraw_claim_notice(claim: Claim, *, note: str, by: Actor) -> Claim:
    """Take the notice back; its reason stands in its place, and the claim needs a new one. Objections stay open."""
    moved = make_move(claim, CLAIM_MOVES, "withdraw_notice", by=by, note=note, publisher=None)
    withdraw_notice(moved.notice, by=by, note=note)
    return moved


@transaction.atomic
def renotice_claim(claim: Claim, *, by: Actor) -> Claim:
    """Put on notice again what new decisions have changed, and only that; the first notice stays as it was."""
    noticed = make_move(claim, CLAIM_MOVES, "renotice", by=by)
    lines = changed_lines(noticed)
    if not lines:
        raise NotEligible(_("No new decision has changed a line since the last notice."))
    notice = publish_notice(_draft(noticed, lines, by=by, title=f"{noticed.number} 变更事项公示"), by=by)
    _mark_noticed(noticed)
    return _attach(noticed, notice, lines, by)


def changed_lines(claim: Claim) -> list[ClaimLine]:
    """The lines that confirmed decisions have changed and no notice shows yet."""
    waiting = claim.revisions.filter(state="confirmed", noticed_at=None)
    changed = set(waiting.values_list("lines__line", flat=True))
    return [line for line in standing(claim) if line.pk in changed]


def _mark_noticed(claim: Claim) -> None:
    claim.revisions.filter(state="confirmed", noticed_at=None).update(noticed_at=timezone.now())


@transaction.atomic
def skip_claim_notice(claim: Claim, *, by: Actor) -> Claim:
    """Go on without a notice, where no edition of the claim orders one."""
    moved = make_move(claim, CLAIM_MOVES, "skip_notice", by=by)
    if notice_rule(moved) is not None and any(line.decided for line in standing(moved)):
        raise NotEligible(_("The measure orders a public notice. Publish it first."))
    _tell_final(moved)
    return moved


@transaction.atomic
def confirm_claim_result(claim: Claim, *, by: Actor) -> Claim:
    """Close the notice after its last day and confirm the result. Somebody other than the one who published.

    Raises NotEligible while the notice stands or changed lines are not on notice, Conflict while an objection is open."""
    with moving(claim, CLAIM_MOVES, "confirm_result", by=by) as moved:
        _refuse_early(moved)
        for notice in reversed(PublicNotice.objects.chain(moved.notice)):
            if notice.state != NoticeState.WITHDRAWN and notice.final_at is None:
                finish_notice(notice, by=system(by.organisation))
    _tell_final(moved)
    return moved


def _refuse_early(claim: Claim) -> None:
    notice: Any = claim.notice
    if claim.revisions.filter(state="recorded").exists():
        raise NotEligible(_("A new decision on this claim waits for its second person. Confirm or reject it first."))
    if changed_lines(claim):
        raise NotEligible(_("A new decision has changed lines of this claim. Put the changed lines on notice first."))
    if timezone.localdate() < notice.confirm_from:
        raise NotEligible(
            _("The notice stands until %(day)s; the result can be confirmed from %(next)s.")
            % {"day": notice.last_day, "next": notice.confirm_from}
        )


def _tell_final(claim: Claim) -> None:
    for line in standing(claim):
        if line.application.state in GRANTED:
            tell_applicant(
                line.application, gettext_noop("The result of %(number)s is final: %(amount)s yuan."),
                key=f"final:{claim.pk}", amount=yuan(line.decided or 0),
            )
