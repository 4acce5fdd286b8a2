import django.db.models.deletion
import django.utils.timezone
import incubator.core.encryption
import incubator.policy.models.records
from django.conf import settings
from django.db import migrations, models

from incubator.core.walls import Wall, WallKey


# A notice that was opened keeps what it says; only where it stands may change.
LOCKED = """
DROP TRIGGER locked ON policy_publicnotice;
CREATE TRIGGER locked BEFORE INSERT OR UPDATE OR DELETE ON policy_publicnotice FOR EACH ROW EXECUTE FUNCTION
    locked_after_draft('state', 'closed_at', 'moved_at', 'final_at');
"""
UNLOCKED = """
DROP TRIGGER locked ON policy_publicnotice;
CREATE TRIGGER locked BEFORE INSERT OR UPDATE OR DELETE ON policy_publicnotice FOR EACH ROW EXECUTE FUNCTION
    locked_after_draft('state', 'closed_at', 'moved_at');
"""

# An objection shares the lock of its notice until its transaction ends, and a result takes that lock for itself: of
# the two at once, the second sees what the first did. Nobody with a part in the line examines or rules.
OBJECTIONS = """
CREATE FUNCTION policy_objection_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE notice policy_publicnotice%ROWTYPE; parties jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'objections are never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT * INTO notice FROM policy_publicnotice WHERE id = NEW.notice_id FOR SHARE;
    IF TG_OP = 'INSERT' THEN
        IF notice.state NOT IN ('open', 'closed') OR notice.final_at IS NOT NULL
           OR NEW.received_on < notice.published_on OR NEW.received_on > notice.last_day
           OR NEW.channel = 'web' AND notice.state <> 'open' THEN
            RAISE EXCEPTION 'notice %: objections are over', notice.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_in_time';
        END IF;
    ELSE
        IF (NEW.notice_id, NEW.number, NEW.code, NEW.channel, NEW.row, NEW.row_name, NEW.text_sha256, NEW.document_id,
            NEW.received_on, NEW.filed_at, NEW.contact_index, NEW.registrar_id)
           IS DISTINCT FROM
           (OLD.notice_id, OLD.number, OLD.code, OLD.channel, OLD.row, OLD.row_name, OLD.text_sha256, OLD.document_id,
            OLD.received_on, OLD.filed_at, OLD.contact_index, OLD.registrar_id) THEN
            RAISE EXCEPTION 'objection %: what was filed is never changed', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.state NOT IN ('filed', 'examined') AND NEW.state <> OLD.state THEN
            RAISE EXCEPTION 'objection % is answered', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    parties := COALESCE(CASE WHEN NEW.row IS NULL THEN notice.parties -> 'list' ELSE notice.parties -> 'rows' -> NEW.row::text END, '[]'::jsonb);
    IF NEW.examiner_id IS NOT NULL AND parties @> to_jsonb(NEW.examiner_id)
       OR NEW.ruler_id IS NOT NULL AND NEW.recorder_id IS NULL AND parties @> to_jsonb(NEW.ruler_id) THEN
        RAISE EXCEPTION 'objection %: this person had a part in what it is about', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_without_part';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarded BEFORE INSERT OR UPDATE OR DELETE ON policy_objection FOR EACH ROW EXECUTE FUNCTION policy_objection_guard();
"""

