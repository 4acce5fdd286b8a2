"""From the confirmed result to the closed claim: payouts, budget, books, clawback and the audit pack move together."""

import subprocess
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from billing.models import Account, LedgerLine, Payout, Way
from billing.services import funds as funds_acts
from billing.services import payout_files
from billing.services.payouts import Proof, confirm_receipt
from incubator.core.errors import BusinessError, Conflict, NotAllowed, NotEligible
from incubator.documents.services import attach_upload
from incubator.notices.models import Notice
from incubator.journal.models import Entry
from incubator.policy.models import BudgetEntry, Decision, ReasonCode
from incubator.policy.services import holding_of, say_budget
from incubator.subsidies.audit_pack import audit_pack, print_audit_pdf
from incubator.subsidies.models import ClaimLine, Clawback
from incubator.subsidies.recompute import proposals
from incubator.subsidies.services import claim_notices, claims, clawbacks, decisions, payees, payouts, revisions
from incubator.subsidies.services.decisions import LineReply
from tests.browser import signed_in
from tests.factories.budgets import a_line as budget_line
from tests.factories.subsidies import edition, endorse, pdf, seal
from tests.incubator.subsidies.money import bank, confirmed, demand, line_of, order, paid_by_authority, reply, send, slip, text_of, through_us  # noqa: F401
from tests.incubator.subsidies.one_world import client_of, for_the_file, for_this_test, organisation, site, world  # noqa: F401

pytestmark = pytest.mark.django_db
OTHER = "62220000999988887777"


def test_the_authority_pays_and_the_claim_is_paid(world, confirmed):  # noqa: F811
    payout = paid_by_authority(world, confirmed)
    confirmed.refresh_from_db()
    held = holding_of(line_of(confirmed).application)
    assert (payout.state, confirmed.state, held.committed, held.paid) == ("paid", "paid", 0, confirmed.decided)
    assert not LedgerLine.objects.exists()
    with pytest.raises(NotAllowed):
        payouts.close_claim(confirmed, by=world.actor("finance"))
    assert payouts.close_claim(confirmed, by=world.actor("manager")).state == "closed"
    assert Notice.objects.filter(person=world.people["founder"], sentence__contains="were paid").exists()


