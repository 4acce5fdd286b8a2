"""What each database role may do, asked of PostgreSQL itself."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from incubator.core.roles import append_only_tables, as_role, grant_rights, use_role


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def refused(statement):
    with pytest.raises(ProgrammingError, match="permission denied|must be owner"), transaction.atomic():
        ask(statement)


@pytest.mark.django_db
def test_app_role_is_plain():
    attributes = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    assert ask("SELECT current_user, session_user") == [("fuhua_app", "fuhua")]
    assert ask(attributes) == [(False, False, False, False)]
    assert ask("SELECT count(*) FROM pg_class WHERE relowner = 'fuhua_app'::regrole") == [(0,)]


@pytest.mark.django_db
def test_app_role_cannot_change_tables():
    refused("CREATE TABLE mine (id int)")
    refused("DROP TABLE django_session")
    refused("TRUNCATE django_session")
    refused("ALTER TABLE django_session DISABLE ROW LEVEL SECURITY")
    refused("DELETE FROM django_migrations")


@pytest.mark.django_db
def test_login_without_a_role_reads_nothing():
    ask("SET ROLE NONE")
    readable = (
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege(c.oid, 'SELECT')"
    )
    assert ask(readable) == [(0,)]
    refused("SELECT * FROM django_session")


@pytest.mark.django_db
def test_append_only_rows_can_be_added_and_never_changed():
    assert "journal_entry" in append_only_tables()
    for table in append_only_tables():
        rights = "SELECT has_table_privilege('fuhua_app', %s, right_) FROM unnest(%s::text[]) AS right_"
        with connection.cursor() as cursor:
            cursor.execute(rights, [table, ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"]])
            assert [right for (right,) in cursor.fetchall()] == [True, True, False, False, False], table


@pytest.mark.django_db
def test_every_table_is_open_to_the_app_and_readable_for_the_backup():
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    assert len(tables) > 20
    for role in ("fuhua_app", "fuhua_backup"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT t FROM unnest(%s::text[]) AS t WHERE NOT has_table_privilege(%s, t, 'SELECT')", [tables, role]
            )
            assert cursor.fetchall() == []


@pytest.mark.django_db(transaction=True)
def test_as_role_puts_the_former_role_back_after_an_error():
    with pytest.raises(ZeroDivisionError), as_role("fuhua_owner"):
        assert ask("SELECT current_user") == [("fuhua_owner",)]
        raise ZeroDivisionError
    assert ask("SELECT current_user") == [("fuhua_app",)]


@pytest.mark.django_db(transaction=True)
def test_grants_can_be_given_again():
    with as_role("fuhua_owner"):
        grant_rights()
    refused("DELETE FROM journal_entry")


@pytest.mark.django_db
def test_role_cannot_change_inside_a_transaction():
    with pytest.raises(transaction.TransactionManagementError, match="cannot become fuhua_owner inside"):
        use_role("fuhua_owner")
