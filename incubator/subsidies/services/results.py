"""Telling the applicant of a decision on paper: the notice with its number and code, printed and kept."""

from __future__ import annotations

import secrets
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.documents.codes import new_verify_code
from incubator.documents.services import keep_paper
from incubator.journal.services import lock, next_number, record
from incubator.notices.services import notify, people_with
from incubator.policy.models import Decision
from incubator.subsidies.decision_paper import decision_snapshot
from incubator.subsidies.models import RefusalCheck, ResultNotice, SubsidyApplication
from incubator.subsidies.papers import print_result_pdf
from incubator.subsidies.progress import appeal_until, may_appeal
from incubator.subsidies.services.applications import case_url
from incubator.subsidies.snapshots import snapshot_digest
from incubator.subsidies.tasks import print_result


@transaction.atomic
def issue_result(application: SubsidyApplication, decision: Decision, result: str) -> ResultNotice:
    """Write the notice of a decision: approved, cut, refused or upheld. Its PDF is printed next.

    Call it in the transaction of the decision, last: its number has no gaps."""
    today = timezone.localdate()
    notice = ResultNotice(
        application=application, decision=decision, result=result,
        number=f"{application.organisation.claim_prefix}补结〔{today.year}〕{next_number('result', year=today.year)}号",
        decided_on=decision.official_on or today, amount=decision.amount_after or Decimal("0.00"),
        appeal_until=appeal_until(application) if result == "refused" and may_appeal(application) else None,
        verify_code=new_verify_code(),
    )  # fmt: skip
    notice.organisation = application.organisation
    notice.snapshot = decision_snapshot(notice)
    notice.snapshot_sha256 = snapshot_digest(notice.snapshot)
    notice.save()
    print_result.defer(organisation_id=notice.organisation_id, result_id=notice.pk)
    return notice


def keep_result(notice: ResultNotice) -> ResultNotice:
    """Print the notice of a decision and keep it. A second run prints nothing new."""
    if notice.document_id:
        return notice
    body = print_result_pdf(notice)
    with transaction.atomic():
        locked = lock(notice)
        if locked.document_id is None:
            title = f"{notice.number} 办理结果通知"
            locked.document = keep_paper(body, title=title, name=f"{notice.number}.pdf", by=system(notice.organisation), issued_on=notice.decided_on)
            locked.save(update_fields=["document"])
    return locked


def verify_result(notice: ResultNotice) -> bool:
    """Whether the stored notice still has the digest that was printed."""
    return snapshot_digest(notice.snapshot) == notice.snapshot_sha256


# The sampled check of refusals (lifecycles.md 7)


def is_drawn(seed: str, decision_sha256: str, share: Decimal) -> bool:
    """Whether a refusal belongs to the sample: the digest of seed and record, read as a fraction, lies below the share."""
    number = int.from_bytes(sha256(f"{seed}:{decision_sha256}".encode()).digest())
    return Decimal(number) < share * Decimal(2**256)


def draw_refusal(application: SubsidyApplication, decision: Decision) -> RefusalCheck | None:
    """Decide by a fresh stored seed whether another officer looks at this refusal; None where no share is set."""
    share = application.edition.reading(application.quarter.first_day).optional("check.refusal_share")
    if share is None:
        return None
    seed, part = secrets.token_hex(16), Decimal(share)
    drawn = is_drawn(seed, decision.sha256, part)
    check = RefusalCheck.objects.create(
        application=application, decision=decision, seed=seed, share=part, officer=application.officer,
        finding="waiting" if drawn else "not_drawn",
    )
    if drawn:
        notify(
            [person for person in people_with(application.organisation, Role.OFFICER) if person.pk != application.officer_id],
            gettext_noop("The refusal of %(number)s was drawn for a second look. Check it as another officer."),
            key=f"refusal_check:{check.pk}", url=case_url(application), number=application.number,
        )
    return check


@transaction.atomic
def check_refusal(check: RefusalCheck, *, finding: str, note: str, by: Actor) -> RefusalCheck:
    """Another officer looks at a refusal that was drawn: it is right, or in doubt; then the managers are told."""
    locked = lock(check)
    if Role.OFFICER not in by.roles:
        raise NotAllowed(_("Only a case officer may check a refusal."))
    if locked.finding != "waiting":
        raise Conflict(_("This refusal was already checked. Reload the page."))
    if by.user is None or by.user.pk in (locked.officer_id, locked.application.preparer_id):
        raise NotAllowed(_("You handled this case, so another officer must check the refusal."))
    if finding == "doubted" and not note.strip():
        raise BusinessError(_("Say what is in doubt: the managers will read it."), field="note")
    locked.finding, locked.note, locked.checker, locked.checked_at = finding, note, by.user, timezone.now()
    locked.save()
    record("check refusal", locked.application, by=by, note=note, finding=finding, seed=locked.seed)
    if finding == "doubted":
        _tell_managers(locked)
    return locked


def _tell_managers(check: RefusalCheck) -> None:
    application: Any = check.application
    notify(
        people_with(application.organisation, Role.MANAGER),
        gettext_noop("The refusal of %(number)s is in doubt: %(note)s Reopen the case, or leave it as it is."),
        key=f"refusal_doubted:{check.pk}", url=case_url(application), number=application.number, note=check.note,
    )
