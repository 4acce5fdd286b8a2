from django.db import migrations

SUMMED = """
CREATE OR REPLACE FUNCTION subsidies_freeze_claim() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    summed numeric;
BEGIN
    IF OLD.state = 'assembling' AND NEW.state = 'sealed' THEN
        SELECT COALESCE(SUM(amount), 0) INTO summed FROM subsidies_claimline WHERE claim_id = NEW.id AND released_at IS NULL;
        IF summed <> NEW.total THEN
            RAISE EXCEPTION 'claim %: the total % is not the sum of the lines %', OLD.id, NEW.total, summed USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF OLD.state NOT IN ('assembling', 'withdrawn') AND OLD.snapshot_sha256 <> '' AND NEW.state <> 'assembling'
       AND (NEW.sealed_text, NEW.snapshot_sha256, NEW.total, NEW.number, NEW.period, NEW.payee, NEW.measure_id)
           IS DISTINCT FROM
           (OLD.sealed_text, OLD.snapshot_sha256, OLD.total, OLD.number, OLD.period, OLD.payee, OLD.measure_id)
"""
REFUSED = """
    THEN
        RAISE EXCEPTION 'claim % is sealed: it is never changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
# A change of the key writes the same text under another key: only whoever owns the table, and no other cell of the row.
BUT_REENCRYPTED = """
       AND NOT (
           current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
           AND OLD.sealed_text LIKE 'v1:%' AND NEW.sealed_text LIKE 'v1:%'
           AND to_jsonb(NEW) - 'sealed_text' = to_jsonb(OLD) - 'sealed_text'
       )
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0004_decided_is_never_missing")]

    operations = [migrations.RunSQL([(SUMMED + BUT_REENCRYPTED + REFUSED, None)], [(SUMMED + REFUSED, None)])]
