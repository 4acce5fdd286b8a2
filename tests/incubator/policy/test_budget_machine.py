"""Any order of acts on two budget lines: every bucket ≥ 0 at every prefix, the buckets sum to what was appropriated, a
case never holds more than was decided, and a replay changes nothing (lifecycles.md 8, invariants 1, 2, 4)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incubator.core.errors import BusinessError
from incubator.policy import services
from incubator.policy.loading import load_everything
from incubator.policy.models import BudgetEntry, BudgetLine
from tests.factories.budgets import Case, a_line, a_reply, decide

CASES = (1, 2, 3)
yuan = st.decimals(Decimal("0.01"), Decimal("900"), places=2)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("appropriate"), st.sampled_from([0, 1]), yuan),
        st.tuples(st.just("transfer"), st.sampled_from([0, 1]), yuan),
        st.tuples(st.just("carry"), st.sampled_from([0, 1]), yuan),
        st.tuples(st.just("decide"), st.sampled_from(CASES), yuan),
        st.tuples(st.just("release"), st.sampled_from(CASES), yuan),
        st.tuples(st.just("disburse"), st.sampled_from(CASES), yuan),
        st.tuples(st.just("give_back"), st.sampled_from(CASES), yuan),
        st.tuples(st.just("claw_back"), st.sampled_from(CASES), yuan),
        st.tuples(st.just("replay"), st.just(0), yuan),
    ),
    min_size=3, max_size=16,
)  # fmt: skip


@pytest.fixture
def lines(db, organisation, people, actor, inside_loaded):
    return [a_line(actor, amount="1000"), a_line(actor, amount="200", region="朝阳区")]


@pytest.fixture
def inside_loaded(db, organisation):
    from incubator.core.scoping import organisation_context

    load_everything()
    with organisation_context(organisation):
        yield


class Model:
    """The same in plain arithmetic: line → bucket → yuan, case → (line, decided, committed, paid)."""

    def __init__(self, lines):
        self.possible = True
        for line in lines:
            line.refresh_from_db()
        self.lines = [{"appropriated": line.appropriated, "committed": Decimal(0), "paid": Decimal(0)} for line in lines]
        self.cases: dict[int, dict] = {}

    def available(self, place):
        line = self.lines[place]
        return line["appropriated"] - line["committed"] - line["paid"]

    def check(self, lines):
        for expected, line in zip(self.lines, lines, strict=True):
            line.refresh_from_db()
            stands = {"appropriated": line.appropriated, "committed": line.committed, "paid": line.paid}
            assert stands == expected
            assert min(line.available, line.committed, line.paid) >= 0
            sums = line.entries.sums()
            assert -sums["outside"] == sums["available"] + sums["committed"] + sums["paid"] == line.appropriated
        for number, case in self.cases.items():
            held = services.holding_of(Case(number))
            assert (held.committed, held.paid) == (case["committed"], case["paid"])
            assert 0 <= held.committed + held.paid


def take(model, lines, actor, act, place, amount, turn) -> None:
    """Say whether the act is possible, do it in the ledger and then in the model."""
    model.possible = True
    by, case, key = actor("finance"), model.cases.get(place), f"turn:{turn}"
    if act == "appropriate":
        order = services.propose_appropriation(lines[place], amount, a_reply(actor, key), by=by)
        services.confirm_order(order, by=actor("manager"))
        model.lines[place]["appropriated"] += amount
        return
    if act == "transfer":
        model.possible = model.available(place) >= amount
        order = services.propose_transfer(lines[place], lines[1 - place], amount, by=by, note="x")
        services.confirm_order(order, by=actor("manager"))
        model.lines[place]["appropriated"] -= amount
        model.lines[1 - place]["appropriated"] += amount
        return
    if act == "carry":
        left = model.available(place)
        model.possible = left > 0
        services.confirm_order(services.propose_carry_over(lines[place], by=by), by=actor("manager"))
        model.lines[place]["appropriated"] -= left
        return
    if act == "decide":
        where = case["line"] if case else place % 2
        standing = case["committed"] + case["paid"] if case else Decimal(0)
        model.possible = amount <= standing or model.available(where) >= amount - standing
        services.adjust(Case(place), decide(Case(place), amount, actor), by=by, line=lines[where])
        if case is None:
            case = model.cases[place] = {"line": where, "committed": Decimal(0), "paid": Decimal(0)}
        change = amount - standing if amount > standing else -min(case["committed"], standing - amount)
        case["committed"] += change
        model.lines[where]["committed"] += change
        return
    held, to = {"release": ("committed", None), "disburse": ("committed", "paid"), "give_back": ("paid", "committed"), "claw_back": ("paid", None)}[act]
    model.possible = case is not None and case[held] >= amount
    getattr(services, act)(Case(place), amount, key=key, by=by)
    line = model.lines[case["line"]]
    for one in (case, line):
        one[held] -= amount
        if to:
            one[to] += amount
    if act == "claw_back":
        line["appropriated"] -= amount


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=acts)
def test_any_order_of_acts_keeps_every_promise_of_the_ledger(lines, actor, steps):
    with transaction.atomic():
        model = Model(lines)
        for turn, (act, place, amount) in enumerate(steps):
            if act == "replay":
                replay()
            else:
                refused = False
                try:
                    take(model, lines, actor, act, place, amount, turn)
                except BusinessError:
                    refused = True
                assert refused != model.possible
            model.check(lines)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        transaction.set_rollback(True)


def replay() -> None:
    """Write every entry of every case once more: nothing is added."""
    from incubator.policy.services.budgets import post

    before = BudgetEntry.objects.count()
    again = list(BudgetEntry.objects.select_related("decision"))
    for entry in again:
        entry.pk = None
    post(again)
    assert BudgetEntry.objects.count() == before
    assert BudgetLine.objects.exists()
