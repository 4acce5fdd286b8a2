"""`manage.py messages`: collect the texts to translate into locale/, and compile what is translated."""

from __future__ import annotations

import subprocess
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from incubator.core.messages import CHINESE, compile_messages, merge_texts


class Command(BaseCommand):
    help = "Collect the texts to translate into locale/zh_Hans (needs gettext's xgettext), list those without Chinese, compile."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--compile", action="store_true", help="only compile; needs no gettext")

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [] if options["compile"] else self._collect()
        for path in compile_messages():
            self.stdout.write(f"compiled {path.relative_to(settings.BASE_DIR)}")
        for entry in missing:
            self.stdout.write(f"without Chinese: {entry.msgid!r}" + (f" ({entry.msgctxt})" if entry.msgctxt else ""))
        if missing:
            raise CommandError(f"{len(missing)} texts have no Chinese yet. Write them in {CHINESE.name} and run this again.")

    def _collect(self) -> list[Any]:
        try:
            return merge_texts()
        except FileNotFoundError as error:
            raise CommandError(str(error)) from error
        except subprocess.CalledProcessError as error:
            raise CommandError(error.stderr.decode(errors="replace")) from error
