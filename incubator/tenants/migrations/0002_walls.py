from django.db import migrations

from incubator.core.walls import AppendOnly, Wall


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial"), ("documents", "0002_walls")]

    operations = [
        Wall("Startup"),
        Wall("AccountVerification"),
        Wall("Founder"),
        Wall("Agreement"),
        Wall("StartupDocument"),
        AppendOnly("AccountVerification"),
    ]
