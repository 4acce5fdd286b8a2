"""Two owners are ended at once over two connections: one remains (walls.md 4)."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, connections, transaction

from incubator.accounts.actors import actor_for
from incubator.accounts.models import Invitation, Membership
from incubator.accounts.services import accept, end_role, fingerprint, invite
from incubator.core.errors import Conflict
from incubator.core.scoping import organisation_context
from tests.factories.accounts import make_organisation, make_person
from tests.walls.report import tell

pytestmark = pytest.mark.django_db(transaction=True)
DAY, ROUNDS = date(2026, 11, 24), 5


def at_once(*acts) -> list[str]:
    """Do all acts in threads with connections of their own; what came of each."""
    outcome = ["nothing"] * len(acts)

    def run(place, act):
        try:
            act()
            outcome[place] = "done"
        except (IntegrityError, Conflict) as error:
            outcome[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(outcome)


def rows_of(organisation, role: str) -> list[Membership]:
    """Two people with this role and no last day."""
    Membership.objects.filter(organisation=organisation, role=role).update(until=None)
    return list(Membership.objects.filter(organisation=organisation, role=role).order_by("pk"))


def look_then_end(row: Membership, meeting: threading.Barrier) -> None:
    """What careless code does: see that another one is there, then end this one. Nobody takes a turn."""
    with transaction.atomic():
        others = Membership.objects.filter(organisation=row.organisation, role=row.role, until=None).exclude(pk=row.pk)
        seen = others.exists()
        meeting.wait(30)  # both have looked
        if seen:
            Membership.objects.filter(pk=row.pk).update(until=DAY)
        meeting.wait(30)  # both have written, neither has committed


def test_two_owners_cannot_end_each_other():
    house = make_organisation("jingyue", "长春净月创客空间")
    for role in ("owner", "manager"):
        for number in (1, 2):
            make_person(f"{role}-{number}", house, role)
    left = {"owner": [], "manager": []}
    for _round in range(ROUNDS):
        for role, found in left.items():
            first, second = rows_of(house, role)
            meeting = threading.Barrier(2)
            at_once(lambda: look_then_end(first, meeting), lambda: look_then_end(second, meeting))  # noqa: B023
            found.append(Membership.objects.filter(organisation=house, role=role, until=None).count())
    assert left["owner"] == [1] * ROUNDS  # the database lets one of the two commits through
    assert left["manager"] == [0] * ROUNDS  # the control: the same code on a role that nothing watches
    first, second = rows_of(house, "owner")
    by = actor_for(first.user, house)

    def ends(row):
        with organisation_context(house):
            end_role(row, DAY, by=by)

    assert at_once(lambda: ends(first), lambda: ends(second)) == ["Conflict", "done"]  # and the page says a sentence
    tell("last owner", f"{ROUNDS} rounds, 2 connections end 2 owners at once: 1 remains each time; unwatched control: 0 remain")


def test_an_invitation_is_taken_by_one_of_two():
    from allauth.account.models import EmailAddress

    house = make_organisation("jingyue", "长春净月创客空间")
    owner = make_person("owner", house, "owner")
    user = make_person("new")
    EmailAddress.objects.create(user=user, email="new@example.com", verified=True, primary=True)
    with organisation_context(house):
        made = invite("new@example.com", "officer", by=actor_for(owner, house))
    Invitation.objects.filter(pk=made.pk).update(token_hash=fingerprint("x"))
    made.refresh_from_db()
    meeting = threading.Barrier(2)

    def takes():
        with organisation_context(house):
            meeting.wait(30)
            accept(made, user)

    assert at_once(takes, takes) == ["Conflict", "done"]
    assert Membership.objects.filter(user=user).count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_invitation WHERE accepted_by_id = %s", [user.pk])
        assert cursor.fetchone() == (1,)
