"""`manage.py rotate_keys`: personal data under the newest key (docs/operate/personal-data.md)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incubator.core.rotation import Tally, Tampered, encrypted_fields, rotate, rotate_factors, rotate_frozen
from incubator.core.scoping import every_organisation


class Command(BaseCommand):
    help = (
        "Write every encrypted cell again with the first key of FUHUA_PII_KEYS. May be stopped and run again. "
        "Fails while a cell still needs an older key: keep that key until it succeeds."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        organisations = list(every_organisation())
        try:
            fields = [(field, rotate(field, organisations)) for field in encrypted_fields()]
            frozen = [(field, tally) for field, tally in fields if tally.sealed]
            if frozen:
                rotate_frozen(frozen, organisations)
            tallies = [self.told(tally) for tally in (*(tally for _field, tally in fields), rotate_factors())]
        except Tampered as error:
            raise CommandError(f"{error}. Nothing was written there; cells before it are done.") from error
        sealed, busy = sum(tally.sealed for tally in tallies), sum(tally.busy for tally in tallies)
        if sealed or busy:
            raise CommandError(
                f"{sealed + busy} cells still need an older key: {sealed} in rows that the database keeps frozen, "
                f"{busy} that somebody was changing (run again for those). Keep the older keys in FUHUA_PII_KEYS."
            )
        self.stdout.write("Every cell is under the newest key. The older keys can be removed from FUHUA_PII_KEYS.")

    def told(self, tally: Tally) -> Tally:
        """Print what became of one field."""
        self.stdout.write(
            f"{tally.field}: {tally.cells} cells, {tally.written} re-encrypted, {tally.left} left "
            f"({tally.sealed} sealed, {tally.busy} busy)"
        )
        return tally
