"""Check what must be true of the rows at any time: `manage.py invariants`."""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from incubator.core.invariants import violations


class Command(BaseCommand):
    help = "Count the rows that break an invariant. The exit code is 0 only when there are none."

    def handle(self, **_options: Any) -> None:
        found = violations()
        for one, broken in found:
            self.stdout.write(f"{one.name}: {broken}")
        if any(broken for _one, broken in found):
            raise CommandError("Some rows break an invariant; see the lines above.")
