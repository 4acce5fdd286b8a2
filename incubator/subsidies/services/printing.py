"""Print and keep the papers of subsidies. Runs in the paper queue; the same snapshot gives the same bytes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from incubator.accounts.actors import system
from incubator.documents.services import keep_paper
from incubator.subsidies.masking import public_claim
from incubator.subsidies.models import Claim, SubsidyApplication
from incubator.subsidies.papers import print_claim_pdf, print_receipt_pdf


def keep_claim_papers(claim: Claim) -> Claim:
    """Print the claim for the authority and its masked copy for the public, and keep both. A second run does nothing."""
    if claim.snapshot is None or claim.document_id:
        return claim
    full = print_claim_pdf(claim.snapshot, claim.snapshot_sha256, claim.sealed_at)
    masked = print_claim_pdf(public_claim(claim.snapshot), claim.snapshot_sha256, claim.sealed_at, public_copy=True)
    with transaction.atomic():
        locked = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
        if locked.document_id or locked.snapshot_sha256 != claim.snapshot_sha256:
            return locked
        locked.document = _keep(full, locked, locked.number)
        locked.public_document = _keep(masked, locked, f"{locked.number}（公开版）")
        locked.save(update_fields=["document", "public_document"])
    return locked


def _keep(body: bytes, claim: Claim, title: str) -> Any:
    return keep_paper(body, title=title, name=f"{title}.pdf", by=system(claim.organisation), issued_on=timezone.localdate(claim.sealed_at))


def keep_receipt(application: SubsidyApplication) -> SubsidyApplication:
    """Print the receipt of an application and keep it. A second run prints nothing new."""
    if application.receipt_id or not application.number:
        return application
    body = print_receipt_pdf(application)
    title = f"{application.number} 受理回执"
    with transaction.atomic():
        application.receipt = keep_paper(body, title=title, name=f"{application.number}.pdf", by=system(application.organisation))
        SubsidyApplication.objects.filter(pk=application.pk, receipt=None).update(receipt=application.receipt)
    return application
