from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Demand that the figures of a line are there: a comparison with NULL had let lines without them in."""

    dependencies = [("spaces", "0003_site_standard_rent")]

    operations = [
        migrations.RemoveConstraint("leaseline", "lease_line_shape"),
        migrations.AddConstraint(
            "leaseline",
            models.CheckConstraint(
                condition=Q(kind="premises", space__isnull=False, monthly_fee=None)
                & Q(area__isnull=False, area__gt=0, unit_price__isnull=False, unit_price__gte=0)
                | ~Q(kind="premises")
                & Q(space=None, area=None, unit_price=None, holds_space=False)
                & Q(monthly_fee__isnull=False, monthly_fee__gte=0),
                name="lease_line_shape",
            ),
        ),
    ]
