"""A world with an object for every address, and the addresses of it, by the name of their URL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing.models import BankLine, BankSlip, BillingRun, Fapiao, LateFee, PayoutFile
from billing.services import bank, credit, debit, post, propose_close
from billing.services import bills as bill_acts
from billing.services import deposits as deposit_acts
from billing.services import dunning as dunning_acts
from billing.services import invoicing as invoice_acts
from billing.services import payments as payment_acts
from billing.services import payouts as billing_payouts
from billing.services import refunds as refund_acts
from billing.services.bills import Charge
from billing.services.taxes import draft_rule, verify_rule
from billing.services.funds import confirm_funds, record_funds
from billing.services.payouts import Proof
from incubator.accounts.actors import actor_for, system
from incubator.accounts.models import Invitation
from incubator.accounts.roles import Role
from incubator.accounts.services import fingerprint, invite
from incubator.core.periods import Month
from incubator.core.scoping import organisation_context
from incubator.documents.services import keep_paper
from incubator.documents.uploads import OwnPrint
from incubator.policy.loading import load_everything
from incubator.policy.models import Citation, Parameter, PolicyDocument, ProgrammeEdition
from incubator.policy.services import (
    Complaint,
    draft_from,
    draft_measure,
    draft_notice,
    file_measure,
    file_objection,
    propose_appropriation,
    publish_notice,
    record_decision,
    record_reply,
    send_contact_code,
    set_parameter,
    submit_measure,
)
from incubator.reports.services import freeze_month
from incubator.subjects import copies, erasing
from incubator.subjects.models import OwnCopy
from incubator.subsidies.flags import flags_of
from incubator.subsidies.models import Claim, ClaimRevision, Clawback, RefusalCheck, ResultNotice
from incubator.subsidies.services import applications, claims, review
from incubator.subsidies.services.results import issue_result
from incubator.subsidies.services.clawbacks import open_clawback
from incubator.subsidies.services.payouts import decided_line, payee_for
from incubator.subsidies.services.sources import enter_account
from incubator.tenants.models import StartupDocument
from spaces.models import HeadLease
from tests.factories.accounts import make_organisation, make_person, make_uscc
from tests.factories.budgets import a_line as budget_line
from tests.factories.budgets import a_reply
from tests.factories.documents import pdf_bytes
from tests.factories.payouts import a_paper
from tests.factories.spaces import a_lease, a_line, a_site, a_space
from tests.factories.subsidies import QUARTER, add_cost, add_startup, apply_for, edition, endorse, look_through, make_world, seal
from tests.walls.guarantee_examples import add_guarantees, guarantee_addresses
from tests.walls.booking_examples import add_bookings, booking_addresses
from tests.walls.contest_examples import add_contests, contest_addresses
from tests.walls.mentor_examples import add_mentoring, mentoring_addresses
from tests.factories.tenants import a_founder, a_startup, an_agreement

CASE_ACTS = ("take", "return", "recommend", "refuse", "endorse", "send_back", "appeal", "reopen", "uphold", "withdraw")
CLAIM_ACTS = ("seal", "unseal", "file", "record_receipt", "record_return", "reopen", "abandon", "record_decision",
              "confirm_record", "reject_record", "publish_notice", "record_notice", "withdraw_notice", "renotice", "skip_notice", "confirm_result", "revise", "close")
PAYOUT_ACTS = ("approve", "cancel", "note_payment", "record_paid", "reject_payment", "credit", "correct_account")
CLAWBACK_ACTS = ("decide", "drop", "note_repayment", "repay", "reject_repayment", "refer", "note_waiver", "waive")


def build() -> SimpleNamespace:
    """Two organisations with a person for each role; in A two startups with cases in every state that a page needs."""
    load_everything()
    home, other = make_organisation("jingyue", "长春净月创客空间"), make_organisation("yanbian", "延边返乡创业孵化基地")
    people = {role.value: make_person(f"a-{role.value}", home, role.value) for role in Role}
    people["neighbour"] = make_person("a-neighbour", home, "founder")
    people["platform"] = make_person("platform", runs_deployment=True)
    strangers = {f"other {role.value}": make_person(f"b-{role.value}", other, role.value) for role in Role}
    with organisation_context(home):
        world = make_world(home, people, lambda role: actor_for(people[role], home))
        a_founder(world.startup, name="员工", user=people["member"])
        world.unknown = a_founder(world.startup, name="合伙人")
        add_places(world)
        add_cases(world)
        add_records(world)
        add_requests(world)
        add_books(world)
        add_bills(world)
        add_payouts(world)
        add_contests(world)
        add_guarantees(world)
        add_mentoring(world)
        add_bookings(world)
        where = addresses(world)
    return SimpleNamespace(world=world, people=people | strangers, addresses=where)


def add_places(world: Any) -> None:
    """An invitation, a head lease, drafts of a lease and of an agreement."""
    officer, manager = world.people["officer"], world.people["manager"]
    scan = keep_paper(pdf_bytes(), title="head lease", name="h.pdf", by=world.actor("officer"), kind="lease")
    world.invitation = invite("new@example.com", "officer", by=world.actor("owner"))
    Invitation.objects.filter(pk=world.invitation.pk).update(token_hash=fingerprint("token-of-the-matrix"))
    world.own_site = a_site()
    world.head_lease = HeadLease.objects.create(
        site=world.own_site, landlord="净月资产公司", landlord_uscc=make_uscc(), area=Decimal("500.00"), unit_rent=Decimal("40.00"), starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31), document=scan, recorded_by=manager,
    )
    world.lease = world.startup.leases.get()
    world.lease_draft = a_lease(world.startup, world.site, officer)
    a_line(world.lease_draft, a_space(world.site))
    world.agreement_draft, world.agreement_sent = (an_agreement(world.startup, officer) for _ in range(2))
    type(world.agreement_sent).objects.filter(pk=world.agreement_sent.pk).update(state="sent", number="XY-2026-9")


def add_requests(world: Any) -> None:
    """A copy that waits, an erasure that waits for its second person, and one that is done."""
    owner, contact = world.actor("owner"), a_startup(contact_name="联系人", contact_phone="13700000000")
    about = {"user": None, "founder": None, "startup": contact}
    world.copy = copies.ask_copy(about, by=owner)
    copies.build(world.copy)
    world.own_copy = OwnCopy.objects.create(user=world.people["viewer"])
    copies.put_file(world.own_copy, b"a zip")
    world.erasure = erasing.check_erasure(erasing.ask_erasure(about, by=owner, ground="asked"), by=owner)
    gone = {"user": None, "founder": None, "startup": a_startup(contact_name="旧联系人")}
    done = erasing.check_erasure(erasing.ask_erasure(gone, by=owner, ground="asked"), by=owner)
    world.erasure_done = erasing.carry_out(erasing.approve_erasure(done, by=world.actor("manager")))
    paper = keep_paper(pdf_bytes(), title="receipt", name="r.pdf", by=owner)
    type(done).objects.filter(pk=done.pk).update(document=paper)


def add_cases(world: Any) -> None:
    """Applications: draft, submitted, recommended; of the second startup in review, endorsed, sealed; one of the site."""
    second, papers = add_startup(world.organisation, world.people, world.site, founder="neighbour")
    world.draft, world.submitted = world.apply("rent", send=False), world.apply("broadband")
    world.recommended = recommend(world, world.apply("software"))
    actor = lambda role: world.actor("neighbour" if role == "founder" else role)  # noqa: E731
    world.sealed = seal(world, [endorse(apply_for(actor, second, papers, "broadband"), world.actor)])
    endorse(apply_for(actor, second, papers, "rent"), world.actor)
    world.assembling = claims.start_claim(world.measure, "tenant", QUARTER, by=world.actor("finance"))
    taken = review.take_application(apply_for(actor, second, papers, "software"), by=world.actor("officer"))
    world.in_review = taken
    for month in (7, 8, 9):
        add_cost(None, world.people["officer"], "rent", month, Decimal("20000.00"), world.actor("officer"))
    world.site_draft = applications.start_application(edition("rent", "space"), QUARTER, site=world.own_site, by=world.actor("officer"))
    world.payee = enter_account(founder=world.startup.founders.first(), bank_name="吉林银行", bank_account="6222000012345678", by=world.actor("founder"))
    world.site_paper = applications.attach_evidence(world.site_draft, "lease", world.head_lease.document, by=world.actor("officer"))


def recommend(world: Any, application: Any) -> Any:
    taken = review.take_application(application, by=world.actor("officer"))
    look_through(taken, world.actor)
    return review.recommend_application(taken, by=world.actor("officer"))


def add_records(world: Any) -> None:
    """Papers printed and told: receipts, the claim's PDF, a public notice, a draft edition."""
    paper = keep_paper(pdf_bytes(), title="print", name="p.pdf", by=world.actor("officer"))
    Claim.objects.filter(pk=world.sealed.pk).update(document=paper)
    for application in (world.submitted, world.recommended):
        type(application).objects.filter(pk=application.pk).update(receipt=paper)
    words = Citation.objects.order_by("pk").first()
    add_decisions(world, paper)
    notice = draft_notice(title="公示", payload={"rows": [{"name": "某企业"}]}, citation=words, working_days=5, by=world.actor("manager"))
    world.notice = publish_notice(notice, by=world.actor("manager"))
    check = send_contact_code(world.notice, "objector@example.com")
    world.objection = file_objection(world.notice, Complaint("王某某", "objector@example.com", "未实际入驻", 1, paper), check=check)
    world.template = ProgrammeEdition.objects.templates().order_by("pk").first()
    world.edition = ProgrammeEdition.objects.own().filter(state="effective").order_by("pk").first()
    world.edition_draft = draft_from(world.edition, by=world.actor("officer"))
    world.figure = Parameter.objects.filter(edition=world.edition_draft).order_by("pk").first()
    world.derived = set_parameter(world.edition_draft, "total_cap", "90000", by=world.actor("officer"), citation=None, certainty="derived", source="报道")
    add_measures(world)
    add_budgets(world)
    add_sign(world)


