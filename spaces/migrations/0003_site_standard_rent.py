from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("spaces", "0002_walls")]

    operations = [
        migrations.AddField(
            "site",
            "standard_rent",
            models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=14,
                null=True,
                verbose_name="Published standard rent in yuan per ㎡ and month",
            ),
        ),
        migrations.AddConstraint(
            "site",
            models.CheckConstraint(
                condition=Q(standard_rent=None) | Q(standard_rent__gte=0), name="site_standard_rent"
            ),
        ),
    ]
