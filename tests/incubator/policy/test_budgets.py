"""The ledger of a budget line: what moves money, who must be two, what a second time does, what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed, NotEligible, OutOfBudget
from incubator.core.refusals import constraint_of
from incubator.notices.models import Notice
from incubator.policy import services
from incubator.policy.loading import load_everything
from incubator.policy.models import BudgetEntry, BudgetLine, BudgetOrder, Decision
from incubator.policy.tasks import turn_editions
from tests.factories.budgets import Case, a_line, a_reply, commit_to, decide

ONE, TWO = Case(1), Case(2)


@pytest.fixture
def shipped(db):
    load_everything()


@pytest.fixture
def line(shipped, inside, actor):
    """A line with 10,000 yuan."""
    return a_line(actor, amount="10000")


def figures(line) -> tuple[Decimal, ...]:
    line.refresh_from_db()
    return line.appropriated, line.available, line.committed, line.paid


def yuan(*amounts) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def balanced() -> None:
    """What the database checks when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(constraint: str, act) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
        balanced()
    assert constraint_of(caught.value) == constraint


def test_money_goes_its_way_and_every_figure_is_the_sum_of_the_entries(line, actor):
    by = actor("finance")
    assert figures(line) == yuan(10000, 10000, 0, 0)
    commit_to(line, ONE, "4000", actor)
    assert figures(line) == yuan(10000, 6000, 4000, 0)
    services.disburse(ONE, Decimal("2500"), key="payout:1:1", by=by)
    assert figures(line) == yuan(10000, 6000, 1500, 2500)
    services.give_back(ONE, Decimal("500"), key="payout:1:1:back", by=by)
    services.release(ONE, Decimal("1000"), key="payout:2:cancelled", by=by)
    assert figures(line) == yuan(10000, 7000, 1000, 2000)
    services.claw_back(ONE, Decimal("300"), key="clawback:1", by=by)
    assert figures(line) == yuan(9700, 7000, 1000, 1700)
    balanced()
    assert line.entries.sums() == {"outside": -9700, "available": 7000, "committed": 1000, "paid": 1700}


@pytest.mark.parametrize("again", [1, 3])
def test_a_replay_adds_nothing(line, actor, again):
    decision = decide(ONE, "4000", actor)
    for _time in range(1 + again):
        commit_to(line, ONE, "4000", actor, decision=decision)
        services.disburse(ONE, Decimal("4000"), key="payout:1:1", by=actor("finance"))
    assert figures(line) == yuan(10000, 6000, 0, 4000)
    assert line.entries.count() == 3


def test_the_same_key_never_stands_for_another_amount(line, actor):
    commit_to(line, ONE, "4000", actor)
    services.disburse(ONE, Decimal("1000"), key="payout:1:1", by=actor("finance"))
    with pytest.raises(Conflict):
        services.disburse(ONE, Decimal("1001"), key="payout:1:1", by=actor("finance"))
    assert figures(line) == yuan(10000, 6000, 3000, 1000)


def test_a_decision_above_the_line_names_what_is_missing_and_moves_nothing(line, actor):
    commit_to(line, ONE, "9000", actor)
    with pytest.raises(OutOfBudget) as caught:
        commit_to(line, TWO, "1500", actor)
    assert caught.value.code == "NO_BUDGET"
    assert all(amount in caught.value.message for amount in ("1,000.00", "1,500.00", "500.00"))
    assert figures(line) == yuan(10000, 1000, 9000, 0)
    assert not BudgetEntry.objects.about(TWO).exists()


def test_where_it_is_allowed_the_rest_is_committed_in_part_in_the_order_given(line, actor):
    needs = [
        services.Need(case, decide(case, amount, actor), line, Decimal(amount), f"case:{case.pk}", True)
        for case, amount in ((ONE, "7000"), (TWO, "7000"), (Case(3), "7000"))
    ]
    made = services.commit(needs, by=actor("manager"))
    assert [(entry.subject_id, entry.amount) for entry in made] == [(1, 7000), (2, 3000)]
    assert figures(line) == yuan(10000, 0, 10000, 0)


def test_nothing_is_paid_returned_or_released_that_a_case_does_not_hold(line, actor):
    by = actor("finance")
    commit_to(line, ONE, "4000", actor)
    commit_to(line, TWO, "4000", actor)  # the line holds more than the case
    for act in (services.disburse, services.release):
        with pytest.raises(Conflict):
            act(ONE, Decimal("4000.01"), key="too much", by=by)
    services.disburse(TWO, Decimal("4000"), key="payout:2", by=by)
    for act in (services.give_back, services.claw_back):
        with pytest.raises(Conflict):
            act(ONE, Decimal("0.01"), key="never paid", by=by)
    with pytest.raises(Conflict):
        services.disburse(Case(9), Decimal("1"), key="unknown", by=by)
    with pytest.raises(BusinessError):
        services.disburse(ONE, Decimal("0"), key="nothing", by=by)
    assert figures(line) == yuan(10000, 2000, 4000, 4000)


