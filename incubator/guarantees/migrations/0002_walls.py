from django.db import migrations

from incubator.core.walls import AppendOnly, Wall

RAISE = """
CREATE FUNCTION guarantees_money_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'money of a fund is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' THEN
            RAISE EXCEPTION 'money of a fund waits for its second person' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'proposed'
       OR (NEW.fund_id, NEW.amount, NEW.kind, NEW.reference, NEW.document_id, NEW.proposer_id)
          IS DISTINCT FROM (OLD.fund_id, OLD.amount, OLD.kind, OLD.reference, OLD.document_id, OLD.proposer_id) THEN
        RAISE EXCEPTION 'money of a fund is entered once and decided once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'confirmed' THEN
        UPDATE guarantees_fund SET balance = balance + NEW.amount WHERE id = NEW.fund_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER counts BEFORE INSERT OR UPDATE OR DELETE ON guarantees_fundorder FOR EACH ROW EXECUTE FUNCTION guarantees_money_counts();

CREATE FUNCTION guarantees_exposure_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fund guarantees_fund; held numeric; held_by_borrower numeric; standing guarantees_guarantee;
BEGIN
    SELECT * INTO fund FROM guarantees_fund WHERE id = NEW.fund_id FOR NO KEY UPDATE;  -- one after another
    SELECT * INTO standing FROM guarantees_guarantee WHERE id = NEW.guarantee_id;
    IF standing.fund_id IS DISTINCT FROM NEW.fund_id OR standing.capacity <> 'guarantor' THEN
        RAISE EXCEPTION 'guarantee % does not stand on this fund', NEW.guarantee_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.kind = 'reserve' THEN
        SELECT COALESCE(SUM(exposure), 0) INTO held_by_borrower FROM guarantees_guarantee
            WHERE fund_id = NEW.fund_id AND startup_id = standing.startup_id;
        IF fund.outstanding + NEW.amount > round(fund.balance * fund.multiple, 2) THEN
            RAISE EXCEPTION 'the fund has no room' USING ERRCODE = 'check_violation', CONSTRAINT = 'exposure_room_of_fund';
        END IF;
        IF held_by_borrower + NEW.amount > fund.borrower_cap THEN
            RAISE EXCEPTION 'the borrower has no room' USING ERRCODE = 'check_violation', CONSTRAINT = 'exposure_room_of_borrower';
        END IF;
        held := NEW.amount;
    ELSE
        held := -NEW.amount;
    END IF;
    UPDATE guarantees_fund SET outstanding = outstanding + held WHERE id = NEW.fund_id;
    UPDATE guarantees_guarantee SET exposure = exposure + held WHERE id = NEW.guarantee_id;
    RETURN NEW;
END $$;
CREATE TRIGGER fits BEFORE INSERT ON guarantees_exposureentry FOR EACH ROW EXECUTE FUNCTION guarantees_exposure_fits();

CREATE FUNCTION guarantees_figures_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'guarantees_fund' THEN
        IF TG_OP = 'INSERT' AND (NEW.balance <> 0 OR NEW.outstanding <> 0)
           OR TG_OP = 'UPDATE' AND pg_trigger_depth() < 2 AND (NEW.balance, NEW.outstanding) IS DISTINCT FROM (OLD.balance, OLD.outstanding) THEN
            RAISE EXCEPTION 'the figures of a fund follow from its entries' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSE
        IF TG_OP = 'INSERT' AND NEW.exposure <> 0
           OR TG_OP = 'UPDATE' AND pg_trigger_depth() < 2 AND NEW.exposure IS DISTINCT FROM OLD.exposure THEN
            RAISE EXCEPTION 'the exposure of a guarantee follows from its entries' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state = 'approved' AND NEW.capacity = 'guarantor' AND NEW.exposure <> NEW.amount THEN
            RAISE EXCEPTION 'an approved guarantee holds its exposure' USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'UPDATE' AND OLD.state = 'approved' AND (NEW.amount, NEW.fund_id, NEW.capacity, NEW.startup_id)
           IS DISTINCT FROM (OLD.amount, OLD.fund_id, OLD.capacity, OLD.startup_id) THEN
            RAISE EXCEPTION 'an approved guarantee is never changed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.state = 'approved' AND OLD.state <> 'approved' THEN
            PERFORM 1 FROM guarantees_vote WHERE guarantee_id = NEW.id AND round = NEW.round AND choice <> 'recused'
                HAVING count(*) >= 3 AND bool_or(as_owner) AND 2 * count(*) FILTER (WHERE choice = 'yes') > count(*);
            IF NOT FOUND THEN
                RAISE EXCEPTION 'guarantee % has no majority of three', NEW.id USING ERRCODE = 'restrict_violation';
            END IF;
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER figures BEFORE INSERT OR UPDATE ON guarantees_fund FOR EACH ROW EXECUTE FUNCTION guarantees_figures_stay();
CREATE TRIGGER figures BEFORE INSERT OR UPDATE ON guarantees_guarantee FOR EACH ROW EXECUTE FUNCTION guarantees_figures_stay();

CREATE FUNCTION guarantees_vote_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM guarantees_guarantee WHERE id = NEW.guarantee_id AND round = NEW.round AND state = 'appraised'
        AND prechecker_id IS DISTINCT FROM NEW.voter_id AND appraiser_id IS DISTINCT FROM NEW.voter_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'whoever checked or appraised guarantee % has no vote', NEW.guarantee_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER free BEFORE INSERT ON guarantees_vote FOR EACH ROW EXECUTE FUNCTION guarantees_vote_is_free();
"""
LOWER = """
DROP TRIGGER free ON guarantees_vote;
DROP TRIGGER figures ON guarantees_guarantee;
DROP TRIGGER figures ON guarantees_fund;
DROP TRIGGER fits ON guarantees_exposureentry;
DROP TRIGGER counts ON guarantees_fundorder;
DROP FUNCTION guarantees_vote_is_free, guarantees_figures_stay, guarantees_exposure_fits, guarantees_money_counts;
"""


class Migration(migrations.Migration):
    dependencies = [("guarantees", "0001_initial"), ("tenants", "0002_walls"), ("documents", "0002_walls"), ("policy", "0002_walls")]

    operations = [
        Wall("Fund"), Wall("FundOrder"), Wall("Guarantee"), Wall("GuaranteePaper"), Wall("Vote"), Wall("ExposureEntry"),
        AppendOnly("Vote"), AppendOnly("ExposureEntry"),
        migrations.RunSQL(RAISE, LOWER),
    ]
