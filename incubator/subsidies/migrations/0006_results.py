import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from incubator.core.walls import AppendOnly, Wall


LINES = """
CREATE OR REPLACE FUNCTION subsidies_freeze_claim_lines() RETURNS trigger LANGUAGE plpgsql AS $$
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
       AND (NEW.verdict, NEW.decided, NEW.decision_id) IS DISTINCT FROM (OLD.verdict, OLD.decided, OLD.decision_id)-- and no later decision
    THEN
        RAISE EXCEPTION 'a decided claim line is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
PLACE = "-- and no later decision"
# A line follows a new decision that names the one it replaces and the new amount; nothing else changes it.
REVISED = """
       AND NOT EXISTS (
           SELECT 1 FROM policy_decision later
           WHERE later.id = NEW.decision_id AND later.replaces_id = OLD.decision_id AND later.amount_after = NEW.decided
       )"""

# What an applicant was told stays as it is; its paper is printed once.
RESULTS = """
CREATE FUNCTION subsidies_freeze_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.document_id IS NOT NULL OR to_jsonb(NEW) - 'document_id' <> to_jsonb(OLD) - 'document_id' THEN
        RAISE EXCEPTION 'the notice of decision % is never changed', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON subsidies_resultnotice FOR EACH ROW EXECUTE FUNCTION subsidies_freeze_result();

CREATE FUNCTION subsidies_freeze_draw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.finding <> 'waiting'
       OR (NEW.application_id, NEW.decision_id, NEW.seed, NEW.share, NEW.officer_id)
          IS DISTINCT FROM (OLD.application_id, OLD.decision_id, OLD.seed, OLD.share, OLD.officer_id) THEN
        RAISE EXCEPTION 'the draw of refusal check % is never changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON subsidies_refusalcheck FOR EACH ROW EXECUTE FUNCTION subsidies_freeze_draw();

CREATE FUNCTION subsidies_freeze_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.claim_id, NEW.basis, NEW.objection_id, NEW.reply_id, NEW.note, NEW.recorder_id)
          IS DISTINCT FROM (OLD.claim_id, OLD.basis, OLD.objection_id, OLD.reply_id, OLD.note, OLD.recorder_id)
       OR OLD.state <> 'recorded' AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'revision % is never changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON subsidies_claimrevision FOR EACH ROW EXECUTE FUNCTION subsidies_freeze_revision();
"""

# A claim on notice is confirmed only when its notice is final: closed, and no objection open (policy_notice_final).
CLAIMS = """
CREATE FUNCTION subsidies_confirm_after_notice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sealed timestamptz;
BEGIN
    SELECT final_at INTO sealed FROM policy_publicnotice WHERE id = NEW.notice_id FOR SHARE;
    IF sealed IS NULL THEN
        RAISE EXCEPTION 'claim %: the result of its notice is not final', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_confirmed_after_its_notice';
    END IF;
    IF EXISTS (SELECT 1 FROM subsidies_claimrevision WHERE claim_id = NEW.id AND state = 'recorded') THEN
        RAISE EXCEPTION 'claim %: a new decision waits for its second person', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_confirmed_without_open_revision';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirmed_after_notice BEFORE UPDATE OF state ON subsidies_claim FOR EACH ROW
    WHEN (OLD.state = 'noticed' AND NEW.state = 'confirmed') EXECUTE FUNCTION subsidies_confirm_after_notice();
