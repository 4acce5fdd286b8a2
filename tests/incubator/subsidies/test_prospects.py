"""What a startup could still get, the try-out of an edition, and the conditions on an application's own page."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from incubator.documents.models import DocumentKind
from incubator.policy.models import Parameter
from incubator.policy.services import draft_from
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.prospects import prospects
from incubator.tenants.models import Startup, StartupDocument
from tests.incubator.subsidies.conftest import QUARTER, edition, endorse
from tests.incubator.subsidies.test_calculator import rows_of_every_table

pytestmark = pytest.mark.django_db


def link(name, *args):
    return reverse(name, args=["jingyue", *args])


def of_quarter(startup):
    return {one.edition.kind: one for one in prospects(startup) if str(one.quarter) == QUARTER}


def test_the_company_file_answers_for_every_programme(world):
    found = of_quarter(world.startup)
    assert {kind: (one.state, str(one.outcome.amount)) for kind, one in found.items()} == {
        "rent": ("entitled", "6000.00"), "broadband": ("entitled", "1200.00"), "software": ("entitled", "5000.00"),
    }


def test_it_gives_what_the_application_then_gives(world):
    promised = {kind: one.outcome.amount for kind, one in of_quarter(world.startup).items()}
    assert {kind: world.apply(kind).claimed for kind in promised} == promised
    assert all(one.existing for one in of_quarter(world.startup).values())


def test_a_paper_that_is_not_on_file_is_named(world, client_of):
    StartupDocument.objects.filter(startup=world.startup, document__kind="line_contract").delete()
    broadband = of_quarter(world.startup)["broadband"]
    assert [one.paper for one in broadband.outcome.failing] == ["line_contract"]
    assert broadband.state == "missing"
    page = client_of("founder").get(link("portal:subsidies:programmes")).text
    label = str(DocumentKind.LINE_CONTRACT.label)
    assert gettext("Missing paper: %(paper)s.") % {"paper": label} in page
    assert "6,000.00" in page


def test_the_operator_sees_the_same_in_the_company_file(world, client_of):
    officer = client_of("officer")
    for page in (link("office:dossier", world.startup.pk), link("office:subsidies:prospects", world.startup.pk)):
        assert "6,000.00" in officer.get(page).text
    Startup.objects.filter(pk=world.startup.pk).update(abnormal_listed=True)
    said = gettext("The company is on the list of abnormal operations. Have it removed first.")
    for page in (link("office:dossier", world.startup.pk), link("office:subsidies:prospects", world.startup.pk)):
        text = officer.get(page).text
        assert said in text
        assert "6,000.00" not in text


@pytest.fixture
def draft(world):
    """The next edition of the tenants' rent: the cap of the unit rent rises from 50 to 60 yuan."""
    made = draft_from(edition("rent"), by=world.actor("officer"))
    Parameter.objects.filter(edition=made, key="unit_cap").update(value="60")
    return made


def test_a_draft_is_tried_out_on_real_applications(world, draft, client_of):
    """min(62, 50) × 80 × 0.5 × 3 = 6,000 as filed; min(62, 60) × 80 × 0.5 × 3 = 7,200 with the draft."""
    application = world.apply("rent")
    found = client_of("manager").get(link("office:subsidies:tryout", draft.pk))
    (row,) = found.context["compared"]
    assert (row.old.amount, row.new.amount, row.change) == (Decimal("6000.00"), Decimal("7200.00"), Decimal("1200.00"))
    assert row.old.amount == application.claimed
    assert (found.context["old_total"], found.context["new_total"]) == (Decimal("6000.00"), Decimal("7200.00"))
    assert application.number in found.text


def test_a_draft_is_tried_out_on_invented_facts_and_nothing_is_kept(world, draft, client_of):
    """min(70, 50) against min(70, 60), × 10 × 0.5 × 3."""
    world.apply("rent")
    manager, page = client_of("manager"), link("office:subsidies:tryout", draft.pk)
    manager.get(page)
    answers = {"quarter": QUARTER, "incubated": "yes", "abnormal": "no", "rent_area": "10", "rent_unit_rent": "70"}
    before = rows_of_every_table()
    found = manager.post(page, answers)
    assert found.context["rival"] == edition("rent")
    assert (found.context["old"].amount, found.context["tried"].outcome.amount) == (Decimal("750.00"), Decimal("900.00"))
    kept = {name: count for name, count in rows_of_every_table().items() if count[0] != before[name][0]}
    assert kept == {}
    assert SubsidyApplication.objects.get().claimed == Decimal("6000.00")


def test_an_amount_not_set_shows_no_figure_in_the_tryout(world, draft, client_of):
    world.apply("rent")
    Parameter.objects.filter(edition=draft, key="share").update(value=None, certainty="placeholder")
    found = client_of("manager").get(link("office:subsidies:tryout", draft.pk))
    assert [one.new.state for one in found.context["compared"]] == ["unset"]
    assert found.context["new_total"] == 0


def test_the_page_of_an_application_keeps_its_conditions_after_the_decision(world, client_of):
    application = endorse(world.apply("rent"), world.actor)
    Startup.objects.filter(pk=world.startup.pk).update(abnormal_listed=True)
    met = gettext("The company is not on the list of abnormal operations.")
    for client, page in (("officer", "office:subsidies:application"), ("founder", "portal:subsidies:application")):
        text = client_of(client).get(link(page, application.pk)).text
        assert met in text
        assert "未被列入经营异常名录" in text


def test_a_draft_names_reason_clause_and_missing_paper(world, client_of):
    application = world.apply("rent", send=False)
    application.evidence.filter(item="lease").delete()
    text = client_of("founder").get(link("portal:subsidies:application", application.pk)).text
    label = str(DocumentKind.LEASE.label)
    assert gettext("Missing paper: %(paper)s.") % {"paper": label} in text
    assert "申请房租补贴的，还应当提交租赁合同" in text
    assert f"/jingyue/policy/{world.measure.slug}/" in text
