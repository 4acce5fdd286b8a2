"""A receipt is printed once and keeps its paper."""

import django.db.models.deletion
from django.db import migrations, models

from incubator.core.walls import WallKey

KEEPS = """
CREATE OR REPLACE FUNCTION receipt_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := ARRAY['allocated', 'refunded', 'document_id'];
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - free <> to_jsonb(NEW) - free
       OR (OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id) THEN
        RAISE EXCEPTION 'receipt % stays as it is', OLD.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_frozen';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0011_payments"), ("documents", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="receipt",
            name="document",
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.document"),
        ),
        WallKey("Receipt", "document"),
        migrations.RunSQL(KEEPS, migrations.RunSQL.noop),
    ]
