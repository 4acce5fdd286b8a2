"""Personal data at rest (walls.md 10): an encrypted field, and a blind index to find equal values."""

from __future__ import annotations

import hmac
import json
import unicodedata
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

PREFIX = "v1:"


@cache
def box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def the_box() -> MultiFernet:
    """The keys in force, the newest first."""
    return box(tuple(settings.FUHUA_PII_KEYS))


def blind_index(text: str, *, purpose: str) -> str:
    """A keyed digest (64 hex characters) by which equal values meet without being readable."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    return hmac.new(settings.FUHUA_INDEX_KEY.encode(), f"{purpose}\0{plain}".encode(), sha256).hexdigest()


def last_four(number: str) -> str:
    """The last four digits of an account or card, which stand beside its cell in plain text; nothing for nothing."""
    return number[-4:] if len(number) > 4 else ""


def sealed(text: str) -> str:
    """The cell of a text: encrypted with the newest key."""
    return PREFIX + the_box().encrypt(text.encode()).decode()


def unsealed(cell: str, what: str) -> str:
    """The text of a cell. ValueError names `what` if the cell is not encrypted, InvalidToken if no key opens it."""
    if not cell.startswith(PREFIX):
        raise ValueError(f"{what} is not encrypted")
    return the_box().decrypt(cell.removeprefix(PREFIX).encode()).decode()


class SealedJSON:
    """SESSION_SERIALIZER: what a web session holds (the secret of a device being set up, a number being proved) stands
    encrypted in the database. A session that no key opens is an empty one: its person signs in again."""

    def dumps(self, held: Any) -> bytes:
        return the_box().encrypt(json.dumps(held, separators=(",", ":")).encode())

    def loads(self, token: bytes) -> Any:
        return json.loads(the_box().decrypt(token))


class Opened(str):
    """Decrypted text that remembers its cell: saving the row again writes the same cell, not a new encryption."""

    cell: str


class EncryptedText(models.TextField):
    """Text that stands encrypted in the database. It cannot be searched; a tampered cell raises."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Opened):
            return value.cell
        return sealed(str(value)) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        opened = Opened(unsealed(value, f"{self.model.__name__}.{self.name}: a cell"))
        opened.cell = value
        return opened

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted; compare its blind index instead")
        return super().get_lookup(lookup_name)
