"""Mentors: application, approval by two, invitation, conflicts of interest; pairings accepted by both."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from incubator.accounts.models import Invitation
from incubator.accounts.services import accept
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.notices.models import Notice
from mentors.models import Mentor, Pairing
from mentors.services import pairings, people
from mentors.services.people import Offer
from tests.factories.mentors import FIRST, LAST, a_mentor, a_need, a_pairing, a_session, at
from tests.factories.tenants import a_startup

OFFER = Offer({"funding": (2, "十年")}, ["1-pm"])
FIELDS = {"name": "许静怡", "email": "Xu@Example.com", "languages": ["zh"], "stages": ["seed"], "industries": ["I65"], "modes": ["video"], "max_pairs": 5}


def test_from_the_application_to_the_own_pages(inside, actor):
    mentor = people.review_mentor(people_apply(actor), by=actor("officer"))
    approved = people.approve_mentor(mentor, term_from=FIRST, term_to=LAST, by=actor("manager"))
    invitation = Invitation.objects.get(email="xu@example.com", role="mentor")
    assert (approved.state, approved.user) == ("active", None)
    user = actor("viewer").user
    EmailAddress.objects.create(user=user, email="xu@example.com", verified=True, primary=False)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash="0" * 64)
    invitation.refresh_from_db()
    accept(invitation, user)
    assert Mentor.objects.get().user == user


def people_apply(actor):
    return people.apply_as_mentor(OFFER, by=actor("system"), **FIELDS)


def test_nobody_applies_twice(inside, actor):
    people_apply(actor)
    with pytest.raises(Conflict) as refused:
        people_apply(actor)
    assert refused.value.field == "email"


def test_who_recommends_does_not_approve(inside, actor, organisation):
    both = actor("manager")
    mentor = people.review_mentor(people_apply(actor), by=both)
    with pytest.raises(NotAllowed):
        people.approve_mentor(mentor, term_from=FIRST, term_to=LAST, by=both)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mentor.objects.filter(pk=mentor.pk).update(approver=mentor.reviewer, state="active", term_from=FIRST, term_to=LAST)


def test_an_account_is_verified_by_another(mentor, actor):
    entered = people.enter_account(mentor, bank_name="吉林银行", bank_account="6222000012345678", by=actor("officer"))
    with pytest.raises(NotAllowed):
        people.verify_account(entered, tail="5678", by=actor("officer"))
    with pytest.raises(BusinessError):
        people.verify_account(entered, tail="0000", by=actor("finance"))
    assert people.verify_account(entered, tail="5678", by=actor("finance")).account_verified_by == actor("finance").user


def test_a_conflict_makes_the_pair_impossible_until_it_ends(mentor, startup, actor):
    held = people.declare_interest(mentor, startup, kind="equity", note="10%", since=FIRST, until=None, by=actor("officer"))
    with pytest.raises(Conflict) as refused:
        pairings.propose_pairing(startup, mentor, origin="staff", by=actor("officer"))
    assert refused.value.code == "CONFLICT"
    people.end_interest(held, until=date(2026, 11, 23), note="转让协议", by=actor("officer"))
    assert pairings.propose_pairing(startup, mentor, origin="staff", by=actor("officer")).state == "proposed"


def test_a_founder_is_never_the_own_mentor(startup, actor):
    twin = a_mentor(actor("founder").user, reviewer=actor("officer").user, approver=actor("manager").user)
    with pytest.raises(Conflict):
        pairings.propose_pairing(startup, twin, origin="staff", by=actor("officer"))


def test_both_accept_before_it_begins(mentor, startup, actor):
    made = pairings.propose_pairing(startup, mentor, origin="staff", by=actor("officer"))
    assert Notice.objects.filter(key=f"pairing:{made.pk}:ask").count() == 2
    half = pairings.accept_pairing(made, by=actor("founder"))
    assert half.state == "proposed"
    assert pairings.accept_pairing(half, by=actor("mentor")).state == "paired"


def test_a_choice_is_the_startups_yes(mentor, startup, actor):
    made = pairings.propose_pairing(startup, mentor, origin="choice", by=actor("founder"))
    assert pairings.accept_pairing(made, by=actor("mentor")).state == "paired"


def test_a_member_cannot_answer_for_the_startup(mentor, startup, actor):
    made = pairings.propose_pairing(startup, mentor, origin="staff", by=actor("officer"))
    with pytest.raises(NotAllowed):
        pairings.accept_pairing(made, by=actor("member"))


def test_the_places_of_a_mentor_are_kept_by_the_database(mentor, startup, actor):
    Mentor.objects.filter(pk=mentor.pk).update(max_pairs=1)
    a_pairing(mentor, startup)
    other = a_startup()
    a_need(other)
    with pytest.raises(Conflict) as refused:
        pairings.propose_pairing(other, Mentor.objects.get(pk=mentor.pk), origin="staff", by=actor("officer"))
    assert refused.value.code == "NO_PLACE"
    with pytest.raises(IntegrityError), transaction.atomic():
        a_pairing(mentor, other)
    pairings.move_pairing(Pairing.objects.get(), "end", note="完成", by=actor("officer"))
    assert Mentor.objects.get(pk=mentor.pk).open_pairs == 0


def test_a_new_match_needs_two_missed_sessions(pairing, actor):
    a_session(pairing, at(2, 9), state="missed")
    with pytest.raises(Conflict):
        pairings.move_pairing(pairing, "rematch", note="x", by=actor("officer"))
    a_session(pairing, at(3, 9), state="missed")
    assert pairings.move_pairing(pairing, "rematch", note="x", by=actor("officer")).state == "rematched"


def test_proposals_without_answer_lapse(mentor, startup, actor):
    made = pairings.propose_pairing(startup, mentor, origin="staff", by=actor("officer"))
    assert pairings.lapse_proposals(made.answer_by) == 0
    assert pairings.lapse_proposals(LAST) == 1
    assert Mentor.objects.get(pk=mentor.pk).open_pairs == 0


def test_a_term_that_is_over_ends_the_service(mentor):
    assert people.end_terms(date(2027, 1, 1)) == 1
    assert Mentor.objects.get(pk=mentor.pk).state == "ended"
