from django.db import migrations

from incubator.core.walls import Wall

WALLED = ("Contest", "Track", "Criterion", "Prize", "Entry", "EntryMember", "LeakHit", "JudgeSeat", "Conflict", "ScoreSheet", "Certificate", "Event", "Attendee", "Follower")
RULED = "('registration', 'screening', 'judging', 'frozen', 'provisional', 'noticed', 'final', 'awarded', 'cancelled')"

# The rules of a contest are locked when registration opens: its own columns, tracks, rubric and prizes.
RULES = f"""
CREATE FUNCTION contests_lock_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'contest % was announced: it is never deleted', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state IN {RULED} AND
       (NEW.method, NEW.per_entry, NEW.min_judges, NEW.min_entries_per_judge, NEW.anchors, NEW.team_most, NEW.notice_days, NEW.is_blind, NEW.rules, NEW.seed, NEW.rules_sha256)
       IS DISTINCT FROM
       (OLD.method, OLD.per_entry, OLD.min_judges, OLD.min_entries_per_judge, OLD.anchors, OLD.team_most, OLD.notice_days, OLD.is_blind, OLD.rules, OLD.seed, OLD.rules_sha256) THEN
        RAISE EXCEPTION 'the rules of contest % are locked', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('final', 'awarded') AND (NEW.ranking, NEW.sheets_sha256, NEW.minutes) IS DISTINCT FROM (OLD.ranking, OLD.sheets_sha256, OLD.minutes) THEN
        RAISE EXCEPTION 'the result of contest % is final', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lock_rules BEFORE UPDATE OR DELETE ON contests_contest FOR EACH ROW EXECUTE FUNCTION contests_lock_rules();

CREATE FUNCTION contests_lock_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whole bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.contest_id ELSE NEW.contest_id END; now_is text;
BEGIN
    SELECT state INTO now_is FROM contests_contest WHERE id = whole FOR SHARE;
    IF now_is IN {RULED} THEN
        RAISE EXCEPTION 'the rules of contest % are locked', whole USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lock_rules BEFORE INSERT OR UPDATE OR DELETE ON contests_track FOR EACH ROW EXECUTE FUNCTION contests_lock_parts();
CREATE TRIGGER lock_rules BEFORE INSERT OR UPDATE OR DELETE ON contests_criterion FOR EACH ROW EXECUTE FUNCTION contests_lock_parts();
CREATE TRIGGER lock_rules BEFORE INSERT OR UPDATE OR DELETE ON contests_prize FOR EACH ROW EXECUTE FUNCTION contests_lock_parts();
"""
NO_RULES = """
DROP TRIGGER lock_rules ON contests_prize; DROP TRIGGER lock_rules ON contests_criterion; DROP TRIGGER lock_rules ON contests_track;
DROP TRIGGER lock_rules ON contests_contest; DROP FUNCTION contests_lock_parts; DROP FUNCTION contests_lock_rules;
"""

# What a team handed in stays as it was, except while registration is open or the entry was returned.
ENTRIES = """
CREATE FUNCTION contests_lock_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE open_now boolean;
BEGIN
    IF (NEW.track_id, NEW.code, NEW.key, NEW.team, NEW.company, NEW.uscc, NEW.school, NEW.title, NEW.summary, NEW.market, NEW.progress, NEW.deck_id, NEW.sha256)
       IS DISTINCT FROM
       (OLD.track_id, OLD.code, OLD.key, OLD.team, OLD.company, OLD.uscc, OLD.school, OLD.title, OLD.summary, OLD.market, OLD.progress, OLD.deck_id, OLD.sha256) THEN
        SELECT state = 'registration' INTO open_now FROM contests_contest WHERE id = NEW.contest_id FOR SHARE;
        IF NOT (OLD.state = 'returned' OR (OLD.state IN ('draft', 'submitted') AND open_now)) THEN
            RAISE EXCEPTION 'entry % is closed', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lock_entry BEFORE UPDATE ON contests_entry FOR EACH ROW EXECUTE FUNCTION contests_lock_entry();

CREATE FUNCTION contests_entry_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_is text;
BEGIN
    SELECT state INTO now_is FROM contests_contest WHERE id = NEW.contest_id FOR SHARE;
    IF now_is <> 'registration' THEN
        RAISE EXCEPTION 'contest % takes no entries', NEW.contest_id USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_in_time';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER in_time BEFORE INSERT ON contests_entry FOR EACH ROW EXECUTE FUNCTION contests_entry_in_time();
"""
NO_ENTRIES = """
DROP TRIGGER in_time ON contests_entry; DROP FUNCTION contests_entry_in_time; DROP TRIGGER lock_entry ON contests_entry; DROP FUNCTION contests_lock_entry;
"""

