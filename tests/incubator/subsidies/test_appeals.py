"""A refusal, its notice, the appeal in time, and the answer by other people."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from incubator.core.errors import BusinessError, IllegalMove, NotAllowed
from incubator.documents.models import DocumentKind
from incubator.notices.models import Notice
from incubator.policy.models import Decision, ReasonCode
from incubator.policy.reading import Reading
from incubator.policy.services import verify_decisions
from incubator.subsidies.models import MonthKey, RefusalCheck, ResultNotice, SubsidyApplication
from incubator.subsidies.progress import appeal_until, may_appeal, next_step
from incubator.subsidies.services import appeals, results, review
from tests.factories.accounts import make_person
from tests.factories.subsidies import pdf
from tests.incubator.subsidies.one_world import client_of, for_the_file, for_this_test, organisation, site, world  # noqa: F401  (fixtures)


def refuse(world, code="NO_INSURED"):
    taken = review.take_application(world.apply("rent"), by=world.actor("officer"))
    return review.refuse_application(taken, codes=list(ReasonCode.objects.filter(code=code)), note="无参保人员", by=world.actor("officer"))


@pytest.fixture
def refused(world):
    return refuse(world)


@pytest.fixture
def other_officer(organisation):
    return make_person("second-officer", organisation, "officer")


def later(days):
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=True)


def set_to(monkeypatch, key, value):
    """The edition's figure of this key, as if it were set so."""
    whole = Reading.optional
    monkeypatch.setattr(Reading, "optional", lambda self, name: value if name == key else whole(self, name))


def test_a_refusal_is_told_with_number_reasons_and_the_last_day_to_appeal(refused):
    told = ResultNotice.objects.get(application=refused)
    assert (told.result, told.amount, str(told.appeal_until)) == ("refused", Decimal("0.00"), "2026-12-09")
    assert told.number == "净创补结〔2026〕1号"
    said = told.snapshot
    assert said["cuts"][0]["code"] == "NO_INSURED"
    assert "2026年12月9日前" in said["rights"][0]
    assert said["record"] == told.decision.sha256
    assert results.verify_result(told)


