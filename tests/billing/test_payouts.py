"""Payouts: never above what was decided or received, only to the verified account, by two people, each answer once."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from billing.models import Account, LedgerLine, Payout, PayoutResult, Way
from billing.payoutfile import payment_heading, payment_row
from billing.services import funds as funds_acts
from billing.services import payout_files, payouts
from billing.services.payouts import Proof
from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed
from tests.factories.budgets import Case
from tests.factories.payouts import a_due, a_paper, approve, funds, order, payee_of, verify

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 21)


@pytest.fixture
def owed(inside, actor, people):
    return a_due(actor, people)


@pytest.fixture
def approved(owed, actor):
    due, startup = owed
    funds(actor, "1000")
    return approve(order(due, startup, actor, way=Way.PASS_THROUGH), startup, actor), startup


def balance(account):
    return LedgerLine.objects.of_account(account).total()


def answer(rows):
    text = "付款编号,金额,处理结果,处理日期,失败原因\n" + "\n".join(",".join(row) for row in rows)
    return SimpleUploadedFile("results.csv", text.encode())


def bring(actor, *rows):
    return payout_files.import_results(answer(rows), by=actor("finance"), after=lambda payout, result: None)


def test_the_payment_of_the_authority_counts_with_the_second_person(owed, actor):
    due, startup = owed
    payout = order(due, startup, actor)
    noted = payouts.note_payment(payout, Proof(DAY, "20260121-7", slip=a_paper(actor)), by=actor("finance"))
    assert (noted.state, PayoutResult.objects.count()) == ("ordered", 0)
    with pytest.raises(NotAllowed):
        payouts.record_paid(noted, amount=Decimal("1000"), by=actor("finance"))
    with pytest.raises(BusinessError):
        payouts.record_paid(noted, amount=Decimal("100"), by=actor("manager"))
    paid = payouts.record_paid(noted, amount=Decimal("1000"), by=actor("manager"))
    assert (paid.state, paid.confirmer, PayoutResult.objects.get().amount) == ("paid", actor("manager").user, 1000)
    assert not LedgerLine.objects.exists()  # it was never our money


def test_nobody_orders_more_than_was_decided(owed, actor):
    due, startup = owed
    order(due, startup, actor, "600")
    with pytest.raises(BusinessError, match="400.00"):
        order(due, startup, actor, "400.01")
    order(due, startup, actor, "400")
    assert due.payouts.total() == 1000


def test_the_database_refuses_more_than_was_decided(owed, actor):
    due, startup = owed
    payout = order(due, startup, actor, "600")
    again = Payout.objects.get(pk=payout.pk)
    again.pk, again.part, again.number = None, 2, "BF-X"
    with pytest.raises(IntegrityError, match="payout_within_decision|are above"), transaction.atomic():
        again.save()


def test_the_database_keeps_what_is_owed_at_the_decision(owed):
    due, _startup = owed
    due.decided = Decimal("2000")
    with pytest.raises(IntegrityError, match="not what was decided"), transaction.atomic():
        due.save()


def test_money_is_passed_on_only_as_far_as_it_has_come(owed, actor, people):
    due, startup = owed
    with pytest.raises(Conflict):
        order(due, startup, actor, way=Way.PASS_THROUGH)
    recorded = funds_acts.record_funds(Case(900), Decimal("600"), Proof(DAY, slip=a_paper(actor, "f")), by=actor("finance"))
    with pytest.raises(Conflict):  # recorded, but no second person has agreed
        order(due, startup, actor, "600", way=Way.PASS_THROUGH)
    with pytest.raises(NotAllowed):
        funds_acts.confirm_funds(recorded, amount=Decimal("600"), by=actor("finance"))
    funds_acts.confirm_funds(recorded, amount=Decimal("600"), by=actor("manager"))
    assert balance(Account.PASS_THROUGH) == -600
    order(due, startup, actor, "600", way=Way.PASS_THROUGH)
    other, second = a_due(actor, people, case=2)
    with pytest.raises(Conflict):
        order(other, second, actor, "0.01", way=Way.PASS_THROUGH)


def test_an_account_that_changed_since_is_paid_by_nobody(owed, actor, people):
    due, startup = owed
    funds(actor, "1000")
    payout = order(due, startup, actor, way=Way.PASS_THROUGH)
    verify(startup, people, "62220000999988887777")
    with pytest.raises(Conflict):
        approve(payout, startup, actor)
    payout.refresh_from_db()
    payout.state, payout.approver = "approved", people["manager"]
    with pytest.raises(IntegrityError, match="verified last"), transaction.atomic():
        payout.save()


def test_who_ordered_does_not_approve(owed, actor, people):
    due, startup = owed
    funds(actor, "1000")
    payout = order(due, startup, actor, way=Way.PASS_THROUGH)
    with pytest.raises(NotAllowed):
        payouts.approve_payout(payout, payee_of(startup), by=actor("finance"))
    payout.state, payout.approver = "approved", people["finance"]
    with pytest.raises(IntegrityError, match="payout_approved_by_another"), transaction.atomic():
        payout.save()


def test_the_bank_file_holds_the_full_number_and_nothing_else_does(approved, actor):
    payout, startup = approved
    file = payout_files.make_file([(payout, payee_of(startup))], by=actor("finance"))
    (row,) = payout_files.taken_out(file, by=actor("finance"))
    assert dict(zip(payment_heading(), payment_row(row), strict=True))["收款账号"] == startup.bank_account
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text || t::text FROM billing_payout p JOIN billing_payouttransfer t ON t.payout_id = p.id")
        assert startup.bank_account not in cursor.fetchone()[0]


def test_results_are_taken_once_and_refused_row_by_row(approved, actor):
    payout, startup = approved
    payout_files.make_file([(payout, payee_of(startup))], by=actor("finance"))
    key = f"{payout.number}-1"
    wrong = bring(actor, (key, "999.00", "成功", "2026-01-21", ""), ("BF-2026-999999-1", "1000", "成功", "", ""), (key, "1000.00", "也许", "", ""))
    assert (len(wrong.refused), wrong.taken, balance(Account.PASS_THROUGH)) == (3, [], -1000)
    first, second = (bring(actor, (key, "\"1,000.00\"", "成功", "2026-01-21", "")) for _ in range(2))
    assert (len(first.taken), second.taken, second.known) == (1, [], [key])
    assert (balance(Account.PASS_THROUGH), balance(Account.TRANSIT), PayoutResult.objects.count()) == (0, 0, 1)  # came by slip, went by file


def test_a_returned_payment_goes_out_again_under_a_new_key(approved, actor, people):
    payout, startup = approved
    payout_files.make_file([(payout, payee_of(startup))], by=actor("finance"))
    bring(actor, (f"{payout.number}-1", "1000", "成功", "2026-01-21", ""))
    back = bring(actor, (f"{payout.number}-1", "1000", "退票", "2026-01-22", "账号户名不符"))
    assert (len(back.taken), balance(Account.PASS_THROUGH), balance(Account.TRANSIT)) == (1, -1000, 1000)
    payout.refresh_from_db()
    with pytest.raises(Conflict):  # still the same account
        payouts.reorder(payout, payee_of(startup), by=actor("officer"))
    verify(startup, people, "62220000999988887777")
    again = payouts.reorder(payout, payee_of(startup), by=actor("officer"))
    assert (again.state, again.attempt, again.approver, again.account_tail) == ("ordered", 2, None, "7777")
    sent = approve(again, startup, actor)
    payout_files.make_file([(sent, payee_of(startup))], by=actor("finance"))
    old = bring(actor, (f"{payout.number}-1", "1000", "成功", "", ""))
    assert (old.known, old.taken) == ([f"{payout.number}-1"], [])  # the replay of an old answer pays nothing
    assert len(bring(actor, (f"{payout.number}-2", "1000", "成功", "2026-01-23", "")).taken) == 1
    assert (balance(Account.PASS_THROUGH), balance(Account.TRANSIT)) == (0, 0)


def test_a_cancelled_order_frees_its_amount(owed, actor):
    due, startup = owed
    payout = order(due, startup, actor)
    with pytest.raises(BusinessError):
        payouts.cancel_payout(payout, note=" ", by=actor("manager"))
    payouts.cancel_payout(payout, note="付款方式有误", by=actor("manager"))
    assert order(due, startup, actor).part == 2
    with pytest.raises(IllegalMove):
        payouts.cancel_payout(payout, note="again", by=actor("manager"))


def test_the_file_of_a_spreadsheet_is_read_too(approved, actor):
    from openpyxl import Workbook

    payout, startup = approved
    payout_files.make_file([(payout, payee_of(startup))], by=actor("finance"))
    book, page = Workbook(), BytesIO()
    book.active.append(["付款编号", "收款人户名", "金额", "处理结果"])
    book.active.append([f"{payout.number}-1", startup.name, 1000, "成功"])
    book.save(page)
    taken = payout_files.import_results(SimpleUploadedFile("r.xlsx", page.getvalue()), by=actor("finance"), after=lambda *_given: None)
    assert [result.result for result in taken.taken] == ["paid"]
