"""The parts of the story that need no database: days, bills, sheets, numbers; and the pages around it."""

import socket
import subprocess
from datetime import date
from io import BytesIO

import polib
import pytest
from django.test import Client
from django.utils import timezone

from incubator.core.identifiers import resident_id_problem, uscc_problem
from incubator.core.messages import compile_messages
from incubator.demo import costs, numbers, papers
from incubator.demo.clock import Clock
from incubator.demo.context import sign_in_names
from incubator.demo.days import Days
from incubator.demo.organisations import JINGYUE, YANBIAN
from incubator.demo.people import PASSWORD
from incubator.demo.serving import PortTaken, check_port, environment
from incubator.demo.sheets import Sheet, letter, press
from incubator.documents.uploads import look_inside


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 2, 28), date(2026, 11, 24), date(2027, 3, 31)])
def test_days_keep_every_act_between_the_quarter_and_today(today):
    days = Days(today)
    first = days.quarter.last_day.toordinal() + 1
    told = [days.after(days.quarter, part / 20) for part in range(21)]
    assert told == sorted(told)
    assert first <= told[0].toordinal()
    assert told[-1] <= today
    assert all(quarter.first_day >= date(2025, 7, 1) for quarter in days.history)
    assert all(days.after(quarter, 1) < today for quarter in days.history)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 11, 24)])
def test_bills_are_each_paid_once_and_never_after_today(today):
    found = costs.bills(JINGYUE, Days(today))
    assert len({(bill.number, bill.seller) for bill in found}) == len({(bill.bank, bill.reference) for bill in found}) == len(found)
    assert max(bill.paid_on for bill in found) <= today
    kinds = {(bill.kind, bill.tenant is None) for bill in found}
    assert kinds == {(kind, own) for kind in ("rent", "broadband", "software") for own in (True, False)} | {("activity", True)}


def test_numbers_are_right_in_their_form_and_the_same_each_time():
    names = [JINGYUE.name, YANBIAN.name, *(tenant.name for tenant in JINGYUE.tenants)]
    assert [uscc_problem(numbers.credit_code(name)) for name in names] == [None] * len(names)
    assert len({numbers.credit_code(name) for name in names}) == len(names)
    assert resident_id_problem(numbers.resident_id("于翀", "19870504")) is None
    assert numbers.credit_code("长春喆堃智能装备有限公司") == numbers.credit_code("长春喆堃智能装备有限公司")


def test_sheet_is_a_small_searchable_pdf_that_uploads_take():
    bill = costs.bills(JINGYUE, Days(date(2026, 11, 24)))[0]
    first, again = press([papers.invoice(bill)]), press([papers.invoice(bill)])
    assert first == again
    assert look_inside(first[0], "application/pdf").pages == 1
    assert len(first[0]) < 60_000
    text = subprocess.run(["pdftotext", "-raw", "-", "-"], input=first[0], capture_output=True, check=True).stdout.decode()
    assert all(words in text for words in (bill.number, bill.buyer_uscc, "示例 SAMPLE"))


def test_sheet_prints_characters_that_the_story_does_not_use():
    (body,) = press([letter("鹊桥", ["嫦娥奔月，囍。"])])
    assert look_inside(body, "application/pdf").pages == 1


def test_paragraph_does_not_tear_a_code():
    sheet = Sheet("")
    sheet.paragraph(0, 0, "承租方（乙方）：吉林省翀翼无人机科技有限公司，统一社会信用代码 91220101MA9Q56UGRY。")
    assert [words.text for words in sheet.words][1].startswith("91220101MA9Q56UGRY。")


def test_signed_copy_carries_no_attachment():
    import pikepdf

    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["claim.json"] = b"{}"
        body = BytesIO()
        pdf.save(body)
    assert look_inside(papers.signed_copy(body.getvalue()), "application/pdf").pages == 1


def test_clock_runs_forward_inside_the_block_only():
    clock, before = Clock(), timezone.now()
    with clock.at(date(2025, 7, 1)):
        first = timezone.now()
        assert timezone.localdate() == date(2025, 7, 1)
        assert timezone.template_localtime(first, use_tz=True).hour == 9
    with clock.at(date(2025, 7, 1)):
        assert timezone.now() > first
    with clock.at(timezone.localdate()):
        assert timezone.now() <= clock.limit
    assert timezone.now() >= before


def test_sign_in_page_names_people_in_the_demonstration_only(db, settings):
    settings.DEMO = True
    page = Client().get("/accounts/login/").content.decode()
    assert all(address in page for _who, address in sign_in_names())
    assert PASSWORD in page
    settings.DEMO = False
    assert PASSWORD not in Client().get("/accounts/login/").content.decode()


def test_port_that_is_taken_is_refused_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"^Port {port} is taken by another program. Choose another one: make demo PORT="):
            check_port(port)
    check_port(port)


def test_environment_keeps_what_was_set(monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://fuhua.example")
    monkeypatch.delenv("DEBUG", raising=False)
    found = environment(9000)
    assert (found["SITE_URL"], found["DEMO"], found["DEBUG"]) == ("https://fuhua.example", "1", "0")
    monkeypatch.delenv("SITE_URL")
    assert environment(9000)["SITE_URL"] == "http://127.0.0.1:9000"


def test_compile_messages_writes_what_is_newer(tmp_path, settings):
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalogue.append(polib.POEntry(msgid="Sign in", msgstr="登录"))
    catalogue.save(str(folder / "django.po"))
    settings.LOCALE_PATHS = [tmp_path]
    assert compile_messages() == [folder / "django.mo"]
    assert [entry.msgstr for entry in polib.mofile(str(folder / "django.mo"))] == ["登录"]
    assert compile_messages() == []
