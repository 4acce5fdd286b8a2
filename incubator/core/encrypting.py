"""For migrations: put a column that stood in plain text under encryption, and back (docs/decisions/0054)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from incubator.core.encryption import PREFIX, blind_index, last_four, sealed, unsealed

Row = tuple[Any, ...]


def encrypt_column(table: str, column: str, *, index: str, purpose: str, tail: str = "", walled: bool) -> Callable[[Any, Any], None]:
    """The step that encrypts every plain cell of a column, and fills its blind index and its last four characters."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        for pk, plain in _cells(apps, schema_editor, table, column, walled, encrypted=False):
            cells = {column: sealed(plain), index: blind_index(plain, purpose=purpose)}
            if tail:
                cells[tail] = last_four(plain)
            _write(schema_editor, table, pk, cells)

    return forwards


def decrypt_column(table: str, column: str, *, walled: bool) -> Callable[[Any, Any], None]:
    """The way back: every cell in plain text again, while the keys are at hand."""

    def backwards(apps: Any, schema_editor: Any) -> None:
        for pk, cell in _cells(apps, schema_editor, table, column, walled, encrypted=True):
            _write(schema_editor, table, pk, {column: unsealed(cell, f"{table}.{column}")})

    return backwards


def _cells(apps: Any, schema_editor: Any, table: str, column: str, walled: bool, *, encrypted: bool) -> Iterable[Row]:
    """Keys and cells, each organisation's while its own wall is open: row-level security binds the owner too."""
    quote, like = schema_editor.connection.ops.quote_name, "LIKE" if encrypted else "NOT LIKE"
    question = f"SELECT id, {quote(column)} FROM {quote(table)} WHERE {quote(column)} <> '' AND {quote(column)} {like} %s"  # noqa: S608 - names of our own tables
    homes = apps.get_model("accounts", "Organisation").objects.order_by("pk").values_list("pk", flat=True) if walled else [None]
    for home in list(homes):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.organisation_id', %s, true)", [str(home or "")])
            cursor.execute(question, [f"{PREFIX}%"])
            rows = cursor.fetchall()
        yield from rows
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.organisation_id', '', true)")


def _write(schema_editor: Any, table: str, pk: int, cells: dict[str, str]) -> None:
    quote = schema_editor.connection.ops.quote_name
    places = ", ".join(f"{quote(name)} = %s" for name in cells)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"UPDATE {quote(table)} SET {places} WHERE id = %s", [*cells.values(), pk])  # noqa: S608 - names of our own tables
