"""manage.py forget_device EMAIL: somebody has lost their device and their recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from incubator.accounts.factor import forget_factors
from incubator.accounts.models import User


class Command(BaseCommand):
    help = "Forget the second factor of a person and end their sessions; the office asks them to set up a new device."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {options['email']}.")
        number = forget_factors(user)
        self.stdout.write(f"Forgot {number} second factors of {user.email}.")