def add_budgets(world: Any) -> None:
    """A budget line with money, a further appropriation and a frozen month that wait for the second person."""
    world.frozen_month = freeze_month(Month(2026, 10), by=world.actor("finance"))
    world.budget_line = budget_line(world.actor, programme=world.edition.programme, amount="1000")
    world.budget_order = propose_appropriation(world.budget_line, Decimal("500"), a_reply(world.actor, "further"), by=world.actor("finance"))


def add_sign(world: Any) -> None:
    """Two startups with one telephone: a sign between two of their applications."""
    for application in (world.submitted, world.in_review):
        application.startup.contact_phone = "13800138000"
        application.startup.save()
    flag = next(flag for flag in flags_of(world.submitted) if flag.kind == "phone")
    world.sign = (flag.kind, flag.other.pk)


def add_measures(world: Any) -> None:
    """A local measure being drafted, and one that two people filed, both with their scan."""
    given = {"title": "补贴实施细则", "issuer": "管委会", "effective_from": date(2026, 10, 1), "body": "第一条　补贴入驻企业。"}
    scan = lambda: OwnPrint("scan.pdf", pdf_bytes())  # noqa: E731 - a file is read once
    world.measure_draft = draft_measure(by=world.actor("officer"), slug="draft-2026", scan=scan(), **given)
    filed = draft_measure(by=world.actor("officer"), slug="filed-2026", scan=scan(), **given)
    world.measure_filed = file_measure(submit_measure(filed, by=world.actor("officer")), by=world.actor("manager")).document


