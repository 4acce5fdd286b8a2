"""What the database itself refuses when Python forgets: as the application's role, with raw SQL (walls.md 1, 3)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.apps import apps
from django.db import Error, connection, connections, transaction
from django_scopes import scopes_disabled
from django_scopes.exceptions import ScopeError

from incubator.accounts.actors import actor_for
from incubator.accounts.models import Organisation
from incubator.core.errors import CrossOrganisation
from incubator.core.roles import append_only_tables
from incubator.core.scoping import OrganisationModel, SharedModel, organisation_context
from incubator.policy.models import PolicyDocument
from incubator.subsidies.models import Claim, SubsidyApplication
from incubator.tenants.models import Startup
from spaces.models import Space
from tests.factories.accounts import make_organisation
from tests.factories.spaces import a_site
from tests.factories.subsidies import make_world
from tests.walls.conftest import building
from tests.walls.examples import build
from tests.walls.report import tell

ROLES = ("officer", "manager", "finance", "founder")
WALLED = sorted((m for m in apps.get_models() if issubclass(m, OrganisationModel)), key=lambda m: m._meta.db_table)
FILLED = 40  # tables of this world with rows, at least; the wall of each empty one is the same text (test_catalogue)
SHARED = sorted((m for m in apps.get_models() if issubclass(m, SharedModel)), key=lambda m: m._meta.db_table)


@pytest.fixture(scope="module")
def neighbours(for_the_file):
    """A with an object for every address of ours, B with an application that was sent."""
    with building():
        built = build()
        a, other = built.world, Organisation.objects.get(slug="yanbian")
        people = {role: built.people[f"other {role}"] for role in ROLES}
        with organisation_context(other):
            b = make_world(other, people, lambda role: actor_for(people[role], other))
            b.apply("rent")
    return a, b


@pytest.fixture
def theirs(neighbours, for_this_test):
    return neighbours


def sql(statement: str, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def refused(statement: str, *params) -> bool:
    """Whether the database refused the statement, or touched nothing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params or None)
            return cursor.rowcount == 0
    except Error:
        return True


def counts() -> dict[str, int]:
    return {model._meta.db_table: sql(f'SELECT count(*) FROM "{model._meta.db_table}"')[0][0] for model in WALLED}


def test_forgotten_filter(theirs):
    """Nobody's context: nothing. B's context: B's rows and no other's, whatever Python does."""
    a, b = theirs
    with organisation_context(a.organisation):
        full = counts()
    assert sum(count > 0 for count in full.values()) >= FILLED
    assert not any(counts().values())
    foreign = 0
    with organisation_context(b.organisation), scopes_disabled():
        for model in WALLED:
            table = model._meta.db_table
            foreign += sql(f'SELECT count(*) FROM "{table}" WHERE organisation_id <> %s', b.organisation.pk)[0][0]
            foreign += model.objects.exclude(organisation=b.organisation).count()
            foreign += model._base_manager.exclude(organisation=b.organisation).count()
            assert refused(f'UPDATE "{table}" SET organisation_id = organisation_id WHERE organisation_id = %s', a.organisation.pk)
            assert refused(f'DELETE FROM "{table}" WHERE organisation_id = %s', a.organisation.pk)
            assert refused(f'UPDATE "{table}" SET organisation_id = %s', a.organisation.pk), table
    assert foreign == 0
    with organisation_context(a.organisation):
        assert counts() == full
    tell("isolation", f"{len(WALLED)} tables, {sum(map(bool, full.values()))} with rows: raw SQL, unscoped manager, update, delete, forged insert, foreign key: foreign rows {foreign}")


