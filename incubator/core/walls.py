"""Migration operations that raise the second wall in PostgreSQL (walls.md 3, 7)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.db.migrations.operations.base import Operation

POLICY = "organisation_id = NULLIF(current_setting('app.organisation_id', true), '')::bigint"


def constraint_name(table: str, column: str) -> str:
    """A stable name of at most 63 bytes for the composite key of one column."""
    name = f"{table}_{column}_org"
    return name if len(name) <= 63 else f"{name[:54]}_{sha256(name.encode()).hexdigest()[:8]}"


def is_walled(model: Any) -> bool:
    """Whether rows of this model belong to exactly one organisation."""
    return any(field.name == "organisation" and not field.null for field in model._meta.local_concrete_fields) and (
        model._meta.label not in {"accounts.Membership", "accounts.Invitation"}
    )


class _TableOperation(Operation):
    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        return (type(self).__name__, [self.model_name], {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing changes for Django; the wall stands in the database alone."""

    def _model(self, app_label: str, state: Any) -> Any:
        return state.apps.get_model(app_label, self.model_name)


class Wall(_TableOperation):
    """Row-level security, a composite key, and composite foreign keys to every walled parent."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = self._model(app_label, to_state)
        table = model._meta.db_table
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'CREATE POLICY organisation_wall ON "{table}" USING ({POLICY}) WITH CHECK ({POLICY})')
        schema_editor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_org_id" UNIQUE (organisation_id, id)')
        for field in model._meta.local_concrete_fields:
            if field.is_relation and field.name != "organisation" and is_walled(field.remote_field.model):
                add_wall_key(schema_editor, model, field)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._model(app_label, from_state)._meta.db_table
        schema_editor.execute(f'DROP POLICY organisation_wall ON "{table}"')
        schema_editor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_org_id" CASCADE')

    def describe(self) -> str:
        return f"Wall {self.model_name} by organisation"


class SharedWall(_TableOperation):
    """Row-level security of a shared table: a context reads everybody's rows and its own, and writes its own."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._model(app_label, to_state)._meta.db_table
        own = "organisation_id IS NOT DISTINCT FROM NULLIF(current_setting('app.organisation_id', true), '')::bigint"
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'CREATE POLICY organisation_wall ON "{table}" USING ({own}) WITH CHECK ({own})')
        schema_editor.execute(
            f'CREATE POLICY shared_reading ON "{table}" FOR SELECT USING (organisation_id IS NULL)'
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._model(app_label, from_state)._meta.db_table
        for policy in ("shared_reading", "organisation_wall"):
            schema_editor.execute(f'DROP POLICY {policy} ON "{table}"')
        schema_editor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')

    def describe(self) -> str:
        return f"Wall {self.model_name}: everybody's rows and the organisation's own"


class WallKey(_TableOperation):
    """The composite foreign key of one field that was added to a walled table later."""

    def __init__(self, model_name: str, field_name: str) -> None:
        super().__init__(model_name)
        self.field_name = field_name

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        return (type(self).__name__, [self.model_name, self.field_name], {})

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = self._model(app_label, to_state)
        add_wall_key(schema_editor, model, model._meta.get_field(self.field_name))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = self._model(app_label, from_state)
        table = model._meta.db_table
        name = constraint_name(table, model._meta.get_field(self.field_name).column)
        schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')

    def describe(self) -> str:
        return f"Wall the key {self.model_name}.{self.field_name}"


def add_wall_key(schema_editor: Any, model: Any, field: Any) -> None:
    """Let a row point only at rows of its own organisation: foreign keys ignore row-level security."""
    table, column = model._meta.db_table, field.column
    parent = field.remote_field.model._meta.db_table
    schema_editor.execute(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{constraint_name(table, column)}" '
        f'FOREIGN KEY (organisation_id, "{column}") REFERENCES "{parent}" (organisation_id, id)'
    )


class AppendOnly(_TableOperation):
    """A trigger that refuses UPDATE and DELETE, also for the owner of the table."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._model(app_label, to_state)._meta.db_table
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
            params=None,
        )
        schema_editor.execute(
            f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._model(app_label, from_state)._meta.db_table
        schema_editor.execute(f'DROP TRIGGER append_only ON "{table}"')

    def describe(self) -> str:
        return f"Make {self.model_name} append-only"


class SharedKey(_TableOperation):
    """A trigger that lets a row point only at a shared row it may see: everybody's, or its own organisation's.

    Foreign keys ignore row-level security, and a composite key cannot hold for a parent without organisation.
    With `own`, a part belongs to whom the whole belongs: no rows of one's own below everybody's."""

    def __init__(self, model_name: str, field_name: str, *, own: bool = False) -> None:
        super().__init__(model_name)
        self.field_name = field_name
        self.own = own

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        return (type(self).__name__, [self.model_name, self.field_name], {"own": True} if self.own else {})

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = self._model(app_label, to_state)
        field = model._meta.get_field(self.field_name)
        parent = field.remote_field.model._meta.db_table
        own = "own" if self.own else "seen"
        schema_editor.execute(SHARED_PARENT, None)
        schema_editor.execute(
            f'CREATE TRIGGER "{constraint_name("see", field.column)}" BEFORE INSERT OR UPDATE OF "{field.column}", '
            f'organisation_id ON "{model._meta.db_table}" FOR EACH ROW WHEN (NEW."{field.column}" IS NOT NULL) '
            f"EXECUTE FUNCTION shared_parent('{field.column}', '{parent}', '{own}')"
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = self._model(app_label, from_state)
        column = model._meta.get_field(self.field_name).column
        schema_editor.execute(f'DROP TRIGGER "{constraint_name("see", column)}" ON "{model._meta.db_table}"')

    def describe(self) -> str:
        return f"Wall the key {self.model_name}.{self.field_name}: a shared parent or one's own"


SHARED_PARENT = """
CREATE OR REPLACE FUNCTION shared_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE parent bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint; fits boolean;
BEGIN
    EXECUTE format('SELECT organisation_id IS NOT DISTINCT FROM $2 OR (organisation_id IS NULL AND $3) FROM %I WHERE id = $1',
                   TG_ARGV[1]) INTO fits USING parent, NEW.organisation_id, TG_ARGV[2] = 'seen';
    IF fits IS NOT TRUE THEN
        RAISE EXCEPTION '%.% points at a row of another organisation', TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$
"""