def add_books(world: Any) -> None:
    """An entry of the ledger and a month whose close finance proposed."""
    sides = [debit("bank", Decimal("10.00")), credit("suspense", Decimal("10.00"))]
    world.entry = post("test", sides, key="matrix", text="到账", by=world.actor("finance"))
    world.close = propose_close(Month(2026, 9), by=world.actor("finance"))


def add_bills(world: Any) -> None:
    """A draft, an issued bill with a proposed credit note, a tax rule to verify, and a run."""
    finance = world.actor("finance")
    fields = {"method": "general", "rate": Decimal("0.09"), "valid_from": date(2025, 1, 1), "legal_note": "示例"}
    verify_rule(draft_rule(by=finance, kind="rent", **fields), by=world.actor("manager"))
    world.tax_rule = draft_rule(by=finance, kind="desk", **fields)
    charge = lambda key: Charge("rent", key, "房租", date(2026, 1, 1), date(2026, 1, 31), Decimal("100.00"), Decimal("100.00"))  # noqa: E731
    make = lambda key: bill_acts.draft_bill(world.startup, key, Month(2026, 1), [charge(key)], due_on=date(2026, 1, 31), by=finance)  # noqa: E731
    world.bill_draft, world.bill = make("a"), bill_acts.issue_bill(make("b"), by=finance)
    world.credit_note = bill_acts.draft_credit(world.bill, {world.bill.lines.get().pk: Decimal("10.00")}, reason="多计", by=finance)
    world.run = BillingRun.objects.create(month=date(2026, 1, 1), due_on=date(2026, 1, 31), starter=finance.user)
    add_bank(world)
    add_payments(world)


def add_payments(world: Any) -> None:
    """A gateway, an attempt that may be paid, and one that was paid and is to go back in part."""
    owner, founder = world.actor("owner"), world.actor("founder")
    payment_acts.keep_gateway(kind="sandbox", secret_key="sk_test_matrix", webhook_secret="whsec_matrix", methods=["card"], is_active=True, by=owner)
    world.payment = payment_acts.start_payment(world.bill, by=founder)
    charge = Charge("rent", "paid", "房租", date(2026, 1, 1), date(2026, 1, 31), Decimal("50.00"), Decimal("50.00"))
    other = bill_acts.issue_bill(bill_acts.draft_bill(world.startup, "paid", Month(2026, 1), [charge], due_on=date(2026, 1, 31), by=world.actor("finance")), by=world.actor("finance"))
    taken = payment_acts.start_payment(other, by=founder)
    payment_acts.note_session(taken, {"id": "cs_matrix"})
    session = {"id": "cs_matrix", "payment_status": "paid", "client_reference_id": str(taken.token), "amount_total": 5000, "currency": "cny", "livemode": False, "payment_intent": "pi_matrix"}
    payment_acts.take_session(taken, session, by=system(world.organisation))
    rule = dunning_acts.draft_fee_rule(by=world.actor("finance"), daily_rate=Decimal("0.0005"), grace_days=0, cap_ratio=Decimal(1), valid_from=date(2025, 1, 1), legal_note="第八条")
    world.late_fee = LateFee.objects.create(bill=other, rule=rule, days=9, amount=Decimal("1.00"))
    world.fee_rule = dunning_acts.draft_fee_rule(by=world.actor("finance"), daily_rate=Decimal("0.0005"), grace_days=0, cap_ratio=Decimal(1), valid_from=date(2027, 1, 1), legal_note="第八条")
    add_invoices(world, other)
    world.transfer_slip = dunning_acts.send_slip(world.bill, OwnPrint("slip.pdf", pdf_bytes()), amount=Decimal("1.00"), paid_on=date(2026, 1, 5), by=founder)
    world.deposit = deposit_acts.request_deposit(world.startup, Decimal("100.00"), text="押金", due_on=date(2026, 1, 31), by=world.actor("finance"))
    world.refund = refund_acts.request_refund(type(taken).objects.get(pk=taken.pk), Decimal("10.00"), reason="多收", by=world.actor("finance"))


