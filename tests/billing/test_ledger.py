"""The books: every entry balances, is written once, and no closed month takes any (spaces-billing.md C4)."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import Account, LedgerEntry, LedgerLine, PeriodClose
from billing.services import close_period, credit, debit, drop_close, post, propose_close, reverse
from billing.services.ledger import is_closed
from incubator.accounts.actors import actor_for, system
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.periods import Month
from incubator.core.refusals import constraint_of
from incubator.core.scoping import organisation_context
from tests.factories.accounts import make_organisation, make_person
from tests.walls.report import tell

OCTOBER = Month(2026, 10)


def entry(by, key="a", amount="100.00", day=date(2026, 11, 2)):
    return post("test", [debit(Account.BANK, Decimal(amount)), credit(Account.SUSPENSE, Decimal(amount))], key=key, text="到账", by=by, day=day)


def at_the_end():
    """What the database asks when a transaction ends, asked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def refused(constraint: str):
    with pytest.raises(IntegrityError) as caught:
        yield
    assert constraint_of(caught.value) == constraint


def test_an_entry_balances_and_is_read_back(inside, actor):
    entry(actor("finance"))
    at_the_end()
    lines = LedgerLine.objects.all()
    assert lines.total() == 0
    assert lines.of_account(Account.BANK).total() == Decimal("100.00")
    november = lines.balances(date(2026, 11, 1), date(2026, 11, 30))
    assert november["bank"] == {"opening": Decimal(0), "debit": Decimal("100.00"), "credit": Decimal(0), "closing": Decimal("100.00")}


def test_the_same_event_is_posted_once(inside, actor):
    first, second = entry(actor("finance")), entry(actor("finance"), amount="999.00")
    assert first == second
    assert LedgerLine.objects.of_account(Account.BANK).total() == Decimal("100.00")


def test_a_reversal_takes_back_everything_once(inside, actor):
    by = actor("finance")
    first = entry(by)
    back = reverse(first, key="a:reversed", text="冲回", by=by)
    assert back.reverses == first and LedgerLine.objects.of_account(Account.BANK).total() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        reverse(first, key="other", text="再冲", by=by)


def test_sides_that_do_not_add_up_are_a_defect(inside, actor):
    with pytest.raises(ValueError, match="do not balance"):
        post("test", [debit(Account.BANK, Decimal("1.00")), credit(Account.SUSPENSE, Decimal("0.99"))], key="x", text="x", by=actor("finance"))


@pytest.mark.parametrize("sides", [[], [("bank", "5.00")], [("bank", "5.00"), ("suspense", "-4.99")]], ids=["no line", "one line", "one fen short"])
def test_the_database_refuses_an_entry_that_does_not_balance(inside, sides):
    with refused("ledger_entry_balances"), transaction.atomic():
        row = LedgerEntry.objects.create(day=date(2026, 11, 2), kind="test", key="bad", text="坏账")
        for account, amount in sides:
            LedgerLine.objects.create(entry=row, account=account, amount=Decimal(amount))
        at_the_end()


def test_the_wall_of_another_organisation_does_not_hide_the_lines(organisation, actor):
    """The question comes when the transaction ends, and by then no organisation's context may be open."""
    with organisation_context(organisation):
        entry(actor("finance"))
    at_the_end()


def test_an_entry_is_never_changed_deleted_or_added_to(inside, actor):
    row = entry(actor("finance"))
    for statement in ("UPDATE billing_ledgerentry SET text = 'x'", "DELETE FROM billing_ledgerline", "UPDATE billing_ledgerline SET amount = amount * 2"):
        with pytest.raises(DatabaseError, match="append-only|permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(TypeError):
        row.save()


def test_closing_a_month_takes_two_people_and_keeps_its_balances(inside, actor):
    entry(actor("finance"), day=date(2026, 10, 31))
    close = propose_close(OCTOBER, by=actor("finance"))
    with pytest.raises(Conflict):
        propose_close(OCTOBER, by=actor("finance"))
    with pytest.raises(NotAllowed):
        close_period(close, by=actor("finance"))
    closed = close_period(close, by=actor("manager"))
    assert closed.balances == {"bank": "100.00", "suspense": "-100.00"}
    assert is_closed(date(2026, 10, 1)) and is_closed(date(2026, 9, 30)) and not is_closed(date(2026, 11, 1))


def test_four_eyes_on_a_close_stand_in_the_database(inside, people):
    with refused("period_close_four_eyes"), transaction.atomic():
        PeriodClose.objects.create(month=OCTOBER.first, state="closed", proposer=people["manager"], closer=people["manager"])


def test_a_running_month_is_not_closed(inside, actor):
    with pytest.raises(BusinessError):
        propose_close(Month(2026, 11), by=actor("finance"))


def test_a_dropped_proposal_closes_nothing_and_may_come_again(inside, actor):
    drop_close(propose_close(OCTOBER, by=actor("finance")), by=actor("manager"))
    assert not is_closed(OCTOBER.first)
    propose_close(OCTOBER, by=actor("finance"))


def test_a_late_fact_goes_into_the_open_month_and_says_where_it_belongs(inside, actor):
    close_period(propose_close(OCTOBER, by=actor("finance")), by=actor("manager"))
    late = entry(actor("finance"), day=date(2026, 10, 20))
    assert (late.day, late.about_period) == (date(2026, 11, 24), date(2026, 10, 1))


def test_the_database_refuses_a_closed_month_and_its_reopening(inside, actor):
    closed = close_period(propose_close(OCTOBER, by=actor("finance")), by=actor("manager"))
    with refused("ledger_month_open"), transaction.atomic():
        LedgerEntry.objects.create(day=date(2026, 10, 20), kind="test", key="late", text="迟到")
    for attempt in (lambda: PeriodClose.objects.filter(pk=closed.pk).update(state="dropped"), closed.delete):
        with refused("period_close_stays"), transaction.atomic():
            attempt()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(st.tuples(st.sampled_from(sorted(set(Account.values) - {"receivable", "account_credit", "deposits"})), st.sampled_from(["bank", "suspense", "fees"]), st.integers(1, 10**9), st.booleans()), max_size=12))
