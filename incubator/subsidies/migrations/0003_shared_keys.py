from django.db import migrations

from incubator.core.walls import SharedKey


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0002_walls"), ("policy", "0002_walls")]

    operations = [
        SharedKey("SubsidyApplication", "edition"),
        SharedKey("Claim", "measure"),
    ]
