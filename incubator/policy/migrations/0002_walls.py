"""The walls of policy: row-level security, keys that stay inside, rows that stay as they are once they are signed."""

from django.db import migrations

from incubator.core.walls import AppendOnly, SharedKey, SharedWall, Wall

# What was submitted stays as it is: only the columns named as arguments may still change, and nothing that was
# signed goes back to a draft.
LOCKED = """
CREATE FUNCTION locked_after_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION '% begins as a draft', TG_TABLE_NAME USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION '% % is not a draft any more', TG_TABLE_NAME, OLD.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND to_jsonb(NEW) - TG_ARGV::text[] <> to_jsonb(OLD) - TG_ARGV::text[] THEN
        RAISE EXCEPTION '% % is not a draft any more', TG_TABLE_NAME, OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state NOT IN ('draft', 'in_review') AND NEW.state IN ('draft', 'in_review') THEN
        RAISE EXCEPTION '% % was published', TG_TABLE_NAME, OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER locked BEFORE INSERT OR UPDATE OR DELETE ON policy_programmeedition FOR EACH ROW EXECUTE FUNCTION
    locked_after_draft('state', 'submitter_id', 'approver_id', 'edition_hash', 'effective_to', 'moved_at', 'version');
CREATE TRIGGER locked BEFORE INSERT OR UPDATE OR DELETE ON policy_publicnotice FOR EACH ROW EXECUTE FUNCTION
    locked_after_draft('state', 'closed_at', 'moved_at');
"""

# No figure of a submitted edition is added, changed or removed. FOR SHARE waits for a submission under way.
FIGURES = """
CREATE FUNCTION figures_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE edition bigint; now_in text;
BEGIN
    FOREACH edition IN ARRAY ARRAY[CASE WHEN TG_OP <> 'INSERT' THEN OLD.edition_id END,
                                   CASE WHEN TG_OP <> 'DELETE' THEN NEW.edition_id END] LOOP
        SELECT state INTO now_in FROM policy_programmeedition WHERE id = edition FOR SHARE;
        IF now_in <> 'draft' THEN
            RAISE EXCEPTION 'edition % is %: its figures are locked', edition, now_in
                USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER figures_locked BEFORE INSERT OR UPDATE OR DELETE ON policy_parameter
    FOR EACH ROW EXECUTE FUNCTION figures_locked();
"""

# An edition is published with figures, and each of them is set, cited and, where derived, verified by a person.
FIT = """
CREATE FUNCTION edition_fit_to_publish() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE figures integer; unfit integer;
BEGIN
    SELECT count(*), count(*) FILTER (WHERE certainty = 'placeholder' OR value IS NULL OR citation_id IS NULL
               OR certainty = 'derived' AND (verified_by_id IS NULL OR last_verified_on IS NULL))
      INTO figures, unfit FROM policy_parameter WHERE edition_id = NEW.id;
    IF figures = 0 OR unfit > 0 THEN
        RAISE EXCEPTION 'edition % has % figures, % of them not set, not verified or not cited', NEW.id, figures, unfit
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fit_to_publish BEFORE UPDATE OF state ON policy_programmeedition FOR EACH ROW
    WHEN (NEW.state IN ('published', 'effective', 'closed')) EXECUTE FUNCTION edition_fit_to_publish();
"""

UNDO = """
DROP TRIGGER fit_to_publish ON policy_programmeedition;
DROP FUNCTION edition_fit_to_publish();
DROP TRIGGER figures_locked ON policy_parameter;
DROP FUNCTION figures_locked();
DROP TRIGGER locked ON policy_publicnotice;
DROP TRIGGER locked ON policy_programmeedition;
DROP FUNCTION locked_after_draft();
"""


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial"), ("documents", "0002_walls"), ("journal", "0002_walls")]

    operations = [
        SharedWall("PolicyDocument"),
        SharedKey("PolicyDocument", "parent"),
        SharedKey("PolicyDocument", "supersedes"),
        SharedWall("Clause"),
        SharedKey("Clause", "document", own=True),
        AppendOnly("Clause"),
        SharedWall("Citation"),
        SharedKey("Citation", "clause"),
        AppendOnly("Citation"),
        SharedWall("Programme"),
        SharedKey("Programme", "citation"),
        SharedWall("ProgrammeEdition"),
        SharedKey("ProgrammeEdition", "programme"),
        SharedKey("ProgrammeEdition", "payee_citation"),
        SharedWall("Parameter"),
        SharedKey("Parameter", "edition", own=True),
        SharedKey("Parameter", "citation"),
        Wall("OfficialReply"),
        AppendOnly("OfficialReply"),
        Wall("Decision"),
        SharedKey("Decision", "edition", own=True),
        AppendOnly("Decision"),
        Wall("PublicNotice"),
        SharedKey("PublicNotice", "citation"),
        migrations.RunSQL(LOCKED + FIGURES + FIT, UNDO),
    ]
