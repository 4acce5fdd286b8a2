from django.db import migrations

from incubator.core.walls import Wall, WallKey

FREEZE = """
CREATE FUNCTION subsidies_keep_payee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft'
       AND (NEW.startup_id, NEW.founder_id, NEW.investor_id) IS DISTINCT FROM (OLD.startup_id, OLD.founder_id, OLD.investor_id)
    THEN
        RAISE EXCEPTION 'application %: whose benefit it is never changes after it was sent', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen_payee BEFORE UPDATE OF startup_id, founder_id, investor_id ON subsidies_subsidyapplication
    FOR EACH ROW EXECUTE FUNCTION subsidies_keep_payee();
"""
THAW = """
DROP TRIGGER frozen_payee ON subsidies_subsidyapplication;
DROP FUNCTION subsidies_keep_payee;
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0008_sources")]

    operations = [
        Wall("Investor"),
        Wall("SupportedPerson"),
        Wall("Activity"),
        Wall("ActivityCost"),
        Wall("SiteStage"),
        Wall("Investment"),
        Wall("PayeeAccount"),
        WallKey("SubsidyApplication", "founder"),
        WallKey("SubsidyApplication", "investor"),
        *[WallKey("ApplicationLine", name) for name in ("person", "activity", "stage", "investment", "founder")],
        migrations.RunSQL(FREEZE, THAW),
    ]
