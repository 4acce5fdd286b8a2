from django.db import migrations

from incubator.core.walls import AppendOnly, Wall


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        Wall("Entry"),
        Wall("Counter"),
        AppendOnly("Entry"),
    ]
