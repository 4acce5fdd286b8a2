"""Jobs of subsidies: printing, and the clock. Thin: load by id, call a service."""

from __future__ import annotations

from procrastinate.contrib.django import app

from incubator.accounts.clock import for_every_organisation
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


@organisation_job(queue="paper", retry=3)
def print_result(organisation: Organisation, *, result_id: int) -> None:
    """Print the notice of a decision."""
    from incubator.subsidies.models import ResultNotice
    from incubator.subsidies.services.results import keep_result

    keep_result(ResultNotice.objects.get(pk=result_id))


@organisation_job(queue="paper", retry=3)
def print_clawback(organisation: Organisation, *, clawback_id: int) -> None:
    """Print the letter of a clawback."""
    from incubator.subsidies.models import Clawback
    from incubator.subsidies.services.clawbacks import keep_letter

    keep_letter(Clawback.objects.get(pk=clawback_id))


@app.periodic(cron="20 * * * *")
@app.task(name="incubator.subsidies.tasks.lapse_returned_everywhere", queueing_lock="lapse_returned")
def lapse_returned_everywhere(timestamp: int) -> None:
    """Each hour: returned applications whose deadline has passed lapse."""
    from incubator.subsidies.services.applications import lapse_overdue

    for_every_organisation(lapse_overdue)
