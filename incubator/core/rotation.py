"""Change of the key of personal data (walls.md 10): write every encrypted cell again with the newest key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from incubator.core.encryption import PREFIX, EncryptedText, the_box
from incubator.core.roles import as_role
from incubator.core.scoping import organisation_context

BATCH = 200
# restrict_violation: a trigger that freezes; insufficient_privilege: an append-only table; lock_not_available.
REFUSALS = {"23001": "sealed", "42501": "sealed", "55P03": "busy"}


class Tampered(Exception):
    """A cell that no key in force opens: a key was removed too early, or somebody wrote into the database."""


@dataclass
class Tally:
    """What became of the cells of one field."""

    field: str
    cells: int = 0
    written: int = 0
    sealed: int = 0  # the database refuses the change to this role: the row is frozen or append-only
    busy: int = 0  # somebody else holds or changed the row; the next run takes it

    def take(self, second: Tally) -> None:
        """What a second pass over the same field did with the cells that the first one left."""
        self.written += second.written
        self.sealed, self.busy = second.sealed, second.busy

    @property
    def left(self) -> int:
        """Cells that still need an older key."""
        return self.sealed + self.busy


def encrypted_fields() -> Iterator[Any]:
    """Every encrypted field of every model, in the order of their labels."""
    models = sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label)
    for model in models:
        if model._meta.managed and not model._meta.proxy:
            yield from (field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedText))


def is_owned(model: Any) -> bool:
    """Whether the rows of this table belong to organisations (or, some of them, to everybody)."""
    return any(column.name == "organisation" for column in model._meta.local_concrete_fields)


def rotate(field: Any, organisations: Iterable[Any]) -> Tally:
    """Write the cells of one field again, each organisation's in its own context, in batches that commit alone.

    It may be stopped at any moment and run again: a cell of the newest key is left as it is."""
    tally = Tally(str(field))
    owned = is_owned(field.model)
    for organisation in organisations if owned else (None,):
        _in_batches(field, organisation, tally)
    if owned:
        _in_batches(field, None, tally)  # rows of everybody; row-level security shows no others here
    return tally


def rotate_frozen(left: Iterable[tuple[Any, Tally]], organisations: Iterable[Any]) -> None:
    """Go again through the fields with frozen rows, as the owner of the tables.

    To the owner alone the database allows another encryption of a frozen row, and nothing else of it
    (`subsidies_freeze_claim`); what it refuses also to the owner stays counted as sealed."""
    organisations = list(organisations)
    with as_role("fuhua_owner"):
        for field, tally in left:
            tally.take(rotate(field, organisations))


def rotate_factors() -> Tally:
    """Write the secrets of second factors again: they stand as encrypted texts inside a JSON column."""
    model = apps.get_model("mfa", "Authenticator")
    tally = Tally("mfa.Authenticator.data")
    for pk, data in model.objects.order_by("pk").values_list("pk", "data").iterator(BATCH):
        newer = _renew_inside(data, f"{tally.field} of row {pk}", tally)
        if newer != data:  # unless somebody used a recovery code meanwhile
            changed = model.objects.filter(pk=pk, data=data).update(data=newer)
            tally.written += changed
            tally.busy += 1 - changed
    return tally


def _renew_inside(value: Any, where: str, tally: Tally) -> Any:
    """The same structure with every encrypted text in it under the newest key."""
    if isinstance(value, dict):
        return {name: _renew_inside(inner, where, tally) for name, inner in value.items()}
    if isinstance(value, list):
        return [_renew_inside(inner, where, tally) for inner in value]
    if isinstance(value, str) and value.startswith(PREFIX):
        tally.cells += 1
        return renewed(value, where=where) or value
    return value


def _in_batches(field: Any, organisation: Any, tally: Tally) -> None:
    last: Any = None
    while True:
        context: AbstractContextManager[Any] = organisation_context(organisation) if organisation else nullcontext()
        with context, transaction.atomic():
            rows = _cells_after(field, organisation, last)
            for pk, cell in rows:
                _renew(field, pk, cell, tally)
        if len(rows) < BATCH:
            return
        last = rows[-1][0]


def _cells_after(field: Any, organisation: Any, last: Any) -> list[tuple[Any, str]]:
    """The next cells, as they stand in the database."""
    table, column, key = _names(field)
    conditions, params = [f"{column} <> ''"], []
    if is_owned(field.model):
        conditions.append("organisation_id IS NOT DISTINCT FROM %s")
        params.append(organisation.pk if organisation else None)
    if last is not None:
        conditions.append(f"{key} > %s")
        params.append(last)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {column} FROM {table} WHERE {' AND '.join(conditions)} ORDER BY {key} LIMIT {BATCH}",  # noqa: S608 - names of our own models
            params,
        )
        return list(cursor.fetchall())


def _renew(field: Any, pk: Any, cell: str, tally: Tally) -> None:
    """One cell: leave it if the newest key opens it, otherwise write it again unless somebody changed it meanwhile."""
    tally.cells += 1
    newer = renewed(cell, where=f"{field} of row {pk}")
    if newer is None:
        return
    table, column, key = _names(field)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s",  # noqa: S608 - names of our own models
                [newer, pk, cell],
            )
            changed = cursor.rowcount
    except DatabaseError as error:
        outcome = REFUSALS.get(getattr(error.__cause__, "sqlstate", ""))
        if outcome is None:
            raise
        setattr(tally, outcome, getattr(tally, outcome) + 1)
        return
    tally.written += changed
    tally.busy += 1 - changed


def renewed(cell: str, *, where: str) -> str | None:
    """The cell under the newest key, or None if it stands there already. A cell that no key opens raises Tampered."""
    token = cell.removeprefix(PREFIX).encode()
    if not cell.startswith(PREFIX):
        raise Tampered(f"{where}: the cell is not encrypted")
    newest = Fernet(settings.FUHUA_PII_KEYS[0])
    try:
        newest.decrypt(token)
    except InvalidToken:
        try:
            plain = the_box().decrypt(token)
        except InvalidToken as error:
            raise Tampered(f"{where}: no key opens the cell") from error
        newer = newest.encrypt(plain)
        if newest.decrypt(newer) != plain:  # the database cannot compare: a frozen row trusts this line
            raise Tampered(f"{where}: the new cell would read differently") from None
        return PREFIX + newer.decode()
    return None


def _names(field: Any) -> tuple[str, str, str]:
    quote = connection.ops.quote_name
    return quote(field.model._meta.db_table), quote(field.column), quote(field.model._meta.pk.column)
