"""A backup of everything that one deployment holds, and its way back (walls.md 14).

A backup is a folder: `database.dump`, `private/`, `media/`, and last of all `manifest.json` with what was there: rows of
each table, what guards them, and the hash of each file. A folder without its manifest is no backup. The keys of the
personal data are never in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg import conninfo, sql

from incubator.core.catalogue import migrations, what_is_there
from incubator.core.pgbinaries import find_client

DUMP, MANIFEST, NOTE = "database.dump", "manifest.json", ".last-backup.json"
FORMAT = 1
CHUNK = 1 << 20

Manifest = dict[str, Any]


class BackupError(RuntimeError):
    """The backup or the restoring stopped; the text says why and what to do."""


# The database


@contextmanager
def entered(role: str, database: str = "") -> Iterator[psycopg.Connection]:
    """A connection of its own that acts as this role, beside Django's."""
    with psycopg.connect(**_address(database), options=f"-c role={role} -c lock_timeout=3s", autocommit=True) as own:
        yield own


def _address(database: str = "") -> dict[str, Any]:
    known = connection.settings_dict
    words = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "password": known["PASSWORD"]}
    words |= {name: value for name, value in known["OPTIONS"].items() if name.startswith("ssl")}
    return {name: value for name, value in words.items() if value} | {"dbname": database or known["NAME"]}


def _run(program: str, *arguments: str, database: str = "") -> None:
    """Run one of PostgreSQL's client programs on a database. The password goes by the environment, never by the list."""
    words = _address(database)
    password = words.pop("password", "")
    done = subprocess.run(
        [str(find_client(program)), "--no-password", f"--dbname={conninfo.make_conninfo(**words)}", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        env=os.environ | ({"PGPASSWORD": password} if password else {}),
    )  # fmt: skip
    if done.returncode:
        raise BackupError(f"{program} stopped: {done.stderr.strip()[-2000:]}")


# Files


def files_below(root: Path) -> Iterator[Path]:
    """Every file below the folder, links left out: what they point at is not ours. Notes of ours begin with a dot."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        yield from (path for name in sorted(names) if not (path := Path(folder, name)).is_symlink() and name[0] != ".")


def sha256_of(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def copy_file(source: Path, target: Path) -> str:
    """Copy a file, readable by its owner only, and say the hash of what was written."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as content, target.open("xb") as copy:
        os.fchmod(copy.fileno(), 0o600)
        while block := content.read(CHUNK):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()


def _copy_all(folder: Path) -> dict[str, str]:
    hashes = {}
    for name, root in (("private", Path(settings.PRIVATE_ROOT)), ("media", Path(settings.MEDIA_ROOT))):
        for path in files_below(root):
            place = f"{name}/{path.relative_to(root).as_posix()}"
            hashes[place] = copy_file(path, folder / place)
    return hashes


# There and back


def make_backup(folder: Path, *, remember: bool = True) -> Manifest:
    """Write database, private files and public media into a new folder; what is counted is what is dumped."""
    _must_be_new(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    manifest: Manifest = {"format": FORMAT, "made_at": timezone.now().isoformat(timespec="seconds"), "version": _version()}
    with entered("fuhua_backup") as own:
        own.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        [(snapshot,)] = own.execute("SELECT pg_export_snapshot()").fetchall()
        manifest |= {"migrations": migrations(own), "there": what_is_there(own)}
        _run("pg_dump", "-Fc", "--role=fuhua_backup", f"--snapshot={snapshot}", f"--file={folder / DUMP}")
    (folder / DUMP).chmod(0o600)
    manifest |= {"dump": sha256_of(folder / DUMP), "files": _copy_all(folder)}
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    if remember:
        _remember(folder, manifest)
    return manifest


def _must_be_new(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"{folder} is not empty. Name a new folder.")


def _version() -> str:
    try:
        return version("fuhua")
    except PackageNotFoundError:
        return "unknown"


def _remember(folder: Path, manifest: Manifest) -> None:
    """Leave a note for the page Health; it stays on this machine."""
    note = Path(settings.PRIVATE_ROOT) / NOTE
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"made_at": manifest["made_at"], "folder": str(folder.resolve())}), encoding="utf-8")


