"""The appeal against a refusal: the applicant's act, and the manager's answer, reopen or uphold, in writing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor
from incubator.accounts.models import User
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, IllegalMove, NotAllowed
from incubator.documents.models import Document, DocumentKind
from incubator.journal.services import lock, make_move, moving, record
from incubator.notices.services import notify, people_with
from incubator.policy.models import Decision
from incubator.policy.services import record_decision
from incubator.subsidies.models import Evidence, SubsidyApplication
from incubator.subsidies.progress import appeal_until
from incubator.subsidies.services.applications import case_url, free_if_over, tell_applicant
from incubator.subsidies.services.keys import reserve_keys
from incubator.subsidies.services.results import issue_result
from incubator.subsidies.services.review import refuse_conflict
from incubator.subsidies.states import APPLICATION_MOVES, ApplicationState


@transaction.atomic
def appeal_application(
    application: SubsidyApplication, *, note: str, by: Actor, papers: Sequence[Document] = ()
) -> SubsidyApplication:
    """Appeal against a refusal, once and in time, with further papers if there are any. The months and invoices are
    taken again.

    Raises BusinessError (no reason given, too late), NotAllowed (not the applicant, appealed before), Conflict (a
    month was claimed meanwhile)."""
    if not note.strip():
        raise BusinessError(_("Say why the refusal is wrong."), field="note")
    refused = lock(application)
    with moving(application, APPLICATION_MOVES, "appeal", by=by, note=note) as moved:
        _refuse_late(refused)
        if application.is_tenant_level and Role.FOUNDER not in by.roles:
            raise NotAllowed(_("Only a founder of the startup may appeal for it."))
        moved.appealed_at, moved.note = timezone.now(), note
    reserve_keys(moved)
    for paper in papers:
        Evidence.objects.get_or_create(application=moved, item=DocumentKind.OTHER, document=paper)
        record("attach evidence", moved, by=by, item=DocumentKind.OTHER.value, sha256=paper.sha256)
    tell_applicant(moved, gettext_noop("Your appeal on %(number)s was received."), key="appealed")
    notify(
        [person for person in people_with(moved.organisation, Role.MANAGER) if person.pk != moved.officer_id],
        gettext_noop("%(name)s appeals against the refusal of %(number)s. Answer as somebody who did not handle the case."),
        key=f"application:{moved.pk}:appeal", url=case_url(moved), name=moved.applicant_name, number=moved.number,
    )
    return moved


def _refuse_late(refused: SubsidyApplication) -> None:
    if refused.appealed_at:
        raise NotAllowed(_("This refusal was already appealed once."))
    until = appeal_until(refused)
    if until is not None and timezone.localdate() > until:
        raise BusinessError(_("The last day to appeal was %(day)s. The refusal stands.") % {"day": until})


def standing_refusal(application: SubsidyApplication) -> Decision | None:
    """The decision that stands on this application now."""
    found: Decision | None = Decision.objects.about(application).standing().order_by("-pk").first()
    return found


def officers_for(application: SubsidyApplication) -> Any:
    """Who may take a reopened case: officers who neither refused nor prepared it and do not belong to the startup."""
    able = {person.pk for person in people_with(application.organisation, Role.OFFICER)}
    able -= {application.officer_id, application.first_officer_id, application.preparer_id}
    if application.startup is not None:
        able -= set(application.startup.founders.exclude(user=None).values_list("user", flat=True))
    return User.objects.filter(pk__in=able).order_by("name")


@transaction.atomic
def reopen_case(application: SubsidyApplication, *, officer: User, note: str, by: Actor) -> SubsidyApplication:
    """Open a refused case again, for another officer to look at anew: on appeal, or after a doubted sample check.

    The refusal's decision is replaced by this one."""
    refuse_conflict(application, by)
    _need_reason(note)
    if not officers_for(application).filter(pk=officer.pk).exists():
        raise NotAllowed(_("This person handled the case before, prepared it or belongs to the company. Choose another officer."))
    before, appealed = standing_refusal(application), lock(application).state == ApplicationState.APPEALED
    with moving(application, APPLICATION_MOVES, "reopen", by=by, note=note) as moved:
        if not appealed and not application.refusal_checks.filter(finding="doubted").exists():
            raise IllegalMove(_("Nobody has appealed, and no sample check found a doubt. The refusal stands."))
        moved.first_officer, moved.officer = moved.officer, officer
        moved.note, moved.reasons = note, []
    if not appealed:
        reserve_keys(moved)
    record_decision(moved, "reopen", by=by, edition=moved.edition, before=moved.claimed, replaces=before, note=note)
    tell_applicant(moved, gettext_noop("The case of %(number)s is open again, with another case officer: %(note)s"), key=f"reopened:{moved.moved_at:%Y%m%d%H%M%S}", note=note)
    notify(
        [officer],
        gettext_noop("%(number)s was reopened and given to you: %(note)s Look at it anew."),
        key=f"application:{moved.pk}:reopened:{moved.moved_at:%Y%m%d%H%M%S}", url=case_url(moved), number=moved.number, note=note,
    )
    return moved


@transaction.atomic
def uphold_refusal(application: SubsidyApplication, *, note: str, by: Actor) -> SubsidyApplication:
    """Answer an appeal: the refusal stands, for the written reasons that the applicant reads. It is final here."""
    refuse_conflict(application, by)
    _need_reason(note)
    before = standing_refusal(application)
    moved = make_move(application, APPLICATION_MOVES, "uphold", by=by, note=note)
    moved.note = note
    moved.save(update_fields=["note"])
    decision = record_decision(
        moved, "uphold", by=by, edition=moved.edition, before=moved.claimed, after=Decimal(0),
        reasons=[row["code"] for row in before.reason_codes] if before else [], replaces=before, note=note,
    )
    free_if_over(moved)
    tell_applicant(moved, gettext_noop("Your appeal on %(number)s was heard, and the refusal stands: %(note)s"), key="appeal:uphold", note=note)
    issue_result(moved, decision, "upheld")
    return moved


def _need_reason(note: str) -> None:
    if not note.strip():
        raise BusinessError(_("Write the reason; the applicant will read it."), field="note")
