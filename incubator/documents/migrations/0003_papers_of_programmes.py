from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_walls")]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(choices=[('licence', 'Business licence'), ('category_proof', "Proof of the person's category"), ('lease', "Lease with the owner's consent"), ('title', 'Property title'), ('invoice', 'Invoice'), ('bank_slip', 'Bank slip'), ('line_contract', 'Contract for the line'), ('software_licence', 'Software licence'), ('pledge', 'Signed pledge'), ('pass_through', 'Confirmation of relief by the tenant'), ('official_reply', 'Reply of the authority'), ('signed_scan', 'Signed and stamped copy'), ('measure', 'Text of a local measure'), ('agreement', 'Agreement'), ('roster', 'Roster and social insurance'), ('training_certificate', 'Certificate of startup training'), ('labour_contract', 'Labour contract'), ('graduation_proof', 'Proof of graduation'), ('internship_agreement', 'Internship agreement'), ('engagement_letter', 'Letter of engagement'), ('activity_record', 'Record of an activity: programme, list of participants, photos'), ('recognition', 'Recognition or filing of the base'), ('evaluation', 'Result of an evaluation'), ('investment_agreement', 'Investment agreement and registered capital'), ('paper', 'Printed by Fuhua'), ('other', 'Other paper')], max_length=20, verbose_name="Kind"),
        ),
    ]
