"""Any order of acts by anybody on two decided amounts: never more ordered than decided, never more passed on than
received, no money before the second person, nobody twice, and the books agree (lifecycles.md 8: 1, 2, 4, 8, 13)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import Account, AuthorityFunds, LedgerLine, Payout, PayoutResult, Way
from billing.payoutfile import ResultRow
from billing.services import funds as funds_acts
from billing.services import payout_files, payouts
from billing.services.payouts import Proof
from incubator.core.errors import BusinessError
from tests.factories.budgets import Case
from tests.factories.payouts import a_due, a_paper, payee_of, verify

WHO = ("finance", "manager", "owner", "officer")
DAY = date(2026, 1, 21)
person, place, way = st.sampled_from(WHO), st.sampled_from([0, 1]), st.sampled_from([Way.AUTHORITY, Way.PASS_THROUGH])
part = st.sampled_from([Decimal("100"), Decimal("400"), Decimal("900"), Decimal("1000.01")])
acts = st.lists(
    st.one_of(
        st.tuples(st.just("order"), person, place, part, way), st.tuples(st.just("funds"), person, place, part, way),
        *(st.tuples(st.just(name), person, place, part, way) for name in ("confirm_funds", "approve", "cancel", "note", "record", "send", "paid", "returned", "account", "again")),
    ),
    min_size=8, max_size=30,
)  # fmt: skip


class World:
    """Two amounts due under one claim, and what the acts of the table do to them."""

    def __init__(self, actor, people):
        self.actor, self.people, self.numbers = actor, people, iter(range(10**6))
        self.owed = [a_due(actor, people, "1000", case=case) for case in (1, 2)]
        self.paper = a_paper(actor)

    def last(self, place, *states):
        """The newest payout of an amount due in one of these states."""
        found = Payout.objects.filter(due=self.owed[place][0], state__in=states).first()
        if found is None:
            raise BusinessError("nothing to do")
        return found

    def do(self, name, who, place, amount, way):
        due, startup = self.owed[place]
        startup.refresh_from_db()
        by = self.actor(who)
        {
            "order": lambda: payouts.order_payout(due, amount, way, payee_of(startup), by=by),
            "funds": lambda: funds_acts.record_funds(Case(900), amount, Proof(DAY, slip=self.paper), by=by),
            "confirm_funds": lambda: self.confirm(by),
            "approve": lambda: payouts.approve_payout(self.last(place, "ordered"), payee_of(startup), by=by),
            "cancel": lambda: payouts.cancel_payout(self.last(place, "ordered"), note="改", by=by),
            "note": lambda: payouts.note_payment(self.last(place, "ordered"), Proof(DAY, slip=self.paper), by=by),
            "record": lambda: payouts.record_paid(found := self.last(place, "ordered"), amount=found.net, by=by),
            "send": lambda: payout_files.make_file([(self.last(place, "approved"), payee_of(startup))], by=by),
            "paid": lambda: self.answer(place, paid=True, by=by),
            "returned": lambda: self.answer(place, paid=False, by=by),
            "account": lambda: verify(startup, self.people, f"6222000{next(self.numbers):013d}"),
            "again": lambda: payouts.reorder(self.last(place, "bank_returned"), payee_of(startup), by=by),
        }[name]()

    def confirm(self, by):
        for funds in AuthorityFunds.objects.filter(state="recorded")[:1]:
            funds_acts.confirm_funds(funds, amount=funds.amount, by=by)

    def answer(self, place, *, paid, by):
        """The bank's answer, brought twice: the second time nothing changes."""
        payout = self.last(place, "sent", "paid")
        row = ResultRow(1, payout.key, payout.net, paid, DAY, "户名不符", "")
        if payout_files.take_result(row, self.paper, by=by) is not None:
            before = PayoutResult.objects.count(), LedgerLine.objects.count()
            assert payout_files.take_result(row, self.paper, by=by) is None
            assert before == (PayoutResult.objects.count(), LedgerLine.objects.count())

    def check(self):
        for due, _startup in self.owed:
            assert due.payouts.paid().total() <= due.payouts.standing().total() <= due.decided
        received = AuthorityFunds.objects.counting().total()
        passed = Payout.objects.filter(way=Way.PASS_THROUGH)
        assert passed.standing().total() <= received
        assert -LedgerLine.objects.of_account(Account.PASS_THROUGH).total() == received - passed.paid().total()
        assert (LedgerLine.objects.aggregate(all=Sum("amount"))["all"] or 0) == 0
        for payout in Payout.objects.all():
            first, second = (payout.recorder_id, payout.confirmer_id) if payout.way == Way.AUTHORITY else (payout.orderer_id, payout.approver_id)
            assert second is None or first not in {None, second}
            assert payout.state != "paid" or second is not None
            assert payout.corrector_id is None or payout.corrector_id != payout.approver_id
        assert not AuthorityFunds.objects.filter(state="confirmed", confirmer=None).exists()


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=acts)
def test_no_order_of_acts_pays_too_much_or_alone(inside, actor, people, steps):
    with transaction.atomic():
        world = World(actor, people)
        for step in steps:
            try:
                with transaction.atomic():
                    world.do(*step)
            except BusinessError:
                pass
            world.check()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_machine_can_pay(inside, actor, people):
    """So that the test above is no machine in which nothing ever happens."""
    world = World(actor, people)
    script = [("funds", "finance"), ("confirm_funds", "manager"), ("order", "finance"), ("approve", "owner"), ("send", "finance"), ("paid", "finance"), ("returned", "finance"),
              ("account", "officer"), ("again", "officer"), ("approve", "manager"), ("send", "finance"), ("paid", "finance")]  # fmt: skip
    for name, who in script:
        world.do(name, who, 0, Decimal("900"), Way.PASS_THROUGH)
        world.check()
    assert (Payout.objects.get().state, Payout.objects.get().attempt) == ("paid", 2)
