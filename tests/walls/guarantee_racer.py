"""What one process of a race for a fund's last room does; started like those of tests/walls/racer.py."""

from __future__ import annotations

import time

from tests.walls.racer import meet, race  # first: it sets Django up in a new process

from django.db import connection, transaction  # noqa: E402, I001

from incubator.accounts.actors import actor_for  # noqa: E402
from incubator.accounts.models import Organisation, User  # noqa: E402
from incubator.core.errors import OverCap  # noqa: E402
from incubator.core.scoping import organisation_context  # noqa: E402
from incubator.guarantees.models import Guarantee  # noqa: E402
from incubator.guarantees.services import cases  # noqa: E402


@race
def approve(slug: str, email: str, mine: list[int]) -> list[str]:
    """Approve a voted case, at once with all others."""
    organisation = Organisation.objects.get(slug=slug)
    by, answers = actor_for(User.objects.get(email=email), organisation), []
    for pk in mine:
        meet()
        try:
            with organisation_context(organisation):
                cases.approve_guarantee(Guarantee.objects.get(pk=pk), by=by)
            answers.append("approved")
        except OverCap:
            answers.append("refused")
    return answers


@race
def careless(amount: int) -> int:
    """The control: read the room, then write, without trigger and lock."""
    meet()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT room FROM guarantee_control")
        if cursor.fetchone()[0] < amount:
            return 0
        time.sleep(0.05)  # the work between looking and writing
        cursor.execute("UPDATE guarantee_control SET room = room - %s", [amount])
    return 1
