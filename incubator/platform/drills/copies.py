"""A copy of the whole deployment on a PostgreSQL server of its own, in a folder that is thrown away.

The rehearsal itself runs in a child process whose settings name the copy, so that no line of it can reach the real rows.
No mail leaves: the copy's environment names no mail server, and its queue is emptied before anything works on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from incubator.core import pgserver
from incubator.core.backups import BackupError, make_backup

DATABASE = "fuhua_drill"
QUIET = {"EMAIL_HOST": "", "PYTHONUNBUFFERED": "1", "DEBUG": "0", "ALLOWED_HOSTS": "127.0.0.1", "DJANGO_SETTINGS_MODULE": "incubator.settings"}


@contextmanager
def a_copy() -> Iterator[tuple[Path, dict[str, str]]]:
    """The folder of a fresh copy, and the environment in which every process works on it alone."""
    place = Path(tempfile.mkdtemp(prefix="fuhua-drill-"))
    place.chmod(0o711)  # PostgreSQL's own account enters; what lies in it is closed
    try:
        make_backup(place / "backup", remember=False)
        server = pgserver.ensure(place / "server")
        environment = surroundings(place, server)
        run_manage({**environment, "DATABASE_URL": server}, "restore", place / "backup", "--database", DATABASE, "--files", place / "files")
        yield place, environment
    finally:
        pgserver.stop(place / "server")
        shutil.rmtree(place, ignore_errors=True)


def surroundings(place: Path, server: str) -> dict[str, str]:
    """The environment of the copy. Without secrets of its own a machine runs as the demonstration, never as DEBUG:
    a developer's error page would stand where people see 503."""
    copy = {"DATABASE_URL": server.replace("/fuhua?", f"/{DATABASE}?"), "FUHUA_PRIVATE": str(place / "files/private"), "FUHUA_MEDIA": str(place / "files/media")}
    return {**os.environ, **QUIET, **copy, "DEMO": os.environ.get("DEMO", "") if os.environ.get("SECRET_KEY") else "1"}


def run_manage(environment: dict[str, str], *arguments: object) -> str:
    """One management command in a process of its own; what it printed.

    Raises:
        BackupError: with the last lines of a command that failed."""
    done = subprocess.run(manage(*arguments), cwd=settings.BASE_DIR, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{arguments[0]} stopped on the copy: {(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout


def manage(*arguments: object) -> list[str]:
    return [sys.executable, "manage.py", *map(str, arguments)]


def on_a_copy(place: Path) -> None:
    """Refuse to rehearse on anything but a copy, and empty the copy's queue: nobody's real job runs twice."""
    known = connection.settings_dict
    server = pgserver.status(place / "server") or ""
    if known["NAME"] != DATABASE or not known["HOST"] or f"host={known['HOST'].replace('/', '%2F')}" not in server.replace("/", "%2F"):
        raise BackupError("This is no copy of a drill. Say `manage.py drill restart` or `manage.py drill kill9` alone.")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
