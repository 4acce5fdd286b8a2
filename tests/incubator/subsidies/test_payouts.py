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
from tests.incubator.subsidies.one_world import client_of, for_the_file, for_this_test, organisation, site, world  # noqa: F401

pytestmark = pytest.mark.django_db
OTHER = "62220000999988887777"


def reply(world, name):  # noqa: F811
    from incubator.policy.services import record_reply

    document = attach_upload(pdf(f"{name}.pdf", name), kind="official_reply", by=world.actor("finance"))
    today = timezone.localdate()
    return record_reply(document, body="长春净月人社局（示例）", number=f"净人社 {name}", dated_on=today, received_on=today, by=world.actor("finance"))


@pytest.fixture
def confirmed(world):  # noqa: F811
    """A claim with one line whose result is confirmed, paid from a budget line."""
    rent = edition("rent")
    budget_line(world.actor, programme=rent.programme, region=rent.region, year=timezone.localdate().year, amount="50000")
    say_budget(rent, "line", by=world.actor("finance"))
    sealed = seal(world, [endorse(world.apply("rent"), world.actor)])
    paper = attach_upload(pdf("print.pdf", "print"), kind="paper", by=world.actor("finance"))
    type(sealed).objects.filter(pk=sealed.pk).update(document=paper)
    sealed.refresh_from_db()
    filed = claims.file_claim(sealed, scan=attach_upload(pdf("s.pdf", "s"), kind="signed_scan", by=world.actor("manager")), by=world.actor("manager"))
    taken = decisions.record_receipt(filed, reply(world, "receipt"), by=world.actor("finance"))
    lines = [LineReply(line, "approved", line.amount, None, "照准") for line in claims.standing(taken)]
    recorded = decisions.record_claim_decision(taken, reply(world, "decision"), lines, by=world.actor("finance"))
    decided = decisions.confirm_claim_decision(recorded, total=recorded.decided, by=world.actor("manager"))
    type(decided).objects.filter(pk=decided.pk).update(state="confirmed")
    decided.refresh_from_db()
    return decided


def text_of(body: bytes) -> str:
    """What the PDF says, without blanks and breaks."""
    said = subprocess.run(["pdftotext", "-raw", "-", "-"], input=body, capture_output=True, check=True).stdout.decode()
    return "".join(said.split())


def line_of(claim) -> ClaimLine:
    return claims.standing(claim)[0]


def order(world, claim, way=Way.AUTHORITY, **more):  # noqa: F811
    return payouts.order_payouts(claim, [line_of(claim)], way, by=world.actor("finance"), **more)[0]


def slip(world, tail="slip"):  # noqa: F811
    return Proof(timezone.localdate(), "2026-77", slip=attach_upload(pdf(f"{tail}.pdf", tail), kind="bank_slip", by=world.actor("finance")))


def paid_by_authority(world, claim):  # noqa: F811
    payout = order(world, claim)
    noted = payouts.note_payment(payout, slip(world), by=world.actor("finance"))
    return payouts.record_paid(noted, amount=payout.net, by=world.actor("manager"))


def through_us(world, claim):  # noqa: F811
    """Approved, to be passed on; the money has come."""
    amount = claim.decided
    recorded = funds_acts.record_funds(claim, amount, slip(world, "funds"), by=world.actor("finance"))
    funds_acts.confirm_funds(recorded, amount=amount, by=world.actor("manager"))
    return payouts.approve_payout(order(world, claim, Way.PASS_THROUGH), by=world.actor("manager"))


def bank(world, payout, word, day=None):  # noqa: F811
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = f"付款编号,金额,处理结果,处理日期,失败原因\n{payout.key},{payout.net},{word},{day or timezone.localdate()},户名不符\n"
    return payout_files.import_results(
        SimpleUploadedFile("r.csv", text.encode()), by=world.actor("finance"), after=lambda row, result: payouts.after_result(row, result, by=world.actor("finance"))
    )