def test_what_was_told_never_changes(refused):
    told = ResultNotice.objects.get(application=refused)
    for change in ({"amount": 5}, {"snapshot": {}}, {"result": "upheld"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ResultNotice.objects.filter(pk=told.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        told.delete()


def test_the_last_day_to_appeal_counts_and_the_next_does_not(world, refused):
    assert str(appeal_until(refused)) == "2026-12-09"
    with later(15):
        assert may_appeal(refused)
    with later(16):
        assert not may_appeal(refused)
        assert next_step(refused) is None
        with pytest.raises(BusinessError):
            appeals.appeal_application(refused, note="已补缴", by=world.actor("founder"))


def test_without_a_service_time_nothing_is_promised_and_nothing_lapses(refused, monkeypatch):
    set_to(monkeypatch, "service.appeal", None)
    with later(300):
        assert appeal_until(refused) is None
        assert may_appeal(refused)
        assert next_step(refused).until is None


def test_an_appeal_takes_the_months_again_and_brings_its_papers(world, refused):
    paper = world.papers["licence"]
    appealed = appeals.appeal_application(refused, note="已补缴", papers=[paper], by=world.actor("founder"))
    assert MonthKey.objects.filter(application=appealed, freed_at=None).count() == 3
    assert appealed.evidence.filter(item=DocumentKind.OTHER, document=paper).exists()
    with pytest.raises(IllegalMove):
        appeals.appeal_application(appealed, note="再次", by=world.actor("founder"))


def test_only_a_founder_appeals_for_a_startup(world, refused):
    with pytest.raises(NotAllowed):
        appeals.appeal_application(refused, note="已补缴", by=world.actor("officer"))


def test_whoever_refused_never_hears_the_appeal(world, refused, other_officer, organisation):
    """A person with both roles: the state table, the list of officers and the database each refuse."""
    from incubator.accounts.models import Membership

    officer = world.people["officer"]
    Membership.objects.create(user=officer, organisation=organisation, role="manager")
    from incubator.accounts.actors import actor_for

    both = actor_for(officer, organisation)
    appealed = appeals.appeal_application(refused, note="已补缴", by=world.actor("founder"))
    with pytest.raises(NotAllowed):
        appeals.uphold_refusal(appealed, note="仍无记录", by=both)
    with pytest.raises(NotAllowed):
        appeals.reopen_case(appealed, officer=other_officer, note="复核", by=both)
    with pytest.raises(NotAllowed):
        appeals.reopen_case(appealed, officer=officer, note="复核", by=world.actor("manager"))
    reopened = appeals.reopen_case(appealed, officer=other_officer, note="已补缴，重新审核", by=world.actor("manager"))
    assert (reopened.state, reopened.officer, reopened.first_officer) == ("in_review", other_officer, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubsidyApplication.objects.filter(pk=reopened.pk).update(officer=officer)


def test_both_answers_are_new_records_that_replace_the_refusal(world, refused, other_officer):
    appealed = appeals.appeal_application(refused, note="已补缴", by=world.actor("founder"))
    refusal = Decision.objects.about(refused).get()
    reopened = appeals.reopen_case(appealed, officer=other_officer, note="重新审核", by=world.actor("manager"))
    assert [row.act for row in Decision.objects.about(reopened)] == ["refuse", "reopen"]
    assert Decision.objects.about(reopened).standing().get().replaces == refusal
    assert verify_decisions().holds


def test_an_upheld_refusal_is_told_on_paper_and_frees_the_months(world, refused):
    appealed = appeals.appeal_application(refused, note="已补缴", by=world.actor("founder"))
    upheld = appeals.uphold_refusal(appealed, note="仍无记录", by=world.actor("manager"))
    assert [row.result for row in ResultNotice.objects.filter(application=upheld)] == ["upheld", "refused"]
    told = ResultNotice.objects.get(application=upheld, result="upheld")
    assert told.snapshot["cuts"][0]["sentence"] == "仍无记录"
    assert told.decision.replaces.act == "refuse"
    assert not MonthKey.objects.filter(freed_at=None).exists()


def test_a_second_refusal_has_no_second_appeal(world, refused, other_officer, organisation):
    from incubator.accounts.actors import actor_for

    second = actor_for(other_officer, organisation)
    appealed = appeals.appeal_application(refused, note="已补缴", by=world.actor("founder"))
    reopened = appeals.reopen_case(appealed, officer=other_officer, note="重新审核", by=world.actor("manager"))
    again = review.refuse_application(reopened, codes=list(ReasonCode.objects.filter(code="OTHER")), note="仍不符合", by=second)
    assert not may_appeal(again)
    assert ResultNotice.objects.filter(application=again).first().appeal_until is None
    with pytest.raises(NotAllowed):
        appeals.appeal_application(again, note="再次", by=world.actor("founder"))


def test_every_message_says_what_comes_next(world, refused):
    told = Notice.objects.filter(person=world.people["founder"]).order_by("pk")
    assert [notice.values["next"]["phrase"] for notice in told] == [
        "a case officer takes your case and checks the papers",
        "the case officer checks the papers and computes the amount",
        "if you do not agree, you may appeal once",
    ]
    assert [notice.values["next"]["until"] for notice in told] == ["", "", "2026-12-09"]  # two steps without a promise
    assert "2026年12月9日" in told.last().text


# The sampled check


def test_without_a_share_nothing_is_drawn(refused):
    assert not RefusalCheck.objects.exists()


def test_a_draw_can_be_repeated_from_its_seed(world, monkeypatch):
    set_to(monkeypatch, "check.refusal_share", "1")
    check = RefusalCheck.objects.get(application=refuse(world))
    assert results.is_drawn(check.seed, check.decision.sha256, check.share)
    assert not results.is_drawn(check.seed, check.decision.sha256, Decimal(0))
    with pytest.raises(DatabaseError), transaction.atomic():
        RefusalCheck.objects.filter(pk=check.pk).update(seed="0" * 32)


def test_the_share_of_many_draws_is_the_share_that_was_set():
    drawn = sum(results.is_drawn(f"{number:032x}", "a" * 64, Decimal("0.2")) for number in range(5000))
    assert 900 < drawn < 1100


def test_another_officer_checks_and_a_doubt_lets_the_manager_reopen(world, monkeypatch, other_officer, organisation):
    from incubator.accounts.actors import actor_for

    set_to(monkeypatch, "check.refusal_share", "1")
    case = refuse(world)
    check = case.refusal_checks.get()
    with pytest.raises(NotAllowed):
        results.check_refusal(check, finding="agreed", note="", by=world.actor("officer"))
    with pytest.raises(IllegalMove):
        appeals.reopen_case(case, officer=other_officer, note="重新审核", by=world.actor("manager"))
    with pytest.raises(IntegrityError), transaction.atomic():
        RefusalCheck.objects.filter(pk=check.pk).update(finding="agreed", checker=world.people["officer"])
    doubted = results.check_refusal(check, finding="doubted", note="材料齐全", by=actor_for(other_officer, organisation))
    assert doubted.finding == "doubted"
    third = make_person("third-officer", organisation, "officer")
    reopened = appeals.reopen_case(case, officer=third, note="重新审核", by=world.actor("manager"))
    assert reopened.state == "in_review"
    assert MonthKey.objects.filter(application=reopened, freed_at=None).count() == 3


# Pages


def test_the_founder_reads_the_decision_and_appeals_with_a_paper(world, refused, client_of):
    browser = client_of("founder")
    told = ResultNotice.objects.get(application=refused)
    address = f"/portal/jingyue/subsidies/{refused.pk}"
    page = browser.get(f"{address}/decisions/{told.pk}/")
    assert page.status_code == 200
    assert "无参保人员" in page.text
    assert "2026年12月9日" in page.text
    assert browser.get(f"{address}/decisions/{told.pk}/pdf/").status_code == 404  # not printed yet
    empty = browser.post(f"{address}/do/appeal/", {"note": ""})
    assert empty.status_code == 200
    assert browser.post(f"{address}/do/appeal/", {"note": "已补缴", "file": pdf("proof.pdf", "appeal")}).status_code == 302
    refused.refresh_from_db()
    assert refused.state == "appealed"
    assert refused.evidence.filter(item="other").count() == 1


def test_the_manager_chooses_another_officer_in_the_browser(world, refused, other_officer, client_of):
    appeals.appeal_application(refused, note="已补缴", by=world.actor("founder"))
    browser, address = client_of("manager"), f"/office/jingyue/subsidies/applications/{refused.pk}/do/reopen/"
    page = browser.get(address)
    assert other_officer.name in page.text
    assert f'value="{world.people["officer"].pk}"' not in page.text
    wrong = browser.post(address, {"note": "重新审核", "officer": world.people["officer"].pk})
    assert wrong.status_code == 200
    assert "重新审核" in wrong.text
    assert browser.post(address, {"note": "重新审核", "officer": other_officer.pk}).status_code == 302


def test_the_code_of_a_replaced_decision_says_so(world, refused, client):
    told = ResultNotice.objects.get(application=refused)
    page = client.get(f"/verify/jingyue/{told.verify_code}/")
    assert page.context["found"]["later"] is None
    appealed = appeals.appeal_application(refused, note="已补缴", by=world.actor("founder"))
    appeals.uphold_refusal(appealed, note="仍无记录", by=world.actor("manager"))
    assert client.get(f"/verify/jingyue/{told.verify_code}/").context["found"]["later"].act == "uphold"


def test_the_notice_prints(world, refused):
    kept = results.keep_result(ResultNotice.objects.get(application=refused))
    assert kept.document.content_type == "application/pdf"
    assert kept.document.read()[:5] == b"%PDF-"
