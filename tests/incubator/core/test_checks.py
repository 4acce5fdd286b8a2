"""The check of the database login, against real logins that are wrong."""

import contextlib
import os

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import connection

from incubator.core import pgserver
from incubator.core.roles import use_role


def findings():
    return [
        f"{found.id}: {found.msg}"
        for found in run_checks(tags=["database"], databases=["default"])
        if found.id == "fuhua.E001"
    ]


@contextlib.contextmanager
def login(name, attributes, *memberships):
    """Connect as a new login of the built-in server, then remove it."""
    settings, name = connection.settings_dict, f"{name}_{os.getpid()}"
    if not settings["HOST"].startswith("/") or pgserver.status() is None:
        pytest.skip("needs the built-in server, whose administrator may make logins")
    with psycopg.connect(host=settings["HOST"], user="postgres", dbname="postgres", autocommit=True) as administrator:
        administrator.execute(f"CREATE ROLE {name} LOGIN {attributes}")
        for role in memberships:
            administrator.execute(f"GRANT {role} TO {name}")
        before = settings["USER"]
        settings["USER"] = name
        try:
            use_role("fuhua_app")
            yield name
        finally:
            settings["USER"] = before
            use_role("fuhua_app")
            administrator.execute(f"DROP ROLE {name}")


@pytest.mark.django_db(transaction=True)
def test_login_of_the_product_passes():
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_superuser_is_refused():
    with login("try_super", "SUPERUSER") as name:
        assert findings() == [f"fuhua.E001: The database login {name} is not bound by row-level security."]


@pytest.mark.django_db(transaction=True)
def test_login_that_inherits_is_refused():
    with login("try_inherit", "INHERIT", "fuhua_app") as name:
        (found,) = findings()
    assert found.startswith(f"fuhua.E001: The database login {name} may read ")
    assert found.endswith(" tables without any role.")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_of_a_development_machine(settings):
    settings.DEBUG = True
    with login("try_debug", "SUPERUSER"):
        assert findings() == []


@pytest.mark.parametrize(
    ("private", "media", "static", "wrong"),
    [
        ("private", "media", "static", []),
        ("media", "media", "static", ["MEDIA_ROOT"]),
        ("media/private", "media", "static", ["MEDIA_ROOT"]),
        ("static/a/b", "media", "static", ["STATIC_ROOT"]),
        ("private", "private/media", "static", ["MEDIA_ROOT"]),
        ("media/../private", "media", "static", []),
        ("link", "media", "static", ["MEDIA_ROOT"]),
    ],
)
def test_private_files_lie_apart_from_what_is_handed_out(private, media, static, wrong, settings, tmp_path):
    (tmp_path / "media").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "media")
    settings.PRIVATE_ROOT, settings.MEDIA_ROOT, settings.STATIC_ROOT = (str(tmp_path / name) for name in (private, media, static))
    found = [one.msg for one in run_checks(tags=["security"]) if one.id == "fuhua.E002"]
    assert [name for name in ("MEDIA_ROOT", "STATIC_ROOT") if any(name in line for line in found)] == wrong
    assert len(found) == len(wrong)
