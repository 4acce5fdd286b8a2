from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("spaces", "0004_lease_line_shape")]

    operations = [
        migrations.AddField("site", "version", models.PositiveIntegerField(default=1, editable=False)),
    ]
