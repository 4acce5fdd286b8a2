from django.db import migrations

# A case holds no more than the last decision that committed money for it: several may stand in one transaction.
BOUND = """
CREATE OR REPLACE FUNCTION budget_entry_decided(entry policy_budgetentry) RETURNS void LANGUAGE plpgsql AS $$
DECLARE held record; decided numeric;
BEGIN
    SELECT coalesce(sum(CASE 'committed' WHEN target THEN amount WHEN source THEN -amount ELSE 0 END), 0) AS committed,
           coalesce(sum(CASE 'paid' WHEN target THEN amount WHEN source THEN -amount ELSE 0 END), 0) AS paid,
           count(DISTINCT line_id) AS lines
      INTO held FROM policy_budgetentry
     WHERE organisation_id = entry.organisation_id AND subject_type = entry.subject_type AND subject_id = entry.subject_id;
    SELECT amount_after INTO decided FROM policy_decision WHERE id = (
        SELECT decision_id FROM policy_budgetentry
         WHERE organisation_id = entry.organisation_id AND subject_type = entry.subject_type
           AND subject_id = entry.subject_id AND kind = 'commitment' ORDER BY id DESC LIMIT 1);
    IF held.lines > 1 OR held.committed < 0 OR held.paid < 0
       OR entry.kind = 'commitment' AND held.committed + held.paid > coalesce(decided, 0) THEN
        RAISE EXCEPTION '% % would hold %, decided were %', entry.subject_type, entry.subject_id, held, decided
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_case_within_its_decision';
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("policy", "0006_look_again")]

    operations = [migrations.RunSQL(BOUND, migrations.RunSQL.noop)]