def test_at_every_prefix_the_books_add_up_to_nothing(inside, actor, events):
    by = actor("finance")
    with transaction.atomic():
        for number, (account, other, fen, taken_back) in enumerate(events):
            amount = Decimal(fen) / 100
            row = post("test", [debit(account, amount), credit(other, amount)], key=f"p{number}", text="x", by=by)
            if taken_back:
                reverse(row, key=f"p{number}:r", text="x", by=by)
            assert LedgerLine.objects.all().total() == 0
            balances = LedgerLine.objects.balances(date(2026, 11, 1), date(2026, 11, 30))
            assert sum(row["closing"] for row in balances.values()) == 0
        at_the_end()
        transaction.set_rollback(True)


# --- with real connections -------------------------------------------------------------------------------------------


def together(house, *acts):
    """Run each act in its own thread, connection and context; what came of each."""
    came = ["nothing"] * len(acts)

    def run(place, act):
        try:
            with organisation_context(house):
                act()
            came[place] = "done"
        except (IntegrityError, Conflict, BusinessError) as error:
            came[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came


def at_work():
    house = make_organisation("jingyue", "长春净月创客空间")
    finance, manager = (make_person(role, house, role) for role in ("finance", "manager"))
    return house, actor_for(finance, house), actor_for(manager, house)


@pytest.mark.django_db(transaction=True)
def test_eight_connections_post_one_event_once_and_no_line_slips_in_later():
    house, by, _manager = at_work()
    assert together(house, *[lambda: entry(by, key="same")] * 8) == ["done"] * 8
    with organisation_context(house):
        row = LedgerEntry.objects.get()
        assert row.lines.count() == 2
    with refused("ledger_entry_sealed"), organisation_context(house):
        for amount in ("7.00", "-7.00"):
            LedgerLine.objects.create(entry=row, account="bank", amount=Decimal(amount))
    with refused("ledger_entry_balances"), organisation_context(house):  # also when no test asks early
        LedgerEntry.objects.create(day=date(2026, 11, 2), kind="test", key="empty", text="空")


def test_the_clock_posts_too_and_is_nobody(db):
    """`system` posts too: the clock is nobody, and says so."""
    house = make_organisation("jingyue", "长春净月创客空间")
    with organisation_context(house):
        assert entry(system(house)).posted_by is None


@pytest.mark.django_db(transaction=True)
def test_whoever_posts_while_a_month_is_closed_is_in_it_or_refused():
    """Rounds of one close against four entries of that month; the balances kept must be those of the books for ever.

    The control looks first and then writes, as code without the turnstile would: a fact slips into a closed month."""
    house, by, manager = at_work()
    day = date(2026, 10, 31)
    slipped = slipped_in(house, by)
    with organisation_context(house):
        close = propose_close(OCTOBER, by=by)

    def raw(number):
        def act():
            LedgerLine.objects.bulk_create(
                LedgerLine(organisation=house, entry=row, account=account, amount=amount)
                for row in [LedgerEntry.objects.create(day=day, kind="test", key=f"r{number}", text="x")]
                for account, amount in (("bank", Decimal(1)), ("suspense", Decimal(-1)))
            )
        return act

    came = together(house, *[raw(number) for number in range(6)], lambda: close_period(close, by=manager))
    assert came[-1] == "done"
    with organisation_context(house):
        kept = PeriodClose.objects.get(state="closed").balances.get("bank", "0.00")
        assert Decimal(kept) == LedgerLine.objects.until(day).of_account("bank").total() == Decimal(100) + came[:-1].count("done")
    assert slipped == 1
    tell("ledger", f"6 entries against the close of their month: {came.count('done') - 1} in, {came.count('IntegrityError')} refused, kept balance = books; control: 1 slipped in")


def slipped_in(house, by) -> int:
    """The control: September, whose proposal to close nothing in the database watches. One looks, one proposes, the
    first writes what he believes is allowed."""
    september, day = Month(2026, 9), date(2026, 9, 30)
    looked, proposed = threading.Event(), threading.Event()

    def careless():
        free = not PeriodClose.objects.filter(month=september.first).exists()
        looked.set()
        proposed.wait(30)
        if free:
            entry(by, key="careless", day=day)

    thread = threading.Thread(target=together, args=(house, careless))
    thread.start()
    looked.wait(30)
    with organisation_context(house):
        PeriodClose.objects.create(month=september.first, proposer=by.user)
    proposed.set()
    thread.join(60)
    with organisation_context(house):
        return LedgerEntry.objects.between(september.first, day).count()
