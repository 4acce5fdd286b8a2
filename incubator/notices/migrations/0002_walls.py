from django.db import migrations

from incubator.core.walls import Wall


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        Wall("Notice"),
    ]
