from django.db import migrations

from incubator.core.walls import Wall

FREEZE = """
CREATE FUNCTION subjects_freeze_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an erasure is never deleted: it proves that a request was answered' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'erased' AND to_jsonb(NEW) - 'document_id' IS DISTINCT FROM to_jsonb(OLD) - 'document_id'
       OR OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id THEN
        RAISE EXCEPTION 'erasure % is done: it is never changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON subjects_erasure FOR EACH ROW EXECUTE FUNCTION subjects_freeze_erasure();
"""
THAW = "DROP TRIGGER frozen ON subjects_erasure; DROP FUNCTION subjects_freeze_erasure;"


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_initial"), ("tenants", "0002_walls"), ("documents", "0002_walls"), ("accounts", "0005_phones")]

    operations = [Wall("SubjectCopy"), Wall("Erasure"), migrations.RunSQL(FREEZE, THAW)]
