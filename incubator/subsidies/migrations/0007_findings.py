from django.db import migrations, models

KEEP = """
CREATE FUNCTION subsidies_keep_findings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('endorsed', 'in_claim', 'approved', 'cut', 'refused_in_claim')
       AND NEW.state NOT IN ('in_review', 'withdrawn')
       AND NEW.findings IS DISTINCT FROM OLD.findings
    THEN
        RAISE EXCEPTION 'application %: the conditions that two people agreed on are never changed', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen_findings BEFORE UPDATE ON subsidies_subsidyapplication
    FOR EACH ROW EXECUTE FUNCTION subsidies_keep_findings();
"""
UNDO = """
DROP TRIGGER frozen_findings ON subsidies_subsidyapplication;
DROP FUNCTION subsidies_keep_findings;
"""


class Migration(migrations.Migration):
    """The conditions of an application stay with it, as they stood when it was sent and recommended."""

    dependencies = [("subsidies", "0006_results")]

    operations = [
        migrations.AddField("subsidyapplication", "findings", models.JSONField(default=list, editable=False)),
        migrations.RunSQL(KEEP, UNDO),
    ]