"""
UNDO = """
DROP TRIGGER confirmed_after_notice ON subsidies_claim;
DROP FUNCTION subsidies_confirm_after_notice();
DROP TRIGGER frozen ON subsidies_claimrevision;
DROP TRIGGER frozen ON subsidies_refusalcheck;
DROP TRIGGER frozen ON subsidies_resultnotice;
DROP FUNCTION subsidies_freeze_revision, subsidies_freeze_draw, subsidies_freeze_result;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('documents', '0002_walls'),
        ('policy', '0005_objections'),
        ('subsidies', '0005_reencrypt_sealed'),
    ]

    operations = [
        migrations.AddField(
            model_name='subsidyapplication',
            name='first_officer',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Case officer before the case was reopened'),
        ),
        migrations.AddConstraint(
            model_name='subsidyapplication',
            constraint=models.CheckConstraint(condition=models.Q(('first_officer', None), ('officer', None), models.Q(('officer', models.F('first_officer')), _negated=True), _connector='OR'), name='application_heard_anew_by_another'),
        ),
        migrations.CreateModel(
            name='ResultNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='subsidies.subsidyapplication')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.decision')),
                ('number', models.CharField(max_length=40, verbose_name='Number')),
                ('result', models.CharField(choices=[('approved', 'Approved'), ('cut', 'Approved with a cut'), ('refused', 'Refused'), ('upheld', 'Refusal upheld')], max_length=10, verbose_name='Result')),
                ('decided_on', models.DateField(verbose_name='Decided on')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='Amount')),
                ('appeal_until', models.DateField(null=True, verbose_name='Last day to appeal')),
                ('snapshot', models.JSONField()),
                ('snapshot_sha256', models.CharField(max_length=64)),
                ('verify_code', models.CharField(max_length=20)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('document', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],
            options={
                'verbose_name': 'notice of a decision',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'number'), name='result_number'), models.UniqueConstraint(fields=('organisation', 'verify_code'), name='result_code'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='result_amount'), models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('result__in', ['approved', 'cut'])), models.Q(('amount', 0), ('result__in', ['refused', 'upheld'])), _connector='OR'), name='result_names_its_amount')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='RefusalCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refusal_checks', to='subsidies.subsidyapplication')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.decision')),
                ('seed', models.CharField(max_length=32)),
                ('share', models.DecimalField(decimal_places=6, max_digits=7)),
                ('finding', models.CharField(choices=[('not_drawn', 'Not drawn'), ('waiting', 'Waits for another officer'), ('agreed', 'The refusal is right'), ('doubted', 'The refusal is in doubt')], max_length=10, verbose_name='Finding')),
                ('note', models.TextField(blank=True, verbose_name='Note')),
                ('drawn_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('checked_at', models.DateTimeField(editable=False, null=True)),
                ('officer', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='')),
                ('checker', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='')),
            ],
            options={
                'verbose_name': 'check of a refusal',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('share__gte', 0), ('share__lte', 1)), name='refusal_check_share'), models.CheckConstraint(condition=models.Q(('checker', None), models.Q(('checker', models.F('officer')), _negated=True), _connector='OR'), name='refusal_checked_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('checker', None), ('finding__in', ['not_drawn', 'waiting'])), models.Q(('checker__isnull', False), ('finding__in', ['agreed', 'doubted'])), _connector='OR'), name='refusal_check_signed')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='ClaimRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='subsidies.claim')),
                ('state', models.CharField(choices=[('recorded', 'Waits for the second person'), ('confirmed', 'Confirmed'), ('rejected', 'Rejected')], default='recorded', max_length=10, verbose_name='State')),
                ('basis', models.CharField(choices=[('objection', 'Upheld objection'), ('correction', 'Correction by the authority'), ('judgment', 'Judgment or ruling on review')], max_length=12, verbose_name='What it rests on')),
                ('objection', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.objection')),
                ('reply', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.officialreply')),
                ('note', models.TextField(verbose_name='Reasons')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('moved_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('noticed_at', models.DateTimeField(editable=False, null=True)),
                ('recorder', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Recorded by')),
                ('confirmer', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Confirmed by')),
            ],
            options={
                'verbose_name': 'revision of a claim',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('confirmer', None), models.Q(('confirmer', models.F('recorder')), _negated=True), _connector='OR'), name='revision_confirmed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), ('confirmer__isnull', False), _connector='OR'), name='revision_confirmed_by_somebody'), models.CheckConstraint(condition=models.Q(('recorder__isnull', False)), name='revision_recorded_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('basis', 'objection'), _negated=True), ('objection__isnull', False), _connector='OR'), name='revision_names_its_objection'), models.UniqueConstraint(condition=models.Q(('state', 'recorded')), fields=('organisation', 'claim'), name='revision_one_at_a_time')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='RevisedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='subsidies.claimrevision')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revised', to='subsidies.claimline')),
                ('verdict_before', models.CharField(choices=[('open', 'Not yet decided'), ('approved', 'Approved'), ('cut', 'Cut'), ('refused', 'Refused')], max_length=10)),
                ('decided_before', models.DecimalField(decimal_places=2, max_digits=14)),
                ('verdict', models.CharField(choices=[('open', 'Not yet decided'), ('approved', 'Approved'), ('cut', 'Cut'), ('refused', 'Refused')], max_length=10, verbose_name='Decision')),
                ('decided', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='Decided amount')),
                ('reason', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.reasoncode')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name="The authority's words")),
            ],
            options={
                'ordering': ['line__position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'revision', 'line'), name='revised_line_once'), models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'open'), _negated=True), ('decided__gte', 0), ('decided_before__gte', 0)), name='revised_line_decided')],
                'indexes': [],
            },
        ),
        Wall('ResultNotice'),
        Wall('RefusalCheck'),
        Wall('ClaimRevision'),
        Wall('RevisedLine'),
        AppendOnly('RevisedLine'),
        migrations.RunSQL([(LINES.replace(PLACE, REVISED), None)], [(LINES, None)]),
        migrations.RunSQL(RESULTS + CLAIMS, UNDO),
    ]