def add_invoices(world: Any, bill: Any) -> None:
    """Requests for tax invoices: one to check, one issued, one delivered; a bill of which none is asked for."""
    finance = world.actor("finance")
    invoice_acts.keep_item(kind="rent", name="房租", code="3" * 19, by=finance)
    invoice_acts.keep_title(world.startup, kind="82", name="企业", uscc="9" * 18, address="", phone="", bank="", account="", delivery_email="", by=finance)

    def issued(number: str) -> Any:
        charge = Charge("rent", f"invoice {number}", "房租", date(2026, 1, 1), date(2026, 1, 31), Decimal("5.00"), Decimal("5.00"))
        made = bill_acts.issue_bill(bill_acts.draft_bill(world.startup, f"invoice {number}", Month(2026, 1), [charge], due_on=date(2026, 1, 31), by=finance), by=finance)
        if number == "0":
            return made
        request = invoice_acts.check_request(invoice_acts.request_invoice(made, by=finance), by=finance, drawer="李静")
        return invoice_acts.record_invoice(request, number=number * 20, issued_on=date(2026, 1, 5), upload=OwnPrint("f.pdf", pdf_bytes()), by=finance)

    world.bill_uninvoiced, world.invoice_request = issued("0"), invoice_acts.request_invoice(bill, by=finance)
    world.invoice_issued, world.invoice_delivered = issued("1"), invoice_acts.deliver(issued("2"), by=finance)


def add_bank(world: Any) -> None:
    """A bank account with a file that was imported and one that was only looked at; a line out, a line that waits."""
    by = world.actor("finance")
    world.bank_account = bank.add_account(name="基本户", bank="示例银行", number="6222000011112222", by=by)
    file = lambda *rows: SimpleUploadedFile("bank.csv", "\n".join(("日期,收入,支出,对方户名", *rows)).encode())  # noqa: E731 - a file is read once
    columns = {"day": "日期", "incoming": "收入", "outgoing": "支出", "payer": "对方户名"}
    taken = bank.import_statement(bank.look_at(world.bank_account, file("2026-11-02,5.00,,甲", "2026-11-03,,7.00,乙"), by=by), columns, by=by)
    come, world.bank_line = BankLine.objects.filter(statement=taken).order_by("day")
    world.bank_waiting = bank.match(come, world.startup, [], by=by)
    world.bank_draft = bank.look_at(world.bank_account, file("2026-11-04,6.00,,丙"), by=by)


def add_payouts(world: Any) -> None:
    """The authority's money for the sealed claim, a payout of it to approve, one that the authority paid, a clawback."""
    line, manager = claims.standing(world.sealed)[0], world.actor("manager")
    decided = record_decision(line.application, "approved", by=manager, edition=line.application.edition, after=line.amount)
    type(line).objects.filter(pk=line.pk).update(verdict="approved", decided=line.amount, decision=decided)
    Claim.objects.filter(pk=world.sealed.pk).update(decided=line.amount)
    line.refresh_from_db()
    come = lambda amount, tail: record_funds(world.sealed, amount, Proof(date(2026, 1, 20), slip=a_paper(world.actor, tail)), by=world.actor("finance"))  # noqa: E731
    confirm_funds(come(line.amount, "funds"), amount=line.amount, by=manager)
    world.funds = come(Decimal("1.00"), "more")
    world.payout = billing_payouts.order_payout(billing_payouts.due_for(decided_line(world.sealed, line)), line.amount, "pass_through", payee_for(line.application), by=world.actor("finance"))
    type(world.payout).objects.filter(pk=world.payout.pk).update(slip=world.funds.slip)
    world.payout_file = PayoutFile.objects.create(number="BFWJ-2026-9999", count=1, total=1, maker=world.people["finance"])
    mine = record_decision(world.submitted, "approved", by=manager, edition=world.submitted.edition, after=Decimal("500"))
    owed = billing_payouts.due_for(billing_payouts.Decided(world.sealed, world.submitted, world.submitted.number, "rent", mine, world.startup.name, world.startup))
    ordered = billing_payouts.order_payout(owed, Decimal("500"), "authority", payee_for(world.submitted), by=world.actor("finance"))
    noted = billing_payouts.note_payment(ordered, Proof(date(2026, 1, 20), slip=world.funds.slip), by=world.actor("finance"))
    world.paid = billing_payouts.record_paid(noted, amount=Decimal("500"), by=manager)
    world.demand = open_clawback(world.submitted, "overpaid", Decimal("100"), note="多付", by=world.actor("officer"))
    Clawback.objects.filter(pk=world.demand.pk).update(document=world.funds.slip)


