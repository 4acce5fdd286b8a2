"""Finance's acts on a consolidated claim: assemble, seal, file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.accounts.roles import Role
from incubator.core.canonical import canonical
from incubator.core.errors import BusinessError, Conflict, NotEligible
from incubator.documents.codes import new_verify_code
from incubator.documents.models import Document
from incubator.journal.services import make_move, moving, next_number, record
from incubator.notices.services import notify, people_with
from incubator.subsidies.editions import measure_of
from incubator.subsidies.models import Claim, ClaimLine, SubsidyApplication
from incubator.subsidies.services.applications import tell_applicant
from incubator.subsidies.snapshots import claim_snapshot, snapshot_digest
from incubator.subsidies.states import APPLICATION_MOVES, CLAIM_MOVES
from incubator.subsidies.tasks import print_claim


@transaction.atomic
def start_claim(measure: Any, payee: str, period: str, *, by: Actor) -> Claim:
    """Open the claim of a quarter under a measure, with every endorsed application that belongs in it.

    Raises NotEligible when nothing is endorsed."""
    open_one = Claim.objects.open_for_lines().filter(measure=measure, payee=payee, period=period).first()
    claim = open_one or Claim(measure=measure, payee=payee, period=period, builder=by.user)
    if open_one is None:
        claim.save()
        record("start", claim, by=by, period=period, payee=payee)
    ready = SubsidyApplication.objects.under(measure, payee, period).ready_for_claim().order_by("number")
    if not ready and not claim.lines.filter(released_at=None).exists():
        raise NotEligible(_("No endorsed application waits for %(period)s. Endorse one first.") % {"period": period})
    return add_lines(claim, list(ready), by=by)


@transaction.atomic
def add_lines(claim: Claim, applications: list[SubsidyApplication], *, by: Actor) -> Claim:
    """Put endorsed applications of the same measure, level and quarter into the claim."""
    locked = make_move(claim, CLAIM_MOVES, "change_lines", by=by)
    position = locked.lines.count()
    for application in applications:
        moved = make_move(application, APPLICATION_MOVES, "batch", by=by)
        if not SubsidyApplication.objects.under(locked.measure, locked.payee, locked.period).filter(pk=moved.pk).exists():
            raise Conflict(_("%(number)s belongs to another quarter, level or measure.") % {"number": moved.number})
        position += 1
        ClaimLine.objects.create(claim=locked, application=moved, position=position, amount=moved.assessed)
        tell_applicant(moved, gettext_noop("%(number)s was put into the claim of the quarter."), key=f"batched:{locked.pk}:{position}")
    return _retotal(locked)


@transaction.atomic
def remove_line(line: ClaimLine, *, by: Actor) -> Claim:
    """Take an application out of the claim; it waits for a later one."""
    locked = make_move(line.claim, CLAIM_MOVES, "change_lines", by=by)
    _release(line, by=by)
    return _retotal(locked)


def _release(line: ClaimLine, *, by: Actor) -> None:
    moved = make_move(line.application, APPLICATION_MOVES, "unbatch", by=by)
    line.released_at = timezone.now()
    line.save(update_fields=["released_at"])
    tell_applicant(moved, gettext_noop("%(number)s was taken out of the claim; it waits for the next one."), key=f"unbatched:{line.pk}")


def tell_lines(claim: Claim, sentence: str, key: str, /, **values: str) -> None:
    """Tell the applicant of every standing line what happened to the claim."""
    for line in standing(claim):
        tell_applicant(line.application, sentence, key=f"claim:{claim.pk}:{claim.revision}:{key}", **values)


def _retotal(claim: Claim) -> Claim:
    claim.total = sum((line.amount for line in standing(claim)), Decimal("0.00"))
    claim.save(update_fields=["total"])
    return claim


def standing(claim: Claim) -> list[ClaimLine]:
    """The lines that are in the claim now, in their order."""
    lines = claim.lines.filter(released_at=None)
    return list(lines.select_related("application__startup", "application__site", "application__edition__programme", "reason"))


@transaction.atomic
def seal_claim(claim: Claim, *, by: Actor) -> Claim:
    """Freeze the claim: snapshot, digest, number, verification code; the PDF is printed next.

    A claim that was opened again keeps its number and gets a new revision."""
    with moving(claim, CLAIM_MOVES, "seal", by=by) as sealed:
        lines = _in_order(sealed)
        sealed.sealed_at = timezone.now()
        sealed.number = sealed.number or claim_number(sealed)
        sealed.verify_code = new_verify_code()
        snapshot = claim_snapshot(sealed, lines)
        sealed.sealed_text, sealed.snapshot_sha256 = canonical(snapshot), snapshot_digest(snapshot)
        sealed.document = sealed.public_document = None
    record("sealed", sealed, by=by, sha256=sealed.snapshot_sha256, total=str(sealed.total), revision=sealed.revision)
    print_claim.defer(organisation_id=sealed.organisation_id, claim_id=sealed.pk)
    return sealed


def _in_order(claim: Claim) -> list[ClaimLine]:
    """The standing lines, numbered from 1. Raises when there are none or the total is not their sum."""
    lines = standing(claim)
    if not lines:
        raise NotEligible(_("The claim has no lines. Put endorsed applications into it first."))
    if claim.total != sum((line.amount for line in lines), Decimal("0.00")):
        raise Conflict(_("The total is not the sum of the lines. Open the claim again and check it."))
    for position, line in enumerate(lines, 1):
        if line.position != position:
            line.position = position
            line.save(update_fields=["position"])
    return lines


def claim_number(claim: Claim) -> str:
    """净创补申〔2026〕3号: the organisation's word, the year in its brackets, a number without gap."""
    year = timezone.localdate(claim.sealed_at).year
    return f"{claim.organisation.claim_prefix}补申〔{year}〕{next_number('claim', year=year)}号"


