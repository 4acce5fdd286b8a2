"""An application from the first draft to the second pair of eyes."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed, NotEligible
from incubator.core.formulas import recompute
from incubator.policy.models import Decision, ReasonCode
from incubator.subsidies.models import ApplicationLine, MonthKey, SubsidyApplication
from incubator.subsidies.services import appeals, applications, review
from tests.incubator.subsidies.conftest import QUARTER, edition, endorse, look_through

pytestmark = pytest.mark.django_db


def test_a_draft_is_filled_from_lease_and_invoices(world):
    application = world.apply("rent", send=False)
    assert application.facts["area"] == "80.00"
    assert application.facts["unit_rent"] == "62.00"
    assert [line.key for line in application.lines.all()] == ["2026-07", "2026-08", "2026-09"]
    assert application.claimed == Decimal("6000.00")  # min(62, 50) × 80 × 0.5 × 3


@pytest.mark.parametrize(("kind", "amount"), [("rent", "6000.00"), ("broadband", "1200.00"), ("software", "5000.00")])
def test_the_amount_is_the_formulas_and_the_sum_of_the_lines(world, kind, amount):
    application = world.apply(kind)
    assert application.claimed == Decimal(amount)
    assert sum(line.claimed for line in application.lines.all()) == application.claimed
    assert recompute(application.trace)


def test_sending_takes_number_months_and_invoices(world):
    application = world.apply("rent")
    assert application.number == "SQ-2026-000001"
    assert application.state == "submitted"
    assert MonthKey.objects.filter(application=application, freed_at=None).count() == 3
    assert application.benefit_keys.count() == 3
    assert set(application.evidence.values_list("item", flat=True)) == {"licence", "lease", "pledge", "invoice", "bank_slip"}


def test_without_the_pledge_nothing_is_sent(world):
    application = world.apply("rent", send=False)
    with pytest.raises(BusinessError) as refused:
        applications.submit_application(application, by=world.actor("founder"), pledged=False)
    assert refused.value.field == "pledge"
    application.refresh_from_db()
    assert application.state == "draft"


def test_a_month_is_claimed_once(world):
    world.apply("rent")
    second = applications.start_application(edition("rent"), QUARTER, startup=world.startup, by=world.actor("founder"))
    assert not second.lines.exists()  # what is taken is not proposed
    with pytest.raises(NotEligible):
        applications.submit_application(second, by=world.actor("founder"), pledged=True)


def test_a_missing_paper_is_named(world):
    application = world.apply("rent", send=False)
    application.evidence.filter(item="lease").delete()
    with pytest.raises(NotEligible, match=r"Lease|租赁"):
        applications.submit_application(application, by=world.actor("founder"), pledged=True)


def test_the_officer_is_not_the_preparer(world):
    application = world.apply("rent")
    SubsidyApplication.objects.filter(pk=application.pk).update(preparer=world.people["officer"])
    with pytest.raises(NotAllowed):
        review.take_application(application, by=world.actor("officer"))


def test_the_database_wants_two_people(world):
    application = endorse(world.apply("rent"), world.actor)
    for column in ("endorser", "officer"):
        with pytest.raises(IntegrityError), transaction.atomic():
            SubsidyApplication.objects.filter(pk=application.pk).update(**{column: world.people["founder"]})
    with pytest.raises(IntegrityError), transaction.atomic():
        SubsidyApplication.objects.filter(pk=application.pk).update(endorser=world.people["officer"])


def test_unchecked_papers_stop_the_recommendation(world):
    application = review.take_application(world.apply("rent"), by=world.actor("officer"))
    with pytest.raises(NotEligible):
        review.recommend_application(application, by=world.actor("officer"))
    application.refresh_from_db()
    assert application.state == "in_review"


def test_a_cut_line_gets_nothing_and_stays(world):
    application = review.take_application(world.apply("rent"), by=world.actor("officer"))
    look_through(application, world.actor)
    line = application.lines.get(position=2)
    review.cut_line(line, reason=ReasonCode.objects.get(code="PERIOD_MISMATCH"), note="房号不一致", by=world.actor("officer"))
    recommended = review.recommend_application(application, by=world.actor("officer"))
    assert recommended.assessed == Decimal("4000.00")
    assert [str(one.assessed) for one in recommended.lines.all()] == ["2000.00", "0.00", "2000.00"]
    assert recommended.reasons == ["PERIOD_MISMATCH"]
    assert recommended.claimed == Decimal("6000.00")


def test_only_the_officer_who_took_the_case_may_check_it(world):
    application = review.take_application(world.apply("rent"), by=world.actor("officer"))
    with pytest.raises(NotAllowed):
        review.judge_evidence(application.evidence.first(), verdict="good", finding="", by=world.actor("manager"))


def test_endorsing_writes_a_decision_and_freezes(world):
    application = endorse(world.apply("rent"), world.actor)
    decision = Decision.objects.about(application).get()
    assert (decision.act, decision.amount_after, decision.trace_sha256) == ("endorse", Decimal("6000.00"), application.trace_sha256)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubsidyApplication.objects.filter(pk=application.pk).update(assessed=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationLine.objects.filter(application=application).update(paid=1)


def test_a_paper_that_changes_after_the_recommendation_stops_the_endorsement(world):
    application = review.take_application(world.apply("rent"), by=world.actor("officer"))
    look_through(application, world.actor)
    recommended = review.recommend_application(application, by=world.actor("officer"))
    recommended.evidence.filter(item="licence").update(verdict="doubt")
    with pytest.raises(Conflict):
        review.endorse_application(recommended, by=world.actor("manager"))


def test_a_refusal_frees_the_months_and_can_be_appealed_once(world):
    application = review.take_application(world.apply("rent"), by=world.actor("officer"))
    codes = list(ReasonCode.objects.filter(code="NO_INSURED"))
    refused = review.refuse_application(application, codes=codes, note="无参保人员", by=world.actor("officer"))
    assert refused.state == "refused"
    assert not MonthKey.objects.filter(freed_at=None).exists()
    appealed = appeals.appeal_application(refused, note="已补缴", by=world.actor("founder"))
    assert MonthKey.objects.filter(freed_at=None).count() == 3
    upheld = appeals.uphold_refusal(appealed, note="仍无记录", by=world.actor("manager"))
    assert upheld.state == "refused_final"
    assert not MonthKey.objects.filter(freed_at=None).exists()


def test_a_returned_application_comes_back_with_new_figures(world):
    application = review.take_application(world.apply("rent"), by=world.actor("officer"))
    returned = review.return_application(
        application, codes=list(ReasonCode.objects.filter(code="EVIDENCE_MISSING")), note="缺一页", by=world.actor("officer")
    )
    assert returned.is_editable
    from incubator.subsidies.kinds import kind_named

    costs = kind_named(returned.kind).proposals(returned)[:2]
    changed = applications.change_costs(
        returned, figures={"area": "70.00", "unit_rent": "62.00"}, costs=costs, by=world.actor("founder"), version=returned.version
    )
    again = applications.submit_application(changed, by=world.actor("founder"), pledged=True)
    assert (again.state, again.number, again.claimed) == ("in_review", "SQ-2026-000001", Decimal("3500.00"))
    assert MonthKey.objects.filter(freed_at=None).count() == 2


def test_a_stale_page_loses_nothing_and_changes_nothing(world):
    application = world.apply("rent", send=False)
    with pytest.raises(Conflict):
        applications.change_costs(application, figures={}, costs=[], by=world.actor("founder"), version=99)
    assert application.lines.count() == 3


def test_a_sent_application_is_not_sent_again(world):
    application = world.apply("rent")
    with pytest.raises(IllegalMove):
        applications.submit_application(application, by=world.actor("founder"), pledged=True)


def test_a_person_of_the_startup_does_not_handle_its_case(world, people):
    from tests.factories.tenants import a_founder

    application = world.apply("rent")
    a_founder(world.startup, user=people["officer"], name="同一人")
    with pytest.raises(NotAllowed):
        review.take_application(application, by=world.actor("officer"))


def test_an_invoice_of_another_organisation_clashes_without_telling_whose(world, other_organisation, other_people):
    """The second organisation has the same invoice on file; its key is held by the first one."""
    from incubator.core.errors import CrossOrganisation  # noqa: F401 - the context below must be the only one
    from incubator.subsidies.models import BenefitKey

    application = world.apply("software")
    key = application.benefit_keys.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        BenefitKey.objects.create(application=application, digest=key.digest)


def test_apply_for_gives_the_same_amount_every_time(world):
    first = world.apply("rent", send=False)
    assert first.trace["sha256"] == applications.start_application(
        edition("rent"), QUARTER, startup=world.startup, by=world.actor("founder")
    ).trace["sha256"]


