from django.db import migrations

from incubator.core.walls import Wall

# The places of a mentor and the seats of a class are counted by the database, so that of two who come for the last one
# a single one gets it: the counter's row stays locked until the transaction ends, and its CHECK refuses the other.
COUNTING = """
CREATE FUNCTION mentors_count_pairs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE was int := 0; becomes int := 0;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state IN ('proposed', 'paired', 'paused') THEN was := 1; END IF;
    IF TG_OP <> 'DELETE' AND NEW.state IN ('proposed', 'paired', 'paused') THEN becomes := 1; END IF;
    IF TG_OP = 'UPDATE' AND OLD.mentor_id <> NEW.mentor_id THEN
        RAISE EXCEPTION 'a pairing keeps its mentor' USING ERRCODE = 'restrict_violation';
    END IF;
    IF was <> becomes THEN
        UPDATE mentors_mentor SET open_pairs = open_pairs + becomes - was WHERE id = COALESCE(NEW.mentor_id, OLD.mentor_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_pairs AFTER INSERT OR UPDATE OR DELETE ON mentors_pairing FOR EACH ROW EXECUTE FUNCTION mentors_count_pairs();

CREATE FUNCTION mentors_count_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE was int := 0; becomes int := 0;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state IN ('enrolled', 'signed', 'passed', 'failed') THEN was := 1; END IF;
    IF TG_OP <> 'DELETE' AND NEW.state IN ('enrolled', 'signed', 'passed', 'failed') THEN becomes := 1; END IF;
    IF TG_OP = 'UPDATE' AND OLD.run_id <> NEW.run_id THEN
        RAISE EXCEPTION 'an enrolment keeps its class' USING ERRCODE = 'restrict_violation';
    END IF;
    IF was <> becomes THEN
        UPDATE mentors_courserun SET seats_taken = seats_taken + becomes - was WHERE id = COALESCE(NEW.run_id, OLD.run_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_seats AFTER INSERT OR UPDATE OR DELETE ON mentors_enrolment FOR EACH ROW EXECUTE FUNCTION mentors_count_seats();

-- A session that both have confirmed keeps its people and its time, and a paid one can never lose them.
CREATE FUNCTION mentors_keep_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'confirmed' AND (NEW.state <> 'confirmed' OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
        OR NEW.mentor_id <> OLD.mentor_id OR NEW.startup_id <> OLD.startup_id OR NEW.confirmer_id IS DISTINCT FROM OLD.confirmer_id) THEN
        RAISE EXCEPTION 'session % is confirmed and does not change', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_confirmed BEFORE UPDATE ON mentors_session FOR EACH ROW EXECUTE FUNCTION mentors_keep_confirmed();

-- Only minutes that both have confirmed are paid, and never more time than was confirmed.
CREATE FUNCTION mentors_pay_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM mentors_session s WHERE s.id = NEW.session_id AND s.state = 'confirmed' AND s.verdict <> 'withheld'
        AND s.starts_at = NEW.starts_at AND s.ends_at = NEW.ends_at
        AND NEW.minutes <= EXTRACT(EPOCH FROM s.ends_at - s.starts_at) / 60;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'session % is not confirmed by both' , NEW.session_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pay_confirmed BEFORE INSERT OR UPDATE ON mentors_honorariumline FOR EACH ROW EXECUTE FUNCTION mentors_pay_confirmed();
"""
NOTHING = """
DROP TRIGGER pay_confirmed ON mentors_honorariumline; DROP FUNCTION mentors_pay_confirmed;
DROP TRIGGER keep_confirmed ON mentors_session; DROP FUNCTION mentors_keep_confirmed;
DROP TRIGGER count_seats ON mentors_enrolment; DROP FUNCTION mentors_count_seats;
DROP TRIGGER count_pairs ON mentors_pairing; DROP FUNCTION mentors_count_pairs;
"""
TABLES = (
    "Mentor", "Expertise", "OfficeHour", "Interest", "Need", "MatchRun", "MatchMark", "Pairing", "Goal", "Session", "SessionNote",
    "HonorariumRate", "Honorarium", "HonorariumLine", "Course", "CourseRun", "Lesson", "Enrolment", "Attendance", "Certificate",
)


class Migration(migrations.Migration):
    dependencies = [("mentors", "0001_initial"), ("documents", "0002_walls"), ("tenants", "0002_walls"), ("spaces", "0002_walls")]

    operations = [*(Wall(name) for name in TABLES), migrations.RunSQL(COUNTING, NOTHING)]
