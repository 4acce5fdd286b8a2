"""Django's migrate, run as the owner of the tables, followed by the cache table and the rights of every role."""

from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from incubator.core.roles import as_role, grant_rights


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        alias = options["database"]
        with as_role("fuhua_owner", alias):
            try:
                connections[alias].ensure_connection()
            except OperationalError as error:
                raise CommandError(
                    f"Cannot enter the database as the owner of its tables: {str(error).strip()} "
                    "Create the roles as docs/operate/setup.md says, and give this login the role fuhua_owner."
                ) from error
            super().handle(*args, **options)
            if not (options["plan"] or options["check_unapplied"]):
                call_command("createcachetable", database=alias, verbosity=options["verbosity"])
                grant_rights(alias)
