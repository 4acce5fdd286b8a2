"""A migrated database for every test process: cloned from a template, dropped at the end.

The template's name holds a hash of everything that shapes it, so it is migrated once and used until a migration
changes. Tests act as `fuhua_app`, as the site does: as owner they would pass by the walls. Each process names its
database after its own number, so that two runs on one server never meet.
"""

import contextlib
import functools
import hashlib
import importlib.util
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

from incubator.core.roles import append_only_tables, use_role

TEMPLATE, BUILDING, CLONE = "fuhua_t_", "fuhua_new_", "fuhua_test_"
TEMPLATES_KEPT = 3
NEEDS_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
OURS = re.compile(r"^(?:from|import) ((?:incubator|spaces|mentors|billing|cms)[\w.]*)", re.MULTILINE)


def pytest_configure(config) -> None:
    config.addinivalue_line("markers", "database: needs a PostgreSQL server (set by itself when a fixture does)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items) -> None:
    """Mark what needs a database, so that `make quick` can leave it out."""
    for item in items:
        if item.get_closest_marker("django_db") or NEEDS_DATABASE & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


@contextlib.contextmanager
def maintenance() -> Iterator[psycopg.Connection]:
    """A connection as the owner, outside the databases it makes and drops; one test process at a time holds it."""
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        dbname="postgres",
        options="-c role=fuhua_owner",
        autocommit=True,
    ) as owner:
        owner.execute("SELECT pg_advisory_lock(hashtext('fuhua test databases'))")
        yield owner


@functools.cache
def template_name() -> str:
    """Name of the template for the code as it stood when this process began."""
    return TEMPLATE + hashlib.sha256(json.dumps(shape(), sort_keys=True).encode()).hexdigest()[:16]


@functools.cache
def shape() -> dict[str, str]:
    """What the tables follow from: each shaping file with its digest, the apps and the tables that only grow."""
    files = {str(path): hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in _shaping_files()}
    return files | {"apps": repr(sorted(apps.app_configs)), "append only": repr(append_only_tables())}


def _shaping_files() -> set[Path]:
    """Migrations of every app, the modules of ours that they import, the grants, and the list of packages."""
    root = Path(__file__).parent.parent
    files = {root / "incubator/core/roles.py", *root.glob("requirements/*.txt")}
    for app in apps.get_app_configs():
        migrations = set(Path(app.path).glob("migrations/*.py"))
        files |= migrations
        if root in Path(app.path).parents:
            modules = {name for path in migrations for name in OURS.findall(path.read_text())}
            found = (importlib.util.find_spec(name) for name in modules)
            files |= {Path(spec.origin) for spec in found if spec and spec.origin}
    return files


def databases(owner: psycopg.Connection, prefix: str) -> list[str]:
    """Databases whose names start so, newest first."""
    rows = owner.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC", [prefix])
    return [name for (name,) in rows]


def create(owner: psycopg.Connection, name: str, template: str = "template1") -> None:
    owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def drop(owner: psycopg.Connection, name: str) -> None:
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def template_database(owner: psycopg.Connection) -> str:
    """The migrated template for the code as it stands, made when missing; older ones go."""
    name = template_name()
    templates = databases(owner, TEMPLATE)
    if name in templates:
        return name
    for old in (*databases(owner, BUILDING), *templates[TEMPLATES_KEPT - 1 :]):
        drop(owner, old)
    building = name.replace(TEMPLATE, BUILDING)
    create(owner, building, grown_from(owner, templates[: TEMPLATES_KEPT - 1]))
    with connected_to(building):
        call_command("migrate", verbosity=0, interactive=False)
    owner.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(building), sql.Literal(json.dumps(shape()))))
    owner.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name)))
    return name


def grown_from(owner: psycopg.Connection, templates: list[str]) -> str:
    """The newest template whose every shaping file is still there unchanged: only later migrations are missing in it.
    Else the empty database, from which everything is built."""
    question = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    for template in templates:
        (comment,) = owner.execute(question, [template]).fetchone()
        files = {path: digest for path, digest in json.loads(comment or "{}").items() if "/" in path}
        if files and files.items() <= shape().items():
            return template
    return "template1"


@contextlib.contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Point Django's connection to this database inside the block."""
    settings = connection.settings_dict
    before = settings["NAME"]
    connections.close_all()
    connection.close_pool()
    settings["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.close_pool()
        settings["NAME"] = before


def drop_left_over(owner: psycopg.Connection) -> None:
    """Drop the databases of test processes of this machine that no longer live."""
    if not connection.settings_dict["HOST"].startswith("/"):
        return
    for name in databases(owner, CLONE):
        if not Path(f"/proc/{name.rpartition('_')[2]}").exists():
            drop(owner, name)


def fresh_clone(name: str) -> None:
    """Put a new copy of the template in the place of this database."""
    connections.close_all()
    with maintenance() as owner:
        drop(owner, name)
        create(owner, name, template_database(owner))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker) -> Iterator[None]:
    """Instead of pytest-django's: clone the template, act as the application, drop the clone at the end."""
    clone = f"{CLONE}{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    connection.settings_dict["OPTIONS"].pop("pool", None)
    with django_db_blocker.unblock():
        with maintenance() as owner:
            drop_left_over(owner)
        fresh_clone(clone)
    with pytest.MonkeyPatch.context() as patch, connected_to(clone):
        # A test with real transactions leaves a new copy behind. Django's flush would also take the rows that
        # migrations made (Wagtail's root page), and the next test would meet another database than the first.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: fresh_clone(clone))
        use_role("fuhua_app")
        yield
        with django_db_blocker.unblock():
            connections.close_all()
    with maintenance() as owner:
        drop(owner, clone)


@pytest.fixture
def database_url(transactional_db) -> str:
    """The address of this process's database, for tests that start processes of their own."""
    settings = connection.settings_dict
    return f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
