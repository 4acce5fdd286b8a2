"""Local measures on their way into the library: a draft, a second person, and a text that then stays as it is.

Also the later looks at figures from secondary sources. A text that one person alone took in counts as unchecked."""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from incubator.core.walls import AppendOnly, SharedKey, Wall, WallKey

# The owner of the table sees no row through its wall: for this one statement the wall does not bind the owner.
UNCHECKED = """
ALTER TABLE policy_policydocument NO FORCE ROW LEVEL SECURITY;
UPDATE policy_policydocument SET status = 'unchecked' WHERE organisation_id IS NOT NULL;
ALTER TABLE policy_policydocument FORCE ROW LEVEL SECURITY;
"""

# A text is never edited. Its end and the second person's name are all that is added to it.
TEXT_FIXED = """
CREATE FUNCTION policy_text_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - TG_ARGV::text[] <> to_jsonb(OLD) - TG_ARGV::text[]
       OR (OLD.confirmed_by_id IS NOT NULL AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id) THEN
        RAISE EXCEPTION 'text % is never edited: a new one supersedes it', OLD.slug USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER text_fixed BEFORE UPDATE ON policy_policydocument FOR EACH ROW
    EXECUTE FUNCTION policy_text_fixed('status', 'effective_to', 'confirmed_by_id');
CREATE TRIGGER locked BEFORE INSERT OR UPDATE OR DELETE ON policy_measuredraft FOR EACH ROW EXECUTE FUNCTION
    locked_after_draft('state', 'submitter_id', 'approver_id', 'document_id', 'note', 'moved_at', 'version');
"""

# An edition is published on confirmed texts only.
ON_CONFIRMED_TEXTS = """
CREATE FUNCTION edition_on_confirmed_texts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE unchecked integer;
BEGIN
    SELECT count(*) INTO unchecked
      FROM policy_citation c
      JOIN policy_clause k ON k.id = c.clause_id
      JOIN policy_policydocument d ON d.id = k.document_id
     WHERE d.organisation_id IS NOT NULL AND d.confirmed_by_id IS NULL
       AND (c.id = NEW.payee_citation_id
            OR c.id IN (SELECT citation_id FROM policy_parameter WHERE edition_id = NEW.id));
    IF unchecked > 0 THEN
        RAISE EXCEPTION 'edition % rests on a text that no second person has confirmed', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER on_confirmed_texts BEFORE UPDATE OF state ON policy_programmeedition FOR EACH ROW
    WHEN (NEW.state = 'published') EXECUTE FUNCTION edition_on_confirmed_texts();
"""

UNDO = """
DROP TRIGGER on_confirmed_texts ON policy_programmeedition;
DROP FUNCTION edition_on_confirmed_texts();
DROP TRIGGER locked ON policy_measuredraft;
DROP TRIGGER text_fixed ON policy_policydocument;
DROP FUNCTION policy_text_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_walls"),
        ("policy", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(UNCHECKED, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='MeasureDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9-]*$')], verbose_name='Address')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='Number')),
                ('title', models.CharField(max_length=200, verbose_name='Title')),
                ('issuer', models.CharField(max_length=120, verbose_name='Issued by')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='Issued on')),
                ('effective_from', models.DateField(blank=True, null=True, verbose_name='In force from')),
                ('effective_to', models.DateField(blank=True, null=True, verbose_name='In force until')),
                ('is_example', models.BooleanField(default=False, verbose_name='Example')),
                ('preamble', models.TextField(blank=True, verbose_name='Opening words')),
                ('clause_form', models.CharField(default='第{}条', max_length=20)),
                ('clauses', models.JSONField(default=list)),
                ('source', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'Waits for a second person'), ('filed', 'Filed'), ('dropped', 'Dropped')], default='draft', max_length=9, verbose_name='State')),
                ('note', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('moved_at', models.DateTimeField(editable=False, null=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'draft of a local measure',
            },
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verified_on', models.DateField(verbose_name='Last verified on')),
                ('look_again_on', models.DateField(verbose_name='Look again on')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Note')),
            ],
            options={
                'verbose_name': 'verification',
            },
        ),
        migrations.AddField(
            model_name='policydocument',
            name='confirmed_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='policydocument',
            name='entered_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='policydocument',
            name='scan',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document'),
        ),
        migrations.AddConstraint(
            model_name='policydocument',
            constraint=models.CheckConstraint(condition=models.Q(('organisation', None), ('status', 'unchecked'), models.Q(('confirmed_by__isnull', False), ('entered_by__isnull', False)), _connector='OR'), name='policy_in_force_is_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='policydocument',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('entered_by')), _negated=True), _connector='OR'), name='policy_text_four_eyes'),
        ),
        migrations.AddConstraint(
            model_name='policydocument',
            constraint=models.CheckConstraint(condition=models.Q(('scan', None), ('organisation__isnull', False), _connector='OR'), name='policy_scan_is_own'),
        ),
        migrations.AddField(
            model_name='measuredraft',
            name='approver',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='measuredraft',
            name='document',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='policy.policydocument'),
        ),
        migrations.AddField(
            model_name='measuredraft',
            name='drafter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='measuredraft',
            name='organisation',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='measuredraft',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.policydocument'),
        ),
        migrations.AddField(
            model_name='measuredraft',
            name='scan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document'),
        ),
        migrations.AddField(
            model_name='measuredraft',
            name='submitter',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='measuredraft',
            name='supersedes',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacement_drafts', to='policy.policydocument'),
        ),
        migrations.AddField(
            model_name='verification',
            name='citation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.citation'),
        ),
        migrations.AddField(
            model_name='verification',
            name='organisation',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='verification',
            name='parameter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verifications', to='policy.parameter'),
        ),
        migrations.AddField(
            model_name='verification',
            name='verified_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='measuredraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'filed'), _negated=True), models.Q(('approver__isnull', False), ('document__isnull', False), ('submitter__isnull', False), models.Q(('approver', models.F('drafter')), _negated=True), models.Q(('approver', models.F('submitter')), _negated=True)), _connector='OR'), name='measure_four_eyes'),
        ),
        migrations.AddConstraint(
            model_name='measuredraft',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['filed', 'dropped']), _negated=True), fields=('organisation', 'slug'), name='measure_draft_once'),
        ),
        migrations.AddConstraint(
            model_name='measuredraft',
            constraint=models.CheckConstraint(condition=models.Q(('effective_from', None), ('effective_to', None), ('effective_to__gte', models.F('effective_from')), _connector='OR'), name='measure_span'),
        ),
        migrations.AddConstraint(
            model_name='verification',
            constraint=models.CheckConstraint(condition=models.Q(('look_again_on__gt', models.F('verified_on'))), name='verification_looks_ahead'),
        ),
        WallKey("PolicyDocument", "scan"),
        Wall("MeasureDraft"),
        SharedKey("MeasureDraft", "parent"),
        SharedKey("MeasureDraft", "supersedes"),
        SharedKey("MeasureDraft", "document", own=True),
        Wall("Verification"),
        SharedKey("Verification", "parameter", own=True),
        SharedKey("Verification", "citation"),
        AppendOnly("Verification"),
        migrations.RunSQL(TEXT_FIXED + ON_CONFIRMED_TEXTS, UNDO),
    ]