def add_decisions(world: Any, paper: Any) -> None:
    """A refusal that was told on paper and drawn for a second look, and a new decision on the sealed claim."""
    case = world.recommended
    decision = record_decision(case, "refuse", by=world.actor("officer"), edition=case.edition, reasons=["LATE"], before=case.claimed, after=Decimal(0))
    world.result = issue_result(case, decision, "refused")
    ResultNotice.objects.filter(pk=world.result.pk).update(document=paper)
    world.refusal_check = RefusalCheck.objects.create(
        application=case, decision=decision, seed="0" * 32, share=1, finding="waiting", officer=world.people["officer"]
    )
    reply = record_reply(paper, body="人社局", dated_on=date(2026, 11, 1), received_on=date(2026, 11, 1), by=world.actor("finance"))
    world.revision = ClaimRevision.objects.create(claim=world.sealed, basis="correction", reply=reply, note="更正", recorder=world.people["finance"])


def addresses(world: Any) -> dict[str, str]:
    """The address of an example for every URL, by its name; a URL that does several things has several."""
    shipped = PolicyDocument.objects.shared().order_by("pk").first()
    clause = shipped.clauses.order_by("ordinal").first()
    found = {name: reverse(name, args=args) for name, args in without_organisation(world.organisation, shipped, clause)}
    found |= {name: reverse(name.partition(" · ")[0], args=[world.organisation.slug, *args]) for name, args in in_organisation(world, shipped, clause)}
    own = {"own-data": [], "own-copy": [], "own-copy-take": [world.own_copy.pk], "own-erasure": [world.organisation.slug]}
    return found | {name: reverse(name, args=args) for name, args in own.items()}


def without_organisation(organisation: Any, shipped: Any, clause: Any):
    yield from (("home", []), ("robots", []), ("set_language", []), ("phone-remove", []), ("styleguide", []), ("policy:documents", []), ("policy-calculator", []), ("platform:home", []), ("platform:organisation-open", []), ("platform:owner-invite", [organisation.pk]), ("health-live", []), ("health-ready", []), ("platform:health", []), ("platform:jobs", []), ("platform:jobs-retry", []), ("platform:job-retry", [1]), ("platform:security", []), ("platform:security-export", []))
    yield "invitation", ["token-of-the-matrix"]
    yield "policy:document", [shipped.slug]
    yield "policy:clause", [shipped.slug, clause.path]


def in_organisation(world: Any, shipped: Any, clause: Any):
    yield from (("site-policy:documents", []), ("site-policy:document", [shipped.slug]), ("site-policy:clause", [shipped.slug, clause.path]))
    yield from (("site:notices", []), ("site:notice", [world.notice.code]), ("site:object", [world.notice.code]),
                ("site:object-write", [world.notice.code]), ("site:objection", [world.notice.code, world.objection.code]), ("site:verify", []), ("site:calculator", []), ("verify", [world.sealed.verify_code]))
    yield from settings(world)
    yield from office(world)
    yield from office_subsidies(world)
    yield from office_reports(world)
    yield from portal(world)
    yield from mentoring_addresses(world)
    yield from booking_addresses(world)
    yield from contest_addresses(world)
    yield from guarantee_addresses(world)


def settings(world: Any):
    for name in ("people", "role-give", "invite", "roles"):
        yield f"office:accounts:{name}", []
    yield "office:accounts:role-end", [world.people["viewer"].memberships.get().pk]
    yield "office:sign-ins", []
    yield "office:accounts:factor-reset", [world.people["viewer"].pk]
    for name in ("invitation-again", "invitation-withdraw"):
        yield f"office:accounts:{name}", [world.invitation.pk]
    yield from (("office:subjects:people", []), ("office:subjects:erasures", []), ("office:subjects:copy-take", [world.copy.pk]))
    for name in ("copy-make", "erasure-ask"):
        yield f"office:subjects:{name}", [f"user-{world.people['viewer'].pk}"]
    yield from (("office:subjects:erasure", [world.erasure.pk]), ("office:subjects:receipt", [world.erasure_done.pk]))
    for act in ("check", "approve", "refuse"):
        yield f"office:subjects:erasure-act · {act}", [world.erasure.pk, act]


