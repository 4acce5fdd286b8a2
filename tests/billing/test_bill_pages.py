"""Bills in the browser: the list, one bill, its paper, credit notes and write-offs by two, tax rules, the startup's side."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from billing.accounts import ageing, statement_of
from billing.models import Account, Bill, BillingSettings, CreditNote, LedgerLine, TaxRule
from billing.services import bills
from incubator.core.periods import Month
from incubator.core.scoping import organisation_context
from spaces import runs
from tests.billing.test_bills import a_rule, draft, money
from tests.browser import signed_in
from tests.factories.tenants import a_founder, a_startup
from tests.spaces.test_charges import signed
from tests.walls.report import tell

pytestmark = pytest.mark.django_db


def at(name, *args, face="office"):
    return reverse(f"{face}:{name}", args=["jingyue", *args])


@pytest.fixture
def startup(inside, people):
    a_rule(people["finance"], people["manager"])
    made = a_startup()
    a_founder(made, user=people["founder"])
    return made


def text(answer):
    return answer.content.decode()


def test_the_list_filters_sums_and_exports(bill, client_of):
    client = client_of("finance")
    page = text(client.get(at("bills:bills")))
    assert bill.number in page and "3,892.50" in page
    assert bill.number in text(client.get(at("bills:bills") + "?show=overdue")) and bill.number not in text(client.get(at("bills:bills") + "?show=paid"))
    assert client.get(at("bills:bills") + "?export").headers["Content-Disposition"].endswith('"bills.xlsx"')
    assert bill.startup.name in text(client.get(at("bills:receivables")))


def test_one_bill_shows_lines_words_and_reference(bill, client_of):
    page = text(client_of("viewer").get(at("bills:bill", bill.pk)))
    assert "人民币叁仟捌佰玖拾贰元伍角整" in page and bill.reference in page and at("bills:issue", bill.pk) not in page


def test_a_draft_is_issued_in_the_browser_and_a_second_click_is_refused(startup, actor, client_of):
    made, client = draft(startup, actor), client_of("finance")
    assert client.post(at("bills:issue", made.pk)).status_code == 302
    assert Bill.objects.get(pk=made.pk).number == "ZD-2026-000001"
    assert client.post(at("bills:issue", made.pk)).status_code == 409 and client.post(at("bills:discard", made.pk)).status_code == 409


def test_a_credit_note_takes_two_people(bill, client_of):
    line = bill.lines.get()
    answer = client_of("finance").post(at("bills:credit-draft", bill.pk), {"reason": "多计", f"line_{line.pk}": "100.00"})
    assert answer.status_code == 302
    note = CreditNote.objects.get()
    assert client_of("finance").post(at("bills:credit-act", note.pk, "approve")).status_code == 403
    assert client_of("manager").post(at("bills:credit-act", note.pk, "approve")).status_code == 302
    assert Bill.objects.get(pk=bill.pk).credited == Decimal("100.00")


def test_a_write_off_takes_two_people(bill, client_of):
    assert client_of("finance").post(at("bills:loss-propose", bill.pk), {"reason": "企业已注销"}).status_code == 302
    assert client_of("manager").post(at("bills:write-off", bill.pk), {"reason": "同意"}).status_code == 403
    assert client_of("owner").post(at("bills:write-off", bill.pk), {"reason": "同意"}).status_code == 302
    assert Bill.objects.get(pk=bill.pk).state == "written_off"


def test_a_tax_rule_counts_after_the_second_person_and_ends_the_one_before(startup, client_of):
    data = {"kind": "rent", "method": "simplified", "rate": "5", "valid_from": "2026-12-01", "legal_note": "示例公告"}
    assert client_of("finance").post(at("bills:rule-draft"), data).status_code == 302
    rule = TaxRule.objects.get(verifier=None)
    assert rule.rate == Decimal("0.05") and bills.rule_for("rent", date(2026, 12, 31)) != rule
    assert client_of("manager").post(at("bills:rule-verify", rule.pk)).status_code == 302
    assert bills.rule_for("rent", date(2026, 12, 31)) == rule and bills.rule_for("rent", date(2026, 11, 30)) != rule
    assert client_of("owner").post(at("bills:rule-verify", rule.pk)).status_code == 409


def test_settings_are_changed_once_per_version(startup, client_of):
    client = client_of("owner")
    assert client.post(at("bills:settings"), {"due_day": "10", "single_limit": "500", "version": "1"}).status_code == 302
    assert BillingSettings.objects.get().due_day == 10
    assert client.post(at("bills:settings"), {"due_day": "20", "single_limit": "0", "version": "1"}).status_code == 409
    assert BillingSettings.objects.get().due_day == 10


def test_a_month_is_billed_in_the_browser(startup, actor, client_of):
    signed(actor)
    client = client_of("finance")
    assert client.post(at("runs:run-start"), {"month": "2026-11", "due_on": "2026-12-15"}).status_code == 302
    run = runs.BillingRun.objects.get()
    assert runs.progress(run)["waiting"] == 1 and client.get(at("runs:run", run.pk)).status_code == 200
    runs.work_off(run)
    assert "3,892.50" in text(client.get(at("runs:run", run.pk))) and client.get(at("runs:run-issue", run.pk)).status_code == 200
    assert client.post(at("runs:run-issue", run.pk), {"all": "1"}).status_code == 302
    assert [bill.number for bill in Bill.objects.all()] == ["ZD-2026-000001"]
    assert client.get(at("runs:runs")).status_code == 200


# --- the startup's side


def test_a_startup_sees_its_bill_how_to_pay_and_its_account(bill, actor, client_of):
    client = client_of("founder")
    assert bill.number in text(client.get(at("bills:bills", face="portal")))
    page = text(client.get(at("bills:bill", bill.pk, face="portal")))
    assert bill.reference in page and "3,892.50" in page
    bills.allocate(money(bill.startup, actor, "1000.00"), bill, Decimal("1000.00"), by=actor("finance"))
    assert "2,892.50" in text(client.get(at("bills:bill", bill.pk, face="portal")))
    assert "2,892.50" in text(client.get(at("bills:statement", bill.startup_id, face="portal")))


def test_drafts_are_not_shown_to_a_startup(startup, actor, client_of):
    made = draft(startup, actor)
    assert client_of("founder").get(at("bills:bill", made.pk, face="portal")).status_code == 404


def test_statement_and_ageing_are_what_the_ledger_says(bill, actor):
    bills.allocate(money(bill.startup, actor, "1000.00"), bill, Decimal("1000.00"), by=actor("finance"))
    found = statement_of(bill.startup, Month(2026, 11))
    receivable = LedgerLine.objects.of_account(Account.RECEIVABLE).total()
    assert found.opening + sum(row.amount for row in found.rows) == found.closing == receivable == sum(row.total for row in ageing(date(2026, 11, 24)))
    assert ageing(date(2026, 11, 24))[0].bands["to_60"] == receivable and ageing(date(2027, 2, 1))[0].bands["over_90"] == receivable


def test_the_paper_is_printed_once_and_stays(bill, client_of):
    client = client_of("finance")
    first = b"".join(client.get(at("bills:paper", bill.pk)).streaming_content)
    kept = Bill.objects.get(pk=bill.pk).document
    assert first.startswith(b"%PDF") and kept.sha256
    assert b"".join(client_of("founder").get(at("bills:paper", bill.pk, face="portal")).streaming_content) == first


# --- abuse


def test_row_1_posted_amounts_and_nonsense(bill, client_of):
    client, line = client_of("finance"), bill.lines.get()
    before = (bill.total, line.amount)
    for wrong in ("-1", "NaN", "1e30", "0.001", "=1+1", "9999999999999999"):
        answer = client.post(at("bills:credit-draft", bill.pk), {"reason": "多计", f"line_{line.pk}": wrong, "total": "1", "organisation": "2"})
        assert answer.status_code == 200 and wrong in text(answer).replace("&#x27;", "'") and "多计" in text(answer)
    assert client.post(at("bills:credit-draft", bill.pk), {"reason": "多计", f"line_{line.pk}": "0"}).status_code in {200, 409, 422}
    assert CreditNote.objects.count() == 0
    assert client.post(at("bills:credit-draft", bill.pk), {"reason": "多计", f"line_{line.pk}": "１００"}).status_code == 302
    assert CreditNote.objects.get().total == Decimal("100.00")
    line.refresh_from_db()
    assert (Bill.objects.get(pk=bill.pk).total, line.amount) == before
    tell("money row 1", "amounts posted to a credit note: 7 refused or ignored, full width read as 100.00")


def test_row_2_another_startups_bill_is_not_there(bill, client_of, actor):
    strangers = bills.issue_bill(draft(a_startup(), actor, bills.Charge("rent", "x:1", "房租", date(2026, 10, 1), date(2026, 10, 31), Decimal(1), Decimal(1)), key="lease:7"), by=actor("finance"))
    founder = client_of("founder")
    for name in ("bills:bill", "bills:paper"):
        assert founder.get(at(name, strangers.pk, face="portal")).status_code == 404
    assert founder.get(at("bills:statement", strangers.startup_id, face="portal")).status_code == 404
    assert CreditNote.objects.count() == 0


def test_row_2_another_houses_bill_is_not_there(organisation, people, actor, other_people):
    with organisation_context(organisation):
        a_rule(people["finance"], people["manager"])
        made = bills.issue_bill(draft(a_startup(), actor), by=actor("finance"))
    neighbour = signed_in(other_people["finance"])
    for name in ("bills:bill", "bills:issue", "bills:credit-draft", "bills:paper", "bills:loss-propose"):
        assert neighbour.post(reverse(f"office:{name}", args=["yanbian", made.pk])).status_code == 404
    with organisation_context(organisation):
        assert CreditNote.objects.count() == 0 and Bill.objects.get().loss_proposer is None
    tell("money row 2", "bill, paper, credit note and statement of another startup or house: 404, nothing written")


def test_row_9_a_credit_note_above_its_line_or_twice(bill, client_of):
    client, line = client_of("finance"), bill.lines.get()
    ask = lambda amount: client.post(at("bills:credit-draft", bill.pk), {"reason": "多计", f"line_{line.pk}": amount})  # noqa: E731
    assert ask("3892.51").status_code == 409
    assert ask("3892.50").status_code == 302 and ask("0.01").status_code == 409
    assert CreditNote.objects.count() == 1
    tell("money row 9", "credit note above its line or of what is credited: refused, 1 stands")
