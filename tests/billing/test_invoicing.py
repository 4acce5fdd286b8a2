"""The queue of tax invoices: nothing above its bill, red only for what a credit note took back, every field in the export."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import transaction
from django.urls import reverse
from openpyxl import load_workbook

from billing.models import InvoiceRequest, InvoiceRequestLine, InvoiceTitle
from billing.services import bills, invoicing
from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotEligible
from incubator.documents.uploads import OwnPrint
from incubator.notices.models import Notice
from tests.billing.test_bills import draft, rent
from tests.billing.test_ledger import refused
from tests.factories.documents import pdf_bytes
from tests.factories.tenants import a_founder

pytestmark = pytest.mark.django_db
NUMBER = "26220000000012345678"
PLACE = {"drawer": "李静", "place": "吉林省长春市", "address": "净月大街 2800 号", "lease_from": date(2026, 1, 1), "lease_to": date(2026, 12, 31), "deed": "吉（2020）第 1 号", "area_unit": "平方米", "remark": "", "cross_city": False}
TITLE = {"kind": "82", "name": "云杉", "uscc": "91220101MA00000000", "address": "", "phone": "", "bank": "", "account": "", "delivery_email": ""}


def at(name, *args, face="office"):
    return reverse(f"{face}:bills:{name}", args=["jingyue", *args])


@pytest.fixture
def ready(bill, actor, people):
    """A bill of a startup that has a title, and the item for rent."""
    a_founder(bill.startup, user=people["founder"])
    invoicing.keep_item(kind="rent", name="*经营租赁*房屋租赁", code="3040502020200000000", unit="月", is_lease=True, by=actor("finance"))
    invoicing.keep_title(bill.startup, by=actor("founder"), **TITLE)
    return bill


@pytest.fixture
def issued(ready, actor):
    request = invoicing.check_request(invoicing.request_invoice(ready, by=actor("finance")), by=actor("finance"), **PLACE)
    return invoicing.record_invoice(request, number=NUMBER, issued_on=date(2026, 10, 20), by=actor("finance"))


def test_a_bill_is_asked_for_once_with_net_and_tax(ready, actor, people):
    request = invoicing.request_invoice(ready, by=actor("founder"))
    assert (request.number, request.total, request.tax) == ("KP-2026-000001", Decimal("3892.50"), Decimal("321.40"))
    assert request.lines.get().is_lease and Notice.objects.filter(person=people["finance"], key=f"invoice:{request.pk}").exists()
    with pytest.raises(Conflict):
        invoicing.request_invoice(ready, by=actor("finance"))
    invoicing.refuse_request(request, reason="抬头有误", by=actor("finance"))
    assert invoicing.request_invoice(ready, by=actor("finance")).total == Decimal("3892.50")


def test_no_line_is_invoiced_above_its_amount_by_any_way(ready, actor):
    request = invoicing.request_invoice(ready, by=actor("finance"))
    fields = {"line": ready.lines.get(), "item": "x", "code": "1" * 19, "quantity": 1, "amount": Decimal("0.01"), "net": Decimal("0.01"), "tax": 0, "rate": 0}
    with refused("invoice_line_within"), transaction.atomic():
        InvoiceRequestLine.objects.create(request=request, **fields)
    with refused("invoice_request_stays"), transaction.atomic():
        InvoiceRequest.objects.update(total=1, net=1, tax=0)


def test_what_is_missing_is_named(bill, ready, startup, actor):
    request = invoicing.request_invoice(ready, by=actor("finance"))
    with pytest.raises(BusinessError):
        invoicing.check_request(request, by=actor("finance"), drawer="李静")
    with pytest.raises(BusinessError):
        invoicing.check_request(request, by=actor("finance"), **{**PLACE, "lease_to": date(2025, 1, 1)})
    with pytest.raises(IllegalMove):
        invoicing.record_invoice(request, number=NUMBER, issued_on=date(2026, 10, 20), by=actor("finance"))
    with pytest.raises(BusinessError):
        invoicing.keep_title(startup, by=actor("finance"), **{**TITLE, "kind": "81"})


def test_without_title_item_or_number_nothing_is_asked_for(bill, startup, actor):
    with pytest.raises(NotEligible):
        invoicing.request_invoice(bill, by=actor("finance"))
    invoicing.keep_title(startup, by=actor("finance"), **TITLE)
    with pytest.raises(NotEligible):
        invoicing.request_invoice(bill, by=actor("finance"))
    with pytest.raises(Conflict):
        invoicing.request_invoice(draft(startup, actor, rent(key="x"), key="lease:2"), by=actor("finance"))


def credited(bill, actor, amount="100.00"):
    note = bills.draft_credit(bill, {bill.lines.get().pk: Decimal(amount)}, reason="减收", by=actor("finance"))
    return bills.approve_credit(note, by=actor("manager"))


def test_a_credit_note_after_the_invoice_gives_one_red_letter(issued, ready, actor):
    note = credited(ready, actor)
    red = invoicing.request_red(note, reason="04", by=actor("finance"))
    assert (red.total, red.reverses, red.place) == (Decimal("100.00"), issued, "吉林省长春市")
    with pytest.raises(Conflict):
        invoicing.request_red(note, reason="04", by=actor("finance"))
    asked = invoicing.ask_red(invoicing.check_request(red, by=actor("finance"), **PLACE), by=actor("finance"))
    assert invoicing.void_red(asked, by=actor("finance")).state == "checked"


def test_a_credit_note_before_the_invoice_lowers_it_and_reverses_nothing(ready, actor):
    note = credited(ready, actor)
    with pytest.raises(NotEligible):
        invoicing.request_red(note, reason="04", by=actor("finance"))
    request = invoicing.check_request(invoicing.request_invoice(ready, by=actor("finance")), by=actor("finance"), **PLACE)
    assert request.total == Decimal("3792.50")
    invoicing.record_invoice(request, number=NUMBER, issued_on=date(2026, 10, 20), by=actor("finance"))
    with pytest.raises(NotEligible):
        invoicing.request_red(note, reason="04", by=actor("finance"))


def test_a_number_is_recorded_once(issued, startup, actor):
    other = bills.issue_bill(draft(startup, actor, rent("50.00", "x"), key="lease:2"), by=actor("finance"))
    request = invoicing.check_request(invoicing.request_invoice(other, by=actor("finance")), by=actor("finance"), **PLACE)
    with pytest.raises(Conflict):
        invoicing.record_invoice(request, number=NUMBER, issued_on=date(2026, 10, 20), by=actor("finance"))
    with pytest.raises(BusinessError):
        invoicing.record_invoice(request, number="2" * 20, issued_on=date(2030, 1, 1), by=actor("finance"))


def test_the_office_checks_exports_records_and_delivers(ready, client_of):
    finance, founder = client_of("finance"), client_of("founder")
    assert founder.post(at("invoice-request", ready.pk, face="portal")).status_code == 302
    request = InvoiceRequest.objects.get()
    assert request.number in finance.get(at("invoices")).content.decode() and finance.post(at("invoice-export")).status_code == 302
    given = {**PLACE, "lease_from": "2026-01-01", "lease_to": "2026-12-31", "cross_city": ""}
    assert finance.post(at("invoice-check", request.pk), {**given, "deed": ""}).status_code == 409 or InvoiceRequest.objects.get().state == "requested"
    assert finance.post(at("invoice-check", request.pk), given).status_code == 302
    book = load_workbook(BytesIO(finance.post(at("invoice-export")).content))
    rows = list(book.active.iter_rows(values_only=True))
    row = next(one for one in rows if request.number in one)
    assert {"06", "3040502020200000000", "吉林省长春市", "净月大街 2800 号", "吉（2020）第 1 号", "平方米", "李静"} <= set(map(str, row))
    assert finance.post(at("invoice-result", request.pk), {"number": "12", "issued_on": "2026-10-20"}).context["form"].errors["number"]
    assert finance.post(at("invoice-result", request.pk), {"number": NUMBER, "issued_on": "2026-10-20", "file": OwnPrint("f.pdf", pdf_bytes())}).status_code == 302
    assert founder.get(at("invoice-file", request.pk, face="portal")).status_code == 404  # not delivered yet
    assert finance.post(at("invoice-act", request.pk, "deliver")).status_code == 302 and finance.get(at("invoice-file", request.pk)).status_code == 200
    assert founder.get(at("invoice-file", request.pk, face="portal")).status_code == 200 and NUMBER in founder.get(at("bill", ready.pk, face="portal")).content.decode()
    assert finance.get(at("invoice", request.pk)).status_code == 200 and finance.get(at("bill", ready.pk)).status_code == 200


def test_titles_and_items_are_entered_in_the_browser(bill, startup, people, client_of):
    a_founder(startup, user=people["founder"])
    finance, founder = client_of("finance"), client_of("founder")
    given = {"kind": "81", "name": "云杉", "uscc": startup.uscc, "address": "净月大街 1 号", "phone": "0431-80000000", "bank": "示例银行", "account": "6222000011112222", "delivery_email": "a@example.com"}
    assert founder.post(at("invoice-title", startup.pk, face="portal"), given).status_code == 302
    assert finance.post(at("invoice-title", startup.pk), {**given, "account": "", "name": "云杉软件"}).status_code == 302
    kept = InvoiceTitle.objects.get()
    assert (kept.name, str(kept.account)) == ("云杉软件", "6222000011112222") and "6222000011112222" not in finance.get(at("invoice-title", startup.pk)).content.decode()
    assert finance.post(at("invoice-items"), {"kind": "rent", "name": "房租", "code": "12"}).context["form"].errors["code"]
    assert finance.post(at("invoice-items"), {"kind": "rent", "name": "房租", "code": "3" * 19}).status_code == 302 and finance.get(at("invoice-items")).status_code == 200