# Sheets: only while judging runs, never for a conflict, whole when sealed, as they were after the freeze.
SHEETS = """
CREATE FUNCTION contests_guard_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_is text; lines integer; good integer;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'sheet % is never deleted', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT state INTO now_is FROM contests_contest WHERE id = NEW.contest_id FOR SHARE;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.contest_id, NEW.entry_id, NEW.judge_id) IS DISTINCT FROM (OLD.contest_id, OLD.entry_id, OLD.judge_id) THEN
            RAISE EXCEPTION 'sheet % is of another pair', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF now_is = 'frozen' AND OLD.state = 'sealed' AND NEW.state = 'set_aside' AND NEW.scores = OLD.scores
           AND EXISTS (SELECT 1 FROM contests_entry WHERE id = NEW.entry_id AND reopened) THEN
            RETURN NEW;
        END IF;
        IF OLD.state IN ('sealed', 'recused', 'abstained', 'set_aside') AND NEW.scores IS DISTINCT FROM OLD.scores THEN
            RAISE EXCEPTION 'sheet % is sealed', OLD.id USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sheet_sealed';
        END IF;
        IF OLD.state IN ('recused', 'abstained', 'set_aside') AND NEW.state <> OLD.state THEN
            RAISE EXCEPTION 'sheet % is never assigned again', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF now_is <> 'judging' THEN
        RAISE EXCEPTION 'contest % is not in judging', NEW.contest_id USING ERRCODE = 'check_violation', CONSTRAINT = 'sheet_in_judging';
    END IF;
    IF NEW.state IN ('assigned', 'sealed') AND EXISTS (SELECT 1 FROM contests_conflict WHERE entry_id = NEW.entry_id AND judge_id = NEW.judge_id) THEN
        RAISE EXCEPTION 'judge % has a conflict with entry %', NEW.judge_id, NEW.entry_id USING ERRCODE = 'check_violation', CONSTRAINT = 'sheet_without_conflict';
    END IF;
    IF NEW.state = 'sealed' THEN
        SELECT count(*) INTO lines FROM contests_criterion WHERE contest_id = NEW.contest_id;
        SELECT count(*) INTO good FROM contests_criterion c WHERE c.contest_id = NEW.contest_id
            AND jsonb_typeof(NEW.scores -> c.key) = 'number' AND (NEW.scores ->> c.key)::numeric BETWEEN 0 AND 100;
        IF lines <> good OR lines <> (SELECT count(*) FROM jsonb_object_keys(NEW.scores)) THEN
            RAISE EXCEPTION 'sheet % is not whole', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'sheet_whole';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_sheet BEFORE INSERT OR UPDATE OR DELETE ON contests_scoresheet FOR EACH ROW EXECUTE FUNCTION contests_guard_sheet();

CREATE FUNCTION contests_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % stays as it is', TG_TABLE_NAME, OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON contests_conflict FOR EACH ROW EXECUTE FUNCTION contests_keep();
"""
NO_SHEETS = """
DROP TRIGGER keep ON contests_conflict; DROP FUNCTION contests_keep; DROP TRIGGER guard_sheet ON contests_scoresheet; DROP FUNCTION contests_guard_sheet;
"""

# A certificate: the printed paper is added once, a revocation once, nothing else.
CERTIFICATES = """
CREATE FUNCTION contests_seal_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL
       OR to_jsonb(NEW) - '{document_id,revoked_at,revoked_because,revoker_id}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{document_id,revoked_at,revoked_because,revoker_id}'::text[]
       OR OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id THEN
        RAISE EXCEPTION 'certificate % stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seal BEFORE UPDATE OR DELETE ON contests_certificate FOR EACH ROW EXECUTE FUNCTION contests_seal_certificate();
"""
NO_CERTIFICATES = "DROP TRIGGER seal ON contests_certificate; DROP FUNCTION contests_seal_certificate;"

# Seats are counted here and nowhere else; event_not_overbooked refuses one too many, also for two at the same moment.
SEATS = """
CREATE FUNCTION contests_count_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before integer := 0; after integer := 0;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state IN ('seated', 'attended') THEN before := 1; END IF;
    IF TG_OP <> 'DELETE' AND NEW.state IN ('seated', 'attended') THEN after := 1; END IF;
    IF TG_OP = 'UPDATE' AND NEW.event_id <> OLD.event_id THEN
        RAISE EXCEPTION 'a registration stays with its event' USING ERRCODE = 'restrict_violation';
    END IF;
    IF before <> after THEN
        UPDATE contests_event SET taken = taken + after - before WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.event_id ELSE NEW.event_id END;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_seats AFTER INSERT OR UPDATE OR DELETE ON contests_attendee FOR EACH ROW EXECUTE FUNCTION contests_count_seats();
"""
NO_SEATS = "DROP TRIGGER count_seats ON contests_attendee; DROP FUNCTION contests_count_seats;"


class Migration(migrations.Migration):
    dependencies = [("contests", "0001_initial"), ("policy", "0002_walls"), ("tenants", "0002_walls"), ("documents", "0002_walls")]

    operations = [
        *[Wall(name) for name in WALLED],
        migrations.RunSQL(RULES, NO_RULES),
        migrations.RunSQL(ENTRIES, NO_ENTRIES),
        migrations.RunSQL(SHEETS, NO_SHEETS),
        migrations.RunSQL(CERTIFICATES, NO_CERTIFICATES),
        migrations.RunSQL(SEATS, NO_SEATS),
    ]