def test_no_more_is_committed_than_was_decided(line, actor):
    decision = decide(ONE, "4000", actor)
    commit_to(line, ONE, "4000", actor, decision=decision)
    with pytest.raises(Conflict):
        commit_to(line, ONE, "0.01", actor, decision=decision, key="once more")
    assert figures(line) == yuan(10000, 6000, 4000, 0)


@pytest.mark.parametrize(("paid", "newly", "left"), [
    ("0", "1000", (10000, 9000, 1000, 0)), ("0", "0", (10000, 10000, 0, 0)), ("0", "5000", (10000, 5000, 5000, 0)),
    ("3000", "3500", (10000, 6500, 500, 3000)), ("3000", "2000", (10000, 7000, 0, 3000)), ("4000", "1000", (10000, 6000, 0, 4000)),
])  # fmt: skip
def test_a_revision_releases_or_commits_the_difference(line, actor, paid, newly, left):
    commit_to(line, ONE, "4000", actor)
    if Decimal(paid):
        services.disburse(ONE, Decimal(paid), key="payout:1", by=actor("finance"))
    revised = decide(ONE, newly, actor, replaces=Decision.objects.about(ONE).first())
    for _time in range(2):
        services.adjust(ONE, revised, by=actor("manager"))
    assert figures(line) == yuan(*left)
    balanced()


def test_money_clawed_back_stays_where_the_edition_says_so(line, actor):
    from incubator.policy.models import ProgrammeEdition

    edition = services.draft_edition(line.programme, by=actor("officer"))
    services.say_budget(edition, "line", by=actor("finance"), clawback_stays=True)
    assert ProgrammeEdition.objects.get(pk=edition.pk).budget_statements.get().clawback_stays
    commit_to(line, ONE, "4000", actor, decision=decide(ONE, "4000", actor, edition=edition))
    services.disburse(ONE, Decimal("4000"), key="payout:1", by=actor("finance"))
    services.claw_back(ONE, Decimal("4000"), key="clawback:1", by=actor("finance"))
    assert figures(line) == yuan(10000, 10000, 0, 0)


# by hand: two people


def test_money_moves_only_when_a_second_person_confirms(shipped, inside, actor):
    line = a_line(actor)
    order = services.propose_appropriation(line, Decimal("500"), a_reply(actor), by=actor("finance"))
    assert figures(line) == yuan(0, 0, 0, 0)
    with pytest.raises(NotAllowed):
        services.confirm_order(order, by=actor("finance"))
    services.confirm_order(order, by=actor("owner"))
    assert figures(line) == yuan(500, 500, 0, 0)
    with pytest.raises(IllegalMove):
        services.confirm_order(order, by=actor("manager"))
    assert figures(line) == yuan(500, 500, 0, 0)


def test_the_database_compares_the_two_persons(line, actor):
    order = services.propose_appropriation(line, Decimal("500"), a_reply(actor, "second"), by=actor("finance"))
    rows = BudgetOrder.objects.filter(pk=order.pk)
    refused("budget_order_four_eyes", lambda: rows.update(state="confirmed", confirmer=order.proposer_id))
    refused("budget_order_confirmed_by_two", lambda: rows.update(state="confirmed"))


def test_a_document_counts_once_for_a_line(line, actor):
    other = a_line(actor, region="朝阳区")
    reply = a_reply(actor, "shared")
    services.propose_appropriation(line, Decimal("100"), reply, by=actor("finance"))
    services.propose_appropriation(other, Decimal("100"), reply, by=actor("finance"))
    with pytest.raises(Conflict) as caught:
        services.propose_appropriation(line, Decimal("100"), a_reply(actor, "shared", number="other"), by=actor("finance"))
    assert caught.value.field == "file"


def test_a_transfer_leaves_one_line_and_reaches_the_other(line, actor):
    other = a_line(actor, region="朝阳区")
    order = services.propose_transfer(line, other, Decimal("2500"), by=actor("finance"), note="调剂函〔2026〕3号")
    services.confirm_order(order, by=actor("manager"))
    assert (figures(line), figures(other)) == (yuan(7500, 7500, 0, 0), yuan(2500, 2500, 0, 0))
    back = services.propose_reversal(order, by=actor("finance"), note="函号写错")
    services.confirm_order(back, by=actor("manager"))
    assert (figures(line), figures(other)) == (yuan(10000, 10000, 0, 0), yuan(0, 0, 0, 0))
    with pytest.raises(Conflict):
        services.propose_reversal(order, by=actor("finance"), note="再次")
    balanced()


@pytest.mark.parametrize("other", [{"year": 2027}, {"source": "own"}])
def test_money_moves_only_within_year_and_purse(line, actor, other):
    target = a_line(actor, **other)
    with pytest.raises(BusinessError) as caught:
        services.propose_transfer(line, target, Decimal("1"), by=actor("finance"), note="x")
    assert caught.value.field == "target"


def test_what_is_available_is_carried_over_and_what_is_committed_stays(line, actor):
    commit_to(line, ONE, "4000", actor)
    order = services.propose_carry_over(line, by=actor("finance"))
    services.confirm_order(order, by=actor("manager"))
    following = BudgetLine.objects.get(year=2027)
    assert (figures(line), figures(following)) == (yuan(4000, 0, 4000, 0), yuan(6000, 6000, 0, 0))
    services.disburse(ONE, Decimal("4000"), key="payout:1", by=actor("finance"))
    assert figures(line) == yuan(4000, 0, 0, 4000)
    balanced()


