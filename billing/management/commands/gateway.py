"""`manage.py gateway`: run the test gateway on this machine until Ctrl-C. Only in demonstration and development."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.providers import SandboxRefused, sandbox_address
from billing.testgateway.server import serve


class Command(BaseCommand):
    help = "Run the test gateway for online payments on this machine; no real money moves."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            address = sandbox_address()
        except SandboxRefused as refusal:
            raise CommandError(str(refusal)) from None
        server = serve(urlsplit(address).port or 8899, settings.SITE_URL)
        self.stdout.write(f"Test gateway on {address}, events to {settings.SITE_URL} (Ctrl-C stops it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()
