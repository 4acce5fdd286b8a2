"""The operator's check of an application: take it, look at the papers, cut a line, recommend, endorse."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotAllowed, NotEligible
from incubator.core.money import yuan
from incubator.journal.services import lock, make_move, record
from incubator.notices.services import notify, people_with
from incubator.policy.models import ReasonCode
from incubator.policy.services import record_decision
from incubator.subsidies.assessment import assess, evidence_digest, write_amounts
from incubator.subsidies.eligibility import findings
from incubator.subsidies.models import ApplicationLine, Evidence, SubsidyApplication
from incubator.subsidies.services.applications import case_url, free_if_over, tell_applicant
from incubator.subsidies.services.results import draw_refusal, issue_result
from incubator.subsidies.states import APPLICATION_MOVES, ApplicationState


@transaction.atomic
def take_application(application: SubsidyApplication, *, by: Actor) -> SubsidyApplication:
    """Take a case: from now on this officer answers for it. Nobody takes a case of a startup that they belong to."""
    refuse_conflict(application, by)
    moved = make_move(application, APPLICATION_MOVES, "take", by=by)
    tell_applicant(moved, gettext_noop("A case officer has taken %(number)s."), key="taken")
    return moved


def refuse_conflict(application: SubsidyApplication, by: Actor) -> None:
    """Derived conflict of interest: a person of the startup neither checks nor decides its case."""
    startup = application.startup
    if startup is not None and by.user is not None and startup.founders.filter(user=by.user).exists():
        raise NotAllowed(_("You belong to this company, so another person must handle its case."), code="CONFLICT")


@transaction.atomic
def return_application(application: SubsidyApplication, *, codes: list[ReasonCode], note: str, by: Actor) -> SubsidyApplication:
    """Give the application back for correction, with at least one coded reason and what to do."""
    _need_reasons(codes, note)
    moved = make_move(application, APPLICATION_MOVES, "return", by=by, note=note, reasons=[c.code for c in codes])
    moved.note = note
    moved.version += 1
    moved.save(update_fields=["note", "version"])
    tell_applicant(moved, gettext_noop("%(number)s came back for correction: %(note)s"), key=f"returned:{moved.version}", note=note)
    return moved


def _need_reasons(codes: list[ReasonCode], note: str) -> None:
    if not codes:
        raise BusinessError(_("Choose at least one reason."), field="codes")
    if any(code.code == "OTHER" for code in codes) and not note.strip():
        raise BusinessError(_("“Other” needs a note that says what is meant."), field="note")


@transaction.atomic
def judge_evidence(evidence: Evidence, *, verdict: str, finding: str, by: Actor) -> Evidence:
    """Note what the officer found in one paper."""
    application = _under_review(evidence.application, by)
    evidence.verdict, evidence.finding, evidence.checked_by, evidence.checked_at = verdict, finding, by.user, timezone.now()
    evidence.save()
    record("check evidence", application, by=by, item=evidence.item, sha256=evidence.document.sha256, verdict=verdict, finding=finding)
    return evidence


def _under_review(application: SubsidyApplication, by: Actor) -> SubsidyApplication:
    """The locked case, if this person is the officer who has it now."""
    locked = lock(application)
    if locked.state != ApplicationState.IN_REVIEW:
        raise Conflict(_("This case is not in review now. Reload the page to see where it stands."))
    if by.user is None or locked.officer_id != by.user.pk:
        raise NotAllowed(_("Only the case officer who took this case may do this."))
    return locked


@transaction.atomic
def cut_line(line: ApplicationLine, *, reason: ReasonCode, note: str, by: Actor) -> ApplicationLine:
    """Leave a line out of the amount, for a coded reason. The line and the reason stay on every paper."""
    application = _under_review(line.application, by)
    _need_reasons([reason], note)
    line.is_cut, line.reason, line.cut_note = True, reason, note
    line.save()
    record("cut line", application, by=by, note=note, line=line.key, reason=reason.code)
    return line


@transaction.atomic
def restore_line(line: ApplicationLine, *, by: Actor) -> ApplicationLine:
    """Take a cut back."""
    application = _under_review(line.application, by)
    line.is_cut, line.reason, line.cut_note = False, None, ""
    line.save()
    record("restore line", application, by=by, line=line.key)
    return line


@transaction.atomic
def recommend_application(application: SubsidyApplication, *, note: str = "", by: Actor) -> SubsidyApplication:
    """Compute the amount from the checked lines and recommend it. Every paper must have been found good."""
    refuse_conflict(application, by)
    _under_review(application, by)
    moved = make_move(application, APPLICATION_MOVES, "recommend", by=by, note=note)
    unchecked = moved.evidence.exclude(verdict=Evidence.Verdict.GOOD).count()
    if unchecked:
        raise NotEligible(
            _("%(count)d papers are not checked or in doubt. Check each one, cut the lines that they do not prove, or return the application.")
            % {"count": unchecked}
        )
    outcome = assess(moved)
    if outcome.amount <= 0:
        raise NotEligible(_("Nothing remains of this application. Refuse it with its reason instead."))
    write_amounts(moved, outcome, field="assessed")
    moved.assessed, moved.trace, moved.trace_sha256 = outcome.amount, outcome.record, outcome.sha256
    moved.evidence_sha256, moved.reasons = evidence_digest(moved), _codes_of(moved, outcome)
    moved.findings = findings(moved)
    moved.save()
    tell_applicant(
        moved,
        gettext_noop("%(number)s was checked by the case officer, who recommends %(amount)s yuan."),
        key=f"recommended:{moved.moved_at:%Y%m%d%H%M%S}",
        amount=yuan(moved.assessed),
    )
    notify(
        people_with(moved.organisation, Role.MANAGER),
        gettext_noop("%(number)s of %(name)s is recommended with %(amount)s yuan. Check it and endorse it."),
        key=f"application:{moved.pk}:recommended:{moved.trace_sha256[:12]}:{moved.moved_at:%H%M%S}",
        url=case_url(moved),
        number=moved.number, name=moved.applicant_name, amount=yuan(moved.assessed),
    )
    return moved


def _codes_of(application: SubsidyApplication, outcome: Any) -> list[str]:
    cut = [line.reason.code for line in application.lines.select_related("reason") if line.is_cut and line.reason]
    return list(dict.fromkeys([*cut, *outcome.result.reasons]))


@transaction.atomic
def refuse_application(application: SubsidyApplication, *, codes: list[ReasonCode], note: str, by: Actor) -> SubsidyApplication:
    """Refuse the whole application, with coded reasons; its months and invoices are free again."""
    refuse_conflict(application, by)
    _under_review(application, by)
    _need_reasons(codes, note)
    moved = make_move(application, APPLICATION_MOVES, "refuse", by=by, note=note, reasons=[c.code for c in codes])
    moved.note = note
    moved.save(update_fields=["note"])
    decision = record_decision(
        moved, "refuse", by=by, edition=moved.edition, before=moved.claimed, after=Decimal(0),
        reasons=moved.reasons, note=note,
    )
    tell_applicant(
        moved,
        gettext_noop("%(number)s was refused: %(note)s"),
        key=f"refused:{moved.moved_at:%Y%m%d%H%M%S}",
        note=note or "、".join(code.zh for code in codes),
    )
    free_if_over(moved)
    draw_refusal(moved, decision)
    issue_result(moved, decision, "refused")
    return moved


@transaction.atomic
def endorse_application(application: SubsidyApplication, *, by: Actor) -> SubsidyApplication:
    """The second pair of eyes: nothing changed since the recommendation, and the amount comes out the same again."""
    refuse_conflict(application, by)
    moved = make_move(application, APPLICATION_MOVES, "endorse", by=by)
    if evidence_digest(moved) != moved.evidence_sha256:
        raise Conflict(_("A paper or a line changed after the recommendation. Send the case back to the officer."))
    again = assess(moved)
    if again.sha256 != moved.trace_sha256:
        raise Conflict(
            _("Computed again, the amount is %(again)s yuan instead of %(was)s yuan, because other applications were decided meanwhile. Send the case back to the officer.")
            % {"again": again.amount, "was": moved.assessed}
        )
    record_decision(
        moved, "endorse", by=by, edition=moved.edition, trace_sha256=moved.trace_sha256,
        before=moved.claimed, after=moved.assessed, reasons=moved.reasons,
    )
    tell_applicant(
        moved,
        gettext_noop("%(number)s was checked by two people: %(amount)s yuan will be claimed from the authority for you."),
        key=f"endorsed:{moved.moved_at:%Y%m%d%H%M%S}",
        amount=yuan(moved.assessed),
    )
    return moved


@transaction.atomic
def send_back_application(application: SubsidyApplication, *, note: str, by: Actor) -> SubsidyApplication:
    """Give the case back to its officer, with a note."""
    if not note.strip():
        raise BusinessError(_("Say what the officer should look at again."), field="note")
    moved = make_move(application, APPLICATION_MOVES, "send_back", by=by, note=note)
    moved.note, moved.trace_sha256, moved.evidence_sha256 = note, "", ""
    moved.save(update_fields=["note", "trace_sha256", "evidence_sha256"])
    notify(
        [moved.officer],
        gettext_noop("%(number)s came back from the manager: %(note)s"),
        key=f"application:{moved.pk}:sent_back:{moved.moved_at:%Y%m%d%H%M%S}",
        url=case_url(moved),
        number=moved.number, note=note,
    )
    return moved
