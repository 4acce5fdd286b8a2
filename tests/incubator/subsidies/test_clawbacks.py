"""Money demanded back: never more than was paid, repaid, set off, referred or waived, each by two, each in the books."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from billing.models import Account, Bill, LedgerLine, Way
from billing.services import bills, payout_files
from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed
from incubator.policy.models import BudgetEntry, ReasonCode
from incubator.policy.services import holding_of
from incubator.subsidies.recompute import proposals
from incubator.subsidies.services import claims, clawbacks, payouts, revisions
from incubator.subsidies.services.decisions import LineReply
from tests.billing.test_bills import a_rule, draft, rent
from tests.factories.subsidies import QUARTER, pdf
from tests.incubator.subsidies.money import (
    bank, confirm, confirmed, decide, demand, endorse_own, line_of, order, own_cost, paid_by_authority, reply, send, slip, text_of, through_us,
)  # fmt: skip  # noqa: F401
from tests.incubator.subsidies.one_world import client_of, for_the_file, for_this_test, organisation, site, world  # noqa: F401

pytestmark = pytest.mark.django_db


def test_a_clawback_is_never_above_what_was_paid(world, confirmed):  # noqa: F811
    application = line_of(confirmed).application
    with pytest.raises(Conflict):
        clawbacks.open_clawback(application, "overpaid", Decimal(1), note="x", by=world.actor("officer"))
    paid_by_authority(world, confirmed)
    with pytest.raises(Conflict):
        clawbacks.open_clawback(application, "overpaid", confirmed.decided + Decimal("0.01"), note="x", by=world.actor("officer"))
    demand(world, confirmed, confirmed.decided)
    with pytest.raises(Conflict):
        clawbacks.open_clawback(application, "lease_ended", Decimal("0.01"), note="x", by=world.actor("officer"))


def test_a_repaid_clawback_leaves_the_budget_line(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    decided = demand(world, confirmed)
    noted = clawbacks.note_repayment(decided, slip(world, "back"), by=world.actor("finance"))
    with pytest.raises(NotAllowed):
        clawbacks.repay_clawback(noted, amount=Decimal("100.00"), by=world.actor("finance"))
    repaid = clawbacks.repay_clawback(noted, amount=Decimal("100.00"), by=world.actor("manager"))
    application = line_of(confirmed).application
    assert (repaid.state, holding_of(application).paid) == ("repaid", confirmed.decided - 100)
    assert BudgetEntry.objects.about(application).filter(kind="clawback", amount=100).exists()
    assert LedgerLine.objects.of_account(Account.PASS_THROUGH).total() == -100  # it belongs to the authority


def test_false_evidence_locks_its_keys(world, confirmed):  # noqa: F811
    from incubator.subsidies.services.keys import free_keys

    paid_by_authority(world, confirmed)
    demand(world, confirmed, "10.00", "evidence_false")
    application = line_of(confirmed).application
    kept = application.benefit_keys.filter(freed_at=None).count()
    free_keys(application)
    assert kept and application.benefit_keys.filter(freed_at=None).count() == kept


def test_a_newer_lower_decision_proposes_a_clawback(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    confirmed.refresh_from_db()
    line, lower = line_of(confirmed), confirmed.decided - Decimal("300.00")
    answer = LineReply(line, "cut", lower, ReasonCode.objects.get(code="AUTHORITY"), "核减")
    ground = revisions.Ground("correction", reply(world, "again"), "复核核减")
    recorded = revisions.record_revision(confirmed, ground, [answer], by=world.actor("finance"))
    revisions.confirm_revision(recorded, total=lower, by=world.actor("manager"))
    (row,) = proposals()
    assert (row.application.pk, row.trigger, row.amount) == (line.application_id, "overpaid", Decimal("300.00"))


def test_a_lease_that_ended_inside_paid_months_is_proposed(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    assert proposals() == []
    lease = line_of(confirmed).application.lease
    type(lease).objects.filter(pk=lease.pk).update(state="ended", ends_on=date(2026, 8, 31))
    (row,) = proposals()
    assert (row.trigger, row.amount) == ("lease_ended", confirmed.decided / 3)


def test_the_letter_names_the_right_to_appeal(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    decided = demand(world, confirmed)
    body = clawbacks.print_clawback_pdf(decided)
    text = text_of(body)
    assert decided.number in text
    assert "申请复核" in text
    assert "行政复议" in text


def pay_with_offset(world, claim, demanded):  # noqa: F811
    """Ordered with the demand set off, approved, sent; the bank says that it was paid."""
    funds_come(world, claim)
    payout = order(world, claim, Way.PASS_THROUGH, offsets=[demanded])
    send(world, payouts.approve_payout(payout, by=world.actor("manager")))
    payout.refresh_from_db()
    assert len(bank(world, payout, "成功").taken) == 1
    payout.refresh_from_db()
    return payout


def funds_come(world, claim):  # noqa: F811
    from billing.services import funds

    recorded = funds.record_funds(claim, claim.decided, slip(world, "more funds"), by=world.actor("finance"))
    funds.confirm_funds(recorded, amount=claim.decided, by=world.actor("manager"))


def test_a_demand_is_set_off_with_the_next_payout(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    demanded, later = demand(world, confirmed), confirm(world, "broadband")
    owed = LedgerLine.objects.of_account(Account.PASS_THROUGH).total()
    payout = pay_with_offset(world, later, demanded)
    demanded.refresh_from_db()
    application, next_one = line_of(confirmed).application, line_of(later).application
    assert (payout.net, payout.offset, demanded.state) == (later.decided - 100, Decimal("100.00"), "offset")
    assert (holding_of(application).paid, holding_of(next_one).paid) == (confirmed.decided - 100, later.decided)
    # Of what the authority sent for the later claim, the part set off lies with us and is the authority's.
    assert LedgerLine.objects.of_account(Account.PASS_THROUGH).total() - owed == -100
    with pytest.raises(IllegalMove):
        clawbacks.note_repayment(demanded, slip(world, "twice"), by=world.actor("finance"))


def test_a_demand_that_is_being_set_off_waits_for_that_payout(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    demanded, later = demand(world, confirmed), confirm(world, "broadband")
    funds_come(world, later)
    payout = order(world, later, Way.PASS_THROUGH, offsets=[demanded])
    demanded.refresh_from_db()
    with pytest.raises(Conflict):
        clawbacks.note_repayment(demanded, slip(world, "back"), by=world.actor("finance"))
    with pytest.raises(Conflict):
        clawbacks.waive_clawback(clawbacks.note_waiver(demanded, reply(world, "waiver"), by=world.actor("finance")), by=world.actor("owner"))
    payouts.cancel_payout(payout, note="对象有误", by=world.actor("manager"))
    demanded.refresh_from_db()
    assert demanded.payout is None
    assert clawbacks.note_repayment(demanded, slip(world, "back"), by=world.actor("finance")).recorder == world.people["finance"]


def test_a_payout_is_never_set_off_to_nothing(world, confirmed):  # noqa: F811
    """A payment of nothing has no slip and no bank line, so nobody could ever confirm it."""
    paid_by_authority(world, confirmed)
    later = confirm(world, "broadband")
    demanded = demand(world, confirmed, str(later.decided))
    assert payouts.offsets_for(line_of(later).application, later.decided) == []
    with pytest.raises(Conflict):
        order(world, later, Way.PASS_THROUGH, offsets=[demanded])


def test_a_demand_is_referred_after_its_day_and_still_repaid(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    demanded = demand(world, confirmed)
    with pytest.raises(NotAllowed):
        clawbacks.refer_clawback(demanded, by=world.actor("manager"))
    with pytest.raises(Conflict):
        clawbacks.refer_clawback(demanded, by=world.actor("owner"))
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        referred = clawbacks.refer_clawback(demanded, by=world.actor("owner"))
        noted = clawbacks.note_repayment(referred, slip(world, "late"), by=world.actor("finance"))
        assert clawbacks.repay_clawback(noted, amount=Decimal("100.00"), by=world.actor("manager")).state == "repaid"


def test_the_authority_waives_by_a_paper_and_two_people(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    demanded = demand(world, confirmed)
    with pytest.raises(Conflict):
        clawbacks.waive_clawback(demanded, by=world.actor("owner"))
    noted = clawbacks.note_waiver(demanded, reply(world, "waiver"), by=world.actor("finance"))
    with pytest.raises(NotAllowed):
        clawbacks.waive_clawback(noted, by=world.actor("finance"))
    assert clawbacks.waive_clawback(noted, by=world.actor("owner")).state == "waived"
    assert holding_of(line_of(confirmed).application).paid == confirmed.decided  # nothing came back


def test_our_own_repayment_leaves_our_income_and_our_bank(world, own_cost):  # noqa: F811
    endorse_own(world, own_cost)
    sealed = claims.seal_claim(claims.start_claim(world.measure, "space", QUARTER, by=world.actor("finance")), by=world.actor("finance"))
    claim = decide(world, sealed, "own")
    paid_by_authority(world, claim)
    assert LedgerLine.objects.of_account(Account.SUBSIDY_INCOME).total() == -claim.decided
    demanded = demand(world, claim, "500.00")
    noted = clawbacks.note_repayment(demanded, slip(world, "out"), by=world.actor("finance"))
    clawbacks.repay_clawback(noted, amount=Decimal("500.00"), by=world.actor("manager"))
    assert LedgerLine.objects.of_account(Account.SUBSIDY_INCOME).total() == Decimal("500.00") - claim.decided
    assert LedgerLine.objects.of_account(Account.TRANSIT).total() == claim.decided - 500


def test_a_payout_settles_the_payees_own_bill_with_its_consent(world, confirmed):  # noqa: F811
    a_rule(world.people["finance"], world.people["manager"])
    payout = through_us(world, confirmed)
    bill = bills.issue_bill(draft(world.startup, world.actor), by=world.actor("finance"))
    consent = slip(world, "consent").slip
    payee = payouts.payee_for(line_of(confirmed).application)
    if payout.net > bill.open_amount:
        with pytest.raises(BusinessError):
            payout_files.credit_to_bill(payout, bill, consent, by=world.actor("finance"), payee=payee)
        bill = bills.issue_bill(draft(world.startup, world.actor, rent(payout.net + 1, "rent:2:2026-10"), key="lease:2"), by=world.actor("finance"))
    lying = LedgerLine.objects.of_account(Account.TRANSIT).total()
    result = payout_files.credit_to_bill(payout, bill, consent, by=world.actor("finance"), payee=payee)
    payouts.after_result(payout_files.Payout.objects.get(pk=payout.pk), result, by=world.actor("finance"))
    confirmed.refresh_from_db()
    assert (Bill.objects.get(pk=bill.pk).open_amount, confirmed.state) == (bill.total - payout.net, "paid")
    assert LedgerLine.objects.of_account(Account.TRANSIT).total() == lying  # nothing goes through the bank
    assert LedgerLine.objects.of_account(Account.PASS_THROUGH).total() == 0