def office(world: Any):
    startup = [world.startup.pk]
    paper = StartupDocument.objects.filter(startup=world.startup).order_by("pk").first()
    own = Fapiao.objects.filter(startup=world.startup).order_by("pk").first()
    slip = BankSlip.objects.filter(fapiao=own).first()
    for name in ("home", "inbox", "audit", "audit-export", "tenants:startups", "tenants:startup-register", "spaces:spaces", "spaces:grid", "spaces:grid-export", "spaces:site-add", "spaces:space-add",
                 "spaces:head-lease-record", "spaces:leases", "spaces:lease-draft", "billing:fapiao-list", "billing:fapiao-record", "policy:editions"):
        yield f"office:{name}", []
    for name in ("dossier", "tenants:startup-change", "tenants:account-enter", "tenants:account-verify", "tenants:reveal", "tenants:founder-add",
                 "tenants:agreement-draft", "tenants:paper-add"):
        yield f"office:{name}", startup
    yield "office:tenants:founder-invite", [world.startup.pk, world.unknown.pk]
    yield from (("office:tenants:agreement-send", [world.agreement_draft.pk]), ("office:tenants:agreement-cancel", [world.agreement_draft.pk]),
                ("office:tenants:agreement-countersign", [world.agreement_sent.pk]))
    yield from (("office:tenants:paper", [paper.pk]), ("office:tenants:paper-withdraw", [paper.pk]))
    yield from (("office:spaces:site-change", [world.site.pk]), ("office:spaces:head-lease-file", [world.head_lease.pk]))
    for name in ("lease", "lease-file"):
        yield f"office:spaces:{name}", [world.lease.pk]
    for name in ("lease-change", "lease-approve", "lease-sign", "lease-cancel"):
        yield f"office:spaces:{name}", [world.lease_draft.pk]
    for name in ("fapiao", "fapiao-file", "slip-record"):
        yield f"office:billing:{name}", [own.pk]
    yield "office:billing:slip-file", [slip.pk]
    for name in ("books", "close-propose"):
        yield f"office:ledger:{name}", []
    for name in ("health", "accounts", "lines", "decide", "second", "account-add", "upload", "again"):
        yield f"office:bank:{name}", []
    for name in ("line", "match", "match-payout", "book", "suspend"):
        yield f"office:bank:{name}", [world.bank_line.pk]
    yield from (("office:bank:account-change", [world.bank_account.pk]), ("office:bank:act", [world.bank_waiting.pk, "confirm"]))
    yield from (("office:bank:statement", [world.bank_draft.pk]), ("office:bank:statement-drop", [world.bank_draft.pk]))
    yield from (("office:ledger:account", ["bank"]), ("office:ledger:entry", [world.entry.pk]), ("office:ledger:close-act", [world.close.pk, "close"]))
    yield from office_bills(world, startup)
    yield from (("office:runs:runs", []), ("office:runs:run-start", []), ("office:runs:run", [world.run.pk]), ("office:runs:run-issue", [world.run.pk]))
    yield "office:policy:edition-draft", [world.template.pk]
    yield "office:policy:edition-withdraw", [world.edition.pk]
    for name in ("edition", "edition-change", "edition-notice", "edition-papers", "edition-submit", "edition-approve", "edition-return", "figure-choose"):
        yield f"office:policy:{name}", [world.edition_draft.pk]
    yield "office:policy:figure-set", [world.edition_draft.pk, world.figure.key]
    yield "office:policy:figure-remove", [world.figure.pk]
    yield from office_measures(world)


def office_bills(world: Any, startup: list[int]):
    for name in ("bills", "receivables", "rules", "rule-draft", "settings", "payments", "gateway", "dunning", "invoices", "invoice-export", "invoice-items", "late-fees", "late-fees-find", "fee-rule-draft", "deposits", "deposit-request"):
        yield f"office:bills:{name}", []
    yield from (("office:bills:statement", startup), ("office:bills:rule-verify", [world.tax_rule.pk]), ("office:bills:credit-act", [world.credit_note.pk, "approve"]))
    yield from ((f"office:bills:{name}", [world.bill_draft.pk]) for name in ("issue", "discard"))
    yield from ((f"office:bills:{name}", [world.payment.pk]) for name in ("payment", "payment-ask"))
    yield from ((f"office:bills:{name}", [world.invoice_request.pk]) for name in ("invoice", "invoice-check", "invoice-result", "invoice-refuse"))
    yield from (("office:bills:invoice-act", [world.invoice_issued.pk, "deliver"]), ("office:bills:invoice-file", [world.invoice_issued.pk]), ("office:bills:invoice-title", startup))
    yield from (("office:bills:invoice-request", [world.bill_uninvoiced.pk]), ("office:bills:invoice-red", [world.credit_note.pk]))
    yield from (("office:bills:letter-issue", startup), ("office:bills:transfer-slip", [world.transfer_slip.pk]), ("office:bills:fee-rule-verify", [world.fee_rule.pk]))
    yield from ((f"office:bills:{name}", [world.late_fee.pk]) for name in ("fee-bill", "fee-waive"))
    yield from ((f"office:bills:{name}", [world.deposit.pk]) for name in ("deposit", "settlement"))
    yield from (("office:bills:credit-use", startup), ("office:bills:deposit-act", [world.deposit.pk, "cancel"]), ("office:bills:deposit-decide", [world.deposit.pk, "approve"]))
    yield from (("office:bills:refund-request", [world.refund.payment_id]), ("office:bills:refund-act", [world.refund.pk, "approve"]))
    yield from ((f"office:bills:{name}", [world.bill.pk]) for name in ("bill", "credit-draft", "loss-propose", "write-off"))


