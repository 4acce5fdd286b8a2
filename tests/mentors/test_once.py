"""What the database refuses: two sessions at once, an hour paid twice, a place or a seat above what there is."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from incubator.core.scoping import organisation_context
from mentors.models import Honorarium, HonorariumLine, Mentor
from tests.factories.accounts import make_person
from tests.factories.mentors import a_confirmed, a_mentor, a_pairing, a_rate, a_session, at
from tests.factories.tenants import a_startup

pytestmark = pytest.mark.django_db


def at_the_end():
    """Let the deferred checks look now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def mentor(inside, people):
    return a_mentor(people["mentor"], reviewer=people["officer"], approver=people["manager"])


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def test_a_mentor_is_in_one_session_at_a_time(mentor):
    a_session(a_pairing(mentor, a_startup()), at(3, 9))
    other = a_pairing(mentor, a_startup())
    with refused("session_mentor_free"), transaction.atomic():
        a_session(other, at(3, 9, 30))
    assert a_session(other, at(3, 10)).pk  # one ends where the next begins
    with refused("session_startup_free"), transaction.atomic():
        second = a_mentor(make_person("m2"), topics=("law",))
        a_session(a_pairing(second, other.startup, state="proposed"), at(3, 10, 30))


def test_a_dropped_session_frees_the_time(mentor):
    pairing = a_pairing(mentor, a_startup())
    a_session(pairing, at(3, 9), state="cancelled")
    assert a_session(pairing, at(3, 9)).pk


def test_who_logged_does_not_confirm(mentor, people):
    session = a_session(a_pairing(mentor, a_startup()), at(3, 9))
    with refused("session_confirmed_by_another"), transaction.atomic():
        type(session).objects.filter(pk=session.pk).update(logger=people["mentor"], confirmer=people["mentor"])


def test_an_hour_of_a_person_is_paid_once_in_the_whole_deployment(people, organisation, other_organisation):
    """A context for each organisation, one after the other: nobody steps from one into the other."""
    with organisation_context(organisation):
        mentor = a_mentor(people["mentor"], reviewer=people["officer"], approver=people["manager"])
        session = a_confirmed(a_pairing(mentor, a_startup()), people["founder"], at(3, 9))
        paid_time(session, people["mentor"])
        with refused("session_paid_once|paid_time_once"), transaction.atomic():
            paid_time(session, people["mentor"])
    with organisation_context(other_organisation):
        elsewhere = a_mentor(people["mentor"], topics=("law",))
        there = a_confirmed(a_pairing(elsewhere, a_startup(), state="proposed"), people["founder"], at(3, 9, 30))
        with refused("paid_time_once"), transaction.atomic():
            paid_time(there, people["mentor"])


def paid_time(session, user):
    made = a_statement(session.mentor)
    return HonorariumLine.objects.create(honorarium=made, session=session, user=user, starts_at=session.starts_at, ends_at=session.ends_at, minutes=60, amount=300)


def a_statement(mentor):
    """One statement of November for a mentor, made once."""
    found = Honorarium.objects.filter(mentor=mentor).first()
    if found:
        return found
    rate = a_rate(make_person(f"author-{mentor.pk}"), make_person(f"verifier-{mentor.pk}"))
    return Honorarium.objects.create(mentor=mentor, rate=rate, preparer=rate.author, month=date(2026, 11, 1), number=f"LW-{mentor.pk}", verify_code=f"CODE-{mentor.pk}", gross=300, net=300, withheld=0, minutes=60)


def test_no_mentor_has_more_startups_than_places(mentor):
    Mentor.objects.filter(pk=mentor.pk).update(max_pairs=1)
    a_pairing(mentor, a_startup())
    with pytest.raises(IntegrityError), transaction.atomic():
        a_pairing(mentor, a_startup())
        at_the_end()
