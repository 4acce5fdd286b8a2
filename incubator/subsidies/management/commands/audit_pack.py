"""`manage.py audit_pack NUMBER -o FILE`: the audit pack of one payment as a PDF of one page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.models import Payout
from incubator.accounts.models import Organisation
from incubator.core.scoping import organisation_context
from incubator.subsidies.audit_pack import print_audit_pdf


class Command(BaseCommand):
    help = "Print the audit pack of a payout: from the paid amount back to the clause, on one page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="the number of the payout, for example BF-2026-000012")
        parser.add_argument("-o", "--output", required=True, help="the PDF file to write")
        parser.add_argument("--organisation", help="the short name of the organisation, where several have this number")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [row for row in self.organisations(options["organisation"]) if self.has(row, options["number"])]
        if len(found) != 1:
            wrong = "is in several organisations: add --organisation" if found else "is no payout here"
            raise CommandError(f"{options['number']} {wrong}.")
        with organisation_context(found[0]):
            body = print_audit_pdf(Payout.objects.for_pages().get(number=options["number"]))
        Path(options["output"]).write_bytes(body)
        self.stdout.write(f"{options['output']}: {len(body)} bytes")

    def organisations(self, slug: str | None) -> list[Organisation]:
        rows = Organisation.objects.all()
        return list(rows.filter(slug=slug) if slug else rows)

    def has(self, organisation: Organisation, number: str) -> bool:
        with organisation_context(organisation):
            return Payout.objects.filter(number=number).exists()
