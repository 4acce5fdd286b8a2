"""Every programme that the document names, from the draft to the sealed claim and its PDF."""

import io
from datetime import date
from decimal import Decimal

import pikepdf
import pytest
from django.db import IntegrityError, transaction

from incubator.accounts.actors import actor_for
from incubator.core.errors import BusinessError, NotAllowed, NotEligible
from incubator.core.formulas import recompute
from incubator.documents.models import DocumentKind
from incubator.policy.evidence import default_evidence
from incubator.policy.keys import FORMULA_KEYS
from incubator.policy.masking import personal_data
from incubator.policy.models import Kind
from incubator.subsidies.eligibility import conditions_of
from incubator.subsidies.kinds import kind_named, kinds
from incubator.subsidies.masking import public_claim
from incubator.subsidies.models import ApplicationLine, PayeeAccount, SubsidyApplication, SupportedPerson
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.papers import print_claim_pdf
from incubator.subsidies.services import applications, claims, sources
from incubator.subsidies.services.keys import once_digest
from incubator.subsidies.snapshots import notice_rows
from incubator.subsidies.trial import run, stated_case
from tests.factories import programmes
from tests.factories.accounts import make_person
from tests.incubator.subsidies.conftest import QUARTER, endorse

pytestmark = pytest.mark.django_db
NEW = tuple(programmes.PAYEES)


@pytest.fixture
def people(people, organisation):
    """A second officer prepares what the organisation applies for: the first one checks it."""
    return people | {"officer2": make_person("officer2", organisation, "officer")}


@pytest.fixture
def full(world):
    return programmes.add_programmes(world)


@pytest.mark.parametrize("kind", NEW)
def test_each_kind_goes_from_draft_to_endorsement(full, kind):
    application = programmes.send(full, kind)
    assert application.claimed == Decimal(programmes.AMOUNTS[kind])
    assert sum(line.claimed for line in application.lines.all()) == application.claimed
    assert all(condition.holds for condition in conditions_of(application))
    endorsed = endorse(application, full.actor)
    assert (endorsed.state, endorsed.assessed) == ("endorsed", application.claimed)
    assert recompute(endorsed.trace)
    assert all(step.get("citation") for step in endorsed.trace["result"]["steps"][:-1])


def test_every_kind_has_a_formula_with_keys_and_a_list_of_papers():
    assert {kind.name for kind in kinds()} == {"rent", "broadband", "software", *NEW}
    for kind in kinds():
        assert FORMULA_KEYS[kind.formula]
        payee = programmes.PAYEES.get(kind.name, "tenant")
        assert {row["item"] for row in default_evidence(Kind(kind.name), payee)} <= set(DocumentKind.values)
        assert default_evidence(Kind(kind.name), payee)
        assert kind.questions()


def test_a_claim_of_each_level_is_sealed_and_printed(full):
    """Seven applications, four claims: each names its payees in full for the authority, and masked for the public."""
    for kind in NEW:
        endorse(programmes.send(full, kind), full.actor)
    for payee, own in (("person", 1), ("tenant", 2), ("space", 3), ("other", 1)):
        claim = claims.seal_claim(claims.start_claim(full.people_measure, payee, QUARTER, by=full.actor("finance")), by=full.actor("finance"))
        lines = list(claims.standing(claim))
        assert len(lines) == own
        snapshot, public = claim.snapshot, public_claim(claim.snapshot)
        assert Decimal(snapshot["totals"]["claimed"]) == claim.total == sum(line.amount for line in lines)
        assert personal_data(public) == []
        notice = notice_rows(claim, [line for line in lines if setattr(line, "decided", line.amount) is None])
        assert personal_data(notice) == []
        told = str(public) + str(notice)
        assert "林可欣" not in told
        assert ("林*欣" in told) is (payee == "person")
        assert not any(name in told for name in ("王小雨", "赵小满", *programmes.IDS))
        assert not any(number in str(snapshot) for number in programmes.IDS)  # even for the authority the number is masked
        body = print_claim_pdf(snapshot, claim.snapshot_sha256, claim.sealed_at)
        with pikepdf.open(io.BytesIO(body)) as paper:
            assert len(paper.pages) >= 2


