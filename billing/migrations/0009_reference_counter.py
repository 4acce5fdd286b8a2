"""The counter of payment references runs on through the years, so it stands in the year 0: it had stood in the running one,
and would have begun again with references that are taken on the first of January."""

from django.db import migrations

STANDS = """
ALTER TABLE journal_counter NO FORCE ROW LEVEL SECURITY;
UPDATE journal_counter SET year = 0 WHERE series = 'FH' AND year = (SELECT min(other.year) FROM journal_counter other
    WHERE other.series = 'FH' AND other.organisation_id = journal_counter.organisation_id)
    AND year <> 0;
ALTER TABLE journal_counter FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_billing_runs"), ("journal", "0001_initial")]

    operations = [migrations.RunSQL(STANDS, migrations.RunSQL.noop)]
