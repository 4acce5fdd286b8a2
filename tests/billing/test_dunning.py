"""Late bills: the ladder tells each step once and stops when money may be under way; fees by the terms of two people."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from billing.models import Bill, DunningLetter, DunningStep, LateFee, LateFeeRule, TransferSlip
from billing.services import bills, dunning
from billing.tasks import remind_everywhere
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.documents.uploads import OwnPrint
from incubator.notices.models import Notice
from tests.billing.test_bank import take_in
from tests.billing.test_bills import a_rule, draft, money
from tests.billing.test_ledger import at_the_end, refused
from tests.factories.documents import pdf_bytes
from tests.factories.tenants import a_founder

pytestmark = pytest.mark.django_db
DUE = date(2026, 10, 15)


def at(name, *args, face="office"):
    return reverse(f"{face}:bills:{name}", args=["jingyue", *args])


@pytest.fixture
def late(bill, people, actor, account):
    """An open bill due on 15 October of a startup with a founder; a bank file came today."""
    a_founder(bill.startup, user=people["founder"])
    take_in(account, actor, "2026-10-08,100.00,,,甲,,x,T1")
    return bill


@pytest.fixture
def came(monkeypatch):
    """came(3): a bank file came so many days after the due day."""
    return lambda days: monkeypatch.setattr(dunning, "last_import", lambda: DUE + timedelta(days=days))


def told(bill):
    return sorted(DunningStep.objects.filter(bill=bill).values_list("days", flat=True))


@pytest.mark.parametrize(("day", "steps"), [(-8, []), (-7, [-7]), (0, [0]), (2, [0]), (3, [3]), (19, [10]), (20, [20]), (31, [30])])
def test_the_ladder_tells_the_last_rung_that_was_reached(late, actor, came, day, steps):
    came(day)
    dunning.remind(DUE + timedelta(days=day), by=actor("system"))
    assert told(late) == steps


def test_each_rung_is_told_once_and_the_office_hears_from_the_tenth_day_on(late, actor, people, came):
    for day in range(-10, 12):
        came(day)
        dunning.remind(DUE + timedelta(days=day), by=actor("system"))
        dunning.remind(DUE + timedelta(days=day), by=actor("system"))
    assert told(late) == [-7, 0, 3, 10]
    assert Notice.objects.filter(person=people["founder"], key__startswith="dunning:").count() == 4
    assert Notice.objects.filter(person=people["finance"], key__startswith="dunning:").count() == 1


def test_without_a_bank_file_for_five_working_days_nobody_is_reminded(late, actor, came):
    came(-5)
    assert dunning.remind(DUE + timedelta(days=3), by=actor("system")) == 0
    came(2)
    assert dunning.remind(DUE + timedelta(days=3), by=actor("system")) == 1


def test_a_slip_stops_the_ladder_and_settles_nothing(late, actor, people):
    slip = dunning.send_slip(late, OwnPrint("slip.pdf", pdf_bytes()), amount=Decimal("3892.50"), paid_on=date(2026, 10, 17), by=actor("founder"))
    today = timezone.localdate(slip.at)
    late.refresh_from_db()
    assert late.open_amount == Decimal("3892.50") and dunning.pause_of(late, today, today) and not dunning.pause_of(late, today + timedelta(days=9), today + timedelta(days=9))
    assert Notice.objects.filter(person=people["finance"], key=f"slip:{slip.pk}").exists()
    with pytest.raises(BusinessError):
        dunning.send_slip(late, OwnPrint("slip.pdf", pdf_bytes()), amount=Decimal("1.00"), paid_on=today + timedelta(days=1), by=actor("founder"))


def test_nobody_is_reminded_at_night(late, monkeypatch):
    asked = []
    monkeypatch.setattr("billing.tasks.for_every_organisation", asked.append)
    for hour, count in ((7, 0), (8, 1), (20, 2), (21, 2)):
        monkeypatch.setattr("billing.tasks.timezone.localtime", lambda hour=hour: timezone.datetime(2026, 11, 2, hour))
        remind_everywhere(0)
        assert len(asked) == count


def test_a_letter_names_what_is_overdue_and_stays(late, actor):
    letter = dunning.issue_letter(late.startup, by=actor("officer"))
    assert letter.number.startswith("CJ-") and letter.bills[0]["number"] == late.number and letter.total == Decimal("3892.50")
    with refused("dunning_stays"), transaction.atomic():
        DunningLetter.objects.update(total=1)
    with pytest.raises(Conflict):
        bills.allocate(money(late.startup, actor), late, late.open_amount, by=actor("finance"))
        dunning.issue_letter(late.startup, by=actor("officer"))


# --- late fees


@pytest.fixture
def terms(actor, inside):
    rule = dunning.draft_fee_rule(by=actor("finance"), daily_rate=Decimal("0.0005"), grace_days=5, cap_ratio=Decimal("0.1"), valid_from=date(2026, 1, 1), legal_note="第八条")
    with pytest.raises(NotAllowed):
        dunning.verify_fee_rule(rule, by=actor("finance"))
    return dunning.verify_fee_rule(rule, by=actor("manager"))


def paid_on(bill, actor, day):
    bills.allocate(bills.take_receipt(bill.startup, "bank", bill.total, key=f"late:{day}", received_on=day, payer_name="云杉", by=actor("finance")), bill, bill.total, by=actor("finance"))
    return Bill.objects.get(pk=bill.pk)


def test_a_bill_paid_twenty_days_late_costs_the_fee_of_the_design(bill, actor, terms, people):
    paid_on(bill, actor, DUE + timedelta(days=20))
    (fee,) = dunning.find_late_fees(by=actor("system"))
    assert (fee.days, fee.amount) == (20, Decimal("38.93")) and dunning.find_late_fees(by=actor("system")) == []
    billed = dunning.bill_late_fee(fee, by=actor("finance"))
    assert billed.fee_bill.total == Decimal("38.93") and billed.fee_bill.lines.get().why[-1]["result"] == "38.93"
    with pytest.raises(BusinessError):
        bills.issue_bill(billed.fee_bill, by=actor("finance"))  # no tax rule for late fees
    a_rule(people["finance"], people["manager"], kind="late_fee", rate="0.06")
    at_the_end()
    with refused("dunning_stays"), transaction.atomic():
        LateFee.objects.update(state="waived")


def test_each_part_counts_its_own_days_and_a_part_in_time_none(bill, actor, terms):
    parts = (("1000.00", 0), ("892.50", 10), ("2000.00", 20))
    for place, (amount, days) in enumerate(parts):
        came = bills.take_receipt(bill.startup, "bank", Decimal(amount), key=f"part:{place}", received_on=DUE + timedelta(days=days), payer_name="云杉", by=actor("finance"))
        bills.allocate(came, Bill.objects.get(pk=bill.pk), Decimal(amount), by=actor("finance"))
    (fee,) = dunning.find_late_fees(by=actor("system"))
    assert (fee.amount, fee.days) == (Decimal("4.46") + Decimal("20.00"), 20) and fee.arithmetic == "892.50 × 0.0005 × 10 + 2000.00 × 0.0005 × 20"


@pytest.mark.parametrize("days", [0, 5])
def test_within_the_grace_days_there_is_no_fee(bill, actor, terms, days):
    paid_on(bill, actor, DUE + timedelta(days=days))
    assert dunning.find_late_fees(by=actor("system")) == []


def test_without_terms_there_is_no_fee_and_terms_do_not_overlap(bill, actor, people, inside):
    paid_on(bill, actor, DUE + timedelta(days=40))
    assert dunning.find_late_fees(by=actor("system")) == []
    fields = {"daily_rate": Decimal("0.0005"), "grace_days": 0, "cap_ratio": Decimal(1), "legal_note": "x", "drafter": people["finance"], "verifier": people["manager"]}
    LateFeeRule.objects.create(valid_from=date(2026, 1, 1), **fields)
    with refused("late_fee_rule_no_overlap"), transaction.atomic():
        LateFeeRule.objects.create(valid_from=date(2026, 5, 1), **fields)


# --- in the browser


def test_the_office_writes_letters_and_decides_on_fees(late, terms, actor, client_of):
    finance, manager, officer = client_of("finance"), client_of("manager"), client_of("officer")
    assert late.number in finance.get(at("dunning")).content.decode()
    assert finance.get(at("dunning") + "?export").headers["Content-Disposition"].endswith('"overdue.xlsx"')
    assert officer.get(at("letter-issue", late.startup_id)).status_code == 200 and officer.post(at("letter-issue", late.startup_id)).status_code == 302
    printed = finance.get(at("letter", DunningLetter.objects.get().pk))
    assert b"".join(printed.streaming_content).startswith(b"%PDF")
    paid_on(late, actor, DUE + timedelta(days=20))
    assert finance.post(at("late-fees-find")).status_code == 302
    fee = LateFee.objects.get()
    assert late.number in finance.get(at("late-fees")).content.decode()
    assert finance.get(at("fee-waive", fee.pk)).status_code == 403
    assert manager.post(at("fee-waive", fee.pk), {"reason": ""}).status_code == 200
    assert manager.post(at("fee-waive", fee.pk), {"reason": "首次逾期"}).status_code == 302 and LateFee.objects.get().state == "waived"
    assert finance.post(at("fee-bill", fee.pk)).status_code == 409
    given = {"daily_rate": "0.05", "grace_days": "5", "cap_ratio": "10", "valid_from": "2027-01-01", "legal_note": "第八条"}
    assert finance.post(at("fee-rule-draft"), {**given, "daily_rate": "2"}).context["form"].errors["daily_rate"]
    assert finance.post(at("fee-rule-draft"), given).status_code == 302
    assert manager.post(at("fee-rule-verify", LateFeeRule.objects.first().pk)).status_code == 302
    assert LateFeeRule.objects.first().daily_rate == Decimal("0.0005")


def test_a_founder_sends_a_slip_and_finance_opens_it(late, client_of):
    founder = client_of("founder")
    page = at("slip-send", late.pk, face="portal")
    assert founder.post(page, {"amount": "3892.50", "paid_on": "2026-10-17"}).context["form"].errors["file"]
    assert founder.post(page, {"amount": "3892.50", "paid_on": "2026-10-17", "file": OwnPrint("slip.pdf", pdf_bytes())}).status_code == 302
    slip = TransferSlip.objects.get()
    assert client_of("finance").get(at("transfer-slip", slip.pk)).status_code == 200
    assert at("transfer-slip", slip.pk) in client_of("finance").get(at("bill", late.pk)).content.decode()


def test_a_draft_is_no_late_bill(startup, actor, account):
    draft(startup, actor, key="lease:9")
    assert dunning.remind(DUE + timedelta(days=30), by=actor("system")) == 0
