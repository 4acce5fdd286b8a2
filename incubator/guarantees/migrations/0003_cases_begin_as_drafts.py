"""A case begins as a draft. Written in with another state it would pass by the votes, which are counted when the state changes."""

from django.db import migrations

RAISE = """
CREATE FUNCTION guarantees_begin_as_drafts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'a guarantee begins as a draft' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER begins BEFORE INSERT ON guarantees_guarantee FOR EACH ROW EXECUTE FUNCTION guarantees_begin_as_drafts();
"""
LOWER = """
DROP TRIGGER begins ON guarantees_guarantee;
DROP FUNCTION guarantees_begin_as_drafts;
"""


class Migration(migrations.Migration):
    dependencies = [("guarantees", "0002_walls")]

    operations = [migrations.RunSQL(RAISE, LOWER)]
