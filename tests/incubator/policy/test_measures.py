"""Local measures: split, corrected, confirmed by a second person, then fixed; and what an import may do."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed, NotEligible
from incubator.documents.uploads import OwnPrint
from incubator.policy import services
from incubator.policy.changes import clause_changes, resting_on, stretches
from incubator.policy.models import Clause, MeasureDraft, Parameter, PolicyDocument, ProgrammeEdition
from incubator.policy.splitting import cut_again, doubts, number_value, split_text
from tests.factories.documents import pdf_bytes

TEXT = """长春示范区房租补贴办法
为落实有关规定，制定本办法。
第一章　总则
第一条　【目的】本办法适用于入驻企业。
第二条 入驻企业的房租，按照实际支付租金的40％补贴。
每月最高不超过800元。
第二章 附则
第四条　本办法自2026年10月1日起施行。
"""


def test_a_pasted_text_is_split_at_its_own_numbers():
    found = split_text(TEXT)
    assert found.clause_form == "第{}条"
    assert found.preamble == "长春示范区房租补贴办法\n为落实有关规定，制定本办法。"
    assert [(one.path, one.chapter, one.title) for one in found.clauses] == [
        ("一", "第一章　总则", "目的"), ("二", "第一章　总则", "入驻企业的房租"),
        ("四", "第二章 附则", "本办法自2026年10月1日起施行"),
    ]
    assert found.clauses[1].text == "入驻企业的房租，按照实际支付租金的40％补贴。\n每月最高不超过800元。"


def test_bracketed_numbers_below_listed_chapters_are_split_too():
    found = split_text("一、总则\n（一）支持入驻企业。给予补贴。\n二、附则\n（二）自公布之日起施行。")
    assert (found.clause_form, [(one.path, one.chapter) for one in found.clauses]) == (
        "（{}）", [("一", "一、总则"), ("二", "二、附则")],
    )


def test_a_text_without_numbers_is_one_clause():
    assert [one.text for one in split_text("只有一段话。").clauses] == ["只有一段话。"]
    assert split_text("  \n\n").clauses == []


def test_a_missing_number_is_pointed_out():
    rows = [one.as_row() for one in split_text(TEXT).clauses]
    assert len(doubts(rows)) == 1
    assert "4" in doubts(rows)[0]
    assert doubts(rows[:2]) == []


@pytest.mark.parametrize(("text", "value"), [("十二", 12), ("二十", 20), ("一百零五", 105), ("7", 7), ("十", 10), ("甲", None)])
def test_chinese_numbers_are_read(text, value):
    assert number_value(text) == value


def test_a_number_typed_at_the_beginning_of_a_line_splits_the_clause():
    rows = [{"path": "二", "chapter": "第一章", "title": "", "text": "甲。\n第三条　乙。\n丙。"}]
    assert [(row["path"], row["text"]) for row in cut_again(rows, "第{}条")] == [("二", "甲。"), ("三", "乙。\n丙。")]


def scan():
    return OwnPrint("scan.pdf", pdf_bytes())


@pytest.fixture
def draft(shipped, inside, actor):
    return services.draft_measure(
        by=actor("officer"), slug="rent-2026", title="房租补贴办法", issuer="示范区管委会",
        effective_from=date(2026, 10, 1), body=TEXT, scan=scan(),
    )


@pytest.fixture
def filed(draft, actor):
    return services.file_measure(services.submit_measure(draft, by=actor("officer")), by=actor("manager")).document


def test_two_people_bring_a_measure_into_force(filed, people):
    assert (filed.status, filed.entered_by, filed.confirmed_by) == ("in_force", people["officer"], people["manager"])
    assert [clause.path for clause in filed.clauses.order_by("ordinal")] == ["一", "二", "四"]
    assert filed.scan.sha256
    assert filed in PolicyDocument.objects.for_library()


def test_who_entered_or_handed_in_does_not_confirm(shipped, inside, actor):
    given = {"title": "办法", "issuer": "管委会", "effective_from": date(2026, 10, 1), "body": TEXT}
    draft = services.draft_measure(by=actor("manager"), slug="m-1", scan=scan(), **given)
    handed = services.submit_measure(draft, by=actor("officer"))
    for role in ("manager", "officer", "viewer"):
        with pytest.raises(NotAllowed):
            services.file_measure(handed, by=actor(role))
    assert not PolicyDocument.objects.filter(slug="m-1").exists()
    with pytest.raises(IntegrityError, match="measure_four_eyes"), transaction.atomic():
        document = services.load_document("m-9", [], text_sha256="0" * 64, title="x", issuer="x", level="local")
        MeasureDraft.objects.filter(pk=handed.pk).update(state="filed", approver=actor("manager").user, document=document)


def test_a_text_in_force_without_a_second_person_is_refused_by_the_database(shipped, inside, people):
    given = {"text_sha256": "0" * 64, "title": "x", "issuer": "x", "level": "local", "status": "in_force"}
    with pytest.raises(IntegrityError, match="policy_in_force_is_confirmed"), transaction.atomic():
        services.load_document("m-2", [], entered_by=people["officer"], **given)
    with pytest.raises(IntegrityError, match="policy_text_four_eyes"), transaction.atomic():
        services.load_document("m-3", [], entered_by=people["officer"], confirmed_by=people["officer"], **given)


def test_without_scan_or_day_it_cannot_be_handed_in(draft, actor):
    MeasureDraft.objects.filter(pk=draft.pk).update(scan=None, effective_from=None)
    draft.refresh_from_db()
    assert len(services.missing_of(draft)) == 2
    with pytest.raises(NotEligible):
        services.submit_measure(draft, by=actor("officer"))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE policy_policydocument SET title = 'x' WHERE id = %s",
        "UPDATE policy_policydocument SET confirmed_by_id = NULL, status = 'unchecked' WHERE id = %s",
        "UPDATE policy_clause SET text = 'x' WHERE document_id = %s",
        "DELETE FROM policy_clause WHERE document_id = %s",
    ],
)
def test_nobody_edits_a_filed_text(filed, sql):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [filed.pk])


def test_what_was_handed_in_is_locked(draft, actor):
    handed = services.submit_measure(draft, by=actor("officer"))
    with pytest.raises(IllegalMove):
        services.change_measure(handed, by=actor("officer"), title="其他")
    with pytest.raises(IntegrityError, match="not a draft"), transaction.atomic():
        MeasureDraft.objects.filter(pk=handed.pk).update(clauses=[])
    back = services.return_measure(handed, by=actor("manager"), note="第三条漏了")
    assert services.change_measure(back, by=actor("officer"), title="其他").title == "其他"


def test_a_draft_changed_by_somebody_else_is_not_overwritten(draft, actor):
    services.change_measure(draft, by=actor("officer"), version=draft.version, title="甲")
    with pytest.raises(Conflict):
        services.change_measure(draft, by=actor("manager"), version=draft.version, title="乙")


def test_an_address_is_used_once(filed, actor):
    given = {"title": "办法", "issuer": "管委会", "effective_from": date(2026, 10, 1), "body": TEXT}
    with pytest.raises(BusinessError) as refused:
        services.draft_measure(by=actor("officer"), slug="rent-2026", **given)
    assert refused.value.field == "slug"


def test_a_new_version_ends_the_old_one_the_day_before(filed, actor):
    clauses = [{"path": "一", "chapter": "", "title": "全部", "text": "按照实际支付租金的60％补贴。"}]
    again = services.draft_measure(
        by=actor("officer"), slug="rent-2027", title="新办法", issuer="管委会", effective_from=date(2027, 1, 1),
        supersedes=filed, clauses=clauses, scan=scan(),
    )
    new = services.file_measure(services.submit_measure(again, by=actor("officer")), by=actor("owner")).document
    filed.refresh_from_db()
    assert (filed.effective_to, new.supersedes) == (date(2026, 12, 31), filed)
    assert Clause.objects.filter(document=filed).count() == 3  # what was cited can still be read


# What rests on a clause


def test_a_changed_clause_shows_every_figure_and_edition_that_rests_on_it(in_force, inside):
    clause = in_force.document.clauses.get(path="四")
    found = resting_on(clause)
    assert {row.key for row in found.parameters} == {"share", "unit_cap", "area_cap", "max_months", "basis"}
    assert [edition.programme.slug for edition in found.editions] == ["tenant-rent"]
    assert [programme.slug for programme in found.programmes] == ["tenant-rent"]
    assert resting_on(in_force.document.clauses.get(path="十四")).is_empty


def test_a_clause_cited_only_for_the_payee_or_the_notice_is_found_too(in_force, inside):
    for path in ("二", "十二"):
        found = resting_on(in_force.document.clauses.get(path=path))
        assert len(found.editions) == 6, path


def test_the_difference_of_two_texts_names_changed_new_and_removed_clauses(in_force, inside):
    old = in_force.document
    rows = [{"path": one.path, "chapter": "", "title": one.title, "text": one.text} for one in old.clauses.order_by("ordinal")]
    rows[3]["text"] = rows[3]["text"].replace("50元", "60元")
    rows[-1] = {"path": "十五", "chapter": "", "title": "新", "text": "新的一条。"}
    found = clause_changes(old, rows, old.clause_form)
    assert [(change.label, change.kind) for change in found] == [("第四条", "changed"), ("第十五条", "new"), ("第十四条", "removed")]
    assert {row.key for row in found[0].resting.parameters} >= {"unit_cap"}
    assert [part.text for part in found[0].stretches if part.kind != "same"] == ["50", "60"]


def test_figures_are_compared_as_a_whole():
    assert [(part.text, part.kind) for part in stretches("最高1500元", "最高1800元")] == [
        ("最高", "same"), ("1500", "old"), ("1800", "new"), ("元", "same"),
    ]


# A text that one person took in carries nothing yet


def test_an_edition_is_not_published_on_a_text_that_nobody_confirmed(shipped, inside, actor):
    from incubator.policy.importing import import_document
    from tests.incubator.policy.conftest import EXAMPLE

    imported = import_document(EXAMPLE, by=actor("officer"))
    assert imported.document not in PolicyDocument.objects.for_library()
    with pytest.raises(NotEligible):
        services.submit_edition(imported.editions[0], by=actor("officer"))
    edition = imported.editions[0]
    ProgrammeEdition.objects.filter(pk=edition.pk).update(state="in_review", submitter=actor("officer").user)
    with pytest.raises(IntegrityError, match="no second person has confirmed"), transaction.atomic():
        ProgrammeEdition.objects.filter(pk=edition.pk).update(state="published", approver=actor("manager").user, edition_hash="0" * 64)
    with pytest.raises(NotAllowed):
        services.confirm_text(imported.document, by=actor("officer"))
    services.confirm_text(imported.document, by=actor("manager"))
    ProgrammeEdition.objects.filter(pk=edition.pk).update(state="published", approver=actor("manager").user, edition_hash="0" * 64)


# Figures hold without overlap


def test_two_values_never_hold_on_the_same_day(drafts, inside, actor):
    """The exclusion constraint, beside the same rows in a table without it: there the overlap goes in."""
    edition = ProgrammeEdition.objects.own().get(programme__slug="tenant-rent")
    row = edition.parameters.get(key="share")
    columns = "edition_id, key, scope_key, value, valid_from, valid_to"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE naive AS SELECT {columns} FROM policy_parameter WHERE id = %s", [row.pk])  # noqa: S608
        cursor.execute(f"INSERT INTO naive SELECT {columns} FROM policy_parameter WHERE id = %s", [row.pk])  # noqa: S608
        cursor.execute("SELECT count(*) FROM naive")
        assert cursor.fetchone() == (2,)
    with pytest.raises(IntegrityError, match="parameter_no_overlap"), transaction.atomic():
        Parameter.objects.create(
            edition=edition, key="share", value="0.6", unit="ratio", citation=row.citation, certainty="local_setting",
            valid_from=date(2026, 1, 1),
        )
    Parameter.objects.filter(pk=row.pk).update(valid_to=date(2025, 12, 31))
    Parameter.objects.create(
        edition=edition, key="share", value="0.6", unit="ratio", citation=row.citation, certainty="local_setting",
        valid_from=date(2026, 1, 1),
    )
    edition = ProgrammeEdition.objects.get(pk=edition.pk)
    assert edition.terms(date(2025, 12, 31))[0]["share"] == "0.5"
    assert edition.terms(date(2026, 1, 1))[0]["share"] == "0.6"


# Derived figures


def test_a_derived_figure_is_verified_in_the_issuing_bodys_words(drafts, inside, actor):
    edition = ProgrammeEdition.objects.own().get(programme__slug="tenant-rent")
    row = services.set_parameter(
        edition, "total_cap", "9000", by=actor("officer"), citation=None, certainty="derived", source="某报道",
    )
    with pytest.raises(NotEligible):
        services.submit_edition(ProgrammeEdition.objects.get(pk=edition.pk), by=actor("officer"))
    assert list(Parameter.objects.own().to_verify(date(2026, 9, 1))) == [row]
    words = services.cite(drafts.document.clauses.get(path="四"), "累计不超过36个月")
    services.verify_parameter(row, by=actor("manager"), citation=words)
    row.refresh_from_db()
    assert (row.latest_look["by"].name, row.citation) == ("manager", words)
    assert list(Parameter.objects.own().to_verify(row.last_verified_on)) == []
    assert list(Parameter.objects.own().to_verify(row.look_again_on)) == [row]
    services.set_parameter(edition, "total_cap", "9500", by=actor("officer"), citation=None, certainty="derived", source="某报道")
    row.refresh_from_db()
    assert row.verified_by is None  # another value: nobody has verified it


def test_a_later_look_is_added_beside_a_locked_figure(drafts, inside, actor):
    edition = ProgrammeEdition.objects.own().get(programme__slug="tenant-rent")
    row = services.set_parameter(edition, "total_cap", "9000", by=actor("officer"), citation=None, certainty="derived", source="报道", valid_from=edition.effective_from)
    words = services.cite(drafts.document.clauses.get(path="四"), "累计不超过36个月")
    services.verify_parameter(row, by=actor("officer"), citation=words)
    edition = ProgrammeEdition.objects.own().with_rule().get(pk=edition.pk)
    published = services.approve_edition(services.submit_edition(edition, by=actor("officer")), by=actor("manager"))
    row = published.parameters.get(key="total_cap")
    services.verify_parameter(row, by=actor("manager"), citation=words, note="再次核对")
    assert row.verifications.get().verified_by.name == "manager"
    assert published.edition_hash == services.edition_hash(published)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.verifications.update(note="x")
