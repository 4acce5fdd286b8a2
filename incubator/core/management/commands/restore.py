"""Bring a backup back into a new database: `manage.py restore FOLDER --database NAME` (docs/operate/backup.md)."""

from pathlib import Path
from typing import Any

import psycopg
from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from incubator.core.backups import BackupError, in_figures, read_manifest, restore_backup
from incubator.core.pgbinaries import ServerError


class Command(BaseCommand):
    help = "Restore a backup into a new database and compare what came back with its manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder that `backup` wrote")
        parser.add_argument("--database", required=True, help="a new database on the same server; it must be empty")
        parser.add_argument("--files", type=Path, help="a new folder for private/ and media/; without it they are only checked")

    def handle(self, *, folder: Path, database: str, files: Path | None, **_options: Any) -> None:
        try:
            differences = restore_backup(folder, database, files)
        except (BackupError, ServerError, OSError, psycopg.Error) as error:
            raise CommandError(f"The backup was not restored. {error}") from error
        for line in differences:
            self.stdout.write(line)
        self.stdout.write(f"{database}: {in_figures(read_manifest(folder))}; differences {len(differences)}")
        if differences:
            raise CommandError("What came back differs from what was saved; see the lines above.")
