"""Money for tests: a claim whose result is confirmed, its payment on each way, the bank's answer, a demand for repayment."""

from __future__ import annotations

import subprocess
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from billing.models import Way
from billing.services import funds as funds_acts
from billing.services import payout_files
from billing.services.payouts import Proof
from incubator.accounts.actors import actor_for
from incubator.core.errors import NotAllowed
from incubator.documents.services import attach_upload
from incubator.policy.services import record_reply, say_budget
from incubator.subsidies.models import ClaimLine
from incubator.subsidies.services import applications, claims, clawbacks, decisions, payouts, review
from incubator.subsidies.services.decisions import LineReply
from spaces.models import HeadLease
from tests.factories.accounts import make_person
from tests.factories.budgets import a_line as budget_line
from tests.factories.spaces import a_running_lease, a_site, a_space
from tests.factories.subsidies import QUARTER, add_cost, edition, endorse, pdf, seal
from tests.factories.tenants import a_startup


def reply(world, name):
    document = attach_upload(pdf(f"{name}.pdf", name), kind="official_reply", by=world.actor("finance"))
    today = timezone.localdate()
    return record_reply(document, body="长春净月人社局（示例）", number=f"净人社 {name}", dated_on=today, received_on=today, by=world.actor("finance"))


@pytest.fixture
def confirmed(world):
    return confirm(world, "rent")


def confirm(world, kind):
    """A claim with one line whose result is confirmed, paid from a budget line."""
    granted = edition(kind)
    budget_line(world.actor, programme=granted.programme, region=granted.region, year=timezone.localdate().year, amount="50000")
    say_budget(granted, "line", by=world.actor("finance"))
    return decide(world, seal(world, [endorse(world.apply(kind), world.actor)]), kind)


def decide(world, sealed, kind):
    """A sealed claim is filed, answered line by line as asked, and its result confirmed."""
    paper = attach_upload(pdf("print.pdf", f"print {kind}"), kind="paper", by=world.actor("finance"))
    type(sealed).objects.filter(pk=sealed.pk).update(document=paper)
    sealed.refresh_from_db()
    filed = claims.file_claim(sealed, scan=attach_upload(pdf("s.pdf", f"s {kind}"), kind="signed_scan", by=world.actor("manager")), by=world.actor("manager"))
    taken = decisions.record_receipt(filed, reply(world, f"receipt {kind}"), by=world.actor("finance"))
    lines = [LineReply(line, "approved", line.amount, None, "照准") for line in claims.standing(taken)]
    recorded = decisions.record_claim_decision(taken, reply(world, f"decision {kind}"), lines, by=world.actor("finance"))
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


def order(world, claim, way=Way.AUTHORITY, **more):
    return payouts.order_payouts(claim, [line_of(claim)], way, by=world.actor("finance"), **more)[0]


def slip(world, tail="slip"):
    return Proof(timezone.localdate(), "2026-77", slip=attach_upload(pdf(f"{tail}.pdf", tail), kind="bank_slip", by=world.actor("finance")))


def paid_by_authority(world, claim):
    payout = order(world, claim)
    noted = payouts.note_payment(payout, slip(world), by=world.actor("finance"))
    return payouts.record_paid(noted, amount=payout.net, by=world.actor("manager"))


def through_us(world, claim):
    """Approved, to be passed on; the money has come."""
    amount = claim.decided
    recorded = funds_acts.record_funds(claim, amount, slip(world, "funds"), by=world.actor("finance"))
    funds_acts.confirm_funds(recorded, amount=amount, by=world.actor("manager"))
    return payouts.approve_payout(order(world, claim, Way.PASS_THROUGH), by=world.actor("manager"))


def bank(world, payout, word, day=None):
    text = f"付款编号,金额,处理结果,处理日期,失败原因\n{payout.key},{payout.net},{word},{day or timezone.localdate()},户名不符\n"
    return payout_files.import_results(
        SimpleUploadedFile("r.csv", text.encode()), by=world.actor("finance"), after=lambda row, result: payouts.after_result(row, result, by=world.actor("finance"))
    )


def send(world, payout):
    return payout_files.make_file([(payout, payouts.payee_for(payouts.application_of(payout)))], by=world.actor("finance"))


def demand(world, claim, amount="100.00", trigger="overpaid"):
    opened = clawbacks.open_clawback(line_of(claim).application, trigger, Decimal(amount), note="核查发现多付", by=world.actor("officer"))
    return clawbacks.decide_clawback(opened, pay_until=timezone.localdate() + timedelta(days=30), note="", by=world.actor("manager"))


@pytest.fixture
def own_cost(world):
    """The organisation rents a second site and lets a room there below its published rent."""
    officer = world.actor("officer")
    site = a_site(standard_rent=Decimal("60.00"))
    scan = attach_upload(pdf("head.pdf", "head"), kind="lease", by=officer)
    HeadLease.objects.create(
        site=site, landlord="长春朝阳资产有限公司", landlord_uscc=world.startup.uscc, area=Decimal("500.00"), unit_rent=Decimal("40.00"),
        starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31), document=scan, recorded_by=officer.user,
    )
    tenant = a_startup()
    lease = a_running_lease(tenant, a_space(site, area=Decimal("100.00")), world.people["officer"], world.people["manager"], scan)
    lease.lines.update(unit_price=Decimal("10.00"))  # relief 50 × 100 × 3 = 15,000
    for month in (7, 8, 9):
        add_cost(None, world.people["officer"], "rent", month, Decimal("20000.00"), officer)
    application = applications.start_application(edition("rent", "space"), QUARTER, site=site, by=officer)
    for kind in ("licence", "lease", "title", "pass_through", "pledge"):
        applications.attach_evidence(application, kind, attach_upload(pdf(f"{kind}.pdf", f"own{kind}"), kind=kind, by=officer), by=officer)
    return application


def endorse_own(world, application):
    """Sent by the officer who prepared it, looked through by another, endorsed by the manager."""
    sent = applications.submit_application(application, by=world.actor("officer"), pledged=True)
    with pytest.raises(NotAllowed):
        review.take_application(sent, by=world.actor("officer"))  # who prepared it does not check it
    other = actor_for(make_person("officer-2", world.organisation, "officer"), world.organisation)
    taken = review.take_application(sent, by=other)
    for row in taken.evidence.all():
        review.judge_evidence(row, verdict="good", finding="", by=other)
    return review.endorse_application(review.recommend_application(taken, by=other), by=world.actor("manager"))
