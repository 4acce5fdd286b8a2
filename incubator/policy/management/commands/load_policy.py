"""`manage.py load_policy`: everything about policy that is shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incubator.core.errors import BusinessError
from incubator.policy.loading import PolicyTextError, load_everything


class Command(BaseCommand):
    help = (
        "Load 吉政发〔2015〕28号 (33 clauses), its figures with their quotes, the later loan series, the reason codes "
        "and the calendar of working days. Can be run again."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--file", type=Path, help="the text, if not the copy that is shipped; it must be the same")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_everything(options["file"])
        except (PolicyTextError, BusinessError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{loaded.clauses} clauses, {loaded.citations} citations, {loaded.figures} figures "
            f"({loaded.placeholders} authorised without an amount), {loaded.reason_codes} reason codes, "
            f"{loaded.days} days of the calendar"
        )
