from django.db import migrations

from incubator.core.walls import Wall


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        Wall("Document"),
    ]