def office_measures(world: Any):
    for name in ("programmes", "measure-enter", "measure-import"):
        yield f"office:policy:{name}", []
    yield "office:policy:figure-verify", [world.derived.pk]
    yield "office:policy:edition-supersede", [world.edition.pk]
    yield "office:policy:edition-compare", [world.edition_draft.pk, world.edition.pk]
    for name in ("measure", "measure-change", "measure-split", "measure-scan", "measure-scan-file", "measure-submit", "measure-file", "measure-return", "measure-drop"):
        yield f"office:policy:{name}", [world.measure_draft.pk]
    for name in ("text", "text-confirm", "text-scan", "text-export", "text-replace"):
        yield f"office:policy:{name}", [world.measure_filed.pk]
    yield "office:policy:clause-resting", [world.measure_filed.clauses.order_by("ordinal").first().pk]


def office_subsidies(world: Any):
    for name in ("desk", "start", "claims", "claim-start"):
        yield f"office:subsidies:{name}", []
    review_paper, line = world.in_review.evidence.order_by("pk").first(), world.in_review.lines.first()
    yield "office:subsidies:application", [world.submitted.pk]
    yield "office:subsidies:receipt", [world.submitted.pk]
    yield "office:subsidies:check", [world.in_review.pk, review_paper.pk]
    yield "office:subsidies:evidence-file", [world.in_review.pk, review_paper.pk]
    yield "office:subsidies:cut", [world.in_review.pk, line.pk]
    states = {"take": world.submitted, "withdraw": world.submitted, "endorse": world.recommended, "send_back": world.recommended}
    for act in CASE_ACTS:
        yield f"office:subsidies:act · {act}", [states.get(act, world.in_review).pk, act]
    for name in ("costs", "evidence", "send"):
        yield f"office:subsidies:{name}", [world.site_draft.pk]
    yield "office:subsidies:remove-source", [world.site_draft.pk, "person1"]
    yield from (("office:subsidies:add-source", [world.site_draft.pk]), ("office:subsidies:payees", []), ("office:subsidies:payee-verify", [world.payee.pk]))
    yield "office:subsidies:remove", [world.site_draft.pk, world.site_paper.pk]
    yield from (("office:subsidies:prospects", [world.startup.pk]), ("office:subsidies:tryout", [world.edition_draft.pk]))
    yield "office:subsidies:claim", [world.sealed.pk]
    for act in CLAIM_ACTS:
        yield f"office:subsidies:claim-act · {act}", [world.assembling.pk if act == "seal" else world.sealed.pk, act]
    yield from office_payouts(world)
    yield "office:subsidies:claim-line-remove", [world.assembling.pk, world.assembling.lines.first().pk]
    for name in ("result", "result-pdf"):
        yield f"office:subsidies:{name}", [world.result.application_id, world.result.pk]
    yield "office:subsidies:refusal-check", [world.refusal_check.pk]
    for name in ("revision", "revision-paper"):
        yield f"office:subsidies:{name}", [world.sealed.pk, world.revision.pk]
    for act in ("confirm", "reject"):
        yield f"office:subsidies:revision-act · {act}", [world.sealed.pk, world.revision.pk, act]
    yield "office:decisions", []
    for name in ("notices", "objections", "objection-record"):
        yield f"office:policy:{name}", []
    yield "office:policy:objection", [world.objection.pk]
    yield "office:policy:objection-paper", [world.objection.pk, "paper"]
    for act in ("admit", "refuse", "withdraw", "record_ruling", "uphold", "dismiss"):
        yield f"office:policy:objection-act · {act}", [world.objection.pk, act]
    for which in ("pdf", "public"):
        yield f"office:subsidies:claim-paper · {which}", [world.sealed.pk, which]
    yield from office_budgets(world)
    yield "office:subsidies:flag", [world.submitted.pk, *world.sign]