def test_the_grant_is_once_for_a_person_in_whatever_organisation(full, other_organisation):
    """Only the digest meets: another organisation's use is told as one sentence, and nothing of it is shown."""
    application = programmes.fill(full, "one_off")
    digests = kind_named("one_off").once(application, application.lines.get())
    assert len(set(digests)) == 2  # the person and the licence
    assert once_digest("person", programmes.IDS[0], "jilin-2015-28（十五）") in digests
    first = applications.submit_application(application, by=full.actor("founder"), pledged=True)
    again = applications.start_application(first.edition, "2026-Q2", startup=full.startup, by=full.actor("founder"))
    assert not again.lines.exists()
    with pytest.raises(NotEligible):
        applications.submit_application(again, by=full.actor("founder"), pledged=True)


def test_a_person_is_claimed_for_once_in_a_month(full):
    programmes.send(full, "social_insurance")
    again = programmes.start(full, "social_insurance")
    assert not again.lines.exists()


def test_an_account_is_verified_by_another_person_who_types_it_again(full):
    application = programmes.record_sources(full, programmes.start(full, "one_off"))
    account = PayeeAccount.objects.get(founder=application.founder)
    with pytest.raises(NotAllowed):
        sources.verify_payee(account, typed="6222000098765432", by=full.actor("founder"))
    with pytest.raises(BusinessError) as refused:
        sources.verify_payee(account, typed="6222000098765433", by=full.actor("manager"))
    assert refused.value.field == "typed"
    with pytest.raises(IntegrityError), transaction.atomic():
        PayeeAccount.objects.filter(pk=account.pk).update(verified_by=account.entered_by, verified_on="2026-11-24")
    verified = sources.verify_payee(account, typed="6222000098765432", by=full.actor("manager"))
    assert verified.verified_by == full.people["manager"]
    changed = sources.enter_account(founder=application.founder, bank_name="吉林银行", bank_account="6222000098765439", by=full.actor("founder"))
    assert changed.verified_by is None


def test_a_line_stands_on_exactly_one_source(full):
    application = programmes.record_sources(full, programmes.start(full, "stipend"))
    line = application.lines.first()
    for change in ({"person": None}, {"founder": full.founder}, {"month": None}, {"paid": -1}, {"claimed": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApplicationLine.objects.filter(pk=line.pk).update(**change)


def test_whose_benefit_it_is_never_changes_after_it_was_sent(full):
    application = programmes.send(full, "one_off")
    with pytest.raises(IntegrityError), transaction.atomic():
        SubsidyApplication.objects.filter(pk=application.pk).update(founder=None)


def test_identity_numbers_are_encrypted_at_rest(full):
    programmes.record_sources(full, programmes.start(full, "social_insurance"))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT resident_id FROM subsidies_supportedperson")
        cells = [row[0] for row in cursor.fetchall()]
    assert len(cells) == 2
    assert not any(number in cell for number in programmes.IDS for cell in cells)
    trace = str(SubsidyApplication.objects.get(edition__programme__kind="social_insurance").trace)
    assert SupportedPerson.objects.first().code in trace
    assert not any(word in trace for word in ("王小雨", *programmes.IDS))


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        ("one_off", {"category": "none"}, "CATEGORY_NOT_ELIGIBLE"),
        ("one_off", {"trained_on": ""}, "NO_TRAINING"),
        ("one_off", {"first_firm": "False"}, "NOT_FIRST_FIRM"),
        ("one_off", {"registered_on": "2026-09-01"}, "TOO_EARLY"),
    ],
)
def test_what_does_not_hold_is_named_with_its_code_and_stops_sending(full, kind, change, code):
    application = programmes.fill(full, kind)
    if "category" in change:
        type(full.founder).objects.filter(pk=full.founder.pk).update(**change)
    elif "registered_on" in change:
        type(full.startup).objects.filter(pk=full.startup.pk).update(**change)
    else:
        SubsidyApplication.objects.filter(pk=application.pk).update(facts=application.facts | change)
    application = SubsidyApplication.objects.get(pk=application.pk)
    assert code in {condition.code for condition in conditions_of(application) if condition.holds is False}
    with pytest.raises(NotEligible):
        applications.submit_application(application, by=full.actor("founder"), pledged=True)


