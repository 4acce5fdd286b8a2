"""When a figure from a secondary source is to be looked at again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policy", "0005_objections")]

    operations = [
        migrations.AddField(
            model_name="parameter",
            name="look_again_on",
            field=models.DateField(blank=True, null=True, verbose_name="Look again on"),
        ),
    ]
