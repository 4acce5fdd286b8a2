"""Start, stop or ask after the built-in PostgreSQL: `manage.py pg start|stop|status|psql-url`."""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from incubator.core import pgserver


class Command(BaseCommand):
    help = "Start, stop or ask after the built-in PostgreSQL of this checkout."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["start", "stop", "status", "psql-url"])

    def handle(self, *, act: str, **_options: Any) -> None:
        code = pgserver.main([act])
        if code:
            raise CommandError("PostgreSQL is not running." if code == 3 else "See the line above.", returncode=code)
