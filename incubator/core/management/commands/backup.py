"""Write a backup of this deployment: `manage.py backup FOLDER` (docs/operate/backup.md)."""

from pathlib import Path
from typing import Any

import psycopg
from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from incubator.core.backups import BackupError, in_figures, make_backup
from incubator.core.pgbinaries import ServerError


class Command(BaseCommand):
    help = "Write the database, the private files and the public media into a new folder, with a manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a new or empty folder")

    def handle(self, *, folder: Path, **_options: Any) -> None:
        try:
            manifest = make_backup(folder)
        except (BackupError, ServerError, OSError, psycopg.Error) as error:
            raise CommandError(f"No backup was made. {error}") from error
        self.stdout.write(f"{folder}: {in_figures(manifest)}. Copy it to another place, and keep the keys apart from it.")