def test_nothing_moves_before_the_second_person(world, confirmed):  # noqa: F811
    payout = payouts.note_payment(order(world, confirmed), slip(world), by=world.actor("finance"))
    held = holding_of(line_of(confirmed).application)
    assert (held.committed, held.paid, payout.results.count()) == (confirmed.decided, 0, 0)
    with pytest.raises(IntegrityError, match="payout_paid_by_two_with_proof"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(state="paid")


def test_a_returned_payment_is_corrected_and_sent_again(world, confirmed):  # noqa: F811
    payout = through_us(world, confirmed)
    send(world, payout)
    payout.refresh_from_db()
    assert len(bank(world, payout, "成功").taken) == 1
    confirmed.refresh_from_db()
    assert confirmed.state == "paid"
    assert len(bank(world, payout, "退票").taken) == 1
    confirmed.refresh_from_db()
    payout.refresh_from_db()
    application = line_of(confirmed).application
    assert (confirmed.state, payout.state, holding_of(application).paid, holding_of(application).committed) == ("paying", "bank_returned", 0, confirmed.decided)
    payees.enter_corrected(application, bank_name="建设银行", bank_account=OTHER, by=world.actor("founder"))
    application = payouts.application_of(payout)
    with pytest.raises(BusinessError):
        payees.verify_corrected(application, typed="1" * 20, by=world.actor("officer"))
    with pytest.raises(Conflict):
        payouts.reorder_payout(payout, by=world.actor("officer"))
    payees.verify_corrected(application, typed=OTHER, by=world.actor("officer"))
    again = payouts.reorder_payout(payout, by=world.actor("officer"))
    send(world, payouts.approve_payout(again, by=world.actor("manager")))
    again.refresh_from_db()
    assert (again.attempt, again.account_tail, len(bank(world, again, "成功").taken), len(bank(world, again, "成功").known)) == (2, "7777", 1, 1)
    confirmed.refresh_from_db()
    assert (confirmed.state, holding_of(application).paid) == ("paid", confirmed.decided)
    assert LedgerLine.objects.of_account(Account.PASS_THROUGH).total() == 0
    with pytest.raises(NotEligible):  # the startup has not said that the money came
        payouts.close_claim(confirmed, by=world.actor("manager"))
    confirm_receipt(again, by=world.actor("founder"))
    assert payouts.close_claim(confirmed, by=world.actor("manager")).state == "closed"


def test_a_cancelled_order_releases_its_commitment_and_can_be_ordered_again(world, confirmed):  # noqa: F811
    application = line_of(confirmed).application
    payouts.cancel_payout(order(world, confirmed), note="改由主管部门直接拨付", by=world.actor("manager"))
    assert holding_of(application).committed == 0
    confirmed.refresh_from_db()
    assert confirmed.state == "paid"  # nothing is left to pay: everything was cancelled with its release


def test_money_of_the_authority_is_not_paid_from_our_own_funds(world, confirmed):  # noqa: F811
    with pytest.raises(BusinessError):
        order(world, confirmed, Way.OWN)


def test_the_audit_pack_leads_from_the_money_to_the_clause_on_one_page(world, confirmed):  # noqa: F811
    payout = paid_by_authority(world, confirmed)
    said = audit_pack(Payout.objects.for_pages().get(pk=payout.pk))
    body = print_audit_pdf(Payout.objects.for_pages().get(pk=payout.pk))
    with pikepdf.open(BytesIO(body)) as opened:
        assert len(opened.pages) == 1
    text = text_of(body)
    application = line_of(confirmed).application
    wanted = [
        payout.number, application.number, confirmed.number, Decision.objects.get(pk=line_of(confirmed).decision_id).sha256, payout.slip.sha256,
        application.trace_sha256, said["clauses"][0]["quote"], said["evidence"][0]["sha256"], said["budget"][-1]["key"], confirmed.reply.document.sha256,
        *(name for row in said["persons"] for name in (row["first"], row["second"])),
    ]  # fmt: skip
    assert [part for part in wanted if "".join(part.split()) not in text] == []
    assert all(row["first"] != row["second"] or row["first"] == "—" for row in said["persons"])
    account = payouts.payee_for(application).number
    assert account not in text


def test_the_audit_pack_of_money_passed_on_names_its_receipt(world, confirmed):  # noqa: F811
    payout = through_us(world, confirmed)
    send(world, payout)
    payout.refresh_from_db()
    bank(world, payout, "成功")
    said = audit_pack(Payout.objects.for_pages().get(pk=payout.pk))
    assert [(row["amount"], row["first"], row["second"]) for row in said["funds"]] == [(str(confirmed.decided), "finance", "manager")]
    assert len(said["ledger"]) == 2  # the receipt, and the payment
    assert said["funds"][0]["proof"].startswith("回单 ")


def test_the_pages_of_a_payment_open(world, confirmed, client_of):  # noqa: F811
    payout = paid_by_authority(world, confirmed)
    decided = demand(world, confirmed)
    office = client_of("finance")
    base = "/office/jingyue/subsidies/"
    for path in (f"claims/{confirmed.pk}/", f"claims/{confirmed.pk}/pay/", f"claims/{confirmed.pk}/funds/", "payouts/", "payouts/?queue=paid", "payouts/results/",
                 f"payouts/{payout.pk}/", f"payouts/{payout.pk}/audit/", "clawbacks/", f"clawbacks/{decided.pk}/", f"clawbacks/{decided.pk}/do/note_repayment/"):
        assert office.get(base + path).status_code == 200, path
    money = client_of("founder").get("/portal/jingyue/subsidies/money/")
    assert payout.number in money.content.decode()
    assert client_of("officer").get(f"{base}applications/{payouts.application_of(payout).pk}/clawback/").status_code == 200
    assert Clawback.objects.count() == 1


def test_the_bank_file_asks_once_more_who_is_there(world, confirmed, client_of):  # noqa: F811
    payout = through_us(world, confirmed)
    client = client_of("finance")
    made = client.post("/office/jingyue/subsidies/payouts/files/make/", {})
    assert made.status_code == 302
    body = client.get(made.url + "csv/").content.decode()
    assert payout.key in body
    assert payouts.payee_for(payouts.application_of(payout)).number in body
    assert payouts.payee_for(payouts.application_of(payout)).number not in client.get(made.url).content.decode()




def test_who_may_print_the_audit_pack(world, confirmed, client_of, other_people):  # noqa: F811
    payout = paid_by_authority(world, confirmed)
    path = f"/office/jingyue/subsidies/payouts/{payout.pk}/audit/pdf/"
    answer = client_of("viewer").get(path)
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF") and Entry.objects.filter(act="print_audit").count() == 1
    assert client_of("founder").get(path).status_code == 403
    assert signed_in(other_people["owner"]).get(path).status_code == 404
    assert client_of("viewer").get(path.replace(str(payout.pk), "999999")).status_code == 404
