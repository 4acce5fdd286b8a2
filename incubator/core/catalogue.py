"""What a database holds and what guards it, asked of PostgreSQL: two databases can be compared by it."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

Facts = list[list[Any]]

# PostgreSQL writes conditions another way after a restore ("IN" becomes "ANY (ARRAY[…])"): of those, kind and name count.
QUESTIONS = {
    "policies": "SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'",
    "walls": "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relrowsecurity",
    "keys": """SELECT conrelid::regclass::text, conname, CASE WHEN contype IN ('c', 'x') THEN contype::text ELSE pg_get_constraintdef(oid) END
                FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND convalidated""",
    "indexes": """SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text, i.indisunique, i.indnkeyatts, i.indpred IS NOT NULL
                   FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace""",
    "triggers": """SELECT t.tgrelid::regclass::text, t.tgname, t.tgenabled::text, t.tgtype, t.tgfoid::regproc::text, encode(t.tgargs, 'escape'), t.tgqual IS NOT NULL
                    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal""",
    "functions": """SELECT p.proname, md5(pg_get_functiondef(p.oid)) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
                     AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    "grants": """SELECT c.relname, coalesce(r.rolname, 'public'), a.privilege_type FROM pg_class c
                  CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
                  WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner""",
    "owners": "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S', 'v')",
}


def what_is_there(own: psycopg.Connection) -> dict[str, Facts]:
    """Rows of each table, policies, forced walls, keys, triggers, functions and rights. Ask as a role that sees every row."""
    own.execute("SET row_security = off")  # a role behind the walls is refused instead of counting too few
    found = {kind: _rows(own, question) for kind, question in QUESTIONS.items()}
    tables = _rows(own, "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1")
    count = sql.SQL("SELECT count(*) FROM {}")
    return {"rows": [[name, _rows(own, count.format(sql.Identifier(name)))[0][0]] for (name,) in tables], **found}


def migrations(own: psycopg.Connection) -> Facts:
    """Which migrations have run."""
    return _rows(own, "SELECT app, name FROM django_migrations ORDER BY 1, 2")


def _rows(own: psycopg.Connection, question: Any) -> Facts:
    return [list(row) for row in own.execute(question).fetchall()]
