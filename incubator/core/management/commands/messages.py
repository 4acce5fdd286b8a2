"""`manage.py messages`: collect the texts to translate into locale/, and compile what is translated."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from incubator.core.messages import compile_messages

LEFT_OUT = [".venv/*", ".uv/*", ".files/*", ".pg/*", "tests/*", "reports/*"]


class Command(BaseCommand):
    help = "Collect the texts to translate into locale/zh_Hans (needs gettext's xgettext and msgmerge), then compile."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--compile", action="store_true", help="only compile; needs no gettext")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["compile"]:
            self._collect()
        for path in compile_messages():
            self.stdout.write(f"compiled {path.relative_to(settings.BASE_DIR)}")

    def _collect(self) -> None:
        if not shutil.which("xgettext") or not shutil.which("msgmerge"):
            raise CommandError("xgettext and msgmerge are missing. Install gettext, for example: apt-get install gettext")
        for folder in settings.LOCALE_PATHS:
            Path(folder).mkdir(exist_ok=True)
        for domain in ("django", "djangojs"):
            call_command(
                "makemessages", domain=domain, locale=["zh_Hans"], ignore_patterns=LEFT_OUT, no_obsolete=True,
                no_location=True, verbosity=0,
            )  # fmt: skip