def last_backup() -> dict[str, str] | None:
    """When this machine made its last whole backup, and where."""
    try:
        return dict(json.loads((Path(settings.PRIVATE_ROOT) / NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def read_manifest(folder: Path) -> Manifest:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError:
        raise BackupError(f"{folder} has no {MANIFEST}: it is no backup, or one that was not finished.") from None
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{folder} is a backup of format {manifest.get('format')}; this version reads {FORMAT}.")
    return dict(manifest)


def restore_backup(folder: Path, database: str, files: Path | None = None) -> list[str]:
    """Bring a backup back into a new database (and its files into a new folder); returns every difference."""
    manifest = read_manifest(folder)
    if sha256_of(folder / DUMP) != manifest["dump"]:
        raise BackupError(f"{folder / DUMP} is not the file that was written: its hash differs. Nothing was restored.")
    if files:
        _must_be_new(files)
    make_empty(database)
    _run("pg_restore", "--role=fuhua_owner", "--no-owner", "--no-comments", "--exit-on-error", str(folder / DUMP), database=database)
    if files:
        for place in manifest["files"]:
            copy_file(folder / place, files / place)
    return [*compare_database(manifest, database), *compare_files(manifest, files or folder)]


def make_empty(database: str) -> None:
    """Make the database, or take one that was made for this: it must hold no table."""
    with entered("fuhua_owner", "postgres") as owner:
        if not owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            try:
                owner.execute(sql.SQL("CREATE DATABASE {} OWNER fuhua_owner").format(sql.Identifier(database)))
            except psycopg.errors.InsufficientPrivilege:
                raise BackupError(f"Make the database first, as its administrator: createdb -O fuhua_owner {database}") from None
    with entered("fuhua_owner", database) as owner:
        count = owner.execute("SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace")
        if (tables := count.fetchall()[0][0]) > 0:
            raise BackupError(f"The database {database} already holds {tables} tables. Name a new one.")


def drop_database(database: str) -> None:
    with entered("fuhua_owner", "postgres") as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


# Comparing


def compare_database(manifest: Manifest, database: str) -> list[str]:
    """Each fact that the manifest tells and this database does not, and the other way round."""
    with entered("fuhua_backup", database) as own:
        found = what_is_there(own) | {"migrations": migrations(own)}
    wanted = manifest["there"] | {"migrations": manifest["migrations"]}
    differences = []
    for kind in sorted(wanted.keys() | found.keys()):
        before = {tuple(fact) for fact in wanted.get(kind, [])}
        now = {tuple(fact) for fact in found.get(kind, [])}
        differences += [f"{kind}, missing: {_words(fact)}" for fact in sorted(before - now, key=str)]
        differences += [f"{kind}, new: {_words(fact)}" for fact in sorted(now - before, key=str)]
    return differences


def _words(fact: tuple[Any, ...]) -> str:
    return " ".join(str(part) for part in fact)[:300]


def compare_files(manifest: Manifest, folder: Path) -> list[str]:
    """Files of the manifest that are missing in the folder or hold something else."""
    differences = []
    for place, digest in manifest["files"].items():
        path = folder / place
        if not path.is_file():
            differences.append(f"file, missing: {place}")
        elif sha256_of(path) != digest:
            differences.append(f"file, changed: {place}")
    return differences


def in_figures(manifest: Manifest) -> str:
    """One line of counts."""
    there = manifest["there"]
    kinds = ", ".join(f"{len(there[kind])} {kind}" for kind in there if kind != "rows")
    rows = sum(count for _table, count in there["rows"])
    return f"{len(there['rows'])} tables, {rows} rows, {kinds}, {len(manifest['files'])} files"
