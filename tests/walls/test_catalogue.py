"""Which tables there are, and which wall stands before each: asked from PostgreSQL, not from the models."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from incubator.core.roles import append_only_tables
from incubator.core.scoping import GLOBAL_MODELS, THIRD_PARTY_APPS, OrganisationModel, SharedModel
from tests.walls.report import tell

pytestmark = pytest.mark.django_db

# Tables that no model describes, and why they need no wall.
WITHOUT_MODEL = {
    "cache": "rate limits; keys are digests",
    "django_migrations": "which migrations ran; the application may only read it",
}
# The only uniques that a row of another organisation can run into.
ACROSS_ORGANISATIONS = {
    "paid_time_once": "an hour of a person is paid once in the whole deployment; the answer says no more than that",
    "benefit_once": "an invoice or a once-only benefit counts once in the whole deployment; its key is an HMAC",
}
# SharedModel tables whose uniques start with a key that already belongs to one organisation, or to everybody.
BY_PARENT = {"policy_measuredraft_document_id_key", "clause_path_once", "clause_ordinal_once", "parameter_no_overlap"}


def rows(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall()


def all_models() -> list:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def tables(base: type) -> dict[str, type]:
    """Tables of the models that derive from this base."""
    return {model._meta.db_table: model for model in all_models() if issubclass(model, base)}


def policies() -> dict[str, dict[str, tuple]]:
    """Policies by table and name: what may be read or changed, what may be written, for which command, for whom."""
    found: dict[str, dict[str, tuple]] = {}
    sql = "SELECT tablename, policyname, qual, with_check, cmd, permissive, roles::text FROM pg_policies WHERE schemaname = 'public'"
    for table, name, *rest in rows(sql):
        found.setdefault(table, {})[name] = tuple(rest)
    return found


def security() -> dict[str, tuple[bool, bool]]:
    """Enabled and forced row-level security by table."""
    sql = "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    return {name: (enabled, forced) for name, enabled, forced in rows(sql)}


def columns_of(kind: str) -> list[tuple[str, str, list[str], str | None, list[str] | None]]:
    """Constraints of a kind: table, name, columns, and the parent with its columns."""
    sql = """
        SELECT c.conrelid::regclass::text, c.conname,
               ARRAY(SELECT attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, o)
                     JOIN pg_attribute ON attrelid = c.conrelid AND attnum = n ORDER BY o),
               CASE WHEN c.confrelid = 0 THEN NULL ELSE c.confrelid::regclass::text END,
               ARRAY(SELECT attname::text FROM unnest(c.confkey) WITH ORDINALITY k(n, o)
                     JOIN pg_attribute ON attrelid = c.confrelid AND attnum = n ORDER BY o)
        FROM pg_constraint c WHERE c.contype = %s AND c.connamespace = 'public'::regnamespace AND c.convalidated
    """
    return rows(sql, kind)


def uniques() -> list[tuple[str, str, list[str]]]:
    """Every unique or exclusion index that is not the primary key: table, name, columns ('' for an expression)."""
    sql = """
        SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text,
               ARRAY(SELECT coalesce(attname::text, '') FROM unnest(i.indkey::int[]) WITH ORDINALITY k(n, o)
                     LEFT JOIN pg_attribute ON attrelid = i.indrelid AND attnum = n ORDER BY o)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        WHERE (i.indisunique OR i.indisexclusion) AND NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace
    """
    return rows(sql)


WALLED, SHARED = tables(OrganisationModel), tables(SharedModel)
OWN = "NULLIF(current_setting('app.organisation_id'::text, true), ''::text)"


def test_every_tenant_table_is_walled():
    known, rules, not_null = security(), policies(), nullable("NO")
    uniq = {(table, tuple(columns)) for table, _name, columns in uniques()}
    naked = [table for table in WALLED if known.get(table) != (True, True)]
    without_policy = [table for table in WALLED if not is_the_wall(rules.get(table, {}))]
    assert (naked, without_policy) == ([], [])
    assert [table for table in WALLED if (table, "organisation_id") not in not_null] == []
    assert [table for table in WALLED if (table, ("organisation_id", "id")) not in uniq] == []
    missing = [*missing_composite_keys(), *missing_shared_keys()]
    assert missing == []
    unlisted = [str(model) for model in all_models() if not is_placed(model)]
    assert unlisted == []
    across = uniques_across()
    assert across == set(ACROSS_ORGANISATIONS)
    tell(
        "catalogue",
        f"{len(WALLED)} walled and {len(SHARED)} shared tables: without policy {len(without_policy)}, FORCE {len(naked)}, "
        f"NOT NULL or composite key {len(missing)}; models neither walled nor listed {len(unlisted)}; "
        f"uniques across organisations: the listed only ({', '.join(sorted(across))})",
    )


def nullable(answer: str) -> set[tuple[str, str]]:
    sql = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND is_nullable = %s"
    return set(rows(sql, answer))


def is_the_wall(found: dict[str, tuple]) -> bool:
    """Exactly one policy, for every command and everybody, that compares with the open context in both directions."""
    if set(found) != {"organisation_wall"}:
        return False
    using, check, command, permissive, roles = found["organisation_wall"]
    wanted = f"(organisation_id = ({OWN})::bigint)"
    return (using, check, command, permissive, roles) == (wanted, wanted, "ALL", "PERMISSIVE", "{public}")


def foreign_keys(model: type):
    """Foreign keys of a model with their parents' tables, without the one to the organisation."""
    for field in model._meta.local_concrete_fields:
        if field.is_relation and field.name != "organisation":
            yield field.column, field.remote_field.model._meta.db_table


