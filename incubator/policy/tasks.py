"""The clock of the editions and of the public notices."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from incubator.accounts.actors import Actor
from incubator.accounts.clock import for_every_organisation
from incubator.core.errors import Conflict
from incubator.policy.models import PolicyDocument, ProgrammeEdition
from incubator.policy.services import close_ended_notices, end_document, expire_edition, take_effect


@app.periodic(cron="15 * * * *")
@app.task(name="incubator.policy.tasks.turn_editions_everywhere", queueing_lock="turn_editions")
def turn_editions_everywhere(timestamp: int) -> None:
    """Each hour: editions come into force and end, notices end."""
    for_every_organisation(turn_editions)


def turn_editions(by: Actor) -> None:
    """What the day brings for one organisation. An edition whose predecessor still rules waits for a person."""
    today = timezone.localdate()
    for edition in ProgrammeEdition.objects.own().past_their_end(today):
        expire_edition(edition, by=by)
    for document in PolicyDocument.objects.past_their_end(today):
        end_document(document, by=by)
    for edition in ProgrammeEdition.objects.own().due_to_start(today):
        try:
            take_effect(edition, by=by)
        except Conflict:
            continue
    close_ended_notices(by=by)
