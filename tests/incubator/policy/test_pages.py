"""The public library and the policy desk, in both languages."""

import re

import pytest
from django.urls import reverse
from django.utils.html import escape

from incubator.accounts.actors import actor_for
from incubator.core.scoping import organisation_context
from incubator.policy import services
from incubator.policy.importing import import_document
from incubator.policy.loading import DATA, clause_of
from incubator.policy.models import Citation, Parameter, PolicyDocument, ProgrammeEdition

QUOTE = "可对众创空间的房租、宽带网络、公共软件等给予适当补贴"


def english(client):
    client.cookies["language"] = "en"
    return client


def text_of(response):
    return response.content.decode()


# The library


def test_the_library_lists_the_shipped_text(client, shipped, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = text_of(client.get("/policy/"))
    assert "吉政发〔2015〕28号" in page
    assert "Local measures of" not in text_of(english(client).get("/policy/"))


def test_the_library_without_texts_says_so(client, db):
    assert "No text is loaded yet." in text_of(english(client).get("/policy/"))


def test_a_text_shows_every_clause_with_its_own_address(client, shipped, django_assert_num_queries):
    with django_assert_num_queries(5):
        page = text_of(client.get("/policy/jilin-2015-28/"))
    assert len(re.findall(r'class="clause-number" href="/policy/jilin-2015-28/', page)) == 33
    assert reverse("policy:clause", args=("jilin-2015-28", "九")) in page


def test_every_clause_has_a_page_with_its_whole_text(client, shipped):
    document = PolicyDocument.objects.get()
    for clause in document.clauses.all():
        page = text_of(client.get(clause.get_absolute_url()))
        for paragraph in clause.paragraphs:
            assert escape(paragraph.partition("。")[2]) in page


def test_a_citation_opens_the_clause_with_the_words_marked(client, shipped):
    citation = Citation.objects.get(quote=QUOTE)
    page = text_of(client.get(citation.get_absolute_url().partition("#")[0]))
    assert f'<mark id="quote">{QUOTE}</mark>' in page


@pytest.mark.parametrize("quote", ["x", "-1", "0", "99999999999999999999999", "１", ""])
def test_a_quote_that_is_none_marks_nothing(client, shipped, quote):
    response = client.get(clause_of("九").get_absolute_url(), {"quote": quote})
    assert response.status_code == 200
    assert "<mark" not in text_of(response)


def test_a_citation_of_another_clause_marks_nothing(client, shipped):
    citation = Citation.objects.get(quote=QUOTE)
    assert "<mark" not in text_of(client.get(clause_of("十").get_absolute_url(), {"quote": citation.pk}))


def test_what_the_text_leaves_open_is_shown_as_open_and_never_as_a_number(client, shipped):
    page = text_of(english(client).get(clause_of("九").get_absolute_url()))
    assert page.count("Authorised, amount not set") == 4 + 4  # four figures, four programmes
    assert "yuan" not in page


def test_what_the_text_sets_is_shown_with_its_words(client, shipped):
    page = text_of(english(client).get(clause_of("十一").get_absolute_url()))
    assert "at most 100,000 yuan" in page
    assert "at most 4,000,000 yuan" in page
    assert "300,000" not in page  # later series are unverified: never public


def test_previous_and_next_lead_through_the_text(client, shipped):
    page = text_of(client.get(clause_of("八").get_absolute_url()))
    assert f'rel="prev" href="{clause_of("七").get_absolute_url()}"' in page
    assert f'rel="next" href="{clause_of("九").get_absolute_url()}"' in page
    assert 'rel="prev"' not in text_of(client.get(clause_of("一").get_absolute_url()))
    assert 'rel="next"' not in text_of(client.get(clause_of("三十三").get_absolute_url()))


@pytest.mark.parametrize("path", ["/policy/nothing/", "/policy/jilin-2015-28/三十四/", "/policy/jilin-2015-28/%00/"])
def test_what_is_not_there_is_404(client, shipped, path):
    assert client.get(path).status_code == 404


# An organisation's own library


def test_an_organisation_shows_its_local_measure_too(client, in_force, django_assert_num_queries):
    with django_assert_num_queries(7):  # organisation, savepoint, context, texts, places, release, context closed
        page = text_of(client.get("/jingyue/policy/"))
    assert "实施细则（示例）" in page
    assert 'href="/jingyue/policy/jilin-2015-28/"' in page


def test_a_published_figure_of_a_measure_is_public_a_draft_one_is_not(client, drafts, actor, organisation):
    address = "/jingyue/policy/jingyue-space-2025/四/"
    assert "50 %" not in text_of(client.get(address))
    with organisation_context(organisation):
        rent = ProgrammeEdition.objects.own().get(programme__slug="tenant-rent")
        services.approve_edition(services.submit_edition(rent, by=actor("officer")), by=actor("manager"))
    page = text_of(english(client).get(address))
    assert "50 %" in page
    assert "50 yuan per ㎡ and month" in page


def test_a_measure_that_is_an_example_says_so_on_every_page(client, in_force):
    client = english(client)
    for address in ("/jingyue/policy/", "/jingyue/policy/jingyue-space-2025/", "/jingyue/policy/jingyue-space-2025/四/"):
        assert "xample" in text_of(client.get(address))


def test_a_programme_in_force_is_shown_as_open_where_it_is(client, in_force):
    client = english(client)
    assert "In force here" in text_of(client.get("/jingyue/policy/jilin-2015-28/九/"))
    assert "In force here" not in text_of(client.get("/policy/jilin-2015-28/九/"))


@pytest.mark.parametrize("path", ["/yanbian/policy/jingyue-space-2025/", "/yanbian/policy/jingyue-space-2025/四/", "/policy/jingyue-space-2025/"])
def test_a_measure_is_not_there_for_anybody_else(client, in_force, other_organisation, path):
    assert client.get(path).status_code == 404


def test_an_unknown_organisation_has_no_library(client, shipped):
    assert client.get("/nobody/policy/").status_code == 404


# The policy desk


@pytest.fixture
def rent(drafts, organisation):
    with organisation_context(organisation):
        return ProgrammeEdition.objects.own().get(programme__slug="tenant-rent")


def url(name, *args):
    return reverse(f"office:policy:{name}", args=("jingyue", *args))


@pytest.mark.parametrize(
    ("role", "status"),
    [("owner", 200), ("manager", 200), ("finance", 200), ("officer", 200), ("viewer", 200), ("founder", 403), ("mentor", 403)],
)
def test_who_reads_the_desk(client_of, rent, role, status):
    assert client_of(role).get(url("editions")).status_code == status
    assert client_of(role).get(url("edition", rent.pk)).status_code == status


def test_the_list_needs_the_same_queries_for_one_and_for_many(client_of, shipped, actor, organisation, django_assert_num_queries):
    import_document(DATA / "example-measure.yaml", by=actor("officer"))
    officer = client_of("officer")
    with django_assert_num_queries(15):
        page = text_of(officer.get(url("editions")))
    assert page.count("2025年版（示例）") == 6


def test_the_desk_in_english(client_of, rent):
    page = text_of(english(client_of("officer")).get(url("edition", rent.pk)))
    assert '<th scope="row"><span>Share of the cost</span>' in page
    assert "36 months" in page
    assert "Submit for review" in page


def test_two_people_publish_through_the_pages(client_of, rent, organisation):
    officer, manager = client_of("officer"), client_of("manager")
    assert officer.get(url("edition-submit", rent.pk)).status_code == 200
    assert officer.post(url("edition-submit", rent.pk)).status_code == 302
    assert officer.get(url("edition-approve", rent.pk)).status_code == 403
    assert manager.post(url("edition-approve", rent.pk)).status_code == 302
    assert manager.post(url("edition-approve", rent.pk)).status_code == 409
    with organisation_context(organisation):
        rent.refresh_from_db()
    assert rent.state == "published"


def test_an_edition_is_returned_with_a_reason(client_of, rent):
    client_of("officer").post(url("edition-submit", rent.pk))
    manager = client_of("manager")
    assert manager.post(url("edition-return", rent.pk), {"note": ""}).status_code == 200
    assert manager.post(url("edition-return", rent.pk), {"note": "核对面积"}).status_code == 302
    assert "核对面积" in text_of(manager.get(url("edition", rent.pk)))


def test_a_draft_from_the_shipped_template_says_what_is_missing(client_of, shipped, organisation):
    officer = english(client_of("officer"))
    template = ProgrammeEdition.objects.templates().get(programme__slug="space-rent")
    response = officer.post(url("edition-draft", template.pk), follow=True)
    page = text_of(response)
    assert "Authorised, amount not set" in page
    draft = response.redirect_chain[-1][0].rstrip("/").rsplit("/", 1)[-1]
    refused = officer.post(url("edition-submit", draft))
    assert refused.status_code == 409
    assert "cannot be published yet" in text_of(refused)


def figure(rent, **changes):
    with organisation_context(rent.organisation):
        clause = rent.payee_citation.clause.document.clauses.get(path="四")
        version = ProgrammeEdition.objects.get(pk=rent.pk).version
    return {
        "version": version, "value": "0.6", "clause": clause.pk, "quote": "按照实际支付租金的50％给予房租补贴",
        "valid_from": "2025-07-01", "valid_to": "",
    } | changes  # fmt: skip


def test_a_figure_is_set_through_its_form(client_of, rent, organisation):
    officer = client_of("officer")
    assert officer.get(url("figure-set", rent.pk, "share")).status_code == 200
    assert officer.post(url("figure-set", rent.pk, "share"), figure(rent)).status_code == 302
    with organisation_context(organisation):
        assert rent.parameters.get(key="share").value == "0.6"


@pytest.mark.parametrize(
    ("changes", "typed", "sentence"),
    [
        ({"value": "1.7"}, "1.7", "is no share for"),
        ({"quote": "按照实际支付租金的90％"}, "90％", "do not stand in"),
        ({"valid_from": "2026-02-30"}, "2026-02-30", "Write it like 2026-03-05"),
        ({"valid_from": "2026-01-01", "valid_to": "2025-01-01"}, "2025-01-01", "lies before the first one"),
        ({"valid_from": "2026-01-01"}, "2026-01-01", "already holds on some of these days"),
        ({"clause": "999999"}, "0.6", ""),
        ({"value": "x" * 200}, "x" * 200, ""),
    ],
)
def test_a_wrong_figure_stays_in_its_form_with_a_sentence(client_of, rent, organisation, changes, typed, sentence):
    response = english(client_of("officer")).post(url("figure-set", rent.pk, "share"), figure(rent, **changes))
    page = text_of(response)
    assert response.status_code in {200, 409}
    assert typed in page
    assert sentence in page
    with organisation_context(organisation):
        assert rent.parameters.get(key="share").value == "0.5"


def test_a_late_figure_stands_beside_the_one_that_is_saved(client_of, rent, organisation):
    officer, late = client_of("officer"), figure(rent, value="0.4")
    assert officer.post(url("figure-set", rent.pk, "share"), figure(rent)).status_code == 302
    answer = officer.post(url("figure-set", rent.pk, "share"), late)
    assert answer.status_code == 409 and any((saved, mine) == ("0.6", "0.4") for _label, saved, mine in answer.context["form"].differences)
    assert officer.post(url("figure-set", rent.pk, "share"), late | {"version": answer.context["form"].data["version"]}).status_code == 302
    with organisation_context(organisation):
        assert rent.parameters.get(key="share").value == "0.4"


def test_name_and_days_are_changed_through_their_form(client_of, rent, organisation):
    officer = client_of("officer")
    assert "企业级补贴的收款主体为入驻企业" in text_of(officer.get(url("edition-change", rent.pk)))
    given = {
        "version": rent.version, "name": "房租补贴 2026年版（示例）", "region": "长春市", "effective_from": "2026-01-01",
        "effective_to": "", "period": "month", "decider": "authority", "stacking_group": "rent", "clause": "", "quote": "",
    }  # fmt: skip
    assert officer.post(url("edition-change", rent.pk), given).status_code == 302
    with organisation_context(organisation):
        changed = ProgrammeEdition.objects.get(pk=rent.pk)
    assert (changed.name, changed.window["period"], changed.payee_citation) == ("房租补贴 2026年版（示例）", "month", None)


def papers(rent, **changed):
    """The form of the papers as the page offers it, with these answers changed."""
    given = {"version": rent.version} | {f"ask_{row['item']}": "required" if row["required"] else "optional" for row in rent.evidence}
    return given | {f"note_{row['item']}": row["note"] for row in rent.evidence} | changed


def test_the_papers_of_an_edition_are_chosen_from_a_list(client_of, rent, organisation):
    officer = client_of("officer")
    before = [row["item"] for row in rent.evidence]
    assert officer.post(url("edition-papers", rent.pk), papers(rent, ask_roster="", ask_title="optional", note_title="产权人与出租人一致")).status_code == 302
    with organisation_context(organisation):
        changed = ProgrammeEdition.objects.get(pk=rent.pk)
    assert [row["item"] for row in changed.evidence] == [*(item for item in before if item != "roster"), "title"]
    assert changed.evidence[-1] == {"item": "title", "required": False, "note": "产权人与出租人一致"}
    late = officer.post(url("edition-papers", rent.pk), papers(rent, ask_title="required", note_title=""))
    assert late.status_code == 409 and any("产权人与出租人一致" in row for row in late.context["form"].differences)


def test_invoice_and_slip_stay_required(client_of, rent, organisation):
    answer = client_of("officer").post(url("edition-papers", rent.pk), papers(rent, ask_invoice="optional", note_lease="房号一致"))
    assert answer.status_code == 200
    assert answer.context["form"].errors and "房号一致" in answer.content.decode()
    with organisation_context(organisation):
        assert ProgrammeEdition.objects.get(pk=rent.pk).evidence == rent.evidence


def test_the_days_of_notice_rest_on_words(client_of, rent, organisation):
    officer = client_of("officer")
    with organisation_context(organisation):
        words = Citation.objects.get(pk=rent.notice["citation"])
    given = {"version": rent.version, "working_days": "7", "clause": words.clause_id, "quote": "应当公示7个工作日"}
    assert officer.post(url("edition-notice", rent.pk), given).status_code == 409  # these words stand nowhere
    assert officer.post(url("edition-notice", rent.pk), given | {"clause": "", "quote": ""}).status_code == 200
    assert officer.post(url("edition-notice", rent.pk), given | {"quote": words.quote}).status_code == 302
    with organisation_context(organisation):
        changed = ProgrammeEdition.objects.get(pk=rent.pk)
    assert changed.notice["working_days"] == 7
    assert officer.post(url("edition-notice", rent.pk), {"version": changed.version, "working_days": "0", "clause": "", "quote": ""}).status_code == 302
    with organisation_context(organisation):
        assert ProgrammeEdition.objects.get(pk=rent.pk).notice is None


def test_figures_are_chosen_and_taken_out(client_of, rent, organisation):
    officer = english(client_of("officer"))
    assert "Cap in all" in text_of(officer.get(url("figure-choose", rent.pk)))
    with organisation_context(organisation):
        cap = rent.parameters.get(key="area_cap")
    assert officer.get(url("figure-remove", cap.pk)).status_code == 405
    assert officer.post(url("figure-remove", cap.pk)).status_code == 302
    with organisation_context(organisation):
        assert not Parameter.objects.filter(pk=cap.pk).exists()
    assert officer.get(url("figure-set", rent.pk, "no-such-key")).status_code == 404


def test_an_owner_withdraws_with_a_manager(client_of, in_force, people, organisation):
    with organisation_context(organisation):
        rent = ProgrammeEdition.objects.own().get(programme__slug="tenant-rent")
    owner = client_of("owner")
    assert owner.post(url("edition-withdraw", rent.pk), {"note": "有误", "manager": people["viewer"].pk}).status_code == 200
    assert owner.post(url("edition-withdraw", rent.pk), {"note": "有误", "manager": people["manager"].pk}).status_code == 302
    assert client_of("manager").post(url("edition-withdraw", rent.pk)).status_code == 403


def test_a_new_edition_starts_from_the_one_in_force(client_of, in_force, organisation):
    with organisation_context(organisation):
        rent = ProgrammeEdition.objects.own().get(programme__slug="tenant-rent")
    response = client_of("officer").post(url("edition-draft", rent.pk), follow=True)
    assert response.status_code == 200
    with organisation_context(organisation):
        draft = ProgrammeEdition.objects.own().get(state="draft")
        assert draft.parameters.count() == rent.parameters.count()
        assert (draft.effective_from, draft.drafter.name) == (None, "officer")


@pytest.mark.parametrize("name", ["edition", "edition-change", "edition-submit", "edition-approve", "edition-return", "edition-withdraw", "figure-choose"])
def test_another_organisations_edition_is_404(client, rent, other_people, name):
    client.force_login(other_people["owner"])
    for role in ("owner", "manager", "officer"):
        client.force_login(other_people[role])
        address = reverse(f"office:policy:{name}", args=("yanbian", rent.pk))
        assert client.get(address).status_code in {403, 404}
        assert client.get(url(name, rent.pk)).status_code == 404


def test_another_organisations_clause_is_no_choice(client, rent, other_organisation, other_people, shipped):
    template = ProgrammeEdition.objects.templates().get(programme__slug="space-rent")
    with organisation_context(other_organisation):
        draft = services.draft_from(template, by=actor_for(other_people["officer"], other_organisation))
    client.force_login(other_people["officer"])
    address = reverse("office:policy:figure-set", args=("yanbian", draft.pk, "share"))
    response = client.post(address, figure(rent, version=draft.version))
    assert response.status_code == 200
    with organisation_context(other_organisation):
        assert [row.key for row in draft.parameters.not_set()] == ["share"]
