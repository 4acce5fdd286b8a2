"""Recording invoices and slips, and what is read from them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing import services
from billing.models import BankSlip, Fapiao
from incubator.core.errors import BusinessError, Conflict
from incubator.core.periods import Month
from incubator.documents.models import Document
from incubator.documents.uploads import BadUpload
from incubator.tenants.models import StartupDocument
from tests.factories.billing import SELLER, a_fapiao, a_slip
from tests.factories.documents import a_document, an_upload, hostile_uploads
from tests.factories.tenants import a_founder, a_startup, a_uscc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]
NUMBER = "26222000000123456789"


def invoice(startup, by, **fields):
    basics = {
        "kind": "rent",
        "number": NUMBER,
        "seller_name": "净月物业",
        "seller_uscc": SELLER,
        "buyer_name": "星火",
        "buyer_uscc": a_uscc(5),
        "issued_on": date(2026, 1, 5),
        "period_from": Month(2026, 1),
        "period_to": Month(2026, 3),
        "room": "A-301",
        "item": "房租",
        "amount": Decimal("11677.50"),
    }
    return services.record_fapiao(by=by, startup=startup, **basics | fields)


def test_record_fapiao_of_a_startup(actor):
    startup = a_startup()
    fapiao = invoice(startup, actor("officer"), upload=an_upload("发票.pdf"))
    assert [str(month) for month in fapiao.months] == ["2026-01", "2026-02", "2026-03"]
    assert (fapiao.document.kind, StartupDocument.objects.get().document) == ("invoice", fapiao.document)
    assert (fapiao.is_paid, fapiao.state_tone) == (False, "amber")


def test_record_fapiao_of_the_organisation(actor):
    fapiao = invoice(None, actor("officer"), upload=an_upload())
    assert (fapiao.startup, StartupDocument.objects.count()) == (None, 0)


def test_record_fapiao_with_a_paper_of_the_vault(actor):
    startup, document = a_startup(), a_document(actor("founder"), "invoice")
    StartupDocument.objects.create(startup=startup, document=document)
    assert invoice(startup, actor("officer"), document=document).document == document
    assert StartupDocument.objects.count() == 1


def test_an_invoice_is_recorded_once(actor):
    invoice(a_startup(), actor("officer"))
    with pytest.raises(Conflict, match=NUMBER) as refusal:
        invoice(a_startup(), actor("officer"), upload=an_upload())
    assert (refusal.value.field, Fapiao.objects.count(), Document.objects.count()) == ("number", 1, 0)
    invoice(a_startup(), actor("officer"), seller_uscc=a_uscc(6))


def test_months_in_the_wrong_order(actor):
    with pytest.raises(BusinessError) as refusal:
        invoice(a_startup(), actor("officer"), period_to=Month(2025, 12))
    assert refusal.value.field == "period_to"


@pytest.mark.parametrize("name", hostile_uploads())
def test_a_hostile_file_leaves_nothing(actor, name):
    with pytest.raises(BadUpload):
        invoice(a_startup(), actor("officer"), upload=hostile_uploads()[name])
    assert (Fapiao.objects.count(), Document.objects.count()) == (0, 0)


def test_slips_pay_an_invoice(actor):
    fapiao = invoice(a_startup(), actor("officer"))
    basics = {"by": actor("officer"), "bank": "工行", "payer_name": "星火", "paid_on": date(2026, 1, 6)}
    services.record_slip(fapiao, reference="HD1", amount=Decimal("11000.00"), **basics)
    assert (fapiao.paid_amount, list(Fapiao.objects.unpaid()), list(Fapiao.objects.paid())) == (
        Decimal("11000.00"),
        [fapiao],
        [],
    )
    services.record_slip(fapiao, reference="HD2", amount=Decimal("677.50"), upload=an_upload(), **basics)
    assert (fapiao.is_paid, list(Fapiao.objects.paid()), fapiao.state_tone) == (True, [fapiao], "jade")
    assert Fapiao.objects.with_paid().get().paid_amount == Decimal("11677.50")


def test_a_slip_is_recorded_once(actor):
    fapiao = invoice(a_startup(), actor("officer"))
    slip = a_slip(fapiao, actor("officer").user)
    with pytest.raises(Conflict) as refusal:
        services.record_slip(
            fapiao,
            by=actor("officer"),
            bank=slip.bank,
            reference=slip.reference,
            payer_name="星火",
            amount=Decimal(1),
            paid_on=date(2026, 1, 6),
        )
    assert (refusal.value.field, BankSlip.objects.count()) == ("reference", 1)


def test_an_invoice_without_slips_is_not_paid(actor):
    assert a_fapiao(a_startup(), actor("officer").user).paid_amount == Decimal("0.00")


def test_covering(actor):
    startup, by = a_startup(), actor("officer").user
    quarter = a_fapiao(startup, by, period_to=date(2026, 3, 1))
    own = a_fapiao(None, by)
    a_fapiao(startup, by, kind="software")
    a_fapiao(a_startup(), by)
    covered = {month: list(Fapiao.objects.covering(startup, "rent", Month(2026, month))) for month in (1, 3, 4)}
    assert covered == {1: [quarter], 3: [quarter], 4: []}
    assert list(Fapiao.objects.covering(None, "rent", Month(2026, 1))) == [own]


def test_sight(actor, people):
    own, foreign = a_startup(), a_startup()
    a_founder(own, user=people["founder"])
    mine = a_fapiao(own, people["officer"])
    slip = a_slip(mine, people["officer"])
    a_slip(a_fapiao(foreign, people["officer"]), people["officer"])
    a_fapiao(None, people["officer"])
    assert list(Fapiao.objects.visible_to(actor("founder"))) == [mine]
    assert list(BankSlip.objects.visible_to(actor("founder"))) == [slip]
    assert (
        Fapiao.objects.visible_to(actor("viewer")).count(),
        BankSlip.objects.visible_to(actor("viewer")).count(),
    ) == (3, 2)
    assert Fapiao.objects.visible_to(actor("mentor")).count() == 0


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"number": "123"}, "fapiao_number_form"),
        ({"number": "２" * 20}, "fapiao_number_form"),
        ({"seller_uscc": "9122"}, "fapiao_uscc_form"),
        ({"amount": Decimal(0)}, "fapiao_amount"),
        ({"tax": Decimal("9999.00")}, "fapiao_tax"),
        ({"period_from": date(2026, 1, 2)}, "fapiao_months"),
        ({"period_to": date(2025, 12, 1)}, "fapiao_months"),
    ],
)
def test_database_refuses_an_invoice(people, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        a_fapiao(a_startup(), people["officer"], **fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [({"amount": Decimal(0)}, "bank_slip_amount"), ({"payer_account_tail": "12"}, "bank_slip_tail")],
)
def test_database_refuses_a_slip(people, fields, constraint):
    fapiao = a_fapiao(a_startup(), people["officer"])
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        a_slip(fapiao, people["officer"], **fields)
