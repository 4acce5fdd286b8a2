from django.db import migrations

from incubator.core.walls import Wall


class Migration(migrations.Migration):
    dependencies = [("spaces", "0001_initial"), ("documents", "0002_walls"), ("tenants", "0002_walls")]

    operations = [
        Wall("Site"),
        Wall("Floor"),
        Wall("Space"),
        Wall("HeadLease"),
        Wall("Lease"),
        Wall("LeaseLine"),
    ]
