"""The pages of subsidies: how many questions a list asks, who sees which paper, both languages."""

import pytest
from django.test import Client
from django.urls import reverse

from incubator.documents.models import DocumentKind
from incubator.subsidies.models import Evidence
from incubator.tenants.services import add_document
from tests.factories.spaces import a_site
from tests.incubator.subsidies.conftest import add_startup, apply_for, endorse, pdf

pytestmark = pytest.mark.django_db


def test_the_desk_asks_as_much_for_three_rows_as_for_one(world, client_of, people, django_assert_num_queries):
    url = reverse("office:subsidies:desk", args=["jingyue"])
    endorse(world.apply("rent"), world.actor)
    client = client_of("officer")
    client.get(url)
    with django_assert_num_queries(15):
        one = client.get(url)
    startup, papers = add_startup(world.organisation, people, a_site(), founder="member")
    from tests.factories.tenants import a_founder

    a_founder(startup, user=people["founder"], name="第二人")
    for kind in ("rent", "broadband"):
        endorse(apply_for(world.actor, startup, papers, kind), world.actor)
    with django_assert_num_queries(16):  # one more edition, whatever the number of rows
        three = client.get(url)
    assert one.status_code == three.status_code == 200
    assert three.content.count(b"SQ-2026-") >= 3


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "补贴"), ("en", "Subsidy desk")])
def test_the_desk_speaks_both_languages(world, client_of, language, words):
    client = client_of("officer")
    client.cookies["language"] = language
    assert words in client.get(reverse("office:subsidies:desk", args=["jingyue"])).content.decode()


def test_a_viewer_reads_the_case_but_not_the_proof_of_a_category(world, client_of):
    application = world.apply("rent", send=False)
    proof = add_document(world.startup, pdf("proof.pdf", "proof"), kind=DocumentKind.CATEGORY_PROOF, by=world.actor("officer")).document
    evidence = Evidence.objects.create(application=application, item=DocumentKind.CATEGORY_PROOF, document=proof)
    from incubator.subsidies.services.applications import submit_application

    submit_application(application, by=world.actor("founder"), pledged=True)
    file = reverse("office:subsidies:evidence-file", args=["jingyue", application.pk, evidence.pk])
    page = reverse("office:subsidies:application", args=["jingyue", application.pk])
    assert client_of("viewer").get(page).status_code == 200
    assert client_of("viewer").get(file).status_code == 403
    assert client_of("officer").get(file).status_code == 200


def test_a_paper_leaves_the_house_with_strict_headers(world, client_of):
    application = world.apply("rent")
    evidence = application.evidence.first()
    answer = client_of("founder").get(reverse("portal:subsidies:evidence-file", args=["jingyue", application.pk, evidence.pk]))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("attachment;")


def test_a_code_that_is_no_code_answers_404(world):
    for code in ("AAAA-AAAA-AAAA", "x" * 200, "../../etc"):
        assert Client().get(f"/verify/jingyue/{code}/").status_code == 404


def test_a_late_change_of_the_costs_stands_beside_what_is_saved(world, client_of):
    draft = world.apply("rent", send=False)
    url = reverse("portal:subsidies:costs", args=["jingyue", draft.pk])
    client = client_of("founder")
    form = client.get(url).context["form"]
    typed = {"version": draft.version, "costs": [key for key, _label in form.fields["costs"].choices], **{name: draft.facts[name] for name in form.figure_fields}}
    assert client.post(url, typed | {"area": "70.00"}).status_code == 302
    late = client.post(url, typed | {"area": "66.00"})
    draft.refresh_from_db()
    assert late.status_code == 409 and draft.facts["area"] == "70.00"
    assert any("70" in saved and "66" in mine for _label, saved, mine in late.context["form"].differences)
    again = client.post(url, typed | {"area": "66.00", "version": late.context["form"].data["version"]})
    draft.refresh_from_db()
    assert again.status_code == 302 and draft.facts["area"] == "66.00"
