from django.db import migrations

from incubator.core.walls import Wall

FREEZE = """
CREATE FUNCTION subsidies_freeze_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('endorsed', 'in_claim', 'approved', 'cut', 'refused_in_claim')
       AND NEW.state NOT IN ('in_review', 'withdrawn')
       AND (NEW.assessed, NEW.claimed, NEW.trace_sha256, NEW.evidence_sha256, NEW.period, NEW.edition_id, NEW.site_id)
           IS DISTINCT FROM
           (OLD.assessed, OLD.claimed, OLD.trace_sha256, OLD.evidence_sha256, OLD.period, OLD.edition_id, OLD.site_id)
    THEN
        RAISE EXCEPTION 'application %: what two people agreed on is never changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE ON subsidies_subsidyapplication
    FOR EACH ROW EXECUTE FUNCTION subsidies_freeze_application();

CREATE FUNCTION subsidies_freeze_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
    about bigint := COALESCE(NEW.application_id, OLD.application_id);
BEGIN
    SELECT state INTO standing FROM subsidies_subsidyapplication WHERE id = about;
    IF standing IN ('endorsed', 'in_claim', 'approved', 'cut', 'refused_in_claim') THEN
        RAISE EXCEPTION 'application % is endorsed: its lines and papers are never changed', about USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON subsidies_applicationline
    FOR EACH ROW EXECUTE FUNCTION subsidies_freeze_lines();
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON subsidies_evidence
    FOR EACH ROW EXECUTE FUNCTION subsidies_freeze_lines();

CREATE FUNCTION subsidies_freeze_claim() RETURNS trigger LANGUAGE plpgsql AS $$
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
    THEN
        RAISE EXCEPTION 'claim % is sealed: it is never changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE ON subsidies_claim FOR EACH ROW EXECUTE FUNCTION subsidies_freeze_claim();

CREATE FUNCTION subsidies_freeze_claim_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'claim lines are never deleted; they are released' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT state INTO standing FROM subsidies_claim WHERE id = NEW.claim_id;
    IF TG_OP = 'INSERT' AND standing <> 'assembling' THEN
        RAISE EXCEPTION 'claim % is sealed: no line can be added', NEW.claim_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.claim_id, NEW.application_id, NEW.amount) IS DISTINCT FROM (OLD.claim_id, OLD.application_id, OLD.amount) THEN
        RAISE EXCEPTION 'a claim line is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.decision_id IS NOT NULL
       AND (NEW.verdict, NEW.decided, NEW.decision_id) IS DISTINCT FROM (OLD.verdict, OLD.decided, OLD.decision_id) THEN
        RAISE EXCEPTION 'a decided claim line is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON subsidies_claimline
    FOR EACH ROW EXECUTE FUNCTION subsidies_freeze_claim_lines();
"""

THAW = """
DROP TRIGGER frozen ON subsidies_claimline;
DROP TRIGGER frozen ON subsidies_claim;
DROP TRIGGER frozen ON subsidies_evidence;
DROP TRIGGER frozen ON subsidies_applicationline;
DROP TRIGGER frozen ON subsidies_subsidyapplication;
DROP FUNCTION subsidies_freeze_claim_lines, subsidies_freeze_claim, subsidies_freeze_lines, subsidies_freeze_application;
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0001_initial")]

    operations = [
        Wall("SubsidyApplication"),
        Wall("ApplicationLine"),
        Wall("Evidence"),
        Wall("MonthKey"),
        Wall("BenefitKey"),
        Wall("Claim"),
        Wall("ClaimLine"),
        migrations.RunSQL(FREEZE, THAW),
    ]