def test_forged_rows(theirs):
    """An INSERT with A's organisation, and one that points at A's row, both from B's context."""
    a, b = theirs
    site, copied = a.site, 0
    with organisation_context(a.organisation):
        before = counts()
        rows = {model: model.objects.order_by("pk").values_list("pk", flat=True).first() for model in WALLED}
        columns = {model: [f'"{field.column}"' for field in model._meta.local_concrete_fields if not field.primary_key] for model in WALLED}
        frozen = {model: sql(f'SELECT {", ".join(columns[model])} FROM "{model._meta.db_table}" WHERE id = %s', pk)[0]
                  for model, pk in rows.items() if pk}
    with organisation_context(b.organisation):
        for model, values in frozen.items():
            places = ", ".join(["%s"] * len(values))
            values = [psycopg.types.json.Jsonb(value) if isinstance(value, dict | list) else value for value in values]
            with pytest.raises(Error), transaction.atomic():  # by the wall, or by a trigger that looks even earlier
                sql(f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns[model])}) VALUES ({places})', *values)
            copied += 1
        with pytest.raises(Error, match="_org"), transaction.atomic():
            ours = dict(zip(columns[Space], frozen[Space], strict=True)) | {'"organisation_id"': b.organisation.pk, '"code"': "X"}
            assert ours['"site_id"'] == site.pk
            sql(f'INSERT INTO spaces_space ({", ".join(ours)}) VALUES ({", ".join(["%s"] * len(ours))})', *ours.values())
            sql("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(Error, match="_org"), transaction.atomic():
            sql("UPDATE spaces_lease SET startup_id = %s", a.startup.pk)
            sql("SET CONSTRAINTS ALL IMMEDIATE")
    with organisation_context(a.organisation):
        assert counts() == before
    assert copied >= FILLED


def test_a_shared_row_of_another_is_no_parent(theirs):
    """Editions and measures are shared tables: a trigger looks whose row a key names."""
    a, b = theirs
    with organisation_context(a.organisation):
        edition = SubsidyApplication.objects.values_list("edition_id", flat=True).first()
    with organisation_context(b.organisation), pytest.raises(Error, match="another organisation"), transaction.atomic():
        sql("UPDATE subsidies_subsidyapplication SET edition_id = %s", edition)
    with organisation_context(a.organisation), pytest.raises(Error, match="another organisation"), transaction.atomic():
        Claim(measure_id=b.measure.pk, payee="tenant", period=a.quarter, builder=a.people["finance"]).save()


def test_shared_tables_show_everybodys_rows_and_ones_own(theirs):
    a, b = theirs
    for model in SHARED:
        table = model._meta.db_table
        assert sql(f'SELECT count(*) FROM "{table}" WHERE organisation_id IS NOT NULL')[0][0] == 0
        with organisation_context(b.organisation), scopes_disabled():
            assert sql(f'SELECT count(*) FROM "{table}" WHERE organisation_id = %s', a.organisation.pk)[0][0] == 0
            assert refused(f'UPDATE "{table}" SET organisation_id = NULL'), table
            assert refused(f'UPDATE "{table}" SET id = id WHERE organisation_id IS NULL'), table
            assert refused(f'DELETE FROM "{table}" WHERE organisation_id IS NULL'), table
    with organisation_context(b.organisation), pytest.raises(Error, match="row-level security"), transaction.atomic():
        sql("INSERT INTO policy_policydocument (organisation_id, slug, number, title, issuer, level, preamble, clause_form, text_sha256, is_example, status) "
            "SELECT NULL, 'forged', number, title, issuer, level, preamble, clause_form, text_sha256, is_example, status FROM policy_policydocument LIMIT 1")


def test_ledgers_refuse_change(theirs):
    """Append-only tables: the application's role may neither change nor delete a row, not even its own."""
    a, _b = theirs
    with organisation_context(a.organisation):
        for table in append_only_tables():
            for statement in (f'UPDATE "{table}" SET id = id', f'DELETE FROM "{table}"', f'TRUNCATE "{table}"'):
                with pytest.raises(Error, match="permission denied"), transaction.atomic():
                    sql(statement)


def test_python_refuses_first(theirs):
    a, b = theirs
    with pytest.raises(ScopeError):
        Startup.objects.count()
    with organisation_context(a.organisation), pytest.raises(CrossOrganisation), organisation_context(b.organisation):
        pass
    with organisation_context(b.organisation), pytest.raises(CrossOrganisation):
        Space(site=a.site, organisation=a.organisation, code="X", area=1).save()
    with pytest.raises(CrossOrganisation):
        Space(site=a.site, code="X", area=1).save()
    with organisation_context(b.organisation):
        assert not PolicyDocument.objects.filter(pk=a.measure.pk).exists()
        assert not Startup.objects.filter(pk=a.startup.pk).exists()


def test_nothing_stays_behind(theirs):
    """Nested contexts, savepoints, errors and rollbacks leave no organisation in the connection."""
    a, b = theirs
    setting = "SELECT current_setting('app.organisation_id', true)"
    for fail in (False, True):
        try:
            with organisation_context(a.organisation):
                with organisation_context(a.organisation):
                    assert sql(setting)[0][0] == str(a.organisation.pk)
                assert sql(setting)[0][0] == str(a.organisation.pk)
                if fail:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        assert not sql(setting)[0][0]
        assert not any(counts().values())
    with organisation_context(b.organisation), pytest.raises(ZeroDivisionError), organisation_context(b.organisation):
        raise ZeroDivisionError
    assert not sql(setting)[0][0]


@pytest.mark.django_db
def test_app_role_is_plain():
    """The role is no superuser, passes by no policy, owns nothing; the login behind it may read nothing."""
    sides = sql("SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user")
    assert sql("SELECT current_user")[0][0] == "fuhua_app"
    assert sides == [(False, False, False, False)]
    owned = sql("SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)")[0][0]
    logins = sql("SELECT rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = session_user")
    assert (owned, logins) == (0, [(False, False, False)])
    readable = 0
    with transaction.atomic():
        sql("SET LOCAL ROLE NONE")
        for model in apps.get_models():
            readable += sql("SELECT has_table_privilege(%s, 'SELECT')::int", model._meta.db_table)[0][0]
        with pytest.raises(Error, match="permission denied"), transaction.atomic():
            sql("SELECT 1 FROM accounts_user LIMIT 1")
        sql("SET LOCAL ROLE fuhua_app")
    assert readable == 0
    tell("roles", f"role fuhua_app: superuser 0, bypassrls 0, owned tables {owned}; readable after SET ROLE NONE {readable}")


@pytest.mark.django_db(transaction=True)
def test_threads_and_rollbacks():
    """Eight threads change between two organisations forty times each, every third time with an error."""
    organisations = [make_organisation(slug, slug) for slug in ("jingyue", "yanbian")]
    for organisation in organisations:
        with organisation_context(organisation):
            a_site(name=organisation.slug)
    start = threading.Barrier(8)

    def work(place: int) -> int:
        start.wait()
        clean = 0
        for turn in range(40):
            organisation = organisations[(place + turn) % 2]
            try:
                with organisation_context(organisation):
                    seen = sql("SELECT name FROM spaces_site")
                    if turn % 3 == 0:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass
            clean += seen == [(organisation.slug,)] and sql("SELECT name FROM spaces_site") == []
        connections.close_all()
        return clean

    with ThreadPoolExecutor(8) as pool:
        clean = sum(pool.map(work, range(8)))
    assert clean == 320
    tell("threads", f"{clean} of 320 clean")
