"""Rehearse what must hold when things break: `manage.py drill restore|restart|kill9`."""

import os
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from incubator.core.backups import BackupError, drop_database, in_figures, make_backup, restore_backup
from incubator.core.pgbinaries import ServerError
from incubator.platform.drills import kill9, restart
from incubator.platform.drills.copies import a_copy, on_a_copy, run_manage


class Command(BaseCommand):
    help = "Rehearse a failure on throw-away copies and print the counts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["restore", "restart", "kill9"])
        parser.add_argument("--jobs", type=int, default=300, help="how many mails the workers send")
        parser.add_argument("--kills", type=int, default=6, help="kill9: how many workers die")
        parser.add_argument("--answers", type=int, default=100, help="restart: pages served before the stop, and again after it")
        parser.add_argument("--on", type=Path, help="used by the drill itself: the folder of its copy")

    def handle(self, *, act: str, **options: Any) -> None:
        try:
            line, failures = getattr(self, act)(**options)
        except (BackupError, ServerError, OSError, psycopg.Error) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(line)
        if failures:
            raise CommandError("\n".join(failures))

    def restore(self, **_options: Any) -> tuple[str, list[str]]:
        """Back everything up, restore it into a database and a folder that are thrown away, compare."""
        database = f"fuhua_drill_{os.getpid()}"
        with tempfile.TemporaryDirectory(prefix="fuhua-drill-") as place:
            manifest = make_backup(Path(place) / "backup", remember=False)
            try:
                differences = restore_backup(Path(place) / "backup", database, Path(place) / "files")
            finally:
                drop_database(database)
        return f"restore: {in_figures(manifest)}; differences {len(differences)}", differences

    def restart(self, *, on: Path | None, jobs: int, answers: int, **_options: Any) -> tuple[str, list[str]]:
        """Stop and start PostgreSQL while pages are asked for and mails are sent."""
        if on is None:
            return self.elsewhere("restart", "--jobs", jobs, "--answers", answers)
        on_a_copy(on)
        return restart.rehearse(on, jobs, answers)

    def kill9(self, *, on: Path | None, jobs: int, kills: int, **_options: Any) -> tuple[str, list[str]]:
        """Kill workers in the middle of their jobs."""
        if jobs < 3 * kills:
            raise CommandError(f"{kills} workers need at least {3 * kills} jobs.")
        if on is None:
            return self.elsewhere("kill9", "--jobs", jobs, "--kills", kills)
        on_a_copy(on)
        return kill9.rehearse(on, jobs, kills)

    def elsewhere(self, *arguments: object) -> tuple[str, list[str]]:
        """Make the copy and rehearse there, in a process that knows nothing else."""
        with a_copy() as (place, environment):
            return run_manage(environment, "drill", *arguments, "--on", place).strip(), []
