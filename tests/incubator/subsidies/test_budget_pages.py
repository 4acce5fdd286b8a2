"""The budget pages: finance enters, a second person confirms, everybody of the office reads; and claims that are decided."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from incubator.core.errors import OutOfBudget
from incubator.policy import services
from incubator.policy.models import BudgetEntry, BudgetLine, BudgetOrder, ProgrammeEdition, ReasonCode
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.services import budgets, claims, decisions
from tests.factories.budgets import a_line
from tests.factories.subsidies import edition, endorse, pdf, seal

HEAD = {"body": "市财政局", "number": "吉财社〔2026〕12号", "dated_on": "2026-01-20", "received_on": "2026-01-26"}


def at(name: str, *args) -> str:
    return reverse(f"office:subsidies:{name}", args=["jingyue", *args])


@pytest.fixture
def paid(world, actor):
    """paid("12345"): the rent edition is paid by a line of this year with this much."""

    def open_with(amount, **rule) -> BudgetLine:
        rent = edition("rent")
        services.say_budget(rent, "line", by=actor("finance"), **rule)
        return a_line(actor, programme=rent.programme, region=rent.region, amount=amount)

    return open_with


def decide(world, *verdicts):
    """A claim of one endorsed application for rent, its decision recorded: approved, or cut to an amount."""
    claim = seal(world, [endorse(world.apply(), world.actor)])
    claim = claims.file_claim(claims_with_paper(claim), scan=scan(world), by=world.actor("manager"))
    claim = decisions.record_receipt(claim, reply(world), by=world.actor("finance"))
    (line,) = claims.standing(claim)
    verdict, amount = verdicts or ("approved", line.amount)
    reason = None if verdict == "approved" else ReasonCode.objects.get(code="AUTHORITY")
    answer = decisions.LineReply(line, verdict, Decimal(amount), reason)
    return decisions.record_claim_decision(claim, reply(world), [answer], by=world.actor("finance"))


def claims_with_paper(claim):
    from incubator.subsidies.services.printing import keep_claim_papers

    return keep_claim_papers(claim)


def scan(world):
    from incubator.documents.services import keep_paper

    return keep_paper(b"%PDF-1.4 signed", title="signed", name="s.pdf", by=world.actor("manager"), kind="signed_scan")


def reply(world):
    from tests.factories.budgets import a_reply

    return a_reply(world.actor, number="长人社〔2026〕9号")


def confirm(claim, world):
    return decisions.confirm_claim_decision(claim, total=claim.decided, by=world.actor("manager"))


def test_confirming_a_decision_commits_it_in_the_line_that_pays(world, paid):
    line, claim = paid("100000"), decide(world)
    confirm(claim, world)
    line.refresh_from_db()
    entry = line.entries.get(kind="commitment")
    assert line.committed == claim.decided == entry.amount
    assert (entry.subject_name, entry.decision.edition) == (SubsidyApplication.objects.get().number, edition("rent"))


def test_above_the_line_the_decision_is_refused_and_nothing_is_left_behind(world, paid, client_of):
    line, claim = paid("10"), decide(world)
    page = client_of("manager").post(at("claim-act", claim.pk, "confirm_record"), {"total": str(claim.decided)})
    assert page.status_code in {200, 409}
    assert "10.00" in page.text
    claim.refresh_from_db()
    line.refresh_from_db()
    assert (claim.state, line.committed, BudgetEntry.objects.filter(kind="commitment").count()) == ("recorded", 0, 0)
    with pytest.raises(OutOfBudget) as caught:
        confirm(claim, world)
    assert caught.value.code == "NO_BUDGET"
    assert SubsidyApplication.objects.get().state == "in_claim"
    order = services.propose_appropriation(line, claim.decided, reply(world), by=world.actor("finance"))
    services.confirm_order(order, by=world.actor("owner"))
    assert confirm(claim, world).state == "decided"


def test_without_a_stated_budget_decisions_need_no_line(world):
    assert confirm(decide(world), world).state == "decided"
    assert not BudgetEntry.objects.exists()


def test_a_line_of_another_year_does_not_pay(world, actor):
    rent = edition("rent")
    services.say_budget(rent, "line", by=actor("finance"))
    a_line(actor, programme=rent.programme, region=rent.region, amount="100000", year=2025)
    with pytest.raises(OutOfBudget) as caught:
        confirm(decide(world), world)
    assert "2026" in caught.value.message


def test_in_part_where_the_edition_allows_it_and_the_rest_when_money_comes(world, paid, client_of, monkeypatch):
    monkeypatch.setattr(ProgrammeEdition, "partial_allowed", property(lambda self: True, lambda self, value: None))
    line, claim = paid("1000"), decide(world)
    confirm(claim, world)
    line.refresh_from_db()
    assert line.committed == 1000
    (row,) = budgets.waiting_for(line)
    assert (row.needed, row.covered, row.decided) == (claim.decided - 1000, False, True)
    order = services.propose_appropriation(line, Decimal("500"), reply(world), by=world.actor("finance"))
    services.confirm_order(order, by=world.actor("manager"))
    for committed in (1500, 1500):  # a second time finds nothing
        assert client_of("finance").post(at("budget-waiting", line.pk)).status_code == 302
        line.refresh_from_db()
        assert line.committed == committed


@pytest.mark.parametrize(("newly", "left"), [("0", "0"), ("100", "100")])
def test_a_refusal_or_cut_on_revision_releases(world, paid, newly, left):
    line, claim = paid("100000"), decide(world)
    confirm(claim, world)
    application, first = SubsidyApplication.objects.get(), claims.standing(claim)[0].decision
    revised = services.record_decision(
        application, "cut", by=world.actor("manager"), edition=application.edition, after=Decimal(newly), replaces=first
    )
    budgets.adjust_line(application, revised, on=date(2026, 11, 24), by=world.actor("manager"))
    line.refresh_from_db()
    assert (line.committed, line.available) == (Decimal(left), 100000 - Decimal(left))


def test_who_waits_stands_in_the_order_of_filing_and_sees_what_is_missing(world, paid, client_of):
    line = paid("10", waiting_order=True)
    application = world.apply()
    (row,) = budgets.waiting_for(line)
    assert (row.application, row.needed, row.covered, row.place) == (application, application.claimed, False, 1)
    page = client_of("viewer").get(at("budget", line.pk)).text
    assert application.number in page
    assert f"{application.claimed:,.2f}" in page


def test_finance_enters_and_another_person_confirms_in_the_browser(world, paid, client_of):
    line = paid("0")
    finance, manager = client_of("finance"), client_of("manager")
    answer = finance.post(at("budget-enter", line.pk, "appropriation"), {**HEAD, "amount": "5000", "file": pdf()})
    assert answer.status_code == 302, answer.text
    order = BudgetOrder.objects.get()
    assert finance.post(at("budget-confirm", order.pk)).status_code == 403
    assert "5,000.00" in manager.get(at("budget-confirm", order.pk)).text
    assert manager.post(at("budget-confirm", order.pk)).status_code == 302
    assert manager.post(at("budget-confirm", order.pk)).status_code == 409
    line.refresh_from_db()
    assert line.available == 5000
    page = client_of("viewer").get(at("budget", line.pk)).text
    assert HEAD["number"] in page
    assert manager.get(at("budget-paper", order.pk)).status_code == 200


@pytest.mark.parametrize("wrong", [{"amount": "0"}, {"amount": "-5"}, {"amount": "x"}, {"number": ""}, {"dated_on": "2026-02-30"}, {"received_on": "2099-01-01"}])
def test_bad_input_is_told_and_nothing_typed_is_lost(world, paid, client_of, wrong):
    line = paid("0")
    page = client_of("finance").post(at("budget-enter", line.pk, "appropriation"), {**HEAD, "amount": "5000", "file": pdf(), **wrong})
    assert page.status_code in {200, 409}
    assert HEAD["body"] in page.text
    assert not BudgetOrder.objects.exists()


def test_transfer_carry_over_reversal_and_export_in_the_browser(world, paid, client_of, actor):
    line = paid("9000")
    other = a_line(actor, programme=edition("software").programme, region="")
    finance, manager = client_of("finance"), client_of("manager")
    assert finance.post(at("budget-enter", line.pk, "transfer"), {"target": other.pk, "amount": "1000", "note": "函"}).status_code == 302
    assert manager.post(at("budget-confirm", BudgetOrder.objects.waiting().get().pk)).status_code == 302
    first = BudgetOrder.objects.get(kind="transfer")
    assert finance.post(at("budget-reverse", first.pk), {"note": ""}).status_code == 200
    assert finance.post(at("budget-reverse", first.pk), {"note": "写错"}).status_code == 302
    back = BudgetOrder.objects.waiting().get()
    assert manager.post(at("budget-reject", back.pk), {"note": "无误"}).status_code == 302
    line.refresh_from_db()
    assert line.available == 8000
    csv = finance.get(at("budget-export", line.pk) + "?as=csv").content.decode()
    assert "9000.00" in csv
    assert "1000.00" in csv
    assert finance.get(at("budgets-export")).headers["Content-Type"].endswith("sheet")
    assert "8,000.00" in client_of("owner").get(at("budgets")).text


def test_a_line_is_opened_once_and_the_rule_of_an_edition_is_said(world, client_of):
    finance, rent = client_of("finance"), edition("rent")
    assert finance.post(at("budget-open"), {"edition": rent.pk, "year": "2026"}).status_code == 302
    assert finance.post(at("budget-open"), {"edition": rent.pk, "year": "2026"}).status_code == 409
    assert BudgetLine.objects.count() == 1
    assert finance.post(at("budget-rule", rent.pk), {"rule": "line", "waiting_order": "on"}).status_code == 302
    said = services.statement_of(rent)
    assert (said.rule, said.waiting_order) == ("line", True)
