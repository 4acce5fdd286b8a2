"""The policy desk in the browser: a measure by two people, a file with its differences, a figure verified, rights."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from incubator.accounts.actors import actor_for
from incubator.core.scoping import organisation_context
from incubator.documents.uploads import OwnPrint
from incubator.policy import services
from incubator.policy.exchange import export_yaml
from incubator.policy.models import MeasureDraft, Parameter, PolicyDocument, ProgrammeEdition
from tests.factories.documents import pdf_bytes
from tests.incubator.policy.conftest import EXAMPLE

TEXT = "为落实规定，制定本办法。\n第一条　补贴对象为入驻企业。\n第二条　按照实际支付租金的40％补贴。\n每月最高800元。"


def url(name, *args):
    return reverse(f"office:policy:{name}", args=("jingyue", *args))


def english(client):
    client.cookies["language"] = "en"
    return client


def text_of(response):
    return response.content.decode()


def about(**changes):
    return {
        "title": "房租补贴办法", "number": "", "issuer": "示范区管委会", "issued_on": "2026-09-01",
        "effective_from": "2026-10-01", "effective_to": "", "body": TEXT,
    } | changes  # fmt: skip


@pytest.fixture
def measure(shipped, organisation, people):
    """A draft of a local measure with its scan."""
    with organisation_context(organisation):
        by = actor_for(people["officer"], organisation)
        return services.draft_measure(
            by=by, slug="rent-2026", title="房租补贴办法", issuer="管委会", effective_from="2026-10-01", body=TEXT,
            scan=OwnPrint("scan.pdf", pdf_bytes()),
        )


def test_a_measure_is_pasted_split_corrected_and_filed_by_two_people(client_of, measure, organisation):
    officer, manager = english(client_of("officer")), english(client_of("manager"))
    page = text_of(officer.get(url("measure-split", measure.pk)))
    assert page.count('name="form-0-text"') == 1
    rows = {
        "version": measure.version, "form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "form-MIN_NUM_FORMS": 0, "form-MAX_NUM_FORMS": 300,
        "form-0-path": "一", "form-0-title": "对象", "form-0-chapter": "", "form-0-text": "补贴对象为入驻企业。",
        "form-1-path": "二", "form-1-title": "", "form-1-chapter": "", "form-1-text": "按照实际支付租金的40％补贴。\n第三条　每月最高800元。",
    }
    assert officer.post(url("measure-split", measure.pk), rows).status_code == 302
    with organisation_context(organisation):
        found = MeasureDraft.objects.get()
        assert [(row["path"], row["text"]) for row in found.clauses][1:] == [("二", "按照实际支付租金的40％补贴。"), ("三", "每月最高800元。")]
    late = officer.post(url("measure-split", measure.pk), rows)
    assert late.status_code == 409
    assert "第三条　每月最高800元" in text_of(late)  # nothing typed is lost
    assert officer.post(url("measure-submit", measure.pk)).status_code == 302
    assert officer.post(url("measure-file", measure.pk)).status_code == 403
    assert manager.get(url("measure-scan-file", measure.pk)).status_code == 200
    assert manager.post(url("measure-file", measure.pk)).status_code == 302
    with organisation_context(organisation):
        document = PolicyDocument.objects.own().get()
        clause = document.clauses.get(path="三")
    assert "Confirmed by" in text_of(manager.get(url("text", document.pk)))
    assert text_of(manager.get(url("clause-resting", clause.pk))).count("Nothing rests on this clause") == 1
    assert "每月最高800元" in text_of(manager.get(f"/jingyue/policy/{document.slug}/"))


def test_a_measure_is_entered_from_a_text_file_in_either_encoding(client_of, shipped, organisation):
    officer = client_of("officer")
    for place, encoding in enumerate(("utf-8", "gb18030"), 1):
        upload = SimpleUploadedFile("办法.txt", TEXT.encode(encoding))
        response = officer.post(url("measure-enter"), about(body="", text_file=upload))
        assert response.status_code == 302, encoding
        with organisation_context(organisation):
            assert MeasureDraft.objects.count() == place
            assert [row["path"] for row in MeasureDraft.objects.latest("pk").clauses] == ["一", "二"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": ""}, "Paste the text of the measure"),
        ({"effective_from": "soon"}, "Write it like 2026-03-05"),
        ({"effective_to": "2026-01-01"}, "lies before the first one"),
        ({"issued_on": "2099-01-01"}, "cannot have been issued after today"),
        ({"parent": "999999"}, ""),
        ({"title": "x" * 201}, ""),
    ],
)
def test_a_wrong_measure_stays_in_its_form_with_a_sentence(client_of, shipped, organisation, changes, sentence):
    response = english(client_of("officer")).post(url("measure-enter"), about(**changes))
    assert response.status_code == 200
    assert sentence in text_of(response)
    assert "示范区管委会" in text_of(response)
    with organisation_context(organisation):
        assert not MeasureDraft.objects.exists()


def test_a_file_is_shown_first_and_loaded_by_the_second_click(client_of, shipped, organisation):
    officer = english(client_of("officer"))
    shown = officer.post(url("measure-import"), {"file": SimpleUploadedFile("m.yaml", EXAMPLE.read_bytes())})
    page = text_of(shown)
    assert "Load it" in page
    with organisation_context(organisation):
        assert not MeasureDraft.objects.exists()
        assert not PolicyDocument.objects.own().exists()
    given = {"text": EXAMPLE.read_text(), "sha256": shown.context["sha256"], "confirm": "1"}
    other = officer.post(url("measure-import"), given | {"text": given["text"].replace("50元", "60元"), "sha256": given["sha256"]})
    assert other.status_code in {200, 409}
    with organisation_context(organisation):
        assert not MeasureDraft.objects.exists()  # not what was shown: shown again, not loaded
    as_a_browser_sends_it = given | {"text": given["text"].replace("\n", "\r\n")}
    assert officer.post(url("measure-import"), as_a_browser_sends_it).status_code == 302
    with organisation_context(organisation):
        assert MeasureDraft.objects.get().slug == "jingyue-space-2025"


def test_a_broken_file_is_named_with_its_line_and_writes_nothing(client_of, shipped, organisation):
    response = english(client_of("officer")).post(url("measure-import"), {"text": "document:\n  slug: x\n  slug: y\n"})
    assert "Line 3" in text_of(response)
    assert "slug: y" in text_of(response)


def test_an_export_is_taken_away_and_differs_in_nothing(client_of, in_force, organisation):
    officer = english(client_of("officer"))
    response = officer.get(url("text-export", in_force.document.pk))
    assert response["Content-Disposition"] == 'attachment; filename="jingyue-space-2025.yaml"'
    body = text_of(response)
    with organisation_context(organisation):
        assert body == export_yaml(in_force.document)
    assert "everything in the file stands here already" in text_of(officer.post(url("measure-import"), {"text": body}))


def test_a_derived_figure_is_set_and_verified_through_its_pages(client_of, drafts, organisation):
    officer = english(client_of("officer"))
    with organisation_context(organisation):
        rent = ProgrammeEdition.objects.own().get(programme__slug="tenant-rent")
        clause = drafts.document.clauses.get(path="四")
    form = {"version": rent.version, "value": "9000", "certainty": "derived", "source": "", "clause": "", "quote": "", "valid_from": "2025-07-01", "valid_to": ""}
    assert "Say where the value comes from" in text_of(officer.post(url("figure-set", rent.pk, "total_cap"), form))
    assert officer.post(url("figure-set", rent.pk, "total_cap"), form | {"source": "某报道"}).status_code == 302
    assert "Figures to verify" in text_of(officer.get(url("editions")))
    with organisation_context(organisation):
        row = Parameter.objects.own().get(key="total_cap")
    page = text_of(officer.get(url("figure-verify", row.pk)))
    assert f'data-clause="{clause.pk}"' in page
    wrong = officer.post(url("figure-verify", row.pk), {"version": 1, "clause": clause.pk, "quote": "没有这句话", "look_again_on": "2027-06-01"})
    assert "do not stand in" in text_of(wrong)
    right = {"version": 1, "clause": clause.pk, "quote": "累计不超过36个月", "look_again_on": "2027-06-01"}
    assert officer.post(url("figure-verify", row.pk), right).status_code == 302
    assert "Figures to verify" not in text_of(officer.get(url("editions")))
    assert "Last verified on" in text_of(officer.get(url("edition", rent.pk)))


def test_every_right_says_where_it_stands_and_what_is_missing(client_of, in_force, organisation, actor):
    with organisation_context(organisation):
        rent = ProgrammeEdition.objects.own().get(programme__slug="tenant-rent")
        services.draft_from(ProgrammeEdition.objects.templates().get(programme__slug="startup-one-off"), by=actor("officer"))
    page = client_of("officer").get(url("programmes"))
    rows = {row.programme.slug: row for row in page.context["rows"]}
    assert (rows["tenant-rent"].state, rows["tenant-rent"].missing) == ("open", [])
    assert rows["startup-one-off"].state == "draft"
    assert len(rows["startup-one-off"].missing) > 1
    assert rows["contest-grant"].state == "not_set"
    assert rent.name in text_of(page)


def test_old_and_new_stand_side_by_side_before_the_second_person_publishes(client_of, in_force, organisation, actor):
    with organisation_context(organisation):
        rent = ProgrammeEdition.objects.own().get(programme__slug="tenant-rent")
        draft = services.draft_from(rent, by=actor("officer"))
        draft = services.change_edition(draft, by=actor("officer"), effective_from="2027-01-01")
        row = draft.parameters.get(key="unit_cap")
        services.set_parameter(draft, "unit_cap", "60", by=actor("officer"), citation=row.citation)
        services.submit_edition(ProgrammeEdition.objects.with_rule().get(pk=draft.pk), by=actor("officer"))
    manager = english(client_of("manager"))
    for page in (text_of(manager.get(url("edition-approve", draft.pk))), text_of(manager.get(url("edition-compare", draft.pk, rent.pk)))):
        assert "50 yuan per ㎡ and month" in page
        assert "60 yuan per ㎡ and month" in page
        assert "Largest area counted" not in page  # what stays the same is not told
    assert manager.post(url("edition-approve", draft.pk)).status_code == 302
    assert manager.post(url("edition-supersede", rent.pk), {"successor": draft.pk}).status_code == 302
    with organisation_context(organisation):
        rent.refresh_from_db()
    assert (rent.state, str(rent.effective_to)) == ("effective", "2026-12-31")


def test_another_organisation_sees_none_of_it(client_of, client, in_force, measure, other_people):
    client.force_login(other_people["owner"])
    pages = [url("measure", measure.pk), url("measure-scan-file", measure.pk), url("text", in_force.document.pk),
             url("text-export", in_force.document.pk)]  # fmt: skip
    pages += [reverse("office:policy:measure", args=("yanbian", measure.pk)), reverse("office:policy:text", args=("yanbian", in_force.document.pk))]
    assert {client.get(page).status_code for page in pages} == {404}
