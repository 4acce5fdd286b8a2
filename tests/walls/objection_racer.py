"""What one process does in the race between an objection and the result of its notice."""

from __future__ import annotations

import time

from tests.walls import racer  # first: it sets Django up in a new process

from django.db import IntegrityError, connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from incubator.accounts.actors import actor_for  # noqa: E402
from incubator.accounts.models import Organisation, User  # noqa: E402
from incubator.core.errors import BusinessError  # noqa: E402
from incubator.core.scoping import organisation_context  # noqa: E402
from incubator.policy.models import PublicNotice  # noqa: E402
from incubator.policy.services import Complaint, record_objection  # noqa: E402

PAUSE = 0.005  # the work between looking and writing


@racer.race
def object_or_finish(slug: str, email: str, notices: list[int], side: str) -> list[str]:
    """For each notice, at once with all others: file an objection on paper, or make the result final past every service."""
    organisation, user = Organisation.objects.get(slug=slug), User.objects.get(email=email)
    return [_once(organisation, user, pk, side) for pk in notices]


def _once(organisation, user, pk: int, side: str) -> str:
    racer.meet()
    try:
        with organisation_context(organisation):
            notice = PublicNotice.objects.get(pk=pk)
            if side == "object":
                said = Complaint("王某某", f"{user.pk}@example.com", "未实际入驻", None)
                record_objection(notice, said, received_on=notice.last_day, by=actor_for(user, organisation))
            else:
                PublicNotice.objects.filter(pk=pk, final_at=None).update(final_at=timezone.now())
            time.sleep(PAUSE)
        return side
    except (BusinessError, IntegrityError):
        return "refused"


@racer.race
def careless(rounds: int, side: str) -> int:
    """The control: look at the other table, then write into one's own, without lock or trigger."""
    done = 0
    for place in range(rounds):
        racer.meet()
        mine, other = ("race_objections", "race_finals") if side == "object" else ("race_finals", "race_objections")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {other} WHERE notice = %s", [place])
            if cursor.fetchone()[0] == 0:
                time.sleep(PAUSE)
                cursor.execute(f"INSERT INTO {mine} VALUES (%s)", [place])
                done += 1
    return done
