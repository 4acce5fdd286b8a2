"""Jobs: build a copy, erase a person, print the receipt. Thin: load by id, call a service."""

from __future__ import annotations

from procrastinate.contrib.django import app

from incubator.accounts.models import Organisation
from incubator.core.jobs import organisation_job


@app.task(name="incubator.subjects.tasks.build_own_copy", queue="default", retry=3)
def build_own_copy(copy_id: int) -> None:
    """Build what a person asked for. It goes through every organisation, each in its own context."""
    from incubator.subjects.copies import build_own
    from incubator.subjects.models import OwnCopy

    build_own(OwnCopy.objects.select_related("user").get(pk=copy_id))


@organisation_job(queue="default", retry=3)
def build_copy(organisation: Organisation, *, copy_id: int) -> None:
    """Build what an owner asked for."""
    from incubator.subjects.copies import build
    from incubator.subjects.models import SubjectCopy

    build(SubjectCopy.objects.get(pk=copy_id))


@organisation_job(queue="default", retry=3)
def carry_out_erasure(organisation: Organisation, *, erasure_id: int) -> None:
    """Erase what two people agreed on."""
    from incubator.subjects.erasing import carry_out
    from incubator.subjects.models import Erasure

    carry_out(Erasure.objects.get(pk=erasure_id))


@organisation_job(queue="paper", retry=3)
def print_erasure_receipt(organisation: Organisation, *, erasure_id: int) -> None:
    """Print the receipt."""
    from incubator.subjects.erasing import keep_receipt
    from incubator.subjects.models import Erasure

    keep_receipt(Erasure.objects.get(pk=erasure_id))