def test_an_entry_by_hand_that_came_too_late_is_refused_and_waits_on(line, actor):
    order = services.propose_carry_over(line, by=actor("finance"))
    commit_to(line, ONE, "4000", actor)
    with pytest.raises(OutOfBudget):
        services.confirm_order(order, by=actor("manager"))
    order.refresh_from_db()
    assert (order.state, figures(line)) == ("proposed", yuan(10000, 6000, 4000, 0))
    services.reject_order(order, by=actor("manager"), note="金额已变")
    assert BudgetOrder.objects.get(pk=order.pk).state == "rejected"


# the second wall


def test_no_statement_of_the_database_overspends_a_line(line, actor):
    commit_to(line, ONE, "4000", actor)
    rows = BudgetLine.objects.filter(pk=line.pk)
    refused("budget_never_overspent", lambda: rows.update(committed=Decimal("10000.01")))
    refused("budget_never_overspent", lambda: rows.update(paid=Decimal("-1")))
    refused("budget_line_is_its_entries", lambda: rows.update(committed=Decimal("3999.99")))
    refused("budget_line_is_its_entries", lambda: rows.update(appropriated=Decimal("20000")))
    refused("budget_line_stays", lambda: rows.update(year=2030))


def forged(line, **changes):
    fields = {
        "organisation": line.organisation, "line": line, "kind": "commitment", "source": "available", "target": "committed",
        "amount": Decimal("10"), "key": "forged", "subject_type": "test.case", "subject_id": 1,
    } | changes  # fmt: skip
    return lambda: BudgetEntry.objects.bulk_create([BudgetEntry(**fields)])


def test_an_entry_beside_the_service_is_refused(line, actor):
    decision = decide(ONE, "4000", actor)
    refused("budget_line_is_its_entries", forged(line, decision=decision))
    refused("budget_entry_has_its_ground", forged(line))
    refused("budget_entry_way", forged(line, decision=decision, source="outside"))
    refused("budget_entry_amount", forged(line, decision=decision, amount=Decimal("-10")))
    order = services.propose_appropriation(line, Decimal("500"), a_reply(actor, "second"), by=actor("finance"))
    alone = {"order": order, "kind": "appropriation", "source": "outside", "target": "available", "subject_type": "", "subject_id": None}

    def one_person():
        forged(line, amount=Decimal("500"), **alone)()
        BudgetLine.objects.filter(pk=line.pk).update(appropriated=Decimal("10500"))

    refused("budget_entry_by_two", one_person)


def test_a_case_beside_the_service_never_holds_more_than_was_decided(line, actor):
    decision = decide(ONE, "5", actor)

    def ten_of_five():
        forged(line, decision=decision)()
        BudgetLine.objects.filter(pk=line.pk).update(committed=Decimal("10"))

    refused("budget_case_within_its_decision", ten_of_five)


def test_entries_are_never_changed_and_what_was_entered_stays(line, actor):
    order = line.orders.get()
    for act in (
        lambda: BudgetEntry.objects.filter(line=line).update(note="other"),
        lambda: BudgetEntry.objects.filter(line=line).delete(),
        lambda: BudgetOrder.objects.filter(pk=order.pk).update(amount=Decimal("1")),
        lambda: BudgetOrder.objects.filter(pk=order.pk).update(state="rejected"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_an_edition_says_its_budget_before_it_takes_effect(in_force, actor, inside):
    assert {services.statement_of(edition).rule for edition in in_force.editions} == {"none"}


def published(drafts, actor):
    """One edition, approved by a second person, whose day has come."""
    return services.approve_edition(services.submit_edition(drafts.editions[0], by=actor("officer")), by=actor("manager"))


def test_without_its_word_on_the_budget_an_edition_stays_published(drafts, actor, inside):
    edition = published(drafts, actor)
    with pytest.raises(NotEligible) as caught:
        services.take_effect(edition, by=actor("system"))
    assert caught.value.code == "NO_BUDGET"
    refused("edition_says_its_budget", lambda: type(edition).objects.filter(pk=edition.pk).update(state="effective"))
    turn_editions(actor("system"))
    turn_editions(actor("system"))
    told = Notice.objects.filter(key=f"edition:{edition.pk}:budget")
    assert [notice.person for notice in told] == [actor("finance").user]
    services.say_budget(edition, "none", by=actor("finance"))
    assert services.take_effect(edition, by=actor("system")).state == "effective"


def test_an_edition_paid_by_a_line_waits_until_the_line_is_open(drafts, actor, inside):
    edition = published(drafts, actor)
    services.say_budget(edition, "line", by=actor("finance"))
    with pytest.raises(NotEligible):
        services.take_effect(edition, by=actor("system"))
    a_line(actor, programme=edition.programme, year=edition.effective_from.year, region=edition.region)
    assert services.take_effect(edition, by=actor("system")).state == "effective"