ANSWERS = {
    "one_off": {"category": "graduate", "registered_on": date(2026, 1, 5), "trained_on": date(2026, 3, 20), "first_firm": True},
    "social_insurance": {"graduated_on": date(2026, 6, 30), "starts_on": date(2026, 7, 1), "ends_on": None, "monthly": Decimal("1000.00")},
    "internship": {"graduated_on": date(2026, 6, 30), "starts_on": date(2026, 7, 1), "ends_on": date(2026, 9, 30), "monthly": Decimal("1800.00"), "ended": 2, "retained": 1},
    "contest": {"spend": Decimal("48000.00"), "participants": 86},
    "capital_grant": {"recognised_on": date(2026, 8, 20)},
    "stipend": {"graduated_on": date(2026, 6, 30), "starts_on": date(2026, 7, 15), "ends_on": None},
    "investor_reward": {"amount": Decimal("1000000.00"), "invested_on": date(2026, 8, 12), "is_new": True, "real_economy": True},
}
TRIED = programmes.AMOUNTS | {"social_insurance": "2400.00"}  # one person for three months


def test_somebody_without_any_file_gets_the_amount_of_the_same_formula(full):
    """Every kind in one world: what its questions are answered with becomes a case, and nothing is stored."""
    for kind in NEW:
        stated = kind_named(kind).stated(ANSWERS[kind], Quarter(QUARTER))
        edition = programmes.edition(kind, programmes.PAYEES[kind])
        outcome = run(stated_case(edition, {"period": QUARTER, **stated}, date(2026, 11, 24)))
        assert (kind, outcome.amount) == (kind, Decimal(TRIED[kind]))
        assert [condition.sentence for condition in outcome.failing] == []
    assert not SubsidyApplication.objects.exists()


def test_an_edition_without_an_amount_takes_no_application(full):
    from incubator.policy.models import ProgrammeEdition

    template = ProgrammeEdition.objects.templates().get(programme__kind="contest")
    assert template.state == "draft"
    with pytest.raises(NotEligible, match="PLACEHOLDER|金额|amount|未"):
        template.terms(template.effective_from or full.startup.registered_on)


def test_the_desk_shows_a_case_of_people_with_masked_numbers(full, client_of):
    application = programmes.send(full, "social_insurance")
    page = client_of("officer").get(f"/office/{full.organisation.slug}/subsidies/applications/{application.pk}/").content.decode()
    assert "王小雨" in page
    assert not any(number in page for number in programmes.IDS)


def test_a_founder_applies_for_the_grant_in_the_browser(full, client_of):
    """From the choice of programmes to the number: account, certificate, papers, pledge."""
    home = f"/portal/{full.organisation.slug}/subsidies/"
    browser = client_of("founder")
    edition = programmes.edition("one_off", "person")
    page = browser.get(f"{home}start/?quarter={QUARTER}")
    assert edition.name in page.content.decode()
    assert browser.post(f"{home}start/", {"quarter": QUARTER, "startup": full.startup.pk, "edition": edition.pk}).status_code == 302
    draft = SubsidyApplication.objects.get(edition=edition)
    assert browser.post(f"{home}{draft.pk}/costs/add/", {"bank_name": "吉林银行", "bank_account": "123"}).status_code == 200
    added = browser.post(f"{home}{draft.pk}/costs/add/", {"bank_name": "吉林银行", "bank_account": "6222 0000 9876 5432"})
    assert added.status_code == 302
    draft.refresh_from_db()
    given = {"version": draft.version, "trained_on": "2026-03-20", "first_firm": "on", "costs": f"founder{full.founder.pk}"}
    assert browser.post(f"{home}{draft.pk}/costs/", given).status_code == 302
    programmes.attach_papers(full, draft)
    assert browser.post(f"{home}{draft.pk}/send/", {"pledge": "on"}).status_code == 200  # the account is not verified yet
    account = PayeeAccount.objects.get()
    office = client_of("manager")
    assert office.get(f"/office/{full.organisation.slug}/subsidies/payees/").status_code == 200
    verify = f"/office/{full.organisation.slug}/subsidies/payees/{account.pk}/verify/"
    assert office.post(verify, {"typed": "6222000098765432"}).status_code == 302
    assert browser.post(f"{home}{draft.pk}/send/", {"pledge": "on"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.claimed) == ("submitted", Decimal("5000.00"))
    assert actor_for(full.people["founder"], full.organisation).user == draft.preparer
