"""A trial on typed facts and the application with these rows: one answer (decision 0068)."""

import json
import random
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from billing.models import BankSlip, Fapiao
from incubator.core.formulas import recompute
from incubator.policy.models import Parameter
from incubator.subsidies import rivals
from incubator.subsidies.assessment import assess
from incubator.subsidies.eligibility import conditions_of, stored
from incubator.subsidies.gather import case_of
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.models import BenefitKey, SubsidyApplication
from incubator.subsidies.passthrough import pass_through_rows
from incubator.subsidies.services import applications
from incubator.subsidies.services.keys import invoice_digest
from incubator.subsidies.trial import run, stated_case
from incubator.tenants.models import Startup
from spaces.models import HeadLease, Lease
from tests.incubator.subsidies.conftest import QUARTER, add_cost, edition, endorse, look_through

pytestmark = pytest.mark.django_db
KINDS = ("rent", "broadband", "software")


def as_typed(application):
    """What a person would type who has the papers of this application before them: plain text, no row."""
    lines = list(application.lines.select_related("fapiao"))
    firm, digests = application.startup, {invoice_digest(line.fapiao): line.fapiao.number for line in lines}
    used = BenefitKey.objects.filter(digest__in=digests, freed_at=None).exclude(application=application)
    facts = {
        "period": application.period,
        "applicant": firm.name if firm else application.organisation.name,
        "level": "tenant" if firm else "space",
        "figures": application.facts,
        "lines": [
            {
                "month": f"{line.month:%Y-%m}" if line.month else "",
                "number": line.fapiao.number,
                "paid": str(line.paid),
                "buyer": line.fapiao.buyer_name,
                "by_bank": line.fapiao.is_paid,
                "payers": [slip.payer_name for slip in line.fapiao.slips.all()],
            }
            for line in lines
        ],
        "abnormal_listed": firm.abnormal_listed if firm else False,
        "agreements": [[str(one.starts_on), str(one.ends_on)] for one in firm.agreements.filter(state="active")] if firm else None,
        "lease": lease_as_typed(application),
        "before": {
            "months": rivals.months_taken(application),
            "months_used": rivals.months_used(application),
            "paid": str(rivals.paid_before(application)),
            "by_quarter": rivals.quarter_before(application),
            "invoices": sorted(digests[key.digest] for key in used),
        },
        "account_verified": firm.account_is_verified if firm else bool(application.organisation.bank_account),
        "relief": None if firm else str(pass_through_rows(application.site, application.quarter)[1]),
        "papers": sorted(application.evidence.values_list("item", flat=True)),
        "found": kind_named(application.kind).found(application),
    }
    return json.loads(json.dumps(facts))


def lease_as_typed(application):
    if application.head_lease:
        head = application.head_lease
        return {"area": str(head.area), "unit_rent": str(head.unit_rent), "starts_on": str(head.starts_on), "ends_on": str(head.ends_on), "owner_consent": True}
    lease = application.lease
    room = lease.lines.filter(area__isnull=False).first()
    return {
        "area": str(room.area), "unit_rent": str(room.unit_price), "starts_on": str(lease.starts_on),
        "ends_on": str(lease.last_day), "owner_consent": lease.owner_consent,
    }


def told(found):
    return [(one.code, one.holds, one.sentence, one.step, one.paper, one.ground) for one in found]


def same(application):
    """The trial of the typed facts, after it was compared with the application."""
    outcome = run(stated_case(application.edition, as_typed(application), timezone.localdate()))
    assert told(outcome.conditions) == told(conditions_of(application))
    mine = assess(application)
    assert (outcome.amount, outcome.assessment.sha256) == (mine.amount, mine.sha256)
    assert recompute(outcome.assessment.record)
    return outcome


def shake(application, dice):
    """Change what can go wrong with an application, at random."""
    firm = application.startup
    Startup.objects.filter(pk=firm.pk).update(abnormal_listed=dice.random() < 0.3, account_verified_by=firm.account_verified_by)
    Lease.objects.filter(pk=application.lease_id).update(owner_consent=dice.random() < 0.6)
    firm.agreements.update(ends_on=dice.choice([date(2026, 8, 15), date(2027, 12, 31)]))
    if application.kind == "rent":
        application.facts |= {"area": dice.choice(["12.50", "80.00", "95.00"]), "unit_rent": dice.choice(["33.33", "62.00", "70.00"])}
    if application.kind == "broadband":
        application.facts |= {"monthly_fee": dice.choice(["99.99", "999.00"])}
    application.save()
    for line in application.lines.select_related("fapiao"):
        if dice.random() < 0.3:
            line.delete()
        elif dice.random() < 0.3:
            Fapiao.objects.filter(pk=line.fapiao_id).update(buyer_name="另一家公司")
        elif dice.random() < 0.3:
            BankSlip.objects.filter(fapiao=line.fapiao).update(payer_name="股东个人")
    for paper in application.evidence.all():
        if dice.random() < 0.3:
            paper.delete()