def send(world, payout):  # noqa: F811
    return payout_files.make_file([(payout, payouts.payee_for(payouts.application_of(payout)))], by=world.actor("finance"))


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


def demand(world, claim, amount="100.00", trigger="overpaid"):  # noqa: F811
    opened = clawbacks.open_clawback(line_of(claim).application, trigger, Decimal(amount), note="核查发现多付", by=world.actor("officer"))
    return clawbacks.decide_clawback(opened, pay_until=timezone.localdate() + timedelta(days=30), note="", by=world.actor("manager"))


def test_a_clawback_is_never_above_what_was_paid(world, confirmed):  # noqa: F811
    application = line_of(confirmed).application
    with pytest.raises(Conflict):
        clawbacks.open_clawback(application, "overpaid", Decimal(1), note="x", by=world.actor("officer"))
    paid_by_authority(world, confirmed)
    with pytest.raises(Conflict):
        clawbacks.open_clawback(application, "overpaid", confirmed.decided + Decimal("0.01"), note="x", by=world.actor("officer"))
    demand(world, confirmed, confirmed.decided)
    with pytest.raises(Conflict):
        clawbacks.open_clawback(application, "lease_ended", Decimal("0.01"), note="x", by=world.actor("officer"))


def test_a_repaid_clawback_leaves_the_budget_line(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    decided = demand(world, confirmed)
    noted = clawbacks.note_repayment(decided, slip(world, "back"), by=world.actor("finance"))
    with pytest.raises(NotAllowed):
        clawbacks.repay_clawback(noted, amount=Decimal("100.00"), by=world.actor("finance"))
    repaid = clawbacks.repay_clawback(noted, amount=Decimal("100.00"), by=world.actor("manager"))
    application = line_of(confirmed).application
    assert (repaid.state, holding_of(application).paid) == ("repaid", confirmed.decided - 100)
    assert BudgetEntry.objects.about(application).filter(kind="clawback", amount=100).exists()
    assert LedgerLine.objects.of_account(Account.PASS_THROUGH).total() == -100  # it belongs to the authority


def test_false_evidence_locks_its_keys(world, confirmed):  # noqa: F811
    from incubator.subsidies.services.keys import free_keys

    paid_by_authority(world, confirmed)
    demand(world, confirmed, "10.00", "evidence_false")
    application = line_of(confirmed).application
    kept = application.benefit_keys.filter(freed_at=None).count()
    free_keys(application)
    assert kept and application.benefit_keys.filter(freed_at=None).count() == kept


def test_a_newer_lower_decision_proposes_a_clawback(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    confirmed.refresh_from_db()
    line, lower = line_of(confirmed), confirmed.decided - Decimal("300.00")
    answer = LineReply(line, "cut", lower, ReasonCode.objects.get(code="AUTHORITY"), "核减")
    ground = revisions.Ground("correction", reply(world, "again"), "复核核减")
    recorded = revisions.record_revision(confirmed, ground, [answer], by=world.actor("finance"))
    revisions.confirm_revision(recorded, total=lower, by=world.actor("manager"))
    (row,) = proposals()
    assert (row.application.pk, row.trigger, row.amount) == (line.application_id, "overpaid", Decimal("300.00"))


def test_a_lease_that_ended_inside_paid_months_is_proposed(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    assert proposals() == []
    lease = line_of(confirmed).application.lease
    type(lease).objects.filter(pk=lease.pk).update(state="ended", ends_on=date(2026, 8, 31))
    (row,) = proposals()
    assert (row.trigger, row.amount) == ("lease_ended", confirmed.decided / 3)


def test_the_letter_names_the_right_to_appeal(world, confirmed):  # noqa: F811
    paid_by_authority(world, confirmed)
    decided = demand(world, confirmed)
    body = clawbacks.print_clawback_pdf(decided)
    text = text_of(body)
    assert decided.number in text
    assert "申请复核" in text
    assert "行政复议" in text


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
