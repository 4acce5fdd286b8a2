"""The clock of the editions and of the public notices."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from incubator.accounts.actors import Actor
from incubator.accounts.clock import for_every_organisation
from incubator.accounts.roles import Role
from incubator.core.errors import Conflict, NotEligible
from incubator.notices.services import notify, people_with
from incubator.policy.models import PolicyDocument, ProgrammeEdition
from incubator.policy.services import NO_BUDGET, close_ended_notices, end_document, expire_edition, take_effect


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
        except NotEligible as missing:
            ask_finance(edition, missing, by)
    close_ended_notices(by=by)


def ask_finance(edition: ProgrammeEdition, missing: NotEligible, by: Actor) -> None:
    """Tell finance, once, that an edition whose day has come says nothing of its budget. Anything else is a defect."""
    if missing.code != NO_BUDGET:
        raise missing
    notify(
        people_with(by.organisation, Role.FINANCE),
        gettext_noop("“%(edition)s” should be in force since %(day)s, but its budget is not said. Say whether a budget line pays."),
        key=f"edition:{edition.pk}:budget",
        url=f"/office/{by.organisation.slug}/policy/budgets/editions/{edition.pk}/",
        edition=str(edition), day=str(edition.effective_from),
    )