@transaction.atomic
def unseal_claim(claim: Claim, *, note: str, by: Actor) -> Claim:
    """Open a sealed claim again before it is filed. The number stays; the printed PDF is void."""
    if not note.strip():
        raise BusinessError(_("Say why the claim is opened again."), field="note")
    opened = make_move(claim, CLAIM_MOVES, "unseal", by=by, note=note, sealer=None)
    return _void(opened)


def _void(claim: Claim) -> Claim:
    claim.revision += 1
    claim.sealed_text, claim.snapshot_sha256, claim.verify_code = None, "", ""
    claim.document = claim.public_document = claim.signed_scan = None
    claim.filer = None
    claim.save()
    return claim


@transaction.atomic
def file_claim(claim: Claim, *, scan: Document, by: Actor) -> Claim:
    """Note that the signed and stamped claim went to the authority; the scan is kept."""
    filed = make_move(claim, CLAIM_MOVES, "file", by=by)
    if filed.document is None:
        raise Conflict(_("The PDF of this claim is still being printed. Wait a moment and reload the page."))
    filed.signed_scan = scan
    filed.save(update_fields=["signed_scan"])
    tell_lines(filed, gettext_noop("%(number)s went to the authority with the claim %(claim)s."), "filed", claim=filed.number)
    tell_finance(filed, gettext_noop("%(number)s was filed. Record the authority's receipt when it comes."), "filed")
    return filed


def claim_url(claim: Claim) -> str:
    """The page of the claim in the office, as messages name it."""
    return f"/office/{claim.organisation.slug}/subsidies/claims/{claim.pk}/"


def tell_finance(claim: Claim, sentence: str, key: str) -> None:
    notify(
        people_with(claim.organisation, Role.FINANCE),
        sentence,
        key=f"claim:{claim.pk}:{claim.revision}:{key}",
        url=claim_url(claim),
        number=claim.number,
    )


@transaction.atomic
def reopen_claim(claim: Claim, *, by: Actor) -> Claim:
    """Correct a claim that the authority returned: a new revision, the old PDF is kept in the journal."""
    return _void(make_move(claim, CLAIM_MOVES, "reopen", by=by, note=str(claim.snapshot_sha256)))


@transaction.atomic
def abandon_claim(claim: Claim, *, note: str, by: Actor) -> Claim:
    """Give a returned claim up; its applications wait for another one."""
    moved = make_move(claim, CLAIM_MOVES, "abandon", by=by, note=note)
    for line in standing(moved):
        _release(line, by=system(by.organisation))
    return moved


def verify_snapshot(claim: Claim) -> bool:
    """Whether the stored snapshot still has the digest that was printed."""
    return claim.snapshot is not None and snapshot_digest(claim.snapshot) == claim.snapshot_sha256


def waiting_groups() -> list[dict[str, Any]]:
    """What finance could claim now: measure, level and quarter, with the endorsed applications and their sum."""
    groups: dict[tuple[Any, str, str], dict[str, Any]] = {}
    measures: dict[int, Any] = {}  # one look-up for each edition, not for each application
    ready = SubsidyApplication.objects.ready_for_claim().for_pages().order_by("period", "edition__payee")
    for application in ready:
        if application.edition_id not in measures:
            measures[application.edition_id] = measure_of(application.edition)
        measure = measures[application.edition_id]
        group = groups.setdefault(
            (measure.pk, application.edition.payee, application.period),
            {"measure": measure, "payee": application.edition.payee, "period": application.period, "count": 0, "total": Decimal("0.00")},
        )
        group["count"] += 1
        group["total"] += application.assessed
    return list(groups.values())


