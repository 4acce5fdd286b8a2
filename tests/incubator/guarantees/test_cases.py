"""A case from the startup's application to the committee's decision, and what nobody can do to it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from incubator.core.errors import Conflict, NotAllowed, NotEligible, OverCap
from incubator.core.formulas import recompute
from incubator.core.invariants import violations
from incubator.guarantees.models import ExposureEntry, Fund, FundOrder, Guarantee, Vote
from incubator.guarantees.services import cases, funds
from incubator.policy.models import ReasonCode
from tests.factories.documents import an_upload
from tests.factories.guarantees import a_case, a_fund, before_committee, vote_all
from tests.factories.tenants import a_founder, a_startup

pytestmark = pytest.mark.django_db


def test_approval_reserves_the_whole_amount_and_withdrawal_frees_it(startup, actor, second):
    fund = a_fund(actor)
    case = before_committee(a_case(startup, actor), actor, second, fund)
    vote_all(case, actor)
    approved = cases.approve_guarantee(case, by=actor("owner"))
    fund.refresh_from_db()
    assert (approved.state, approved.number, approved.exposure, fund.outstanding, fund.room) == ("approved", "DB-2026-000001", 90000, 90000, 410000)
    gone = cases.withdraw_guarantee(approved, by=actor("founder"))
    fund.refresh_from_db()
    assert (gone.exposure, fund.outstanding) == (0, 0)
    assert [row.kind for row in ExposureEntry.objects.all()] == ["reserve", "free"]
    assert [name.name for name, broken in violations() if broken] == []


def test_a_recommendation_reserves_nothing(startup, actor, second):
    case = before_committee(a_case(startup, actor), actor, second)
    vote_all(case, actor)
    assert (cases.approve_guarantee(case, by=actor("owner")).exposure, ExposureEntry.objects.count()) == (0, 0)


def test_the_cap_is_that_of_the_clause_and_its_trace_recomputes(startup, actor):
    with pytest.raises(OverCap):
        a_case(startup, actor, "100000.01")
    case = a_case(startup, actor, "100000.00")
    assert (Decimal(case.cap), recompute(case.trace)) == (100000, True)
    assert "（十一）" in str(case.trace["result"]["steps"])


def test_a_graduate_may_borrow_more_within_two_years(startup, actor):
    draft = Guarantee(startup=startup, borrower="graduate", graduated_on=date(2024, 12, 15), amount=Decimal(150000), months=24, purpose="装修", contract_on=date(2026, 12, 15))
    assert Decimal(cases.save_draft(draft, by=actor("founder")).cap) == 150000
    draft.contract_on = date(2026, 12, 16)
    with pytest.raises(OverCap):
        cases.save_draft(draft, by=actor("founder"))


def test_the_proof_must_be_valid_on_the_day_of_the_contract(startup, actor):
    draft = Guarantee(startup=startup, borrower="individual", amount=Decimal(50000), months=12, purpose="备货", contract_on=date(2026, 12, 15))
    case = cases.save_draft(draft, by=actor("founder"))
    with pytest.raises(NotEligible):
        cases.submit_guarantee(case, by=actor("founder"))
    cases.add_paper(case, an_upload(), item="category_proof", valid_to=date(2026, 12, 14), by=actor("founder"))
    with pytest.raises(NotEligible):
        cases.submit_guarantee(case, by=actor("founder"))
    cases.add_paper(case, an_upload(), item="category_proof", valid_to=date(2026, 12, 15), by=actor("founder"))
    assert cases.submit_guarantee(case, by=actor("founder")).state == "submitted"


def test_who_worked_on_the_case_neither_appraises_votes_nor_decides(startup, actor, second, organisation):
    fund = a_fund(actor)
    sent = cases.submit_guarantee(a_case(startup, actor), by=actor("founder"))
    checked = cases.precheck_guarantee(sent, by=actor("officer"))
    with pytest.raises(NotAllowed):
        cases.appraise_guarantee(checked, {}, by=actor("officer"))
    given = {"visited_on": date(2026, 11, 20), "findings": "x", "counter": "", "capacity": "guarantor", "fund": fund, "basis": "", "basis_file": None}
    with pytest.raises(NotEligible):
        cases.appraise_guarantee(checked, given, by=second)  # without a legal basis
    case = cases.appraise_guarantee(checked, given | {"capacity": "recommender"}, by=second)
    for by in (actor("officer"), second):
        with pytest.raises(NotAllowed):
            cases.cast_vote(case, choice="yes", reason="x", by=by)
    with pytest.raises(IntegrityError, match="no vote"), transaction.atomic():
        Vote.objects.create(guarantee=case, round=1, voter=second.user, as_owner=False, choice="yes", reason="x")
    a_founder(startup, name="兼职", user=actor("finance").user)
    with pytest.raises(NotAllowed):
        cases.cast_vote(case, choice="yes", reason="x", by=actor("finance"))
    cases.cast_vote(case, choice="recused", reason="任职", by=actor("finance"))
    cases.cast_vote(case, choice="yes", reason="x", by=actor("owner"))
    cases.cast_vote(case, choice="yes", reason="x", by=actor("manager"))
    with pytest.raises(Conflict):
        cases.cast_vote(case, choice="yes", reason="x", by=actor("owner"))
    with pytest.raises(Conflict):
        cases.approve_guarantee(case, by=actor("owner"))  # one stepped aside: two votes
    with pytest.raises(IntegrityError, match="majority"), transaction.atomic():
        Guarantee.objects.filter(pk=case.pk).update(state="approved", approver=actor("owner").user)


def test_a_return_asks_for_a_new_round_and_a_refusal_needs_a_code(startup, actor, second):
    case = before_committee(a_case(startup, actor), actor, second)
    cases.cast_vote(case, choice="no", reason="x", by=actor("owner"))
    back = cases.return_guarantee(case, note="请补充购置合同", by=second)
    assert (back.state, back.prechecker, cases.standing_votes(back)) == ("draft", None, [])
    again = before_committee(back, actor, second)
    refused = cases.refuse_guarantee(again, reason=ReasonCode.objects.get(code="OTHER"), note="经营未满三个月", by=actor("manager"))
    assert (refused.state, refused.number) == ("refused", "DB-2026-000001")


def test_room_of_fund_and_of_borrower_are_kept(startup, actor, second):
    fund = a_fund(actor, "30000.00", borrower_cap=Decimal("95000.00"))  # carries 150,000
    first = before_committee(a_case(startup, actor), actor, second, fund)
    vote_all(first, actor)
    cases.approve_guarantee(first, by=actor("owner"))
    more = before_committee(a_case(startup, actor, "10000.00"), actor, second, fund)
    vote_all(more, actor)
    with pytest.raises(OverCap, match="95,000.00"):
        cases.approve_guarantee(more, by=actor("owner"))
    other = a_startup()
    a_founder(other, user=actor("founder").user)
    third = before_committee(a_case(other, actor), actor, second, fund)
    vote_all(third, actor)
    with pytest.raises(OverCap, match="60,000.00"):
        cases.approve_guarantee(third, by=actor("owner"))
    third.refresh_from_db()
    assert (third.state, third.exposure) == ("appraised", 0)


def test_nobody_writes_the_figures_themselves(startup, actor, second):
    fund = a_fund(actor)
    case = a_case(startup, actor)
    for act in (
        lambda: Fund.objects.filter(pk=fund.pk).update(balance=Decimal(1)),
        lambda: Fund.objects.filter(pk=fund.pk).update(outstanding=Decimal(1)),
        lambda: Guarantee.objects.filter(pk=case.pk).update(exposure=Decimal(1)),
        lambda: FundOrder.objects.filter(fund=fund).update(amount=Decimal(1)),
        lambda: FundOrder.objects.filter(fund=fund).update(state="rejected"),
        lambda: FundOrder.objects.filter(fund=fund).delete(),
    ):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            act()


def test_the_same_person_twice_is_refused_by_the_database(startup, actor):
    fund = a_fund(actor)
    with pytest.raises(IntegrityError, match="fund_order_four_eyes"), transaction.atomic():
        order = funds.enter_money(fund, an_upload(), by=actor("finance"), kind="top_up", amount=Decimal(5), reference="2", dated_on=date(2026, 2, 1))
        FundOrder.objects.filter(pk=order.pk).update(state="confirmed", confirmer=actor("finance").user)
    case, officer = a_case(startup, actor), actor("officer").user
    pairs = [("prechecker", "appraiser"), ("prechecker", "approver"), ("appraiser", "approver"), ("prechecker", "refuser"), ("appraiser", "refuser")]
    for one, other in pairs:
        with pytest.raises(IntegrityError), transaction.atomic():
            Guarantee.objects.filter(pk=case.pk).update(**{one: officer, other: officer})


def test_a_case_begins_as_a_draft_whoever_writes_it(startup):
    fields = {"borrower": "individual", "amount": Decimal(50000), "months": 12, "purpose": "备货", "contract_on": date(2026, 12, 15)}
    for state in ("submitted", "appraised", "approved"):
        with pytest.raises(IntegrityError, match="begins as a draft"), transaction.atomic():
            Guarantee.objects.create(startup=startup, state=state, **fields)


def test_a_draft_that_was_read_before_takes_nothing_back(startup, actor):
    case = a_case(startup, actor)
    stale = Guarantee.objects.get(pk=case.pk)
    Guarantee.objects.filter(pk=case.pk).update(number="DB-2026-000777", round=2)
    stale.purpose = "扩建厂房"
    cases.save_draft(stale, by=actor("founder"))
    case.refresh_from_db()
    assert (case.purpose, case.number, case.round) == ("扩建厂房", "DB-2026-000777", 2)


def test_ledgers_are_written_once(startup, actor, second):
    fund = a_fund(actor)
    case = before_committee(a_case(startup, actor), actor, second, fund)
    vote_all(case, actor)
    cases.approve_guarantee(case, by=actor("owner"))
    for table in ("guarantees_exposureentry", "guarantees_vote"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
            with pytest.raises(Exception), transaction.atomic(), connection.cursor() as cursor:  # noqa: B017
                cursor.execute(statement)
