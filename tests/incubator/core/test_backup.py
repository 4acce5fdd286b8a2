"""A backup comes back whole, and whatever is missing is named."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from incubator.core import backups
from incubator.core.backups import compare_database, entered, last_backup, read_manifest
from incubator.core.scoping import organisation_context
from tests.factories.tenants import a_startup

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(tmp_path, settings):
    settings.PRIVATE_ROOT, settings.MEDIA_ROOT = tmp_path / "private", tmp_path / "media"
    for path, content in (("private/1/evidence", b"%PDF-1.7"), ("media/logo.png", b"\x89PNG")):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_bytes(content)


@pytest.fixture
def elsewhere():
    """The name of a database that does not exist, and does not afterwards."""
    name = f"{connection.settings_dict['NAME']}_back"
    yield name
    backups.drop_database(name)


def run(name, *arguments, **options):
    out = StringIO()
    call_command(name, *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def startups_in(database):
    with entered("fuhua_backup", database) as own:
        return own.execute("SELECT count(*) FROM tenants_startup").fetchone()[0]


def change(database, statement, role="fuhua_owner"):
    with entered(role, database) as own:
        own.execute(statement)


def test_rows_of_every_organisation_come_back(organisation, other_organisation, files, elsewhere, tmp_path):
    for one in (organisation, other_organisation):
        with organisation_context(one):
            a_startup()
    assert "2 files. Copy it" in run("backup", tmp_path / "saved")
    line = run("restore", tmp_path / "saved", database=elsewhere, files=tmp_path / "back")
    assert line.endswith("differences 0\n")
    assert startups_in(elsewhere) == 2
    assert (tmp_path / "back/private/1/evidence").read_bytes() == b"%PDF-1.7"
    assert (tmp_path / "back/media/logo.png").read_bytes() == b"\x89PNG"
    assert Path(last_backup()["folder"]) == tmp_path / "saved"


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("ALTER TABLE tenants_startup NO FORCE ROW LEVEL SECURITY", "walls, missing: tenants_startup True True"),
        ("DROP POLICY organisation_wall ON tenants_startup", "policies, missing: tenants_startup organisation_wall"),
        ("GRANT DELETE ON journal_entry TO fuhua_app", "grants, new: journal_entry fuhua_app DELETE"),
        ("DROP TRIGGER append_only ON journal_entry", "triggers, missing: journal_entry append_only"),
        ("ALTER TABLE tenants_startup DROP CONSTRAINT tenants_startup_org_id CASCADE", "keys, missing: tenants_startup tenants_startup_org_id"),
        ("INSERT INTO django_session VALUES ('key', 'data', now())", "rows, missing: django_session 0"),
    ],
)
def test_what_did_not_come_back_is_named(damage, named, files, elsewhere, tmp_path):
    run("backup", tmp_path / "saved")
    manifest = read_manifest(tmp_path / "saved")
    backups.make_empty(elsewhere)
    backups._run("pg_restore", "--role=fuhua_owner", "--no-owner", "--no-comments", str(tmp_path / "saved/database.dump"), database=elsewhere)
    assert compare_database(manifest, elsewhere) == []
    change(elsewhere, damage)
    found = compare_database(manifest, elsewhere)
    assert any(line.startswith(named) for line in found), found


def test_a_changed_file_or_dump_is_found(files, elsewhere, tmp_path):
    run("backup", tmp_path / "saved")
    (tmp_path / "saved/private/1/evidence").write_bytes(b"other")
    (tmp_path / "saved/media/logo.png").unlink()
    assert backups.compare_files(read_manifest(tmp_path / "saved"), tmp_path / "saved") == ["file, changed: private/1/evidence", "file, missing: media/logo.png"]
    with pytest.raises(CommandError, match="What came back differs"):
        run("restore", tmp_path / "saved", database=elsewhere)
    with (tmp_path / "saved/database.dump").open("ab") as dump:
        dump.write(b"!")
    with pytest.raises(CommandError, match="its hash differs. Nothing was restored"):
        run("restore", tmp_path / "saved", database=elsewhere)


def test_a_database_with_tables_and_a_full_folder_are_refused(files, tmp_path):
    run("backup", tmp_path / "saved")
    with pytest.raises(CommandError, match="already holds [0-9]+ tables"):
        run("restore", tmp_path / "saved", database=connection.settings_dict["NAME"])
    with pytest.raises(CommandError, match="is not empty"):
        run("backup", tmp_path / "saved")
    (tmp_path / "saved/manifest.json").unlink()
    with pytest.raises(CommandError, match="not finished"):
        run("restore", tmp_path / "saved", database="fuhua_never")


def test_a_role_behind_the_walls_cannot_make_a_backup(files, tmp_path):
    """Control: the application's role would see no walled row; PostgreSQL refuses instead of dumping fewer."""
    for role in ("fuhua_app", "fuhua_owner"):
        with pytest.raises(backups.BackupError, match="row-level security|permission denied"):
            backups._run("pg_dump", "-Fc", f"--role={role}", f"--file={tmp_path / role}")


def test_without_the_program_nothing_is_written(files, tmp_path, monkeypatch):
    monkeypatch.setenv("FUHUA_PG_BIN", str(tmp_path))
    with pytest.raises(CommandError, match="No backup was made. pg_dump is missing"):
        run("backup", tmp_path / "saved")
    assert not (tmp_path / "saved/manifest.json").exists()


def test_the_manifest_holds_counts_and_hashes_and_no_key(files, tmp_path):
    run("backup", tmp_path / "saved")
    text = (tmp_path / "saved/manifest.json").read_text()
    assert set(json.loads(text)["files"]) == {"private/1/evidence", "media/logo.png"}
    assert not any(key in text for key in [settings.SECRET_KEY, settings.FUHUA_INDEX_KEY, *settings.FUHUA_PII_KEYS])
