"""Bills: the same charges give the same bill, nothing is billed twice, paper stays, and no yuan is used twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from billing.models import Account, Allocation, Bill, BillLine, CreditLine, CreditNote, LedgerLine, Receipt, TaxRule
from billing.references import check_character, payment_reference, references_in
from billing.services import bills
from billing.services.bills import Charge
from incubator.accounts.actors import actor_for
from incubator.core.errors import BusinessError, Conflict, NotAllowed, NotEligible
from incubator.core.periods import Month
from incubator.core.scoping import organisation_context
from tests.billing.test_ledger import at_the_end, refused, together
from tests.factories.accounts import make_organisation, make_person
from tests.factories.tenants import a_startup
from tests.walls.report import tell

OCTOBER = Month(2026, 10)


def a_rule(drafter, verifier, kind="rent", rate="0.09", method="general"):
    return TaxRule.objects.create(kind=kind, method=method, rate=Decimal(rate), valid_from=date(2026, 1, 1), legal_note="示例", drafter=drafter, verifier=verifier)


def rent(amount="3892.50", key="rent:1:2026-10", relief="0.00", kind="rent"):
    return Charge(kind, key, "A-301 房租 2026-10", date(2026, 10, 1), date(2026, 10, 31), Decimal(amount), Decimal(amount), relief=Decimal(relief))


def draft(startup, actor, *charges, key="lease:1"):
    return bills.draft_bill(startup, key, OCTOBER, charges or [rent()], due_on=date(2026, 10, 15), by=actor("finance"))


def money(startup, actor, amount="3892.50", key="bank:1"):
    return bills.take_receipt(startup, "bank", Decimal(amount), key=key, received_on=date(2026, 10, 10), payer_name="云杉", by=actor("finance"))


def balance(account):
    return LedgerLine.objects.of_account(account).total()


# --- drafts and issue


def test_a_draft_is_compiled_again_and_stays_one(startup, actor):
    first = draft(startup, actor)
    again = draft(startup, actor, rent(), rent("100.00", "fee:1:2026-10"))
    assert first.pk == again.pk and again.total == Decimal("3992.50") and again.lines.count() == 2 and again.version == 2
    at_the_end()


def test_the_order_of_charges_does_not_matter(startup, actor):
    charges = [rent(), rent("100.00", "fee:1:2026-10"), rent("7.00", "a:1")]
    one = [(line.source_key, line.amount, line.tax) for line in draft(startup, actor, *charges).lines.all()]
    two = [(line.source_key, line.amount, line.tax) for line in draft(startup, actor, *reversed(charges)).lines.all()]
    assert one == two


def test_tax_is_taken_out_line_by_line(startup, actor):
    made = draft(startup, actor, *[rent("100.00", f"k:{number}") for number in range(7)])
    assert (made.total, made.tax, made.net) == (Decimal("700.00"), Decimal("57.82"), Decimal("642.18"))


def test_relief_is_shown_beside_the_list_price_and_no_line_is_negative(startup, actor):
    line = draft(startup, actor, rent("2009.03", relief="1883.47")).lines.get()
    assert (line.listed, line.relief, line.amount) == (Decimal("3892.50"), Decimal("1883.47"), Decimal("2009.03"))
    with refused("bill_line_never_negative"), transaction.atomic():
        draft(startup, actor, rent("-1.00", key="x"), key="lease:9")


def test_issue_numbers_references_and_books_the_bill(bill, startup):
    at_the_end()
    assert bill.number == "ZD-2026-000001" and references_in(f"付房租 {bill.reference[:4]} {bill.reference[4:]}") == [bill.reference]
    assert balance(Account.RECEIVABLE) == Decimal("3892.50") == -balance(Account.INCOME_TAXABLE) - balance(Account.OUTPUT_TAX)
    assert balance(Account.OUTPUT_TAX) == Decimal("-321.40")


def test_exempt_income_has_its_own_account(startup, actor, people):
    a_rule(people["finance"], people["manager"], kind="service", rate="0", method="exempt")
    bills.issue_bill(draft(startup, actor, rent("50.00", "s:1", kind="service")), by=actor("finance"))
    assert balance(Account.INCOME_EXEMPT) == Decimal("-50.00")


def test_without_a_tax_rule_nothing_is_issued_and_the_sentence_names_it(startup, actor):
    made = draft(startup, actor, rent("50.00", "s:1", kind="service"))
    with pytest.raises(NotEligible) as why:
        bills.issue_bill(made, by=actor("finance"))
    assert "2026" in str(why.value.message) and Bill.objects.get().number == ""
    assert bills.next_number("ZD", year=2026) == 1  # the number was not used up


def test_a_rule_that_nobody_verified_does_not_count(inside, people, actor):
    a_rule(people["finance"], None)
    with pytest.raises(NotEligible):
        bills.issue_bill(draft(a_startup(), actor), by=actor("finance"))


def test_four_eyes_and_no_overlap_of_tax_rules_stand_in_the_database(startup, people):
    with refused("tax_four_eyes"), transaction.atomic():
        a_rule(people["finance"], people["finance"], kind="desk")
    with refused("tax_rule_no_overlap"), transaction.atomic():
        a_rule(people["finance"], people["manager"])


def test_what_is_billed_is_not_billed_again_until_it_is_credited_in_full(bill, startup, actor):
    with pytest.raises(NotEligible):
        draft(startup, actor)
    note = bills.draft_credit(bill, {bill.lines.get().pk: Decimal("3892.50")}, reason="面积有误", by=actor("finance"))
    bills.approve_credit(note, by=actor("manager"))
    second = draft(startup, actor, rent("3500.00"))
    assert second.lines.get().take == 2
    at_the_end()


def test_a_discarded_draft_frees_its_charges(startup, actor):
    bills.discard_bill(draft(startup, actor), by=actor("finance"))
    assert draft(startup, actor, key="lease:2").lines.get().take == 1
    at_the_end()


@pytest.mark.parametrize("statement", [
    "UPDATE billing_bill SET total = 1, net = 1, tax = 0", "DELETE FROM billing_bill", "UPDATE billing_bill SET number = 'ZD-2026-000009'",
    "UPDATE billing_billline SET text = 'x'", "DELETE FROM billing_billline", "UPDATE billing_bill SET due_on = '2030-01-01'",
])  # fmt: skip
def test_an_issued_bill_is_paper(bill, statement):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Bill.objects.get().number == bill.number and BillLine.objects.get().text != "x"


# --- money


def test_money_settles_a_bill_and_the_rest_is_credit(bill, startup, actor):
    receipt = money(startup, actor, "4000.00")
    bills.allocate(receipt, bill, Decimal("1000.00"), by=actor("finance"))
    assert Bill.objects.get().state == "part_paid"
    bills.allocate(receipt, bill, Decimal("2892.50"), by=actor("finance"))
    at_the_end()
    assert Bill.objects.get().state == "paid" and Receipt.objects.get().rest == Decimal("107.50")
    assert balance(Account.ACCOUNT_CREDIT) == Decimal("-107.50") and balance(Account.RECEIVABLE) == 0


def test_the_same_money_arrives_once(startup, actor):
    assert money(startup, actor) == money(startup, actor)
    assert balance(Account.SUSPENSE) == Decimal("3892.50")


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "3892.51"])
def test_more_than_is_open_or_there_is_refused(bill, startup, actor, amount):
    with pytest.raises(BusinessError):
        bills.allocate(money(startup, actor, "9999.00"), bill, Decimal(amount), by=actor("finance"))


def test_another_startups_money_does_not_pay(bill, actor):
    with pytest.raises(BusinessError):
        bills.allocate(money(a_startup(name="另一家"), actor), bill, Decimal("1.00"), by=actor("finance"))


def test_a_settlement_is_taken_back_once_by_a_leader(bill, startup, actor):
    made = bills.allocate(money(startup, actor), bill, Decimal("3892.50"), by=actor("finance"))
    with pytest.raises(NotAllowed):
        bills.deallocate(made, reason="退汇", by=actor("finance"))
    bills.deallocate(made, reason="退汇", by=actor("manager"))
    at_the_end()
    assert Bill.objects.get().state == "issued" and Receipt.objects.get().rest == Decimal("3892.50")
    with pytest.raises(Conflict):
        bills.deallocate(made, reason="再退", by=actor("manager"))


def test_a_credit_frees_what_was_paid_too_much(bill, startup, actor):
    bills.allocate(money(startup, actor), bill, Decimal("3892.50"), by=actor("finance"))
    note = bills.draft_credit(bill, {bill.lines.get().pk: Decimal("1297.50")}, reason="提前退租", by=actor("finance"))
    with pytest.raises(NotAllowed):
        bills.approve_credit(note, by=actor("finance"))
    bills.approve_credit(note, by=actor("manager"))
    at_the_end()
    kept = Bill.objects.get()
    assert (kept.state, kept.paid, kept.credited) == ("paid", Decimal("2595.00"), Decimal("1297.50"))
    assert balance(Account.ACCOUNT_CREDIT) == Decimal("-1297.50") and balance(Account.RECEIVABLE) == 0


def test_no_line_is_credited_above_its_amount(bill, actor):
    line = bill.lines.get()
    with pytest.raises(BusinessError):
        bills.draft_credit(bill, {line.pk: Decimal("3892.51")}, reason="x", by=actor("finance"))
    bills.draft_credit(bill, {line.pk: Decimal("3000.00")}, reason="x", by=actor("finance"))
    with pytest.raises(BusinessError):
        bills.draft_credit(bill, {line.pk: Decimal("1000.00")}, reason="x", by=actor("finance"))


def test_a_loss_takes_an_owner_and_a_proposer(bill, actor):
    with pytest.raises(Conflict):
        bills.write_off(bill, reason="x", by=actor("owner"))
    bills.propose_loss(bill, reason="已注销，无可执行财产", by=actor("finance"))
    lost = bills.write_off(bill, reason="同意", by=actor("owner"))
    at_the_end()
    assert lost.state == "written_off" and balance(Account.LOSS) == Decimal("3892.50") and balance(Account.RECEIVABLE) == 0


@pytest.mark.parametrize("lie", [
    "UPDATE billing_bill SET paid = 10, state = 'part_paid'", "UPDATE billing_bill SET state = 'paid'", "UPDATE billing_receipt SET allocated = 5",
    "UPDATE billing_bill SET credited = 10",
])  # fmt: skip
def test_what_no_row_proves_is_refused_when_the_transaction_ends(bill, startup, actor, lie):
    money(startup, actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(lie)
        at_the_end()


def test_credit_lines_and_allocations_are_never_changed(bill, startup, actor):
    bills.allocate(money(startup, actor), bill, Decimal("1.00"), by=actor("finance"))
    bills.draft_credit(bill, {bill.lines.get().pk: Decimal("1.00")}, reason="x", by=actor("finance"))
    for row in (Allocation.objects.get(), CreditLine.objects.get()):
        with pytest.raises(TypeError):
            row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditNote.objects.update(total=Decimal("5.00"))


# --- references


def test_every_wrong_character_and_swap_is_seen():
    for number in (1, 123, 999_999):
        good = payment_reference(number)
        assert check_character(good[:-1]) == good[-1]
        for place in range(2, 8):
            for digit in "0123456789":
                wrong = good[:place] + digit + good[place + 1 :]
                assert wrong == good or good not in references_in(wrong)
        for place in range(2, 7):
            swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
            assert swapped == good or not references_in(swapped)


@pytest.mark.parametrize("written", ["{}", "付款附言：{}，谢谢", "ｆｈ{}", "FH 000 123 {}", "转账2026{}2026"])
def test_a_reference_is_found_in_what_people_write(written):
    good = payment_reference(123)
    tail = good[2:] if written.startswith("ｆｈ") else good[-1] if "000" in written else good
    assert good in references_in(written.format(tail))


# --- real connections


@pytest.mark.django_db(transaction=True)
def test_eight_connections_spend_one_receipt_once():
    """8 ways to use the last 100.00 yuan for 8 bills of 100.00; the control writes allocations without the lock."""
    house = make_organisation("jingyue", "长春净月创客空间")
    finance, manager = (make_person(role, house, role) for role in ("finance", "manager"))
    by = actor_for(finance, house)
    with organisation_context(house):
        a_rule(finance, manager)
        startup = a_startup()
        made = []
        for number in range(8):
            one = bills.draft_bill(startup, f"lease:{number}", OCTOBER, [rent("100.00", f"k:{number}")], due_on=date(2026, 10, 15), by=by)
            made.append(bills.issue_bill(one, by=by))
        receipts = [bills.take_receipt(startup, "bank", Decimal("100.00"), key=f"r{number}", received_on=date(2026, 10, 10), payer_name="x", by=by) for number in range(2)]
    came = together(house, *[lambda one=one: bills.allocate(receipts[0], one, Decimal("100.00"), by=by) for one in made])
    assert sorted(came) == ["BusinessError"] * 7 + ["done"]

    def naive(one):
        Allocation.objects.create(receipt=receipts[1], bill=one, amount=Decimal("100.00"), made_by=finance)
        Bill.objects.filter(pk=one.pk).update(paid=Decimal("100.00"), state="paid")
        Receipt.objects.filter(pk=receipts[1].pk).update(allocated=Decimal("100.00"))

    with organisation_context(house):
        still_open = list(Bill.objects.open())
    control = together(house, *[lambda one=one: naive(one) for one in still_open])
    assert control.count("done") == 1  # careless code gets one through, and the database throws out the other six
    with organisation_context(house):
        assert Bill.objects.filter(state="paid").count() == 2 and balance(Account.SUSPENSE) == Decimal("200.00")
    tell("receipts", f"8 connections spend one receipt: {came.count('done')} wins; 7 careless ones: {control.count('done')} wins, the rest refused at commit")


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_issues_race_and_fail():
    house = make_organisation("jingyue", "长春净月创客空间")
    finance, manager = (make_person(role, house, role) for role in ("finance", "manager"))
    by = actor_for(finance, house)
    with organisation_context(house):
        a_rule(finance, manager)
        startup = a_startup()
        made = [bills.draft_bill(startup, f"lease:{number}", OCTOBER, [rent("100.00", f"k:{number}", kind="rent" if number % 2 else "service")], due_on=date(2026, 10, 15), by=by) for number in range(8)]
    came = together(house, *[lambda one=one: bills.issue_bill(one, by=by) for one in made])
    assert came.count("done") == 4 and came.count("NotEligible") == 4
    with organisation_context(house):
        assert sorted(Bill.objects.exclude(number="").values_list("number", flat=True)) == [f"ZD-2026-{number:06d}" for number in range(1, 5)]
