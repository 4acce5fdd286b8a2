"""Jobs of subsidies: printing. Thin: load by id, call a service."""

from __future__ import annotations

from incubator.accounts.models import Organisation
from incubator.core.jobs import organisation_job


@organisation_job(queue="paper", retry=3)
def print_receipt(organisation: Organisation, *, application_id: int) -> None:
    """Print the receipt of an application that came in."""
    from incubator.subsidies.models import SubsidyApplication
    from incubator.subsidies.services.printing import keep_receipt

    keep_receipt(SubsidyApplication.objects.get(pk=application_id))


@organisation_job(queue="paper", retry=3)
def print_claim(organisation: Organisation, *, claim_id: int) -> None:
    """Print the PDF of a sealed claim, for the authority and for the public."""
    from incubator.subsidies.models import Claim
    from incubator.subsidies.services.printing import keep_claim_papers

    keep_claim_papers(Claim.objects.get(pk=claim_id))
