"""Print a sealed claim again, byte for byte the same."""

from __future__ import annotations

from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incubator.accounts.models import Organisation
from incubator.core.scoping import organisation_context
from incubator.subsidies.masking import public_claim
from incubator.subsidies.models import Claim
from incubator.subsidies.papers import print_claim_pdf


class Command(BaseCommand):
    help = "Print a sealed claim again from its snapshot: claim_pdf NUMBER -o FILE"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="the claim's number, such as 净创补申〔2026〕1号")
        parser.add_argument("-o", "--output", required=True, type=Path, help="the file to write")
        parser.add_argument("--organisation", help="the address of the organisation, where two use the same word")
        parser.add_argument("--public", action="store_true", help="the masked copy for the public")

    def handle(self, *args: Any, **options: Any) -> None:
        claim = self.find(options["number"], options["organisation"])
        body = again(claim, public_copy=options["public"])
        try:
            options["output"].write_bytes(body)
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}.") from error
        digest = sha256(body).hexdigest()
        kept = claim.public_document if options["public"] else claim.document
        same = "not kept yet" if kept is None else "the same as the kept paper" if kept.sha256 == digest else "DIFFERS from the kept paper"
        self.stdout.write(f"{options['output']}: {len(body)} bytes, SHA-256 {digest} ({same})")
        if kept is not None and kept.sha256 != digest:
            raise CommandError("The print differs from the paper that was kept when the claim was sealed.")

    def find(self, number: str, slug: str | None) -> Claim:
        """The one sealed claim with this number."""
        organisations = Organisation.objects.filter(slug=slug) if slug else Organisation.objects.order_by("pk")
        found = []
        for organisation in organisations:
            with organisation_context(organisation):
                rows = Claim.objects.filter(number=number).exclude(snapshot_sha256="")
                found += rows.select_related("document", "public_document")
        if len(found) > 1:
            raise CommandError(f"{number} exists in {len(found)} organisations. Name one with --organisation.")
        if not found:
            raise CommandError(f"No sealed claim has the number {number}.")
        return found[0]


def again(claim: Claim, *, public_copy: bool) -> bytes:
    """Print from the stored snapshot, with the date on which it was sealed."""
    if claim.snapshot is None:
        raise CommandError(f"{claim} is open again and has no snapshot.")
    data = public_claim(claim.snapshot) if public_copy else claim.snapshot
    return print_claim_pdf(data, claim.snapshot_sha256, claim.sealed_at, public_copy=public_copy)