# The result of a notice is final after its close, and only when no objection against it, or against a notice that it
# follows, is unanswered or upheld without a new decision. A result that is final stays so.
FINAL = """
CREATE FUNCTION policy_notice_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE waiting integer;
BEGIN
    IF OLD.final_at IS NOT NULL THEN
        RAISE EXCEPTION 'notice %: its result is final', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> 'closed' THEN
        RAISE EXCEPTION 'notice % is not closed', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_final_is_closed';
    END IF;
    WITH RECURSIVE chain AS (
        SELECT NEW.id AS id, NEW.replaces_id AS before
        UNION
        SELECT earlier.id, earlier.replaces_id FROM policy_publicnotice earlier JOIN chain ON earlier.id = chain.before
    )
    SELECT count(*) INTO waiting FROM policy_objection WHERE notice_id IN (SELECT id FROM chain)
       AND (state IN ('filed', 'examined') OR state = 'upheld' AND remedied_at IS NULL);
    IF waiting > 0 THEN
        RAISE EXCEPTION 'notice %: % objections are open', OLD.id, waiting
            USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_final_without_objections';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER final BEFORE UPDATE OF final_at ON policy_publicnotice FOR EACH ROW
    WHEN (NEW.final_at IS DISTINCT FROM OLD.final_at) EXECUTE FUNCTION policy_notice_final();
"""
UNDO = """
DROP TRIGGER final ON policy_publicnotice;
DROP FUNCTION policy_notice_final();
DROP TRIGGER guarded ON policy_objection;
DROP FUNCTION policy_objection_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('documents', '0002_walls'),
        ('policy', '0004_budgets'),
    ]

    operations = [
        migrations.AddField(
            model_name='publicnotice',
            name='final_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='publicnotice',
            name='parties',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='publicnotice',
            name='replaces',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='policy.publicnotice'),
        ),
        migrations.AddField(
            model_name='publicnotice',
            name='scan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document'),
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='policy.publicnotice')),
                ('number', models.CharField(max_length=20, verbose_name='Number')),
                ('code', models.CharField(default=incubator.policy.models.records.notice_code, editable=False, max_length=16)),
                ('channel', models.CharField(choices=[('web', 'On the site'), ('paper', 'On paper')], max_length=5, verbose_name='Received')),
                ('state', models.CharField(choices=[('filed', 'Filed'), ('examined', 'Being examined'), ('inadmissible', 'Not admitted'), ('withdrawn', 'Withdrawn'), ('upheld', 'Upheld'), ('dismissed', 'Dismissed')], default='filed', max_length=12, verbose_name='State')),
                ('row', models.PositiveSmallIntegerField(null=True, verbose_name='Line of the list')),
                ('row_name', models.CharField(blank=True, max_length=200)),
                ('name', incubator.core.encryption.EncryptedText()),
                ('contact', incubator.core.encryption.EncryptedText()),
                ('contact_index', models.CharField(max_length=64)),
                ('text', incubator.core.encryption.EncryptedText()),
                ('text_sha256', models.CharField(max_length=64)),
                ('language', models.CharField(max_length=10)),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('received_on', models.DateField(verbose_name='Received on')),
                ('filed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('moved_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('codes', models.JSONField(default=list)),
                ('proposed', models.CharField(blank=True, choices=[('upheld', 'Upheld'), ('dismissed', 'Dismissed')], max_length=10)),
                ('ruling', models.TextField(blank=True, verbose_name='Written reasons')),
                ('reply', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.officialreply')),
                ('told', models.CharField(blank=True, max_length=12)),
                ('remedied_at', models.DateTimeField(editable=False, null=True)),
                ('registrar', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('examiner', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorder', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ruler', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'objection',
                'ordering': ['-filed_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'number'), name='objection_number'), models.UniqueConstraint(fields=('organisation', 'code'), name='objection_code'), models.CheckConstraint(condition=models.Q(('text_sha256__regex', '^[0-9a-f]{64}$')), name='objection_text_sha256'), models.CheckConstraint(condition=models.Q(('channel', 'web'), ('registrar__isnull', False), _connector='OR'), name='objection_on_paper_has_a_registrar'), models.CheckConstraint(condition=models.Q(('ruler', None), models.Q(('ruler', models.F('examiner')), _negated=True), _connector='OR'), name='objection_ruled_by_another'), models.CheckConstraint(condition=models.Q(('ruler', None), ('recorder', None), models.Q(('ruler', models.F('recorder')), _negated=True), _connector='OR'), name='objection_ruling_confirmed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['upheld', 'dismissed']), _negated=True), models.Q(('examiner__isnull', False), ('ruler__isnull', False), models.Q(('ruling', ''), _negated=True)), _connector='OR'), name='objection_ruled_in_writing'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'inadmissible'), _negated=True), models.Q(('codes', []), _negated=True), _connector='OR'), name='objection_refused_with_a_code'), models.CheckConstraint(condition=models.Q(('recorder', None), models.Q(('reply__isnull', False), models.Q(('proposed', ''), _negated=True)), _connector='OR'), name='objection_ruling_has_a_reply'), models.CheckConstraint(condition=models.Q(('remedied_at', None), ('state', 'upheld'), _connector='OR'), name='objection_remedied_if_upheld')],
                'indexes': [models.Index(fields=['organisation', 'state', 'filed_at'], name='objection_queue')],
            },
        ),
        migrations.CreateModel(
            name='ContactCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='policy.publicnotice')),
                ('contact', incubator.core.encryption.EncryptedText()),
                ('contact_index', models.CharField(max_length=64)),
                ('code', incubator.core.encryption.EncryptedText()),
                ('language', models.CharField(max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('mailed_at', models.DateTimeField(editable=False, null=True)),
                ('used_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='contact_check_five_tries')],
                'indexes': [models.Index(fields=['organisation', 'contact_index', 'created_at'], name='contact_check_recent')],
            },
        ),
        Wall('Objection'),
        Wall('ContactCheck'),
        WallKey('PublicNotice', 'replaces'),
        WallKey('PublicNotice', 'scan'),
        migrations.RunSQL(LOCKED + OBJECTIONS + FINAL, UNDO + UNLOCKED),
    ]
