"""A founder asks for the one-off startup grant in a real browser; a manager verifies the account in between."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from incubator.accounts.actors import actor_for
from incubator.core.scoping import organisation_context
from incubator.subsidies.models import PayeeAccount, SubsidyApplication
from tests.factories.programmes import add_programmes
from tests.factories.subsidies import PDF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ACCOUNT = "6222000098765432"


@pytest.fixture
def programmes_open(town):
    """The second measure in force, and a founder who is entitled."""
    with organisation_context(town.organisation):
        add_programmes(SimpleNamespace(actor=lambda role: actor_for(town.people[role], town.organisation), startup=town.startup))
    return town


def test_a_founder_asks_for_the_one_off_grant(visitor, programmes_open, tmp_path):
    scan = tmp_path / "培训合格证书.pdf"
    scan.write_bytes(PDF)
    visitor.sign_in("founder")
    visitor.press("a[href$='/portal/jingyue/subsidies/start/']")
    visitor.page.wait_for_url("**/subsidies/start/")
    for box in visitor.page.locator("input[name=edition]").all():
        box.set_checked("一次性创业补贴" in box.locator("xpath=..").inner_text())
    visitor.submit()
    visitor.press("main a[href$='/costs/add/']")
    visitor.page.fill("input[name=bank_name]", "吉林银行")
    visitor.page.fill("input[name=bank_account]", "6222 0000 9876 5432")
    visitor.submit()
    visitor.page.fill("input[name=trained_on]", "2026-03-20")
    visitor.page.check("input[name=first_firm]")
    visitor.page.check("input[name=costs]")
    visitor.submit()
    for item in ("training_certificate", "category_proof"):
        panel = visitor.page.locator(f"#item-{item}")
        panel.locator("input[type=file]").set_input_files(scan)
        with visitor.page.expect_navigation():
            panel.locator("form:has(input[type=file]) button[type=submit]").click()
    visitor.press(".wizard-foot a.button-primary")
    assert "5,000.00" in visitor.text
    assert visitor.page.locator("form:has(input[name=pledge]) button[type=submit]").is_disabled()  # nobody has verified the account
    draft = visitor.page.url
    verify(visitor, programmes_open)
    visitor.sign_in("founder")
    visitor.page.goto(draft)
    visitor.page.check("input[name=pledge]")
    visitor.submit("form:has(input[name=pledge])")
    assert "SQ-2026-000001" in visitor.text
    with organisation_context(programmes_open.organisation):
        assert SubsidyApplication.objects.get().claimed == 5000
    assert visitor.faults == []


def verify(visitor, town):
    """The manager types the account again from the bank's paper."""
    visitor.sign_in("manager")
    visitor.go("/office/jingyue/subsidies/")
    visitor.press("a[href$='/subsidies/payees/']")
    visitor.press("main a[href$='/verify/']")
    visitor.page.fill("input[name=typed]", ACCOUNT)
    visitor.submit()
    with organisation_context(town.organisation):
        assert PayeeAccount.objects.get().verified_by == town.people["manager"]
