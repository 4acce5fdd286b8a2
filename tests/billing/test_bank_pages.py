"""The bank's pages: a file from upload to the second person, and the tries of rows 14 to 16 of spaces-billing.md C10."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from billing.bankfile import numbers_named, parse
from billing.models import Account, BankAccount, BankLine, Bill, Receipt, Statement
from billing.services import bank
from incubator.core import tables
from incubator.core.tables import BadTable
from tests.billing.test_bank import COLUMNS, HEAD, file_of, given_to_the_bank, paid, take_in, went
from tests.billing.test_bills import balance
from tests.billing.test_ledger import at_the_end


def url(name, *args):
    return reverse(f"office:bank:{name}", args=["jingyue", *args])


def text(response):
    return response.content.decode()


def test_a_file_goes_from_upload_to_the_second_person(client_of, account, bill, startup):
    finance, manager = client_of("finance"), client_of("manager")
    sent = finance.post(url("upload"), {"account": account.pk, "file": file_of(paid(bill, startup), "2026-10-09,,30.00,,电业局,,电费,T2")})
    seen = Statement.objects.get()
    assert sent.status_code == 302 and sent.url == url("statement", seen.pk) and not BankLine.objects.exists()
    page = finance.get(sent.url)
    assert page.context["fresh"] == 2 and page.context["form"].initial["day"] == "交易日期" and "3,892.50" in text(page)
    taken = finance.post(sent.url, {**COLUMNS, "act": "import"})
    assert taken.url == url("decide") and BankLine.objects.count() == 2
    listed = finance.get(url("decide"))
    (row,) = listed.context["rows"]
    assert row["line"].rung == "reference" and str(row["why"]) in text(listed) and [line.payer for line in listed.context["rest"]] == ["电业局"]
    finance.post(url("decide"), {"line": row["value"]})
    assert not Receipt.objects.exists() and BankLine.objects.get(pk=row["line"].pk).state == "waiting"
    (row,) = manager.get(url("second")).context["rows"]
    manager.post(url("second"), {"line": row["value"]})
    assert Bill.objects.get().state == "paid" and balance(Account.SUSPENSE) == Decimal("30.00")
    shown = text(finance.get(url("line", row["line"].pk)))
    assert startup.name in shown and "622288887777" not in shown and "7777" in shown


def test_other_columns_are_looked_at_and_kept_only_with_the_import(client_of, account):
    finance = client_of("finance")
    body = "日子,进,出,谁\n2026-10-08,100.00,,甲\n"
    sent = finance.post(url("upload"), {"account": account.pk, "file": SimpleUploadedFile("odd.csv", body.encode())})
    assert finance.get(sent.url).context["look"].problems
    assert finance.post(sent.url, {"day": "日子", "act": "import"}).context["form"].errors
    again = finance.post(sent.url, {"day": "日子", "incoming": "进", "payer": "谁", "act": "look"})
    assert again.context["fresh"] == 1 and again.context["form"]["incoming"].value() == "进" and BankAccount.objects.get().columns == {}
    finance.post(sent.url, {"day": "日子", "incoming": "进", "payer": "谁", "act": "import"})
    assert BankLine.objects.get().payer == "甲" and BankAccount.objects.get().columns["incoming"] == "进"


def test_problems_are_named_by_row_and_nothing_is_taken_in(client_of, account):
    finance = client_of("finance")
    sent = finance.post(url("upload"), {"account": account.pk, "file": file_of("2026-13-08,100.00,,,甲,,x,T1", "2026-10-09,zwölf,,,乙,,x,T2")})
    page = finance.post(sent.url, {**COLUMNS, "act": "import"})
    assert page.status_code != 302 and len(page.context["look"].problems) == 2 and not BankLine.objects.exists()
    assert finance.post(url("statement-drop", Statement.objects.get().pk)).status_code == 302 and Statement.objects.get().state == "dropped"


def test_a_line_is_matched_by_hand_and_the_rest_stays_credit(client_of, account, bill, startup, actor):
    take_in(account, actor, "2026-10-08,4000.00,,,某个人,,房租,T1")
    line, finance = BankLine.objects.get(), client_of("finance")
    page = finance.get(url("match", line.pk), {"startup": startup.pk})
    assert page.context["form"].initial == {f"bill_{bill.pk}": Decimal("3892.50")}
    address = f"{url('match', line.pk)}?startup={startup.pk}"
    over = finance.post(address, {f"bill_{bill.pk}": "4000.01"})
    assert over.status_code == 400 or over.context["form"].errors
    assert "4000.01" in text(over)
    finance.post(address, {f"bill_{bill.pk}": "3892.50"})
    assert client_of("owner").post(url("act", line.pk, "confirm")).status_code == 302
    at_the_end()
    assert Receipt.objects.get().rest == Decimal("107.50") and balance(Account.SUSPENSE) == 0


def test_money_out_is_matched_with_a_payment_of_ours_and_taken_back(client_of, account, actor, people):
    transfer = given_to_the_bank(actor, people)
    take_in(account, actor, went(transfer, payee="某清算户"))
    line, finance, owner = BankLine.objects.get(), client_of("finance"), client_of("owner")
    assert url("match-payout", line.pk) in text(finance.get(url("line", line.pk)))
    assert finance.get(url("match", line.pk), {"startup": transfer.payout.due.startup_id}).url == url("line", line.pk)
    page = finance.get(url("match-payout", line.pk))
    assert page.context["form"].initial == {"transfer": transfer.pk} and transfer.key in text(page)
    assert finance.post(url("match-payout", line.pk), {"transfer": transfer.pk + 1}).context["form"].errors["transfer"]
    assert finance.post(url("match-payout", line.pk), {"transfer": transfer.pk}).url == url("line", line.pk)
    (row,) = owner.get(url("second")).context["rows"]
    assert row["transfer"] == transfer
    owner.post(url("second"), {"line": row["value"]})
    at_the_end()
    line.refresh_from_db()
    assert (line.state, line.confirmer) == ("matched", people["owner"]) and balance(Account.SUSPENSE) == 0
    manager = client_of("manager")
    assert manager.post(url("act", line.pk, "undo"), {"reason": ""}).context["form"].errors["reason"] and balance(Account.SUSPENSE) == 0
    assert manager.post(url("act", line.pk, "undo"), {"reason": "不是这一笔"}).url == url("line", line.pk)
    at_the_end()
    line.refresh_from_db()
    assert (line.state, line.about) == ("imported", "") and balance(Account.SUSPENSE) == Decimal("1000.00")


def test_money_out_without_a_payment_of_its_amount_says_what_to_do(client_of, account, actor, people):
    transfer = given_to_the_bank(actor, people)
    take_in(account, actor, went(transfer, amount="30.00", payee="电业局"))
    page = client_of("finance").get(url("match-payout", BankLine.objects.get().pk))
    assert page.status_code == 200 and page.context["form"] is None and str(page.context["effects"][0]) in text(page)


def test_a_proposal_that_changed_since_it_was_seen_is_not_decided(client_of, account, bill, startup, actor):
    take_in(account, actor, paid(bill, startup))
    finance = client_of("finance")
    (row,) = finance.get(url("decide")).context["rows"]
    BankLine.objects.update(plan={"startup": startup.pk, "bills": [[bill.pk, "1.00"]]})
    finance.post(url("decide"), {"line": row["value"]})
    assert BankLine.objects.get().state == "proposed"


def test_a_proposal_whose_bill_was_paid_meanwhile_is_withdrawn(account, bill, startup, actor):
    take_in(account, actor, paid(bill, startup), f"2026-10-09,3892.50,,,{startup.name},,{bill.reference},T2")
    first, other = BankLine.objects.order_by("day")
    bank.confirm_match(bank.match_as_proposed(first, by=actor("finance")), by=actor("manager"))
    assert bank.look_again(by=actor("finance")) == 0
    other.refresh_from_db()
    assert other.state == "imported" and other.plan == {}


def test_the_number_of_queries_does_not_grow_with_the_file(account, actor):
    def asked(first, count):
        rows = [f"2026-10-08,{first + number}.00,,,甲,,x,T{first + number}" for number in range(count)]
        draft = bank.look_at(account, file_of(*rows), by=actor("finance"))
        with CaptureQueriesContext(connection) as seen:
            bank.import_statement(draft, COLUMNS, by=actor("finance"))
        return len(seen)

    few, many = asked(1, 5), asked(100, 300)
    at_the_end()
    assert many == few and balance(Account.BANK) == Decimal(sum(range(1, 6)) + sum(range(100, 400)))


def test_the_pages_show_themselves_to_who_reads_and_hide_the_buttons(client_of, account, actor):
    take_in(account, actor, "2026-10-08,100.00,,1100.00,甲,,x,T1")
    viewer = client_of("viewer")
    for name in ("health", "accounts", "lines", "decide", "second"):
        assert viewer.get(url(name)).status_code == 200
    assert viewer.post(url("decide"), {"line": "1:x"}).status_code == 403
    assert viewer.get(url("upload")).status_code == 403 and client_of("officer").get(url("health")).status_code == 403
    assert "6222000011112222" not in text(viewer.get(url("accounts")))
    narrowed = viewer.get(url("lines"), {"state": "open", "way": "in", "account": account.pk, "q": "甲"})
    assert len(narrowed.context["page"].object_list) == 1 and not viewer.get(url("lines"), {"way": "out"}).context["page"].object_list


def test_health_counts_what_waits(client_of, account, actor):
    take_in(account, actor, "2026-10-08,100.00,,1100.00,甲,,x,T1")
    take_in(account, actor, "2026-11-20,1.00,,1106.00,甲,,x,T5")
    page = client_of("finance").get(url("health"))
    assert page.context["suspense"] == Decimal("101.00") and [age.count for age in page.context["ages"]] == [1, 0, 1, 0]
    assert [one.gap for one in page.context["gaps"]] == [Decimal("5.00")] and page.context["accounts"][0].days == 4


# --- C10 row 14: bank file twice, altered balance, other account, formula cells, a million rows


def test_row_14_an_altered_amount_under_a_known_serial_number_is_refused(account, actor):
    take_in(account, actor, "2026-10-08,100.00,,,甲,,x,T1")
    with pytest.raises(BadTable):
        take_in(account, actor, "2026-10-08,900.00,,,甲,,x,T1")
    assert BankLine.objects.count() == 1


def test_row_14_one_serial_number_on_two_rows_is_said_not_a_crash(account, actor):
    with pytest.raises(BadTable):
        take_in(account, actor, "2026-10-08,100.00,,,甲,,x,T1", "2026-10-08,5.00,,,乙,,x,T1")


def test_row_14_the_file_of_another_account_is_refused(account, actor):
    other = bank.add_account(name="一般户", bank="示例银行", number="6217000099998888", by=actor("finance"))
    take_in(account, actor, "2026-10-08,100.00,,1100.00,甲,,x,T1")
    with pytest.raises(BadTable):
        take_in(other, actor, "2026-10-08,100.00,,1100.00,甲,,x,T1")
    named = SimpleUploadedFile("s.csv", ("账号：,6217 0000 9999 8888\n" + HEAD + "2026-10-09,5.00,,,甲,,x,T7").encode())
    with pytest.raises(BadTable):
        bank.import_statement(bank.look_at(account, named, by=actor("finance")), COLUMNS, by=actor("finance"))
    named.seek(0)
    assert bank.import_statement(bank.look_at(other, named, by=actor("finance")), COLUMNS, by=actor("finance")).added == 1


def test_row_14_a_number_with_stars_is_compared_and_the_other_partys_is_not():
    rows = [["账号", "6222****2222"], ["交易日期", "收入", "对方账号"], ["2026-10-08", "1.00", "6217000099998888"]]
    assert numbers_named(rows, {}) == {"6222****2222"}


def test_row_14_formula_cells_are_text(account, actor):
    book, body = Workbook(), io.BytesIO()
    for row in (["交易日期", "收入", "对方户名", "附言"], ["2026-10-08", "1.00", "=HYPERLINK(\"http://x\")", "=1+1"], ["2026-10-09", "2.00", "甲", "'=2+2"]):
        book.active.append(row)
    book.save(body)
    rows = tables.read_table(body.getvalue())
    found = parse(rows, {})
    assert [one.amount for one in found.movements] == [Decimal("1.00"), Decimal("2.00")] and found.movements[0].payer != "2"
    assert found.movements[1].purpose == "'=2+2"


def test_row_14_a_million_rows_are_refused_with_a_sentence(client_of, account, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 50)  # the limit is what is tried, not the machine
    finance = client_of("finance")
    page = finance.post(url("upload"), {"account": account.pk, "file": file_of(*["2026-10-08,1.00,,,甲,,x,"] * 60)})
    assert page.context["form"].errors["file"] and not Statement.objects.exists()


# --- C10 row 15 and 16


def test_row_15_anothers_reference_with_its_exact_amount_still_waits_for_people(client_of, account, bill, actor):
    take_in(account, actor, f"2026-10-08,3892.50,,,别的公司,,{bill.reference},T1")
    line = BankLine.objects.get()
    assert line.state == "proposed" and not Receipt.objects.exists() and Bill.objects.get().state == "issued"
    assert "别的公司" in text(client_of("finance").get(url("decide")))


def test_row_16_who_matched_does_not_confirm_however_many_roles(client_of, account, bill, startup, actor, people, organisation):
    from incubator.accounts.services import give_role

    give_role(people["finance"], organisation, "manager")
    take_in(account, actor, paid(bill, startup))
    finance = client_of("finance")
    (row,) = finance.get(url("decide")).context["rows"]
    finance.post(url("decide"), {"line": row["value"]})
    (row,) = finance.get(url("second")).context["rows"]
    finance.post(url("second"), {"line": row["value"]})
    assert finance.post(url("act", row["line"].pk, "confirm")).status_code == 403
    assert BankLine.objects.get().state == "waiting" and not Receipt.objects.exists()

