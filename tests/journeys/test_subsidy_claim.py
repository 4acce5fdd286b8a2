"""The way of a claim, walked in a real browser by the people who walk it: founder, officer, manager, finance, owner."""

from __future__ import annotations

import subprocess

import pytest

from incubator.core.scoping import organisation_context
from incubator.subsidies.models import Claim, SubsidyApplication
from incubator.subsidies.services.printing import keep_claim_papers
from tests.factories.subsidies import PDF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "zh-hans": {"why": "为什么是这个金额", "sent": "已提交", "cut": "核减", "genuine": "真"},
    "en": {"why": "Why this amount", "sent": "Submitted", "cut": "Cut", "genuine": "genuine"},
}


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "扫描件.pdf"
    path.write_bytes(PDF)
    return path


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_the_founders_wizard_to_the_public_notice(visitor, town, scan, tmp_path, language):
    visitor.speak(language)
    words = WORDS[language]
    founder_applies(visitor, words)
    officer_checks_and_cuts(visitor, words)
    manager_endorses(visitor)
    finance_seals(visitor, town)
    paper_is_complete(town, tmp_path)
    manager_files(visitor, scan)
    finance_records(visitor, scan)
    owner_confirms(visitor)
    manager_publishes(visitor, town, words)
    assert visitor.faults == []


def founder_applies(visitor, words):
    """Home → choose programmes → costs → papers from the vault → why this amount → pledge → send."""
    visitor.sign_in("founder")
    assert "/portal/jingyue/" in visitor.page.url
    visitor.press("a[href$='/portal/jingyue/subsidies/start/']")
    visitor.page.wait_for_url("**/subsidies/start/")
    boxes = visitor.page.locator("input[name=edition]")
    for place in range(boxes.count()):
        boxes.nth(place).set_checked(place == 0)
    visitor.submit()
    assert visitor.page.input_value("input[name=area]") == "80.00"
    visitor.page.fill("input[name=unit_rent]", "６２．００")  # full-width digits are understood
    visitor.submit()
    lease = visitor.page.locator("#item-lease")  # what the vault holds is attached already; take it out, put it back
    with visitor.page.expect_navigation():
        lease.locator("form[action*='remove'] button").click()
    lease.locator("select").select_option(index=1)
    with visitor.page.expect_navigation():
        lease.locator("form:has(select) button[type=submit]").click()
    visitor.press(".wizard-foot a.button-primary")
    assert words["why"] in visitor.text
    assert "6,000.00" in visitor.text
    visitor.page.check("input[name=pledge]")
    visitor.submit("form:has(input[name=pledge])")
    assert "SQ-2026-000001" in visitor.text
    assert words["sent"] in visitor.text


def officer_checks_and_cuts(visitor, words):
    """Desk → case → take → every paper beside its questions → cut August → recommend."""
    visitor.sign_in("officer")
    visitor.press("main .todo a[href*='/subsidies/applications/']")
    visitor.press("main a[href$='/do/take/']")
    visitor.submit()
    visitor.press("main a[href*='/papers/']:not([href*='file'])")
    for _paper in range(20):
        if "/papers/" not in visitor.page.url:
            break
        visitor.page.check("input[name=verdict][value=good]")
        visitor.submit("form:has(input[name=verdict])")
    visitor.page.locator("main a[href*='/cut/']").nth(1).click()
    visitor.page.wait_for_url("**/cut/")
    visitor.page.locator("select[name=reason]").select_option(index=3)
    visitor.page.fill("textarea[name=note]", "八月发票房号不一致")
    visitor.submit()
    assert "八月发票房号不一致" in visitor.text
    visitor.press("main a[href$='/do/recommend/']")
    visitor.submit()
    assert "4,000.00" in visitor.text


def manager_endorses(visitor):
    visitor.sign_in("manager")
    visitor.press("main .todo a[href*='/subsidies/applications/']")
    visitor.press("main a[href$='/do/endorse/']")
    visitor.submit()


def finance_seals(visitor, town):
    visitor.sign_in("finance")
    visitor.press("nav a[href$='/office/jingyue/subsidies/']")
    visitor.submit("form[action$='/claims/start/']")
    assert "4,000.00" in visitor.text
    visitor.press("main a[href$='/do/seal/']")
    visitor.submit()
    assert "净创补申〔2026〕1号" in visitor.page.inner_text("h1")
    with organisation_context(town.organisation):  # the paper queue's worker
        keep_claim_papers(Claim.objects.get())


def paper_is_complete(town, tmp_path):
    """What an authority reads on paper, taken out of the PDF again."""
    path = tmp_path / "claim.pdf"
    with organisation_context(town.organisation):
        claim = Claim.objects.select_related("document").get()
        path.write_bytes(claim.document.read())
        startup = SubsidyApplication.objects.get().startup
    text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    flat = "".join(text.split())
    for words in (town.organisation.name, town.organisation.uscc, startup.name, startup.uscc, "4,000.00", "人民币肆仟元整", "给予适当补贴", "八月发票房号不一致"):
        assert words in flat


def manager_files(visitor, scan):
    visitor.sign_in("manager")
    visitor.press("main .todo a[href*='/subsidies/claims/']")
    visitor.press("main a[href$='/do/file/']")
    visitor.page.set_input_files("input[name=scan]", scan)
    visitor.submit()


def finance_records(visitor, scan):
    """The receipt, then the decision line by line: approved as claimed."""
    visitor.sign_in("finance")
    visitor.press("main .todo a[href*='/subsidies/claims/']")
    for act in ("record_receipt", "record_decision"):
        visitor.press(f"main a[href$='/do/{act}/']")
        visitor.page.set_input_files("input[name=file]", scan)
        visitor.page.fill("input[name=number]", f"净人社〔2026〕{len(act)}号")
        visitor.page.fill("input[name=dated_on]", "2026-11-23")
        visitor.page.fill("input[name=received_on]", "2026-11-24")
        visitor.submit()


def owner_confirms(visitor):
    """A wrong total is refused with a sentence; the right one counts."""
    visitor.sign_in("owner")
    visitor.press("main .todo a[href*='/subsidies/claims/']")
    visitor.press("main a[href$='/do/confirm_record/']")
    visitor.page.fill("input[name=total]", "4100")
    visitor.submit()
    assert "4,100.00" in visitor.text or "4100.00" in visitor.text
    visitor.page.fill("input[name=total]", "4,000.00")
    visitor.submit()


def manager_publishes(visitor, town, words):
    visitor.sign_in("manager")
    visitor.press("main .todo a[href*='/subsidies/claims/']")
    visitor.press("main a[href$='/do/publish_notice/']")
    visitor.submit()
    visitor.follow("/jingyue/notices/")
    assert town.startup.name in visitor.text
    assert "4,000.00" in visitor.text
    assert "62220000111122223333" not in visitor.page.content()
    with organisation_context(town.organisation):
        code = Claim.objects.get().verify_code
    visitor.go(f"/verify/jingyue/{code}/")
    assert words["genuine"] in visitor.text or "4,000.00" in visitor.text
    visitor.sign_in("founder")
    visitor.press("main .running a")
    assert "4,000.00" in visitor.text
