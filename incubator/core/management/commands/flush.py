"""Django's flush, run as the owner of the tables: the application role may not empty a table."""

from typing import Any

from django.core.management.commands import flush

from incubator.core.roles import as_role


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        with as_role("fuhua_owner", options["database"]):
            super().handle(**options)
