"""System checks of the kernel: conditions without which the walls in the database would not hold."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import OperationalError, connections

RIGHTS_OF_LOGIN = """
    SELECT session_user, rolsuper OR rolbypassrls, (
        SELECT count(*) FROM pg_class AS t JOIN pg_namespace AS s ON s.oid = t.relnamespace
        WHERE s.nspname = 'public' AND t.relkind IN ('r', 'p', 'v', 'm') AND has_table_privilege(session_user, t.oid, 'SELECT')
    )
    FROM pg_roles WHERE rolname = session_user
"""


@register(Tags.database)
def login_has_no_rights_of_its_own(
    app_configs: Any, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Refuse a login that could step out of its role and past row-level security.

    Checked by `migrate` and by `check --database default`. A database that cannot be reached is not judged here.
    """
    if settings.DEBUG:
        return []
    return [error for alias in databases or () for error in _judge(alias)]


def _judge(alias: str) -> list[CheckMessage]:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(RIGHTS_OF_LOGIN)
            login, passes_by, readable = cursor.fetchone()
    except OperationalError:
        return []
    if not passes_by and not readable:
        return []
    what = "is not bound by row-level security" if passes_by else f"may read {readable} tables without any role"
    return [
        Error(
            f"The database login {login} {what}.",
            hint="Give DATABASE_URL a login that is NOINHERIT and a member of fuhua_app (docs/operate/setup.md).",
            id="fuhua.E001",
        )
    ]


@register(Tags.security)
def private_files_are_apart(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """Refuse private files where the web server hands out files by their address, and the other way round."""
    private = Path(settings.PRIVATE_ROOT).resolve()
    return [
        Error(
            f"The private files ({private}) and {name} ({public}) lie inside each other: anybody could open them by address.",
            hint="Set FUHUA_PRIVATE and FUHUA_MEDIA to two folders side by side (docs/operate/setup.md).",
            id="fuhua.E002",
        )
        for name, root in (("MEDIA_ROOT", settings.MEDIA_ROOT), ("STATIC_ROOT", settings.STATIC_ROOT))
        if root and (private.is_relative_to(public := Path(root).resolve()) or public.is_relative_to(private))
    ]
