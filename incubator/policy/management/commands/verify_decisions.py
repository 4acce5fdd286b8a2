"""`manage.py verify_decisions`: compute the chain of decision records again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incubator.accounts.models import Organisation
from incubator.core.scoping import every_organisation, organisation_context
from incubator.policy.services import verify_decisions


class Command(BaseCommand):
    help = "Compute the hash of every decision record again and say whether the chain of each organisation holds."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--organisation", help="the short name of one organisation; without it, every one")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for organisation in self._organisations(options["organisation"]):
            with organisation_context(organisation):
                check = verify_decisions()
            if check.holds:
                self.stdout.write(f"{organisation.slug}: {check.count} records, the chain holds")
            else:
                broken += 1
                self.stdout.write(f"{organisation.slug}: {check.count} records hold, then record {check.broken.pk} does not")
        if broken:
            raise CommandError(f"The chain of {broken} organisation(s) is broken. Keep the database as it is and compare a backup.")

    def _organisations(self, slug: str | None) -> list[Organisation]:
        if slug is None:
            return list(every_organisation())
        found = Organisation.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no organisation with the short name {slug!r}.")
        return [found]