@pytest.mark.parametrize("seed", range(4))
def test_typed_facts_give_what_the_rows_give(world, seed):
    """Every kind, with something wrong at random; what fails is not the same every time."""
    dice, results = random.Random(seed), []
    for kind in KINDS:
        application = applications.start_application(edition(kind), QUARTER, startup=world.startup, by=world.actor("founder"))
        shake(application, dice)
        fresh = SubsidyApplication.objects.get(pk=application.pk)
        outcome = same(fresh)
        results.append((outcome.amount, [one.code for one in outcome.failing]))
    assert any(codes for _amount, codes in results)
    assert any(amount > 0 for amount, _codes in results)


def test_what_was_claimed_before_counts_in_both(world):
    world.apply("rent")
    second = applications.start_application(edition("rent"), QUARTER, startup=world.startup, by=world.actor("founder"))
    outcome = same(second)
    assert not outcome.amount
    assert "EVIDENCE_MISSING" in [one.code for one in outcome.failing]  # nothing is left to claim


def test_the_spaces_own_claim_is_held_against_the_same_relief(world):
    actor = world.actor("officer")
    HeadLease.objects.create(
        site=world.site, landlord="长春净月资产管理公司", landlord_uscc=world.startup.uscc, area=Decimal(500), unit_rent=Decimal(30), starts_on=date(2026, 1, 1),
        ends_on=date(2027, 12, 31), document=world.papers["lease"], recorded_by=actor.user,
    )
    for month in (7, 8, 9):
        add_cost(None, world.people["officer"], "rent", month, Decimal("15000.00"), actor)
    application = applications.start_application(edition("rent", "space"), QUARTER, site=world.site, by=actor)
    outcome = same(application)
    assert outcome.amount > 0
    assert "NO_PASS_THROUGH" in [one.code for one in outcome.conditions]


def test_what_is_not_said_is_open_and_stops_sending_only(world):
    facts = {"period": QUARTER, "figures": {"monthly_fee": "300.00"}, "lines": [{"month": "2026-07", "paid": "300.00"}]}
    outcome = run(stated_case(edition("broadband"), facts, timezone.localdate()))
    assert (outcome.state, outcome.amount) == ("open", Decimal("150.00"))
    assert not outcome.failing
    assert {"ABNORMAL_LIST", "PAYEE_MISMATCH", "CASH_PAID", "EVIDENCE_MISSING"} <= {one.code for one in outcome.open}


def test_an_amount_that_nobody_set_is_no_figure(world):
    rule = edition("broadband")
    rows = Parameter.objects.filter(edition=rule, key="share")
    with transaction.atomic():
        draft = type(rule).objects.get(pk=rule.pk)
        draft.pk, draft.state, draft.approver, draft.edition_hash = None, "draft", None, ""
        draft.save()
        for row in rule.parameters.exclude(pk__in=rows):
            row.pk, row.edition = None, draft
            row.save()
        row = rows.get()
        row.pk, row.edition, row.value, row.certainty = None, draft, None, "placeholder"
        row.save()
    facts = {"period": QUARTER, "figures": {"monthly_fee": "300.00"}, "lines": [{"month": "2026-07", "paid": "300.00"}]}
    outcome = run(stated_case(draft, facts, timezone.localdate()))
    assert outcome.state == "unset"
    assert outcome.assessment is None
    assert outcome.conditions == []


def test_each_condition_names_the_words_that_ask_for_it(world):
    application = world.apply("rent", send=False)
    grounds = {one.code: one.ground for one in conditions_of(application)}
    texts = {clause.text for clause in world.measure.clauses.all()}
    for code in ("LATE", "ABNORMAL_LIST", "PERIOD_MISMATCH", "DUP_MONTH", "PAYEE_MISMATCH", "EVIDENCE_MISSING", "CASH_PAID"):
        assert grounds[code] is not None, code
        assert any(grounds[code].quote in text for text in texts), code
        assert world.measure.slug in grounds[code].url, code


def test_the_findings_stay_with_the_application(world):
    application = endorse(world.apply("rent"), world.actor)
    before = told(stored(application))
    assert before
    assert all(holds for _code, holds, *_rest in before)
    Startup.objects.filter(pk=world.startup.pk).update(abnormal_listed=True)
    application = SubsidyApplication.objects.get(pk=application.pk)
    assert any(one.holds is False for one in conditions_of(application, on_submission=False))
    assert told(stored(application)) == before
    with pytest.raises(IntegrityError), transaction.atomic():
        SubsidyApplication.objects.filter(pk=application.pk).update(findings=[])


def test_a_case_reads_kept_lines_only(world):
    from incubator.policy.models import ReasonCode
    from incubator.subsidies.services import review

    application = review.take_application(world.apply("rent"), by=world.actor("officer"))
    look_through(application, world.actor)
    review.cut_line(application.lines.get(position=1), reason=ReasonCode.objects.get(code="PERIOD_MISMATCH"), note="", by=world.actor("officer"))
    assert [line.key for line in case_of(application).lines] == ["2026-08", "2026-09"]
