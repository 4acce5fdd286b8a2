"""The clock of mentoring: reminders, deadlines, terms."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from incubator.accounts.actors import Actor
from incubator.accounts.clock import for_every_organisation
from incubator.accounts.models import Organisation
from incubator.core.jobs import organisation_job


def turn_mentoring(_by: Actor) -> None:
    """What is due now in one organisation."""
    from mentors.services.pairings import lapse_proposals
    from mentors.services.people import end_terms
    from mentors.services.sessions import turn_sessions

    turn_sessions(timezone.now())
    lapse_proposals(timezone.localdate())
    end_terms(timezone.localdate())


@app.periodic(cron="25 * * * *")
@app.task(name="mentors.tasks.turn_mentoring_everywhere", queueing_lock="turn_mentoring")
def turn_mentoring_everywhere(timestamp: int) -> None:
    """Each hour, so that a day that begins in Shanghai is seen whatever the server's clock says."""
    for_every_organisation(turn_mentoring)


@organisation_job(queue="paper", retry=3)
def print_certificate_job(organisation: Organisation, *, certificate_id: int) -> None:
    """Print a certificate and put it into the startup's papers."""
    from mentors.models import Certificate
    from mentors.services.courses import keep_certificate

    keep_certificate(Certificate.objects.select_related("enrolment__founder__startup").get(pk=certificate_id))
