"""Rehearse what must hold when things break: `manage.py drill restore`."""

import os
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from incubator.core.backups import BackupError, drop_database, in_figures, make_backup, restore_backup
from incubator.core.pgbinaries import ServerError


class Command(BaseCommand):
    help = "Rehearse a failure on throw-away copies and print the counts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["restore"])

    def handle(self, *, act: str, **_options: Any) -> None:
        try:
            line, failures = getattr(self, act)()
        except (BackupError, ServerError, OSError, psycopg.Error) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(line)
        if failures:
            raise CommandError("\n".join(failures))

    def restore(self) -> tuple[str, list[str]]:
        """Back everything up, restore it into a database and a folder that are thrown away, compare."""
        database = f"fuhua_drill_{os.getpid()}"
        with tempfile.TemporaryDirectory(prefix="fuhua-drill-") as place:
            manifest = make_backup(Path(place) / "backup", remember=False)
            try:
                differences = restore_backup(Path(place) / "backup", database, Path(place) / "files")
            finally:
                drop_database(database)
        return f"restore: {in_figures(manifest)}; differences {len(differences)}", differences
