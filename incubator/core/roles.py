"""The two database roles of the application, and the rights each holds.

Every connection enters the database as `fuhua_app`, which may read and write rows and nothing else. `fuhua_owner` owns
the tables and is entered only to migrate, to flush and to set up tests. Roles change by a connection option, never by
SET ROLE: that would stay on a pooled connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

TIMEOUTS = {
    "fuhua_app": "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s -c jit=off",
    "fuhua_owner": "-c lock_timeout=3s",
}


def connection_options(role: str) -> str:
    """The libpq `options` text that makes a new connection act as this role."""
    return f"-c role={role} {TIMEOUTS[role]}"


def use_role(role: str, alias: str = DEFAULT_DB_ALIAS) -> None:
    """Let every later connection act as this role: close what is open, pool included."""
    if connections[alias].in_atomic_block:
        raise transaction.TransactionManagementError(f"The database role cannot become {role} inside a transaction.")
    _reconnect_with(connection_options(role), alias)


def _reconnect_with(options: str | None, alias: str) -> None:
    connection = cast("DatabaseWrapper", connections[alias])
    connection.close()
    connection.close_pool()
    connection.settings_dict["OPTIONS"]["options"] = options


@contextmanager
def as_role(role: str, alias: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Act as this role inside the block, then put the former one back."""
    before = connections[alias].settings_dict["OPTIONS"].get("options")
    use_role(role, alias)
    try:
        yield
    finally:
        _reconnect_with(before, alias)


def append_only_tables() -> list[str]:
    """Tables whose rows may be added and read but never changed: models with `append_only = True`."""
    models = (model for model in apps.get_models(include_auto_created=True) if getattr(model, "append_only", False))
    return sorted(model._meta.db_table for model in models if model._meta.managed)


def grant_rights(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Give the application and the backup their rights on every table that exists now. Run as the owner.

    One place for all tables: grants inside single migrations would miss the tables of other people's packages.
    """
    connection = connections[alias]
    present = set(connection.introspection.table_names())
    read_only = sorted({"django_migrations"} & present)
    append_only = [table for table in append_only_tables() if table in present]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute("GRANT USAGE ON SCHEMA public TO fuhua_app, fuhua_backup")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO fuhua_app")
        cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO fuhua_app")
        cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO fuhua_backup")
        cursor.execute("GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO fuhua_backup")
        for table in read_only:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {connection.ops.quote_name(table)} FROM fuhua_app")
        for table in append_only:
            cursor.execute(f"REVOKE UPDATE, DELETE ON {connection.ops.quote_name(table)} FROM fuhua_app")
