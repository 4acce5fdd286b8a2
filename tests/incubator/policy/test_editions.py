"""The life of an edition: figures, guards, four eyes, and the walls in the database."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from incubator.accounts.actors import actor_for
from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed, NotEligible
from incubator.core.formulas import compute
from incubator.core.scoping import organisation_context
from incubator.journal.services import make_move
from incubator.policy import services
from incubator.policy.guards import failing
from incubator.policy.importing import MeasureFileError, import_document
from incubator.policy.loading import DATA, clause_of
from incubator.policy.models import Decision, Parameter, PolicyDocument, Programme, ProgrammeEdition
from incubator.policy.states import EDITION_MOVES

DAY = date(2026, 7, 1)
EXAMPLE = DATA / "example-measure.yaml"


def edition_of(kind, payee):
    return ProgrammeEdition.objects.own().get(programme__kind=kind, payee=payee)


@pytest.fixture
def tenant_rent(drafts, inside):
    return edition_of("rent", "tenant")


@pytest.fixture
def space_rent(shipped, inside, actor):
    """An edition begun from the shipped template: nothing is set in it."""
    template = ProgrammeEdition.objects.templates().get(programme__slug="space-rent")
    return services.draft_edition(
        template.programme, by=actor("officer"), template=template, name="房租补贴", effective_from=DAY,
        window={"period": "quarter"},
    )


def raw(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


# The example measure


def test_the_example_sets_the_figures_of_six_editions(in_force, inside):
    found = {
        (edition.kind, edition.payee): edition.terms(DAY)[0] for edition in ProgrammeEdition.objects.own().with_rule()
    }
    without = {key: {k: v for k, v in terms.items() if k != "citations"} for key, terms in found.items()}
    assert without == {
        ("rent", "tenant"): {
            "share": "0.5", "unit_cap": "50.00", "area_cap": "120", "max_months": "36", "basis": "gross",
        },
        ("broadband", "tenant"): {"share": "0.5", "month_cap": "400.00", "max_months": "36"},
        ("software", "tenant"): {"share": "0.3", "period_cap": "5000.00"},
        ("rent", "space"): {"share": "0.3", "month_cap": "20000.00", "quarter_cap": "60000.00"},
        ("broadband", "space"): {"share": "0.5", "month_cap": "1500.00"},
        ("software", "space"): {"share": "0.3", "period_cap": "15000.00"},
    }


def test_terms_come_with_the_words_that_set_them(in_force, inside):
    terms, cited = edition_of("rent", "tenant").terms(DAY)
    assert set(cited) == set(terms) - {"citations"}
    assert cited["unit_cap"]["quote"] == "计补租金单价最高不超过每平方米每月50元"
    assert cited["unit_cap"]["clause"] == "第四条"
    assert cited["unit_cap"]["url"].startswith("/jingyue/policy/jingyue-space-2025/")
    assert terms["citations"]["share"] == "《长春净月高新区众创空间房租、宽带、公共软件补贴实施细则（示例）》第四条"


def test_the_formula_takes_the_terms(in_force, inside):
    terms, _cited = edition_of("rent", "tenant").terms(DAY)
    facts = {
        "area": "150", "unit_rent": "62", "lease_start": "2026-01-01", "lease_end": "2026-12-31",
        "settled_on": "2026-01-01", "months": ["2026-04", "2026-05", "2026-06"],
    }
    assert compute("rent_subsidy", terms=terms, facts=facts).amount == Decimal("9000.00")


def test_open_editions_are_found_by_kind_payee_and_day(in_force, inside):
    found = ProgrammeEdition.objects.open_for("rent", DAY)
    assert {edition.payee for edition in found} == {"tenant", "space"}
    assert [edition.name for edition in ProgrammeEdition.objects.open_for("rent", DAY, payee="tenant")] == [
        "入驻企业房租补贴 2025年版（示例）"
    ]
    assert list(ProgrammeEdition.objects.open_for("rent", date(2025, 6, 30))) == []
    assert list(ProgrammeEdition.objects.open_for("one_off", DAY)) == []


def test_importing_the_example_again_changes_nothing(in_force, actor, inside):
    before = Parameter.objects.own().count()
    again = import_document(EXAMPLE, by=actor("officer"))
    assert {edition.state for edition in again.editions} == {"effective"}
    assert Parameter.objects.own().count() == before


def test_everything_of_the_example_says_that_it_is_one(drafts, inside):
    assert drafts.document.is_example
    assert "示例" in drafts.document.title
    assert all(edition.is_example and "示例" in edition.name for edition in drafts.editions)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("- a", "缺失|missing"),
        ("document: [", "YAML"),
        ("document: {slug: x, colour: red}\nclauses: []", "colour"),
        ("document: {title: x}\nclauses: []", "slug"),
        ("document: {slug: x, title: x, issuer: x, level: local}\nclauses: [{path: 一, title: t}]", "text"),
    ],
)
def test_a_file_that_is_no_measure_is_refused_with_the_place(shipped, actor, tmp_path, content, sentence):
    path = tmp_path / "measure.yaml"
    path.write_text(content)
    with pytest.raises(MeasureFileError, match=sentence):
        import_document(path, by=actor("officer"))


def test_a_quote_that_does_not_stand_in_its_clause_stops_the_import(shipped, actor, tmp_path, organisation):
    path = tmp_path / "measure.yaml"
    path.write_text(EXAMPLE.read_text().replace("quote: 每月最高不超过400元", "quote: 每月最高不超过500元"))
    with pytest.raises(BusinessError, match="每月最高不超过500元"):
        import_document(path, by=actor("officer"))
    assert not PolicyDocument.objects.filter(slug="jingyue-space-2025").exists()


# Guards


def test_an_edition_with_a_placeholder_cannot_be_submitted(space_rent, actor):
    assert [(row.key, row.value) for row in space_rent.parameters.not_set()] == [("share", None)]
    with pytest.raises(NotEligible, match="可补贴比例|Share of the cost|授权|authorised"):
        services.submit_edition(space_rent, by=actor("officer"))
    space_rent.refresh_from_db()
    assert space_rent.state == "draft"


def test_an_edition_without_an_amount_gives_no_terms(space_rent):
    with pytest.raises(NotEligible) as refused:
        space_rent.terms(DAY)
    assert refused.value.code == "PLACEHOLDER"


def test_a_set_figure_replaces_the_placeholder(space_rent, actor):
    citation = services.cite(clause_of("九"), "给予适当补贴")
    services.set_parameter(space_rent, "shares_by_year", "50%，30%", by=actor("officer"), citation=citation)
    assert [(row.key, row.value) for row in space_rent.parameters.all()] == [("shares_by_year", "0.5,0.3")]
    assert space_rent.terms(DAY)[0]["shares_by_year"] == ["0.5", "0.3"]


def test_a_needed_figure_that_is_taken_out_is_a_placeholder_again(tenant_rent, actor):
    services.remove_parameter(tenant_rent.parameters.get(key="share"), by=actor("officer"))
    assert [row.key for row in tenant_rent.parameters.not_set()] == ["share"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("share", "1.5"), ("share", "fifty"), ("share", ""), ("unit_cap", "-5"), ("unit_cap", "1e3"),
        ("unit_cap", "12.345"), ("max_months", "3.5"), ("basis", "half"), ("area_cap", "NaN"), ("amount", "5"),
    ],
)
def test_a_value_that_the_key_does_not_take_is_refused_at_its_field(tenant_rent, actor, key, value):
    citation = services.cite(clause_of("九"), "给予适当补贴")
    with pytest.raises(BusinessError) as refused:
        services.set_parameter(tenant_rent, key, value, by=actor("officer"), citation=citation)
    assert refused.value.field in {"value", "key"}


def test_full_width_digits_and_percent_are_read(tenant_rent, actor):
    citation = services.cite(clause_of("九"), "给予适当补贴")
    first = tenant_rent.effective_from
    row = services.set_parameter(tenant_rent, "share", "４０％", by=actor("officer"), citation=citation, valid_from=first)
    assert row.value == "0.4"


def test_a_tenant_is_not_paid_under_clause_9_alone(tenant_rent, actor):
    """Invariant 18: the payee of clause 九 is the maker space."""
    for citation in (None, services.cite(clause_of("九"), "可对众创空间的房租、宽带网络、公共软件等给予适当补贴")):
        services.change_edition(tenant_rent, by=actor("officer"), payee_citation=citation)
        tenant_rent.refresh_from_db()
        assert [check.text for check in failing(tenant_rent)] == ["收款主体：入驻企业"] or len(failing(tenant_rent)) == 1
        with pytest.raises(NotEligible):
            services.submit_edition(tenant_rent, by=actor("officer"))


def test_a_local_clause_that_does_not_name_the_tenant_is_not_enough(tenant_rent, drafts, actor):
    citation = services.cite(drafts.document.clauses.get(path="十二"), "公示无异议的，由主管部门拨付资金")
    services.change_edition(tenant_rent, by=actor("officer"), payee_citation=citation)
    tenant_rent.refresh_from_db()
    assert len(failing(tenant_rent)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"evidence": []},
        {"evidence": [{"item": "licence", "required": True, "note": ""}]},
        {"window": {}},
        {"stacking_group": ""},
        {"effective_from": None},
        {"calculator": "no_such_formula@1"},
    ],
)
def test_an_incomplete_edition_is_refused(tenant_rent, actor, change):
    services.change_edition(tenant_rent, by=actor("officer"), **change)
    tenant_rent.refresh_from_db()
    with pytest.raises(NotEligible):
        services.submit_edition(tenant_rent, by=actor("officer"))


def test_an_organisation_with_too_few_people_cannot_open_an_edition(tenant_rent, people, actor):
    """Tenant level, decided by the authority: two people."""
    officer = actor("officer")
    for role in ("owner", "manager", "finance"):
        people[role].is_active = False
        people[role].save()
    with pytest.raises(NotEligible):
        services.submit_edition(tenant_rent, by=officer)


# Four eyes


def test_an_edition_is_published_by_a_second_person(tenant_rent, actor):
    submitted = services.submit_edition(tenant_rent, by=actor("officer"))
    published = services.approve_edition(submitted, by=actor("manager"))
    assert (published.state, published.approver.name, published.submitter.name) == ("published", "manager", "officer")
    assert published.edition_hash == services.edition_hash(published)
    decision = Decision.objects.about(published).get()
    assert (decision.act, decision.trace_sha256) == ("publish_edition", published.edition_hash)


def test_who_drafted_or_submitted_does_not_approve(shipped, actor, inside):
    drafts = import_document(EXAMPLE, by=actor("manager"))
    services.confirm_text(drafts.document, by=actor("owner"))
    submitted = services.submit_edition(drafts.editions[0], by=actor("officer"))
    with pytest.raises(NotAllowed):
        services.approve_edition(submitted, by=actor("manager"))
    with pytest.raises(NotAllowed):
        services.approve_edition(submitted, by=actor("officer"))
    with pytest.raises(IntegrityError, match="edition_four_eyes"), transaction.atomic():
        ProgrammeEdition.objects.filter(pk=submitted.pk).update(
            state="published", approver=actor("manager").user, edition_hash="0" * 64
        )


def test_an_edition_goes_back_with_a_note_and_can_be_changed_again(tenant_rent, actor):
    submitted = services.submit_edition(tenant_rent, by=actor("officer"))
    with pytest.raises(BusinessError):
        services.return_edition(submitted, by=actor("manager"), note=" ")
    returned = services.return_edition(submitted, by=actor("manager"), note="面积上限请核对。")
    assert returned.state == "draft"
    services.remove_parameter(returned.parameters.get(key="area_cap"), by=actor("officer"))


def test_a_draft_changed_by_somebody_else_is_not_overwritten(tenant_rent, actor):
    seen = tenant_rent.version
    citation = services.cite(clause_of("九"), "给予适当补贴")
    day = tenant_rent.effective_from
    services.set_parameter(tenant_rent, "share", "0.4", by=actor("officer"), citation=citation, valid_from=day, version=seen)
    with pytest.raises(Conflict):
        services.set_parameter(tenant_rent, "share", "0.6", by=actor("manager"), citation=citation, valid_from=day, version=seen)


@pytest.mark.parametrize("act", [move.act for move in EDITION_MOVES])
def test_viewers_and_founders_move_nothing(tenant_rent, actor, act):
    for role in ("viewer", "founder", "finance"):
        with pytest.raises((NotAllowed, IllegalMove)):
            make_move(tenant_rent, EDITION_MOVES, act, by=actor(role))


# Coming into force and ending


def test_an_edition_does_not_take_effect_before_its_first_day(tenant_rent, actor):
    published = services.approve_edition(services.submit_edition(tenant_rent, by=actor("officer")), by=actor("manager"))
    with pytest.raises(NotEligible):
        services.take_effect(published, by=actor("system"), on=date(2025, 6, 30))
    assert list(ProgrammeEdition.objects.due_to_start(date(2025, 6, 30))) == []
    assert list(ProgrammeEdition.objects.due_to_start(date(2025, 7, 1))) == [published]


def successor(edition, actor, first):
    """The same rule again from another day, published."""
    again = services.draft_edition(
        edition.programme, by=actor("officer"), name="新版", payee=edition.payee, calculator=edition.calculator,
        region=edition.region, window=edition.window, payee_citation=edition.payee_citation, effective_from=first,
    )
    for row in edition.parameters.all():
        services.set_parameter(again, row.key, row.value, by=actor("officer"), citation=row.citation)
    return services.approve_edition(services.submit_edition(again, by=actor("officer")), by=actor("owner"))


def test_two_editions_of_a_programme_are_never_in_force_together(in_force, inside, actor):
    running = edition_of("rent", "tenant")
    later = successor(running, actor, date(2026, 10, 1))
    services.say_budget(later, "none", by=actor("finance"))
    with pytest.raises(Conflict):
        services.take_effect(later, by=actor("system"), on=date(2026, 10, 1))
    closed = services.supersede_edition(running, later, by=actor("manager"))
    assert (closed.state, closed.effective_to) == ("closed", date(2026, 9, 30))
    assert services.take_effect(later, by=actor("system"), on=date(2026, 10, 1)).state == "effective"
    assert list(ProgrammeEdition.objects.of_kind("rent").effective_on(DAY).filter(payee="tenant")) == [closed]


def test_who_drafted_the_successor_does_not_replace(in_force, inside, actor):
    running = edition_of("rent", "tenant")
    later = successor(running, actor, date(2026, 10, 1))
    with pytest.raises(NotAllowed):
        services.supersede_edition(running, later, by=actor("officer"))


def test_an_edition_expires_after_its_last_day(in_force, inside, actor):
    running = edition_of("rent", "tenant")
    with pytest.raises(NotEligible):  # without a last day it never ends by itself
        services.expire_edition(running, by=actor("system"), on=date(2099, 12, 31))
    ProgrammeEdition.objects.own().update(effective_to=date(2028, 6, 30))
    running.refresh_from_db()
    with pytest.raises(NotEligible):
        services.expire_edition(running, by=actor("system"), on=date(2028, 6, 30))
    assert list(ProgrammeEdition.objects.past_their_end(date(2028, 6, 30))) == []
    assert ProgrammeEdition.objects.past_their_end(date(2028, 7, 1)).count() == 6
    assert services.expire_edition(running, by=actor("system"), on=date(2028, 7, 1)).state == "closed"


def test_an_edition_is_withdrawn_by_an_owner_with_a_manager(in_force, inside, actor, people):
    running = edition_of("rent", "tenant")
    with pytest.raises(NotAllowed):
        services.withdraw_edition(running, by=actor("owner"), manager=people["officer"], note="有误")
    withdrawn = services.withdraw_edition(running, by=actor("owner"), manager=people["manager"], note="有误")
    assert withdrawn.state == "withdrawn"
    assert list(ProgrammeEdition.objects.open_for("rent", DAY, payee="tenant")) == []


# Walls in the database, with SQL as the application's role


def test_published_figures_cannot_be_changed_added_or_removed(in_force, inside):
    edition = edition_of("rent", "tenant")
    row = edition.parameters.get(key="share")
    for sql, params in (
        ("UPDATE policy_parameter SET value = '0.9' WHERE id = %s", [row.pk]),
        ("DELETE FROM policy_parameter WHERE id = %s", [row.pk]),
        (
            "INSERT INTO policy_parameter (organisation_id, edition_id, key, scope, scope_key, value, unit, op, condition,"
            " certainty, citation_id) SELECT organisation_id, edition_id, 'total_cap', scope, '', '1', 'CNY', '=', '',"
            " certainty, citation_id FROM policy_parameter WHERE id = %s",
            [row.pk],
        ),
    ):
        with pytest.raises(IntegrityError, match="figures are locked"):
            raw(sql, *params)


def test_a_published_edition_cannot_be_changed_deleted_or_reopened(in_force, inside):
    edition = edition_of("rent", "tenant")
    for sql in (
        "UPDATE policy_programmeedition SET payee = 'space' WHERE id = %s",
        "UPDATE policy_programmeedition SET evidence = '[]' WHERE id = %s",
        "UPDATE policy_programmeedition SET state = 'draft' WHERE id = %s",
        "DELETE FROM policy_programmeedition WHERE id = %s",
    ):
        with pytest.raises(IntegrityError):
            raw(sql, edition.pk)


def test_an_edition_with_a_placeholder_cannot_be_published_by_sql(space_rent, people):
    with pytest.raises(IntegrityError, match="1 of them not set"):
        raw(
            "UPDATE policy_programmeedition SET state = 'published', drafter_id = %s, submitter_id = %s, approver_id = %s,"
            " edition_hash = repeat('0', 64) WHERE id = %s",
            people["officer"].pk, people["officer"].pk, people["manager"].pk, space_rent.pk,
        )


def test_an_unverified_derived_figure_cannot_be_published_by_sql(tenant_rent, people):
    Parameter.objects.filter(edition=tenant_rent, key="share").update(certainty="derived")
    sql = (
        "UPDATE policy_programmeedition SET state = 'published', submitter_id = %s, approver_id = %s,"
        " edition_hash = repeat('0', 64) WHERE id = %s"
    )
    with pytest.raises(IntegrityError, match="1 of them not set, not verified"):
        raw(sql, people["officer"].pk, people["manager"].pk, tenant_rent.pk)
    citation = tenant_rent.payee_citation
    row = tenant_rent.parameters.get(key="share")
    services.verify_parameter(row, by=actor_for(people["officer"], tenant_rent.organisation), citation=citation)
    assert raw(sql, people["officer"].pk, people["manager"].pk, tenant_rent.pk) == 1


def test_figures_of_one_key_never_overlap(tenant_rent, actor):
    citation = tenant_rent.payee_citation
    with pytest.raises(Conflict):
        services.set_parameter(
            tenant_rent, "share", "0.4", by=actor("officer"), citation=citation, valid_from=date(2026, 1, 1)
        )
    first = tenant_rent.effective_from
    services.set_parameter(
        tenant_rent, "share", "0.5", by=actor("officer"), citation=citation, valid_from=first, valid_to=date(2025, 12, 31)
    )
    services.set_parameter(
        tenant_rent, "share", "0.4", by=actor("officer"), citation=citation, valid_from=date(2026, 1, 1)
    )
    assert [tenant_rent.terms(day)[0]["share"] for day in (date(2025, 12, 31), date(2026, 1, 1))] == ["0.5", "0.4"]


def test_a_figure_for_one_category_counts_before_the_general_one(tenant_rent, actor):
    citation = tenant_rent.payee_citation
    services.set_parameter(
        tenant_rent, "share", "0.8", by=actor("officer"), citation=citation, scope={"category": "graduate"}
    )
    assert tenant_rent.terms(DAY, {"category": "graduate"})[0]["share"] == "0.8"
    assert tenant_rent.terms(DAY)[0]["share"] == "0.5"


@pytest.mark.parametrize("table", ["policy_clause", "policy_citation", "policy_decision"])
def test_texts_citations_and_decisions_are_never_changed(in_force, inside, table):
    with pytest.raises(Exception, match="permission denied|append-only"):
        raw(f"UPDATE {table} SET organisation_id = organisation_id")
    with pytest.raises(Exception, match="permission denied|append-only"):
        raw(f"DELETE FROM {table}")


def test_the_shipped_texts_are_read_only_inside_a_context(shipped, inside):
    assert raw("UPDATE policy_policydocument SET title = 'x'") == 0
    assert raw("UPDATE policy_programmeedition SET name = 'x'") == 0
    assert PolicyDocument.objects.get().title.startswith("吉林省人民政府")


# Between organisations


def test_another_organisation_sees_nothing_of_a_local_measure(in_force, other_organisation):
    with organisation_context(other_organisation):
        assert PolicyDocument.objects.count() == 1
        assert list(ProgrammeEdition.objects.own()) == []
        with connection.cursor() as cursor:
            for table in ("policydocument", "clause", "citation", "programme", "programmeedition", "parameter"):
                cursor.execute(f"SELECT count(*) FROM policy_{table} WHERE organisation_id IS NOT NULL")
                assert (table, cursor.fetchone()[0]) == (table, 0)
            for table in ("decision", "officialreply", "publicnotice"):
                cursor.execute(f"SELECT count(*) FROM policy_{table}")
                assert (table, cursor.fetchone()[0]) == (table, 0)


def test_a_row_cannot_point_at_another_organisations_text(in_force, other_organisation):
    with organisation_context(in_force.document.organisation):
        clause = in_force.document.clauses.first().pk
    with organisation_context(other_organisation), pytest.raises(IntegrityError, match="another organisation"):
        raw(
            "INSERT INTO policy_citation (organisation_id, clause_id, char_from, char_to, quote) VALUES (%s, %s, 0, 1, 'x')",
            other_organisation.pk, clause,
        )


def test_own_rows_never_hang_below_shipped_ones(shipped, inside, actor):
    """A figure or clause of one's own on a shipped edition or text would change it for its owner alone."""
    template = ProgrammeEdition.objects.templates().get(programme__slug="space-rent")
    citation = Programme.objects.get(slug="space-rent").citation
    with pytest.raises(IntegrityError, match="another organisation"), transaction.atomic():
        Parameter.objects.create(edition=template, key="share", value="1", unit="ratio", certainty="verbatim", citation=citation)