def office_reports(world: Any):
    for name in ("overview", "budgets", "times", "print", "months", "month-freeze"):
        yield f"office:reports:{name}", []
    yield "office:reports:rows", ["all"]
    yield "office:reports:rows · category", ["category"]
    yield "office:reports:stays", ["first_review"]
    yield "office:reports:export", ["programme"]
    for name in ("month", "month-sign", "month-reject", "month-export"):
        yield f"office:reports:{name}", [world.frozen_month.pk]
    yield "office:reports:month-rows", [world.frozen_month.pk, "applications"]
    for name in ("data", "grants-json", "grants-csv", "statistics"):
        yield f"open:{name}", []


def office_payouts(world: Any):
    for name in ("payout-order", "funds-record"):
        yield f"office:subsidies:{name}", [world.sealed.pk]
    for name in ("payouts", "payout-results", "payout-file-make", "clawbacks"):
        yield f"office:subsidies:{name}", []
    for act in ("confirm", "reject"):
        yield f"office:subsidies:funds-act · {act}", [world.funds.pk, act]
    yield "office:subsidies:funds-paper", [world.funds.pk]
    for name in ("payout", "audit"):
        yield f"office:subsidies:{name}", [world.payout.pk]
    for act in PAYOUT_ACTS:
        yield f"office:subsidies:payout-act · {act}", [world.payout.pk, act]
    yield "office:subsidies:payout-paper", [world.payout.pk, "slip"]
    yield "office:subsidies:payout-file", [world.payout_file.pk]
    yield "office:subsidies:payout-file-download", [world.payout_file.pk, "csv"]
    yield "office:subsidies:clawback-start", [world.submitted.pk]
    yield "office:subsidies:clawback", [world.demand.pk]
    yield "office:subsidies:clawback-paper", [world.demand.pk, "letter"]
    for act in CLAWBACK_ACTS:
        yield f"office:subsidies:clawback-act · {act}", [world.demand.pk, act]


def office_budgets(world: Any):
    line = [world.budget_line.pk]
    for name in ("budgets", "budgets-export", "budget-open"):
        yield f"office:subsidies:{name}", []
    for name in ("budget", "budget-export", "budget-waiting"):
        yield f"office:subsidies:{name}", line
    for kind in ("appropriation", "transfer"):
        yield f"office:subsidies:budget-enter · {kind}", [*line, kind]
    for name in ("confirm", "reject", "withdraw", "reverse", "paper"):
        yield f"office:subsidies:budget-{name}", [world.budget_order.pk]
    yield "office:subsidies:budget-rule", [world.edition.pk]


def portal(world: Any):
    paper = StartupDocument.objects.filter(startup=world.startup).order_by("pk").first()
    own = Fapiao.objects.filter(startup=world.startup).order_by("pk").first()
    for name in ("home", "inbox", "tenants:company", "billing:fapiao-list", "billing:fapiao-record", "subsidies:applications", "subsidies:programmes", "subsidies:money", "subsidies:start"):
        yield f"portal:{name}", []
    for name in ("profile", "contact-change", "paper-add"):
        yield f"portal:tenants:{name}", [world.startup.pk]
    yield from (("portal:tenants:paper", [paper.pk]), ("portal:tenants:paper-withdraw", [paper.pk]))
    for name in ("fapiao", "fapiao-file", "slip-record"):
        yield f"portal:billing:{name}", [own.pk]
    yield from (("portal:bills:bills", []), ("portal:bills:bill", [world.bill.pk]), ("portal:bills:statement", [world.startup.pk]), ("portal:bills:pay", [world.bill.pk]), ("portal:bills:slip-send", [world.bill.pk]), ("portal:bills:invoice-request", [world.bill_uninvoiced.pk]))
    yield from (("portal:bills:invoice-title", [world.startup.pk]), ("portal:bills:invoice-file", [world.invoice_delivered.pk]))
    yield from ((f"portal:bills:{name}", [world.payment.pk]) for name in ("payment", "payment-ask", "payment-cancel"))
    yield "portal:billing:slip-file", [BankSlip.objects.filter(fapiao=own).first().pk]
    yield from (("portal:subsidies:application", [world.submitted.pk]), ("portal:subsidies:receipt", [world.submitted.pk]))
    for name in ("result", "result-pdf"):
        yield f"portal:subsidies:{name}", [world.result.application_id, world.result.pk]
    for name in ("receipt", "account"):
        yield f"portal:subsidies:money-{name}", [world.paid.pk]
    yield "portal:subsidies:money-letter", [world.demand.pk]
    for act in ("withdraw", "appeal"):
        yield f"portal:subsidies:act · {act}", [world.submitted.pk, act]
    evidence = world.draft.evidence.order_by("pk").first()
    for name in ("evidence-file", "remove"):
        yield f"portal:subsidies:{name}", [world.draft.pk, evidence.pk]
    yield "portal:subsidies:remove-source", [world.draft.pk, "person1"]
    for name in ("costs", "add-source", "evidence", "send"):
        yield f"portal:subsidies:{name}", [world.draft.pk]
