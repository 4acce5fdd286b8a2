"""manage.py build_site [SLUG …]: put the public site in order; each organisation gets its page."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.services import publish_site, set_up_deployment
from incubator.accounts.models import Organisation


class Command(BaseCommand):
    help = "Set the site's address and publish the page of each organisation (all, or those named). Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="addresses of organisations; none: all")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = options["slugs"]
        organisations = list(Organisation.objects.order_by("slug"))
        unknown = sorted(set(asked) - {found.slug for found in organisations})
        if unknown:
            raise CommandError(f"no organisation has the address {', '.join(unknown)}")
        set_up_deployment()
        for organisation in organisations:
            if not asked or organisation.slug in asked:
                home = publish_site(organisation)
                self.stdout.write(f"/{organisation.slug}/  {home.title}")
