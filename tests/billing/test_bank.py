"""Bank statements: nothing twice, nothing lost, and money is used only as two people agree (spaces-billing.md C7, C10)."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from billing.matching import OpenBill, propose
from billing.models import Account, BankAccount, BankLine, Bill, BillingSettings, LedgerEntry, PayoutTransfer, Receipt, Statement, Way
from billing.querysets import reference
from billing.references import payment_reference
from billing.services import bank, payout_files
from billing.services.proposals import free_transfers
from incubator.accounts.actors import actor_for
from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed
from incubator.core.scoping import organisation_context
from incubator.core.tables import BadTable
from tests.billing.test_bills import balance
from tests.billing.test_ledger import at_the_end, refused, together
from tests.factories.accounts import make_organisation, make_person
from tests.factories.payouts import a_due, approve, funds, order, payee_of
from tests.walls.report import tell

HEAD = "交易日期,收入,支出,余额,对方户名,对方账号,附言,交易流水号\n"
COLUMNS = {"day": "交易日期", "incoming": "收入", "outgoing": "支出", "balance": "余额", "payer": "对方户名", "payer_account": "对方账号", "purpose": "附言", "serial": "交易流水号"}


def file_of(*rows, name="statement.csv"):
    return SimpleUploadedFile(name, (HEAD + "\n".join(rows)).encode("gb18030"))


def take_in(account, actor, *rows):
    return bank.import_statement(bank.look_at(account, file_of(*rows), by=actor("finance")), COLUMNS, by=actor("finance"))


def given_to_the_bank(actor, people, amount="1000.00", *, case=1, startup=None):
    """A payout in a file for the bank: what was given to it."""
    due, startup = a_due(actor, people, amount, case=case, startup=startup)
    funds(actor, amount, tail=f"funds {case}")
    payout = approve(order(due, startup, actor, amount, way=Way.PASS_THROUGH), startup, actor)
    payout_files.make_file([(payout, payee_of(startup))], by=actor("finance"))
    return PayoutTransfer.objects.select_related("payout__due").get(payout=payout)


def went(transfer, *, day="2026-10-08", amount="1000.00", payee="", text="补贴", serial="T1"):
    return f"{day},,{amount},,{payee or transfer.payout.payee_name},,{text},{serial}"


def paid(bill, startup, amount="3892.50", serial="T1"):
    return f"2026-10-08,{amount},,,{startup.name},622288887777,房租 {bill.reference},{serial}"


def test_lines_are_booked_to_suspense_and_the_bank_account_is_what_the_bank_says(account, actor):
    taken = take_in(account, actor, "2026-10-08,100.00,,1100.00,甲,,x,T1", "2026-10-09,,30.00,1070.00,电业局,,y,T2")
    at_the_end()
    assert (taken.added, taken.opening, taken.closing) == (2, Decimal("1000.00"), Decimal("1070.00"))
    assert balance(Account.BANK) == Decimal("70.00") == -balance(Account.SUSPENSE)


def test_the_same_file_again_adds_nothing_and_two_equal_payers_are_two(account, actor):
    rows = ["2026-10-08,100.00,,,甲,,x,", "2026-10-08,100.00,,,甲,,x,", "2026-10-08,100.00,,,乙,,x,T9"]
    assert take_in(account, actor, *rows).added == 3
    again = take_in(account, actor, *rows)
    assert (again.added, again.repeated) == (0, 3) and BankLine.objects.count() == 3 and balance(Account.BANK) == Decimal("300.00")


def test_a_gap_between_two_statements_is_named(account, actor):
    take_in(account, actor, "2026-10-08,100.00,,1100.00,甲,,x,T1")
    assert take_in(account, actor, "2026-10-20,1.00,,1106.00,甲,,x,T5").gap == Decimal("5.00")


def test_an_altered_file_is_refused_as_a_whole(account, actor):
    with pytest.raises(BadTable), transaction.atomic():
        take_in(account, actor, "2026-10-08,100.00,,1100.00,甲,,x,T1", "2026-10-09,,30.00,1071.00,乙,,y,T2")
    assert not BankLine.objects.exists() and balance(Account.BANK) == 0


def test_a_reference_with_its_amount_is_proposed_and_matched_by_two(account, bill, startup, actor):
    take_in(account, actor, paid(bill, startup))
    line = BankLine.objects.get()
    assert (line.state, line.rung) == ("proposed", "reference")
    asked = bank.match(line, startup, [(bill, Decimal("3892.50"))], by=actor("finance"))
    assert asked.state == "waiting" and not Receipt.objects.exists()
    with pytest.raises(NotAllowed):
        bank.confirm_match(asked, by=actor("finance"))
    done = bank.confirm_match(asked, by=actor("manager"))
    at_the_end()
    assert done.state == "matched" and Bill.objects.get().state == "paid" and balance(Account.SUSPENSE) == 0


def test_below_the_limit_one_person_is_enough(account, bill, startup, actor):
    BillingSettings.objects.create(single_limit=Decimal("5000.00"))
    take_in(account, actor, paid(bill, startup, "4000.00"))
    done = bank.match(BankLine.objects.get(), startup, [(bill, Decimal("3892.50"))], by=actor("finance"))
    assert done.state == "matched" and Receipt.objects.get().rest == Decimal("107.50")


def test_a_match_is_taken_back_and_made_again(account, bill, startup, actor):
    take_in(account, actor, paid(bill, startup))
    line = bank.confirm_match(bank.match(BankLine.objects.get(), startup, [(bill, Decimal("3892.50"))], by=actor("finance")), by=actor("manager"))
    opened = bank.undo_match(line, reason="张冠李戴", by=actor("owner"))
    at_the_end()
    assert opened.state == "imported" and Bill.objects.get().state == "issued" and balance(Account.SUSPENSE) == Decimal("-3892.50")
    assert balance(Account.ACCOUNT_CREDIT) == 0
    again = bank.confirm_match(bank.match(opened, startup, [(Bill.objects.get(), Decimal("3892.50"))], by=actor("finance")), by=actor("manager"))
    at_the_end()
    assert again.state == "matched" and Bill.objects.get().state == "paid" and balance(Account.SUSPENSE) == 0


def test_a_payer_who_types_anothers_reference_gets_no_proposal(account, bill, actor):
    take_in(account, actor, f"2026-10-08,100.00,,,别的公司,,{bill.reference},T1")
    assert BankLine.objects.get().state == "imported"


def test_suspense_needs_a_reason_and_money_out_is_not_for_bills(account, bill, startup, actor):
    take_in(account, actor, "2026-10-08,,100.00,,甲,,x,T1")
    line = BankLine.objects.get()
    with pytest.raises(BusinessError):
        bank.suspend(line, reason=" ", by=actor("finance"))
    with pytest.raises(BusinessError):
        bank.match(line, startup, [(bill, Decimal("1.00"))], by=actor("finance"))
    assert bank.suspend(line, reason="已致电开户行", by=actor("finance")).state == "suspense"


def test_a_draft_is_dropped_or_imported_once(account, actor):
    seen = bank.look_at(account, file_of("2026-10-08,1.00,,,甲,,x,T1"), by=actor("finance"))
    bank.import_statement(seen, COLUMNS, by=actor("finance"))
    with pytest.raises(IllegalMove):
        bank.import_statement(seen, COLUMNS, by=actor("finance"))


def test_what_the_bank_said_stays(account, actor):
    take_in(account, actor, "2026-10-08,1.00,,,甲,,x,T1")
    for act in (lambda: BankLine.objects.update(amount=Decimal("5.00")), lambda: BankLine.objects.all().delete(), lambda: Statement.objects.update(added=9)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_an_account_number_is_encrypted_and_listed_once(account, actor):
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, tail FROM billing_bankaccount")
        cell, tail = cursor.fetchone()
    assert "6222" not in cell and tail == "2222"
    with pytest.raises(BusinessError):
        bank.add_account(name="又一个", bank="示例银行", number="6222 0000 1111 2222".replace(" ", ""), by=actor("finance"))


def test_four_eyes_on_a_match_stand_in_the_database(account, actor, people):
    take_in(account, actor, "2026-10-08,1.00,,,甲,,x,T1")
    with refused("bank_line_four_eyes"), transaction.atomic():
        BankLine.objects.update(matcher=people["manager"], confirmer=people["manager"])


# --- money out


@pytest.fixture
def transfer(inside, actor, people):
    return given_to_the_bank(actor, people)


def booked():
    return balance(Account.SUSPENSE), balance(Account.TRANSIT), LedgerEntry.objects.filter(kind="payout.line").count()


def test_money_out_is_proposed_by_its_key_and_else_by_its_payee(account, transfer, actor):
    take_in(
        account, actor, went(transfer, payee="某清算户", text=f"补贴 {transfer.key}"), went(transfer, payee=transfer.payout.payee_name.replace("有限", "（有限）"), serial="T2"),
        went(transfer, amount="999.99", text=transfer.key, serial="T3"), went(transfer, payee="别的公司", serial="T4"),
    )  # fmt: skip
    found = [(line.serial, line.state, line.rung, line.plan) for line in BankLine.objects.order_by("serial")]
    plan = {"transfer": transfer.pk}
    assert found == [("T1", "proposed", "payout_key", plan), ("T2", "proposed", "payout_payee", plan), ("T3", "imported", "", {}), ("T4", "imported", "", {})]


def test_two_equal_payments_to_one_payee_are_told_apart_only_by_their_keys(account, transfer, actor, people):
    other = given_to_the_bank(actor, people, case=2, startup=transfer.payout.due.startup)
    take_in(account, actor, went(transfer), went(other, text=other.key, serial="T2"))
    assert [(line.serial, line.rung, line.plan) for line in BankLine.objects.order_by("serial")] == [("T1", "", {}), ("T2", "payout_key", {"transfer": other.pk})]


def test_a_payment_is_matched_by_two_and_taken_off_what_is_on_its_way(account, transfer, actor):
    take_in(account, actor, went(transfer))
    before = booked()
    asked = bank.match_as_proposed(BankLine.objects.get(), by=actor("finance"))
    assert asked.state == "waiting" and booked() == before and free_transfers() == []
    with pytest.raises(NotAllowed):
        bank.confirm_match(asked, by=actor("finance"))
    done = bank.confirm_match(asked, by=actor("manager"))
    at_the_end()
    assert (done.state, done.about) == ("matched", f"billing.payouttransfer:{transfer.pk}")
    assert before[0] == Decimal("1000.00") and booked() == (Decimal(0), before[1] + Decimal("1000.00"), 1)
    assert free_transfers() == [] and not Receipt.objects.exists()


def test_a_match_that_is_rejected_books_nothing_and_frees_the_payment(account, transfer, actor):
    take_in(account, actor, went(transfer))
    before = booked()
    asked = bank.match_as_proposed(BankLine.objects.get(), by=actor("finance"))
    rejected = bank.reject_match(asked, note="不是这一笔", by=actor("manager"))
    assert (rejected.state, rejected.plan, booked(), free_transfers()) == ("imported", {}, before, [transfer])


def test_a_payment_is_matched_with_its_own_amount_going_out(account, transfer, actor):
    take_in(account, actor, went(transfer, amount="999.99"), f"2026-10-09,1000.00,,,{transfer.payout.payee_name},,退回,T2")
    short, came = BankLine.objects.order_by("day")
    for line in (short, came):
        with pytest.raises(BusinessError):
            bank.match_transfer(line, transfer, by=actor("finance"))
    assert set(BankLine.objects.values_list("state", flat=True)) == {"imported"} and free_transfers() == [transfer]


def test_of_two_lines_that_are_proposed_for_one_payment_one_is_matched(account, transfer, actor, people):
    BillingSettings.objects.create(single_limit=Decimal("5000.00"))
    take_in(account, actor, went(transfer), went(transfer, day="2026-10-09", serial="T2"))
    first, second = BankLine.objects.order_by("day")
    assert first.plan == second.plan == {"transfer": transfer.pk}
    assert bank.match_as_proposed(first, by=actor("finance")).state == "matched"
    before = booked()
    with pytest.raises(Conflict):
        bank.match_as_proposed(second, by=actor("finance"))
    assert booked() == before and before[0] == Decimal("1000.00")
    with refused("bank_line_transfer_once"), transaction.atomic():
        BankLine.objects.filter(pk=second.pk).update(state="matched", about=reference(transfer), matcher=people["finance"])


def test_of_two_lines_that_wait_with_one_payment_one_is_confirmed(account, transfer, actor, people):
    take_in(account, actor, went(transfer), went(transfer, day="2026-10-09", serial="T2"))
    BankLine.objects.update(state="waiting", matcher=people["finance"])  # as when two people asked at the same moment
    first, second = BankLine.objects.order_by("day")
    bank.confirm_match(first, by=actor("manager"))
    before = booked()
    with pytest.raises(Conflict) as why:
        bank.confirm_match(second, by=actor("manager"))
    second.refresh_from_db()
    assert why.value.code == "bank_line_transfer_once" and (second.state, booked()) == ("waiting", before)
    assert bank.reject_match(second, note="已有一笔", by=actor("manager")).state == "imported"


def test_a_matched_payment_is_taken_back_and_matched_again(account, transfer, actor):
    take_in(account, actor, went(transfer))
    before = booked()
    line = bank.confirm_match(bank.match_as_proposed(BankLine.objects.get(), by=actor("finance")), by=actor("manager"))
    with pytest.raises(BusinessError):
        bank.undo_match(line, reason=" ", by=actor("owner"))
    with pytest.raises(NotAllowed):
        bank.undo_match(line, reason="不是这一笔", by=actor("finance"))
    assert booked()[0] == 0
    opened = bank.undo_match(line, reason="不是这一笔", by=actor("owner"))
    at_the_end()
    assert (opened.state, opened.about, opened.plan, opened.matcher, opened.confirmer) == ("imported", "", {}, None, None)
    assert booked() == (before[0], before[1], 1) and free_transfers() == [transfer]
    transfer.payout.refresh_from_db()
    assert transfer.payout.state == "sent"
    again = bank.confirm_match(bank.match_transfer(opened, transfer, by=actor("finance")), by=actor("manager"))
    at_the_end()
    assert again.state == "matched" and booked() == (Decimal(0), before[1] + Decimal("1000.00"), 2)
    with pytest.raises(IllegalMove):
        bank.undo_match(bank.undo_match(again, reason="再次", by=actor("owner")), reason="又一次", by=actor("owner"))


# --- the ladder


def bills_of(*amounts, startup=1, name="长春云杉科技有限公司"):
    return [OpenBill(number, startup, name, payment_reference(number), Decimal(amount)) for number, amount in enumerate(amounts, start=1 + 100 * (startup - 1))]


def test_each_rung_of_the_ladder():
    mine, yours = bills_of("100.00", "250.00", "70.00"), bills_of("100.00", startup=2, name="别家")
    both = mine + yours
    first = mine[0].reference
    assert propose(Decimal(100), "谁", f"房租{first}", both).rung == "reference"
    assert propose(Decimal(60), "长春云杉科技有限公司", first, both).parts == ((1, Decimal(60)),)
    assert propose(Decimal(60), "谁", first, both) is None
    assert propose(Decimal(250), "长春云杉科技（有限）公司", "", both).rung == "payer"
    assert propose(Decimal(170), "长春云杉科技有限公司", "", both).rung == "sum"
    assert propose(Decimal(100), "谁", "", both, known=[2]).parts == ((101, Decimal(100)),)
    assert propose(Decimal(999), "谁", "x", both) is None


def test_two_ways_to_add_up_are_no_proposal():
    assert propose(Decimal(100), "长春云杉科技有限公司", "", bills_of("60.00", "40.00", "50.00", "50.00")) is None


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12), st.integers(1, 3000))
def test_a_proposal_never_uses_more_than_came_or_is_open(fens, fen):
    own = bills_of(*[Decimal(one) / 100 for one in fens])
    found = propose(Decimal(fen) / 100, "长春云杉科技有限公司", own[0].reference, own)
    if found:
        open_of = {bill.pk: bill.open for bill in own}
        assert sum(part for _pk, part in found.parts) <= Decimal(fen) / 100
        assert all(0 < part <= open_of[pk] for pk, part in found.parts)


# --- real connections


@pytest.mark.django_db(transaction=True)
def test_one_file_imported_by_eight_at_once_counts_once():
    house = make_organisation("jingyue", "长春净月创客空间")
    by = actor_for(make_person("finance", house, "finance"), house)
    with organisation_context(house):
        account = bank.add_account(name="基本户", bank="示例银行", number="6222000011112222", by=by)
        drafts = [bank.look_at(account, file_of("2026-10-08,100.00,,,甲,,x,", "2026-10-08,100.00,,,甲,,x,"), by=by) for _number in range(8)]
    came = together(house, *[lambda one=one: bank.import_statement(one, COLUMNS, by=by) for one in drafts])
    with organisation_context(house):
        assert came == ["done"] * 8 and BankLine.objects.count() == 2 and balance(Account.BANK) == Decimal("200.00")
        assert sorted(Statement.objects.values_list("added", flat=True)) == [0] * 7 + [2]
        assert BankAccount.objects.get().closing is None
    tell("bank files", "8 connections import one file of 2 equal lines: 2 lines, 200.00 booked once")


@pytest.mark.django_db(transaction=True)
def test_one_payment_matched_with_eight_lines_at_once_leaves_the_bank_once():
    house = make_organisation("jingyue", "长春净月创客空间")
    people = {role: make_person(role, house, role) for role in ("finance", "manager", "officer")}
    by = actor_for(people["finance"], house)
    with organisation_context(house):
        BillingSettings.objects.create(single_limit=Decimal("5000.00"))
        account = bank.add_account(name="基本户", bank="示例银行", number="6222000011112222", by=by)
        ours = [given_to_the_bank(lambda role: actor_for(people[role], house), people, case=case) for case in (1, 2)]
        file = file_of(*[went(ours[0], payee="某清算户", serial=f"T{number}") for number in range(8)])
        bank.import_statement(bank.look_at(account, file, by=by), COLUMNS, by=by)
        lines = list(BankLine.objects.order_by("pk"))
    came = together(house, *[lambda one=one: bank.match_transfer(one, ours[0], by=by) for one in lines])
    assert sorted(came) == ["Conflict"] * 7 + ["done"]
    with organisation_context(house):
        assert (balance(Account.SUSPENSE), LedgerEntry.objects.filter(kind="payout.line").count()) == (Decimal("7000.00"), 1)
        left = list(BankLine.objects.undecided())
    looked = threading.Barrier(len(left))

    def naive(one):
        free = not BankLine.objects.filter(about=reference(ours[1])).exists()
        looked.wait(30)  # every one of them has seen that the payment is free
        assert free and BankLine.objects.filter(pk=one.pk).update(state="matched", about=reference(ours[1]), matcher=people["finance"])

    control = together(house, *[lambda one=one: naive(one) for one in left])
    assert sorted(control) == ["IntegrityError"] * 6 + ["done"]  # to look first is not enough: the database refuses the others
    with organisation_context(house):
        assert [BankLine.objects.filter(about=reference(one)).count() for one in ours] == [1, 1]
    tell("bank payments", f"8 connections match one payment with 8 lines: {came.count('done')} wins; 7 careless ones that all saw it free: {control.count('done')} wins, the rest refused by the database")