def missing_composite_keys() -> list[str]:
    """Foreign keys between walled tables that do not also compare the organisation."""
    there = {(table, tuple(columns), parent, tuple(theirs)) for table, _name, columns, parent, theirs in columns_of("f")}
    return [
        f"{table}.{column} -> {parent}"
        for table, model in WALLED.items()
        for column, parent in foreign_keys(model)
        if parent in WALLED and (table, ("organisation_id", column), parent, ("organisation_id", "id")) not in there
    ]


def missing_shared_keys() -> list[str]:
    """Foreign keys to shared tables without the trigger that looks whose row it is."""
    sql = """SELECT tgrelid::regclass::text, tgargs FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid
             WHERE p.proname = 'shared_parent' AND tgenabled IN ('O', 'A')"""
    there = {(table, *bytes(arguments).decode().split("\0")[:2]) for table, arguments in rows(sql)}
    return [
        f"{table}.{column} -> {parent}"
        for table, model in (WALLED | SHARED).items()
        for column, parent in foreign_keys(model)
        if parent in SHARED and (table, column, parent) not in there
    ]


def is_placed(model: type) -> bool:
    """Walled, shared, listed as global with a reason, or another package's."""
    options = model._meta
    if options.label in GLOBAL_MODELS or options.app_label in THIRD_PARTY_APPS:
        return True
    if options.auto_created and options.auto_created._meta.label in GLOBAL_MODELS:
        return True  # groups and permissions of a person, by Django
    return issubclass(model, (OrganisationModel, SharedModel))


def uniques_across() -> set[str]:
    """Uniques of walled and shared tables in which the organisation takes no part."""
    ids = {(table, ("id",)) for table in WALLED | SHARED}
    one_to_one = {(table, (field.column,)) for table, model in WALLED.items() for field in model._meta.local_concrete_fields
                  if field.one_to_one and field.remote_field.model._meta.db_table in WALLED}
    return {
        name
        for table, name, columns in uniques()
        if table in WALLED | SHARED and "organisation_id" not in columns and (table, tuple(columns)) not in ids | one_to_one
        and name not in BY_PARENT
    }


def test_shared_tables_show_everybodys_and_keep_ones_own():
    known, rules = security(), policies()
    own = f"(NOT (organisation_id IS DISTINCT FROM ({OWN})::bigint))"
    for table in SHARED:
        assert known[table] == (True, True), table
        assert rules[table] == {
            "organisation_wall": (own, own, "ALL", "PERMISSIVE", "{public}"),
            "shared_reading": ("(organisation_id IS NULL)", None, "SELECT", "PERMISSIVE", "{public}"),
        }, table
    nothing_else = set(rules) - set(WALLED) - set(SHARED)
    assert nothing_else == set()


def test_tables_without_a_wall_are_listed_with_a_reason():
    described = {model._meta.db_table for model in all_models()}
    others = {model._meta.db_table for model in all_models() if model._meta.app_label in THIRD_PARTY_APPS}
    bare = {table for table, (enabled, _forced) in security().items() if not enabled}
    ours = bare - others - set(WITHOUT_MODEL)
    listed = {apps.get_model(label)._meta.db_table for label in GLOBAL_MODELS}
    assert {table for table in ours if table in described} - listed == {"accounts_user_groups", "accounts_user_user_permissions"}
    assert {table for table in ours if table not in described and not table.startswith("procrastinate_")} == set()
    assert all(GLOBAL_MODELS.values())
    assert listed <= bare  # nothing is called global that a wall stands before


def test_lists_name_only_what_exists():
    assert {label for label in GLOBAL_MODELS if label not in {model._meta.label for model in all_models()}} == set()
    assert set(WITHOUT_MODEL) <= set(security())
    assert {name for _table, name, _columns in uniques()} >= BY_PARENT | set(ACROSS_ORGANISATIONS)
    assert not any(app in THIRD_PARTY_APPS for app in ("accounts", "subsidies", "tenants", "policy", "documents", "journal", "notices", "spaces", "billing"))


def test_tables_of_the_public_site_hold_no_column_of_the_office():
    """`cms` counts as another's package: its tables may point at the organisation, never at a walled row."""
    for model in apps.get_app_config("cms").get_models():
        parents = {parent for _column, parent in foreign_keys(model)}
        assert parents & (set(WALLED) | set(SHARED)) == set(), model


def test_append_only_tables_can_only_be_added_to():
    sql = "SELECT has_table_privilege('fuhua_app', %s, 'INSERT'), has_table_privilege('fuhua_app', %s, 'SELECT'), has_table_privilege('fuhua_app', %s, 'UPDATE'), has_table_privilege('fuhua_app', %s, 'DELETE'), has_table_privilege('fuhua_app', %s, 'TRUNCATE')"
    triggered = {table for (table,) in rows("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only' AND tgenabled = 'O'")}
    assert len(append_only_tables()) >= 5
    for table in append_only_tables():
        assert rows(sql, *[table] * 5) == [(True, True, False, False, False)], table
    assert triggered >= {table for table in append_only_tables() if table in WALLED}


def test_the_application_may_not_empty_a_table_or_make_one():
    sql = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND (has_table_privilege('fuhua_app', oid, 'TRUNCATE') OR has_table_privilege('fuhua_app', oid, 'TRIGGER') OR has_table_privilege('fuhua_app', oid, 'REFERENCES'))"
    assert rows(sql) == []
    assert rows("SELECT has_schema_privilege('fuhua_app', 'public', 'CREATE'), has_database_privilege('fuhua_app', current_database(), 'CREATE')") == [(False, False)]
